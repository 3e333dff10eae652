/** CSV files: records cut here, so that a position is a place in the file, and each parsed by `csv-parse`. */
import { raise } from '@deft/core';
import { Dataset } from '../dataset.ts';
import { decodeText } from '../environment.ts';
import type { OnErrorOptions } from '../skipped.ts';
import { concatenateStep } from '../steps/concatenate.ts';
import { type RecordParser, recordSource } from './record-source.ts';
import type { FileRecord, RecordReader } from './records.ts';

/** What a column holds. */
export type ColumnKind = 'number' | 'text' | 'boolean';

/** Kinds of the columns that are wanted, by their names. */
export type Columns = { readonly [name: string]: ColumnKind };

interface ColumnValues {
  readonly number: number;
  readonly text: string;
  readonly boolean: boolean;
}

/** A row with the columns of `C`. */
export type Row<C extends Columns> = { -readonly [K in keyof C]: ColumnValues[C[K]] };

/** How CSV files are read. */
export interface CsvOptions<C extends Columns> extends OnErrorOptions {
  /** The columns that are wanted, and what they hold; all others are left out. */
  readonly columns: C;
  /** The names of the columns in their order where files have none in their first row. */
  readonly header?: readonly string[];
  /** A comma unless told. */
  readonly delimiter?: string;
  /** The most bytes of a row: 2²⁰ unless told. */
  readonly maxLength?: number;
}

const op = 'fromCsv';
const numberText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const otherNumbers: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
]);

/** Rows from a text, by `csv-parse`. */
type Parse = (text: string, options: { readonly delimiter: string; readonly bom: boolean }) => string[][];

/** What the text of a field says; nothing where it says nothing of its kind. */
const readers: { readonly [K in ColumnKind]: (text: string) => ColumnValues[K] | undefined } = {
  text: (text) => text,
  number: (text) => (numberText.test(text) ? Number(text) : otherNumbers.get(text.toLowerCase())),
  boolean: (text) => (/^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : undefined),
};

function fieldsOf(
  path: string,
  { bytes, line }: FileRecord,
  delimiter: string,
  parse: Parse,
): readonly string[] | undefined {
  if (bytes.length === 0) return undefined;
  const refuse = (says: string): never => raise('E_FILE', { op, says: `${path}:${line}: ${says}` });
  let text: string;
  try {
    text = decodeText(bytes);
  } catch {
    return refuse('the bytes are no UTF-8');
  }
  try {
    return parse(text, { delimiter, bom: true })[0];
  } catch (error) {
    return refuse((error as Error).message);
  }
}

async function rowParser<C extends Columns>(
  path: string,
  { columns, header, delimiter = ',' }: CsvOptions<C>,
  reader: RecordReader,
): Promise<RecordParser<Row<C>>> {
  // Asked for where there is a file: the library needs Node's buffers as soon as it is loaded.
  const { parse } = (await import('csv-parse/sync')) as unknown as { readonly parse: Parse };
  let names = header;
  if (names === undefined) {
    const first = await reader.next();
    names = first && fieldsOf(path, first, delimiter, parse);
    if (names === undefined) raise('E_FILE', { op, says: `${path}:1: expected a row with the names of the columns` });
  }
  const all = names;
  const wanted = Object.entries(columns).map(([name, kind]) => {
    const place = all.indexOf(name);
    if (place < 0) {
      raise('E_FILE', { op, says: `${path}:1: there is no column ${JSON.stringify(name)} among ${all.join(', ')}` });
    }
    return { name, kind, place };
  });
  return (record) => {
    const fields = fieldsOf(path, record, delimiter, parse);
    if (fields === undefined) return undefined;
    const refuse = (says: string): never => raise('E_FILE', { op, says: `${path}:${record.line}: ${says}` });
    if (fields.length !== all.length) refuse(`expected ${all.length} columns, got ${fields.length}`);
    const row = wanted.map(({ name, kind, place }) => {
      const text = fields[place] as string;
      const value = readers[kind](kind === 'text' ? text : text.trim());
      if (value !== undefined) return [name, value] as const;
      return refuse(`column ${place + 1} (${name}): expected a ${kind}, got ${JSON.stringify(text.slice(0, 40))}`);
    });
    return { value: Object.fromEntries(row) as Row<C> };
  };
}

/**
 * The rows of one or several CSV files as objects of the wanted columns. Files are read a piece at a time; fields may be quoted,
 * and hold line ends then; empty lines are passed by.
 *
 * @throws `E_FILE` with file, line and column for a column that is missing, a row with more or fewer fields than there are columns,
 * a field that is not what its column holds, bad quotes, and where there are no files. `onError: 'skip'` passes bad rows by.
 */
export function fromCsv<const C extends Columns>(
  paths: string | readonly string[],
  options: CsvOptions<C>,
): Dataset<Row<C>> {
  const { maxLength = 2 ** 20, columns } = options;
  const all = typeof paths === 'string' ? [paths] : paths;
  if (all.length === 0) raise('E_ARGUMENT', { op, argument: 'paths', expected: 'a path', found: 'none' });
  for (const [name, kind] of Object.entries(columns)) {
    if (Object.hasOwn(readers, kind)) continue;
    raise('E_ARGUMENT', {
      op,
      argument: `columns.${name}`,
      expected: Object.keys(readers).join(', '),
      found: String(kind),
    });
  }
  const steps = all.map((path) =>
    recordSource(path, { ...options, op, hasQuotes: true, maxLength }, (reader) => rowParser(path, options, reader)),
  );
  return new Dataset(steps.length === 1 ? (steps[0] as (typeof steps)[0]) : concatenateStep(steps));
}
