/** TFRecord files: records of bytes in frames with checksums, read and written. */
import { raise } from '@deft/core';
import { element, end, type PipelineStep } from '../cursor.ts';
import { Dataset } from '../dataset.ts';
import { savedCount } from '../saved-fields.ts';
import { type OnErrorOptions, Skipped } from '../skipped.ts';
import type { AnyIterable } from '../sources/iterable-source.ts';
import { concatenateStep } from '../steps/concatenate.ts';
import { RecordFile } from '../stored/record-file.ts';
import { RecordWriter } from '../stored/record-writer.ts';

function fileStep(op: string, path: string, options: OnErrorOptions): PipelineStep<Uint8Array> {
  return {
    text: `${op}(${JSON.stringify(path)})`,
    open: async (pass, position) => {
      pass.readsFile?.(path);
      const before = position ? savedCount(position, 'skipped') : 0;
      const file = await RecordFile.open(op, path, position ? savedCount(position, 'byte') : 0);
      const skipped = new Skipped(options, before, (count) => `${op}: ${path}: ${count} records were skipped`);
      return {
        next: async () => {
          for (;;) {
            try {
              const record = await file.next();
              if (record !== undefined) return element(record);
              skipped.report();
              return end;
            } catch (error) {
              // Nothing behind can be found then.
              if (file.isLost) throw error;
              skipped.add(error);
            }
          }
        },
        // Which records are skipped is known once they are read.
        ...(options.onError !== 'skip' && {
          passBy: async (count: number) => {
            let passed = 0;
            while (passed < count && (await file.passBy())) passed++;
            return passed;
          },
        }),
        position: () => ({ byte: file.byte, skipped: skipped.count }),
        close: () => file.close(),
      };
    },
  };
}

/**
 * The records of one or several TFRecord files, each an array of bytes whose checksum fits; `parseExample` reads what is mostly in
 * them. Files are read a piece at a time; a position is a place in a file. Packed files are to be unpacked before.
 *
 * @throws `E_FILE` with file and byte where a record is damaged or a file ends within one, where there is no such file, and in browsers.
 * `onError: 'skip'` passes damaged records by, as long as it is known where the next one begins.
 * @example
 * ```ts
 * import { rm } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { exampleBytes, fromTFRecord, parseExample, range, writeTFRecord } from '@deft/data';
 * const path = `${tmpdir()}/squares-${process.pid}.tfrecord`;
 * const features = { square: 'int' } as const;
 * await writeTFRecord(path, range(4).map((i) => exampleBytes({ square: i * i }, features)));
 * const squares = fromTFRecord(path).map((bytes) => parseExample(bytes, features).square);
 * console.log(await squares.toArray()); // → [0, 1, 4, 9]
 * await rm(path);
 * ```
 */
export function fromTFRecord(paths: string | readonly string[], options: OnErrorOptions = {}): Dataset<Uint8Array> {
  const op = 'fromTFRecord';
  const all = typeof paths === 'string' ? [paths] : paths;
  if (all.length === 0) raise('E_ARGUMENT', { op, argument: 'paths', expected: 'a path', found: 'none' });
  const steps = all.map((path) => fileStep(op, path, options));
  return new Dataset(steps.length === 1 ? (steps[0] as (typeof steps)[0]) : concatenateStep(steps));
}

/**
 * Writes records to a TFRecord file: a pass of a dataset, or whatever else gives arrays of bytes. The file is there once all are in it;
 * an old one stays until then.
 *
 * @throws `E_FILE` where it cannot be written, `E_DTYPE` for what is no array of bytes.
 */
export async function writeTFRecord(path: string, records: AnyIterable<Uint8Array>): Promise<void> {
  const op = 'writeTFRecord';
  const writer = await RecordWriter.open(op, path);
  let number = 0;
  try {
    for await (const record of records) {
      if (!(record instanceof Uint8Array)) {
        raise('E_DTYPE', { op, argument: `record ${number}`, expected: 'a Uint8Array', found: typeof record });
      }
      await writer.write(record);
      number++;
    }
  } catch (error) {
    await writer.discard();
    throw error;
  }
  await writer.finish();
}
