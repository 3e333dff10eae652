/**
 * Draws images side by side in the terminal. A character cell is about twice as high as wide, so each shows two pixels,
 * one above the other: with colours as the half block `▀` in two greys, without as one of five shades.
 */
import { IMAGE_SIDE } from '../labelled-images.ts';

/** An image and what was read from it. */
export interface Reading {
  /** 28 × 28 grey values from 0 to 1. */
  readonly pixels: Float32Array;
  readonly truth: number;
  readonly read: number;
  /** The probability that was given to `read`, 0 to 1. */
  readonly confidence?: number | undefined;
}

/** The room there is, and whether colours may be used. */
export interface TerminalDigitsOptions {
  readonly columns: number;
  readonly colour: boolean;
}

const GAP = '  ';
const SHADES = [' ', '░', '▒', '▓', '█'] as const;
const RESET = '\u001b[0m';

/** The 24 greys of the 256-colour palette, from nearly black to nearly white. */
const FIRST_GREY = 232;
const GREYS = 24;

/** Draws the images in rows of as many as fit, each under a line that says what it is and what it was read as. */
export function drawTerminalDigits(readings: readonly Reading[], { columns, colour }: TerminalDigitsOptions): string {
  const perRow = Math.max(1, Math.floor((columns + GAP.length) / (IMAGE_SIDE + GAP.length)));
  const blocks: string[] = [];
  for (let first = 0; first < readings.length; first += perRow) {
    const row = readings.slice(first, first + perRow);
    const captions = row.map((reading) => caption(reading).padEnd(IMAGE_SIDE)).join(GAP);
    const drawings = row.map(({ pixels }) => imageLines(pixels, colour));
    const lines = Array.from({ length: IMAGE_SIDE / 2 }, (_, line) =>
      drawings.map((drawing) => drawing[line]).join(GAP),
    );
    blocks.push([captions, ...lines].map((line) => line.trimEnd()).join('\n'));
  }
  return blocks.join('\n\n');
}

function caption({ truth, read, confidence }: Reading): string {
  return `${truth} read as ${read}${confidence === undefined ? '' : ` (${Math.round(100 * confidence)}%)`}`;
}

function imageLines(pixels: Float32Array, colour: boolean): string[] {
  return Array.from({ length: IMAGE_SIDE / 2 }, (_, line) => {
    const upper = pixels.subarray(2 * line * IMAGE_SIDE, (2 * line + 1) * IMAGE_SIDE);
    const lower = pixels.subarray((2 * line + 1) * IMAGE_SIDE, (2 * line + 2) * IMAGE_SIDE);
    return colour ? colouredLine(upper, lower) : shadedLine(upper, lower);
  });
}

/** Colours are set only where they change. */
function colouredLine(upper: Float32Array, lower: Float32Array): string {
  let line = '';
  let previous = '';
  for (const [column, value] of upper.entries()) {
    const colours = `\u001b[38;5;${grey(value)};48;5;${grey(lower[column] ?? 0)}m`;
    line += colours === previous ? '▀' : `${colours}▀`;
    previous = colours;
  }
  return line + RESET;
}

function grey(value: number): number {
  return FIRST_GREY + level(value, GREYS);
}

function shadedLine(upper: Float32Array, lower: Float32Array): string {
  return Array.from(upper, (value, column) => SHADES[level((value + (lower[column] ?? 0)) / 2, SHADES.length)]).join(
    '',
  );
}

/** Which of `count` equal steps from 0 to 1 a value falls into. */
function level(value: number, count: number): number {
  return Math.min(Math.max(Math.floor(value * count), 0), count - 1);
}
