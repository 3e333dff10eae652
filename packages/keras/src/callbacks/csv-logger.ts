/** `csvLogger`: the figures of every epoch as rows of a file. */
import { raise } from '@deft/core';
import { decodeText, encodeText } from '../environment.ts';
import type { Callback, Logs } from './callback.ts';
import { csvNumber, csvRow, firstCsvRow } from './csv-rows.ts';
import { readLog, writeLog } from './log-file.ts';

/** Options of `csvLogger`. */
export interface CsvLoggerOptions {
  /** The character between two cells; a comma unless told. */
  readonly separator?: string;
  /** Whether rows go behind those of a file that is there, under its header; false, which empties it, unless told. */
  readonly append?: boolean;
}

/** The columns of a file that is there; nothing where it is empty. */
async function columnsOf(path: string, separator: string): Promise<string[] | undefined> {
  const op = 'csvLogger';
  const bytes = await readLog(op, path);
  if (bytes.length === 0) return undefined;
  let text: string;
  try {
    text = decodeText(bytes);
  } catch {
    return raise('E_FILE', { op, says: `${path} is no text in UTF-8` });
  }
  // A row that a crash cut off stays as it is; the next one begins on a line of its own.
  if (!/[\r\n]$/.test(text)) await writeLog(op, path, encodeText('\r\n'), 'behind');
  const [first, ...columns] = firstCsvRow(text, separator);
  if (first === 'epoch') return columns;
  const expected = `${path} with a header that begins with epoch${separator}`;
  return raise('E_FILE', { op, argument: 'append', expected, found: JSON.stringify(first) });
}

/**
 * Writes a header and, at the end of every epoch, a row: the number of the epoch, counted from 0, and its figures, columns
 * sorted by name. The file is on the disk when the epoch has ended. Figures that are not numbers are `nan`, `inf` and
 * `-inf`, missing ones `NA`. Files are written in Node.
 *
 * @param path of the file, whose folder must be there
 * @throws `E_MODEL` for a separator that is not one character, or one with a meaning of its own, and for figures that the
 *   header does not have; `E_FILE` where the file cannot be read or written, has another header, or there are no files
 * @example
 * ```ts
 * import { csvLogger } from '@deft/keras';
 * const callbacks = [csvLogger('training.csv', { append: true })];
 * ```
 */
export function csvLogger(path: string, options: CsvLoggerOptions = {}): Callback {
  const op = 'csvLogger';
  const { separator = ',', append = false } = options;
  if (typeof separator !== 'string' || separator.length !== 1 || /["\r\n]/.test(separator)) {
    const expected = 'one character, no quotation mark and no line break';
    raise('E_MODEL', { op, argument: 'separator', expected, found: JSON.stringify(separator) });
  }
  let columns: readonly string[] | undefined;
  const rowOf = (epoch: number, logs: Logs, names: readonly string[]): string => {
    const unknown = Object.keys(logs).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      const expected = `the columns of ${path}: ${names.join(', ')}`;
      raise('E_MODEL', { op, argument: 'logs', expected, found: unknown, hint: 'write to another file' });
    }
    const cells = names.map((name) => (Object.hasOwn(logs, name) ? csvNumber(logs[name] as number) : 'NA'));
    return csvRow([String(epoch), ...cells], separator);
  };
  return {
    onTrainBegin: async () => {
      columns = append ? await columnsOf(path, separator) : undefined;
      if (!append) await writeLog(op, path, new Uint8Array(), 'over');
    },
    onEpochEnd: async (epoch, logs) => {
      let text = '';
      if (!columns) {
        columns = Object.keys(logs).sort();
        text = csvRow(['epoch', ...columns], separator);
      }
      await writeLog(op, path, encodeText(text + rowOf(epoch, logs, columns)), 'behind');
    },
  };
}
