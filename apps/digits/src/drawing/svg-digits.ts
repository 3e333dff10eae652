/** Draws images as a grid in an SVG file, dark ink on white, each with what it is and what it was read as. */
import { IMAGE_SIDE } from '../labelled-images.ts';
import { element, STYLE, svgDocument, textElement } from './svg.ts';
import type { Reading } from './terminal-digits.ts';

const PIXEL = 4;
const IMAGE = IMAGE_SIDE * PIXEL;
const CELL = { width: IMAGE + 20, height: IMAGE + 62 } as const;
const MARGIN = 24;
const TITLE = 44;

/** Greys are rounded to so many steps, which keeps the file small and cannot be seen. */
const GREY_STEPS = 32;

/**
 * Draws the images in rows of `perRow`, as the text of an SVG file.
 *
 * @param title - stands above the grid
 * @param perRow - images side by side, 6 unless told
 */
export function drawSvgDigits(readings: readonly Reading[], title: string, perRow = 6): string {
  const columns = Math.max(1, Math.min(perRow, readings.length));
  const rows = Math.ceil(readings.length / columns);
  const width = Math.max(2 * MARGIN + columns * CELL.width - 20, 360);
  const height = MARGIN + TITLE + rows * CELL.height;
  const cells = readings.map((reading, index) => {
    const x = MARGIN + (index % columns) * CELL.width;
    const y = MARGIN + TITLE + Math.floor(index / columns) * CELL.height;
    return element('g', { transform: `translate(${x} ${y})` }, ...cell(reading));
  });
  return svgDocument(width, height, title, [
    textElement(title, { x: MARGIN, y: MARGIN + 14, 'font-size': 18, 'font-weight': 600, fill: STYLE.text }),
    ...cells,
  ]);
}

function cell({ pixels, truth, read, confidence }: Reading): string[] {
  const frame = { x: -0.5, y: -0.5, width: IMAGE + 1, height: IMAGE + 1, fill: 'none', stroke: STYLE.grid };
  const words = { y: IMAGE + 20, 'font-size': 13 };
  const sure = confidence === undefined ? [] : [`${Math.round(100 * confidence)}% sure`];
  return [
    element('g', { transform: `scale(${PIXEL})`, 'shape-rendering': 'crispEdges' }, ...ink(pixels)),
    element('rect', frame),
    textElement(`true ${truth}`, { ...words, x: 0, fill: STYLE.right }),
    textElement(`read ${read}`, { ...words, x: IMAGE, 'text-anchor': 'end', fill: STYLE.wrong }),
    ...sure.map((text) => textElement(text, { x: 0, y: IMAGE + 36, 'font-size': 11, fill: STYLE.quiet })),
  ];
}

/** One path per grey, of horizontal strips of equal pixels; white is left out. */
function ink(pixels: Float32Array): string[] {
  const paths = new Array<string>(GREY_STEPS + 1).fill('');
  const step = (x: number, y: number): number => Math.round((pixels[y * IMAGE_SIDE + x] ?? 0) * GREY_STEPS);
  for (let y = 0; y < IMAGE_SIDE; y += 1) {
    for (let x = 0; x < IMAGE_SIDE; ) {
      const grey = step(x, y);
      let end = x + 1;
      while (end < IMAGE_SIDE && step(end, y) === grey) {
        end += 1;
      }
      paths[grey] += `M${x} ${y}h${end - x}v1h${x - end}z`;
      x = end;
    }
  }
  return paths.flatMap((d, grey) => {
    const tone = Math.round(255 * (1 - grey / GREY_STEPS));
    return grey === 0 || d === '' ? [] : [element('path', { d, fill: `rgb(${tone},${tone},${tone})` })];
  });
}
