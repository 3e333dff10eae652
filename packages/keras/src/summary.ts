/** The table that `summary` gives: every layer with its output shape, its number of parameters, their bytes, and where it gets its input. */
import type { LayerLike } from '@deft/nn';
import { type FreeShape, type InputShape, shapesOf } from './input-shape.ts';
import { type LayerRow, layerRows } from './layer-rows.ts';

/** A number of bytes as people read it. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(2)} KB`;
  return `${(bytes / 1024 ** 2).toFixed(2)} MB`;
}

/** A number with commas. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `[batch, 28, 28, 1]`. */
export const batchText = (shape: FreeShape): string => `[${['batch', ...shape].map(String).join(', ')}]`;

/** What the optimiser of a compiled model keeps. */
export interface OptimizerNote {
  readonly name: string;
  readonly bytes: number;
}

/** The table as text. */
export function summarize(layer: LayerLike, inputShape: InputShape, optimizer?: OptimizerNote): string {
  const all = layerRows(layer, inputShape);
  const total = (of: (row: LayerRow) => number): number => all.reduce((sum, row) => sum + of(row), 0);
  const [parameters, trainable] = [total((row) => row.parameters), total((row) => row.trainable)];
  // In a chain every layer gets what the one before gives.
  const isChain = all.every(({ from }, i) => from.length <= 1 && (from[0] ?? i - 1) === i - 1);
  const rows = all
    .filter(({ kind }) => !isChain || kind !== 'input')
    .map((row) => [
      `${row.name} (${row.kind})`,
      row.outputShapes.map(batchText).join(' and '),
      grouped(row.parameters),
      bytesText(row.bytes),
      ...(isChain ? [] : [row.from.map((place) => all[place]?.name).join(', ')]),
    ]);
  const table = [['Layer', 'Output shape', 'Parameters', 'Size', ...(isChain ? [] : ['Input from'])], ...rows];
  const columns = (table[0] as string[]).map((_, column) => column);
  const widths = columns.map((column) => Math.max(...table.map((row) => (row[column] as string).length)));
  const isNumber = (column: number): boolean => column === 2 || column === 3;
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        isNumber(column) ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number),
      )
      .join('  ')
      .trimEnd();
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1)));
  return [
    `Model ${layer.name}, input ${shapesOf(inputShape).map(batchText).join(' and ')}`,
    rule,
    line(table[0] as string[]),
    rule,
    ...rows.map(line),
    rule,
    `Parameters: ${grouped(parameters)} (${bytesText(total((row) => row.bytes))}), trainable ${grouped(trainable)}, other ${grouped(parameters - trainable)}`,
    ...(optimizer ? [`Optimiser ${optimizer.name}: ${bytesText(optimizer.bytes)}`] : []),
  ].join('\n');
}
