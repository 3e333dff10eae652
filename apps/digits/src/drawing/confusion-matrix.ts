/** Counts how often each class was read as each other, and draws the counts as an aligned table. */

/** `matrix[truth][read]` is how many items of class `truth` were read as class `read`. */
export type ConfusionMatrix = readonly (readonly number[])[];

/**
 * Counts the pairs.
 *
 * @param truth - the class of each item, from 0 to `classes - 1`
 * @param read - what was predicted for each, as many
 */
export function confusionMatrix(truth: ArrayLike<number>, read: ArrayLike<number>, classes: number): ConfusionMatrix {
  if (truth.length !== read.length) {
    throw new RangeError(`internal: ${truth.length} labels, but ${read.length} predictions`);
  }
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let index = 0; index < truth.length; index += 1) {
    const row = matrix[truth[index] ?? -1];
    const column = read[index] ?? -1;
    if (row?.[column] === undefined) {
      throw new RangeError(
        `internal: item ${index} of class ${truth[index]} was read as ${column} of ${classes} classes`,
      );
    }
    row[column] = (row[column] ?? 0) + 1;
  }
  return matrix;
}

/**
 * The table: a row per true class and a column per read class, then recall (the share of a row that was read correctly)
 * at the right and precision (the share of a column that is correct) at the bottom. Zeros are dots, so that the errors
 * stand out.
 */
export function drawConfusionMatrix(matrix: ConfusionMatrix): string {
  const classes = [...matrix.keys()];
  const columnSums = classes.map((column) => matrix.reduce((sum, row) => sum + (row[column] ?? 0), 0));
  const header = ['', ...classes.map(String), 'recall %'];
  const body = matrix.map((row, label) => {
    const sum = row.reduce((total, count) => total + count, 0);
    return [String(label), ...row.map((count) => (count === 0 ? '·' : String(count))), share(row[label] ?? 0, sum)];
  });
  const precision = [
    'precision %',
    ...classes.map((label) => share(matrix[label]?.[label] ?? 0, columnSums[label] ?? 0)),
    '',
  ];
  const table = [header, ...body, precision];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const width = Math.max(...widths.slice(1, -1), 0) + 1;
  const inner = width * classes.length;
  const lines = table.map((row) => {
    const [first, last] = [row[0] ?? '', row.at(-1) ?? ''];
    const counts = row.slice(1, -1).map((text) => text.padStart(width));
    return ` ${first.padStart(widths[0] ?? 0)} │${counts.join('')}  │ ${last.padStart(widths.at(-1) ?? 0)}`.trimEnd();
  });
  const rule = ` ${'─'.repeat(widths[0] ?? 0)}─┼${'─'.repeat(inner + 2)}┼${'─'.repeat((widths.at(-1) ?? 0) + 1)}`;
  const caption = ` ${'true'.padStart(widths[0] ?? 0)}    read as`;
  return [caption, lines[0], rule, ...lines.slice(1, -1), rule, lines.at(-1)].join('\n');
}

/** A share in per cent; empty where nothing was counted. */
function share(part: number, whole: number): string {
  return whole === 0 ? '–' : ((100 * part) / whole).toFixed(1);
}
