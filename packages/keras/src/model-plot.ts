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

/** A box, or a point at which a line passes a row on its way to a later one. */
interface Box {
  /** Nothing for a point. */
  readonly row?: LayerRow;
  readonly depth: number;
  readonly lines: readonly [title: string, details: string];
  readonly width: number;
  /** What it hangs from: each in the row before. */
  readonly from: readonly Box[];
  /** Its middle. */
  x: number;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter] as string);

function boxOf(row: LayerRow, from: readonly Box[]): Box {
  const title = row.name === row.kind ? row.name : `${row.name} · ${row.kind}`;
  const count = row.parameters > 0 ? ` · ${grouped(row.parameters)}` : '';
  const details = `${row.outputShapes.map(batchText).join(' ')}${count}`;
  const width = Math.ceil(Math.max(title.length, details.length) * letterWidth) + 20;
  return { row, depth: (from[0]?.depth ?? -1) + 1, lines: [title, details], width, from, x: 0 };
}

/** All boxes, and the points by which lines pass rows, each after what it hangs from. */
function boxesOf(rows: readonly LayerRow[]): Box[] {
  const all: Box[] = [];
  const boxes: Box[] = [];
  for (const row of rows) {
    const depth = row.from.length === 0 ? 0 : 1 + Math.max(...row.from.map((at) => (boxes[at] as Box).depth));
    const from = row.from.map((at) => {
      let last = boxes[at] as Box;
      while (last.depth < depth - 1) {
        last = { depth: last.depth + 1, lines: ['', ''], width: 0, from: [last], x: 0 };
        all.push(last);
      }
      return last;
    });
    const box = boxOf(row, from);
    boxes.push(box);
    all.push(box);
  }
  return all;
}

/** Gives the boxes of a depth their places: in the order of what they hang from, side by side. */
function place(boxes: readonly Box[]): void {
  const depths = Math.max(0, ...boxes.map(({ depth }) => depth));
  for (let depth = 0; depth <= depths; depth++) {
    const level = boxes.filter((box) => box.depth === depth);
    const wanted = ({ from }: Box): number =>
      from.length === 0 ? 0 : from.reduce((sum, { x }) => sum + x, 0) / from.length;
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
  const lines = boxes.flatMap(({ row, depth, x, from }) =>
    from.map((above) => {
      const [x1, y1] = [above.x - left, top(above.depth) + (above.row ? boxHeight : boxHeight / 2)];
      const [x2, y2] = [x - left, top(depth) + (row ? -2 : boxHeight / 2)];
      const bend = (y2 - y1) / 2;
      const arrow = row ? ' marker-end="url(#arrow)"' : '';
      return `<path d="M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}" fill="none" stroke="#888"${arrow}/>`;
    }),
  );
  const shapes = boxes.map(({ row, depth, lines: [title, details], width, x }) => {
    if (row === undefined) return '';
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
