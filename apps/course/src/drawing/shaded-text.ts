/** Draws a text whose characters stand on darker ground the more surprising they were. */
import { element, STYLE, svgDocument, textElement } from '@deft/digits';

const COLUMNS = 88;
const WIDTH = 8.4;
const HEIGHT = 20;
const LEFT = 24;
const TOP = 64;

/** What is drawn. */
export interface ShadedText {
  readonly title: string;
  readonly subtitle: string;
  /** Written before, without shade. */
  readonly prompt: string;
  readonly written: readonly { readonly character: string; readonly probability: number }[];
}

/** Draws it as the text of an SVG file: white is certain, the darkest a chance of one in a hundred and less. */
export function drawShadedText({ title, subtitle, prompt, written }: ShadedText): string {
  const all = [...Array.from(prompt, (character) => ({ character, probability: 1 })), ...written];
  let [row, column] = [0, 0];
  const parts: string[] = [];
  for (const [at, { character, probability }] of all.entries()) {
    if (character === '\n' || column === COLUMNS || column + wordLength(all, at) > COLUMNS) {
      row += 1;
      column = 0;
    }
    const isBreak = character === '\n';
    const [x, y] = [LEFT + column * WIDTH, TOP + row * HEIGHT];
    const surprise = Math.min(1, -Math.log(probability) / Math.log(100));
    const ground = {
      x,
      y,
      width: WIDTH,
      height: HEIGHT - 2,
      fill: STYLE.series[1],
      'fill-opacity': (0.7 * surprise).toFixed(2),
    };
    if (surprise > 0.01) parts.push(element('rect', isBreak ? { ...ground, width: 3 } : ground));
    if (character.trim() !== '') {
      const place = { x: x + WIDTH / 2, y: y + HEIGHT - 7, 'font-size': 13, 'text-anchor': 'middle', fill: STYLE.text };
      parts.push(textElement(character, { ...place, 'font-family': 'monospace' }));
    }
    if (!isBreak) column += 1;
  }
  const head = [
    textElement(title, { x: LEFT, y: 28, 'font-size': 16, 'font-weight': 600, fill: STYLE.text }),
    textElement(subtitle, { x: LEFT, y: 48, 'font-size': 13, fill: STYLE.quiet }),
  ];
  return svgDocument(2 * LEFT + COLUMNS * WIDTH, TOP + (row + 1) * HEIGHT + LEFT, title, [...head, ...parts]);
}

/** Characters of the word that begins at a place; 0 within words, and for those that no line can hold. */
function wordLength(all: readonly { readonly character: string }[], at: number): number {
  if (at > 0 && all[at - 1]?.character.trim() !== '') return 0;
  const end = all.findIndex(({ character }, place) => place >= at && character.trim() === '');
  const length = (end === -1 ? all.length : end) - at;
  return length <= COLUMNS ? length : 0;
}
