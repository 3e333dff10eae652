/** A profile as a table for people: what was called how often, how long that took, and which part of the whole it was. */
import type { SpanCategory } from '@deft/core';
import type { Total } from './trace-recorder.ts';

const titles: Readonly<Record<SpanCategory, string>> = {
  op: 'op',
  derivative: 'derivative',
  call: 'call',
  trace: 'trace',
  compile: 'compile',
  pass: 'pass',
  run: 'run',
  read: 'read',
};

function bytesText(bytes: number): string {
  if (bytes === 0) return '';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** step).toPrecision(3))} ${units[step]}`;
}

const milliseconds = (value: number): string => value.toFixed(3);
const shareOf = (part: number, whole: number): string => `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(1)} %`;

/** Pads the columns: texts to the left, figures to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The table: a line for each kind of span, what took longest first, and one for the time in which no span ran. */
export function summaryText(totals: readonly Total[], whole: number, leftOut: number): string {
  const own = totals.reduce((sum, total) => sum + total.own, 0);
  const rows = totals.map(({ name, category, calls, milliseconds: total, own: part, bytes }) => {
    const title = category === 'compile' || category === 'trace' ? name : `${titles[category]} ${name}`;
    return [title, String(calls), milliseconds(total), milliseconds(part), shareOf(part, whole), bytesText(bytes)];
  });
  const elsewhere = Math.max(0, whole - own);
  const notes = leftOut === 0 ? [] : [`${leftOut} spans are in this table and not in the trace`];
  return [
    `${milliseconds(whole)} ms; "own" is without what ran within, and shares are of it`,
    table([
      ['what', 'calls', 'total ms', 'own ms', 'share', 'bytes'],
      ...rows,
      ['elsewhere', '', '', milliseconds(elsewhere), shareOf(elsewhere, whole), ''],
    ]),
    ...notes,
  ].join('\n');
}
