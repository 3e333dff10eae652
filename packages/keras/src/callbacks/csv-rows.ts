/** Rows of a CSV file as RFC 4180 and Python's `csv` module have them: quoted where needed, ended by CR and LF. */

/** A row. */
export function csvRow(cells: readonly string[], separator: string): string {
  const quoted = cells.map((cell) =>
    cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  return `${quoted.join(separator)}\r\n`;
}

/** A number as Python writes it where JavaScript has other words. */
export function csvNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return String(value);
}

/** The cells of the first row of a text. A row that is cut off within quotes ends with the text. */
export function firstCsvRow(text: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i);
    if (letter === '"') {
      // Two quotation marks within quotes stand for one.
      if (isQuoted && text[i + 1] === '"') cell += text[i++];
      else isQuoted = !isQuoted;
    } else if (isQuoted) {
      cell += letter;
    } else if (letter === '\r' || letter === '\n') {
      break;
    } else if (letter === separator) {
      cells.push(cell);
      cell = '';
    } else {
      cell += letter;
    }
  }
  return [...cells, cell];
}
