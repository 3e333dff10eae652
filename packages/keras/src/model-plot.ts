/**
 * The drawing that `plot` gives: a box for every layer, with its kind, its output shape and its parameters, below the boxes it gets
 * its inputs from. Rows are depths; within a row, boxes stand as near as they can to what they get their inputs from.
 */
import type { LayerLike } from '@deft/nn';
import type { InputShape } from './input-shape.ts';
import { type LayerRow, layerRows } from './layer-rows.ts';
import { batchText, grouped } from './summary.ts';

const boxHeight = 46;
const gapAcross = 24;
const gapDown = 34;
const margin = 16;
const letterWidth = 6.7;

interface Box {
  readonly row: LayerRow;
  readonly depth: number;
  readonly lines: readonly [title: string, details: string];
  readonly width: number;
  /** Its middle. */
  x: number;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter] as string);

function boxesOf(rows: readonly LayerRow[]): Box[] {
  const boxes: Box[] = [];
  for (const row of rows) {
    const depth = row.from.length === 0 ? 0 : 1 + Math.max(...row.from.map((place) => (boxes[place] as Box).depth));
    const title = row.name === row.kind ? row.name : `${row.name} · ${row.kind}`;
    const count = row.parameters > 0 ? ` · ${grouped(row.parameters)}` : '';
    const details = `${row.outputShapes.map(batchText).join(' ')}${count}`;
    const width = Math.ceil(Math.max(title.length, details.length) * letterWidth) + 20;
    boxes.push({ row, depth, lines: [title, details], width, x: 0 });
  }
  return boxes;
}

/** Gives the boxes of a depth their places: in the order of what they hang from, side by side. */
function place(boxes: readonly Box[]): void {
  const depths = Math.max(0, ...boxes.map(({ depth }) => depth));
  for (let depth = 0; depth <= depths; depth++) {
    const level = boxes.filter((box) => box.depth === depth);
    const wanted = (box: Box): number => {
      const { from } = box.row;
      return from.length === 0 ? 0 : from.reduce((sum, at) => sum + (boxes[at] as Box).x, 0) / from.length;
    };
    const order = [...level].sort((a, b) => wanted(a) - wanted(b));
    const total = order.reduce((sum, { width }) => sum + width, gapAcross * (order.length - 1));
    const middle = order.reduce((sum, box) => sum + wanted(box), 0) / Math.max(1, order.length);
    let left = middle - total / 2;
    for (const box of order) {
      box.x = left + box.width / 2;
      left += box.width + gapAcross;
    }
  }
}

/** The drawing as the text of an SVG file. */
export function plotModel(layer: LayerLike, inputShape: InputShape): string {
  const boxes = boxesOf(layerRows(layer, inputShape));
  place(boxes);
  const left = Math.min(...boxes.map(({ x, width }) => x - width / 2)) - margin;
  const right = Math.max(...boxes.map(({ x, width }) => x + width / 2)) + margin;
  const top = (depth: number): number => margin + depth * (boxHeight + gapDown);
  const height = top(Math.max(...boxes.map(({ depth }) => depth))) + boxHeight + margin;
  const lines = boxes.flatMap(({ row, depth, x }) =>
    row.from.map((at) => {
      const from = boxes[at] as Box;
      const [x1, y1, x2, y2] = [from.x - left, top(from.depth) + boxHeight, x - left, top(depth) - 2];
      const bend = (y2 - y1) / 2;
      return `<path d="M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}" fill="none" stroke="#888" marker-end="url(#arrow)"/>`;
    }),
  );
  const shapes = boxes.map(({ row, depth, lines: [title, details], width, x }) => {
    const [fromLeft, y] = [x - width / 2 - left, top(depth)];
    const fill = row.kind === 'input' ? '#e8f0e4' : row.trainable > 0 ? '#e3ecf8' : '#f3f3f3';
    return [
      `<rect x="${fromLeft}" y="${y}" width="${width}" height="${boxHeight}" rx="6" fill="${fill}" stroke="#667"/>`,
      `<text x="${x - left}" y="${y + 19}" font-weight="600">${escaped(title)}</text>`,
      `<text x="${x - left}" y="${y + 36}" fill="#445">${escaped(details)}</text>`,
    ].join('');
  });
  const width = right - left;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="11" text-anchor="middle">`,
    `<title>${escaped(`Model ${layer.name}`)}</title>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#888"/></marker></defs>',
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...lines,
    ...shapes,
    '</svg>',
  ].join('\n');
}
