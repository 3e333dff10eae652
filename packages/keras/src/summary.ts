/** The table that `summary` gives: every layer with its output shape, its number of parameters and their bytes. */
import { bytesOf, sizeOf } from '@deft/core';
import type { ExampleShape, SequentialLayer } from '@deft/nn';

function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(2)} KB`;
  return `${(bytes / 1024 ** 2).toFixed(2)} MB`;
}

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** The table as text. */
export function summarize(layer: SequentialLayer, inputShape: ExampleShape): string {
  let shape: ExampleShape = inputShape;
  let trainable = 0;
  let total = 0;
  let totalBytes = 0;
  const rows = layer.layers.map((inner) => {
    let count = 0;
    let bytes = 0;
    for (const weight of inner.weights(shape)) {
      const size = sizeOf(weight.shape);
      count += size;
      bytes += size * bytesOf(weight.dtype);
      if (weight.trainable) trainable += size;
    }
    total += count;
    totalBytes += bytes;
    shape = inner.outputShape(shape);
    return [
      `${inner.name} (${inner.kind})`,
      `[batch, ${shape.join(', ')}]`.replace(', ]', ']'),
      grouped(count),
      bytesText(bytes),
    ];
  });
  const table = [['Layer', 'Output shape', 'Parameters', 'Size'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] as string).length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number),
      )
      .join('  ')
      .trimEnd();
  const rule = '─'.repeat(widths.reduce((a, b) => a + b, 6));
  return [
    `Model ${layer.name}, input [batch, ${inputShape.join(', ')}]`,
    rule,
    line(table[0] as string[]),
    rule,
    ...rows.map(line),
    rule,
    `Parameters: ${grouped(total)} (${bytesText(totalBytes)}), trainable ${grouped(trainable)}, other ${grouped(total - trainable)}`,
  ].join('\n');
}
