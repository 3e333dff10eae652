/** Elements made of the records of a file, and what becomes of records that are no elements. */
import { DeftError, warn } from '@deft/core';
import { element, end, type PipelineStep } from '../cursor.ts';
import { savedCount } from '../saved-fields.ts';
import { type FileRecord, type RecordOptions, RecordReader } from './records.ts';

/** What is done about records that make no sense. */
export interface OnErrorOptions {
  /** Whether they end the pass, as they do unless told, or are passed by, counted and warned of at its end. */
  readonly onError?: 'throw' | 'skip';
  /** Called with the error of each record that is passed by. */
  readonly onSkip?: (error: DeftError) => void;
}

/** Makes an element of a record; `undefined` for records that hold none. */
export type RecordParser<T> = (record: FileRecord) => { readonly value: T } | undefined;

/** The elements of a file. `parserOf` is given the reader before the first record, for headers. */
export function recordSource<T>(
  path: string,
  options: RecordOptions & OnErrorOptions,
  parserOf: (reader: RecordReader) => Promise<RecordParser<T>>,
): PipelineStep<T> {
  const { op, onError = 'throw', onSkip } = options;
  return {
    text: `${op}(${JSON.stringify(path)})`,
    open: async (_, position) => {
      let reader = await RecordReader.open(path, options, { byte: 0, line: 1 });
      let parse: RecordParser<T>;
      try {
        parse = await parserOf(reader);
      } catch (error) {
        await reader.close();
        throw error;
      }
      let skipped = 0;
      if (position) {
        await reader.close();
        skipped = savedCount(position, 'skipped');
        const place = { byte: savedCount(position, 'byte'), line: savedCount(position, 'line') };
        reader = await RecordReader.open(path, options, place);
      }
      let isReported = false;
      return {
        next: async () => {
          for (;;) {
            const record = await reader.next();
            if (record === undefined) {
              if (skipped > 0 && !isReported) warn(`${op}: ${path}: ${skipped} records were skipped`);
              isReported = true;
              return end;
            }
            try {
              const parsed = parse(record);
              if (parsed !== undefined) return element(parsed.value);
            } catch (error) {
              if (onError !== 'skip' || !(error instanceof DeftError)) throw error;
              skipped++;
              onSkip?.(error);
            }
          }
        },
        position: () => ({ ...reader.place, skipped }),
        close: () => reader.close(),
      };
    },
  };
}
