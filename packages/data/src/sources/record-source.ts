/** Elements made of the records of a file, and what becomes of records that are no elements. */
import { closedOnFailure, element, end, type PipelineStep } from '../cursor.ts';
import { savedCount } from '../saved-fields.ts';
import { type OnErrorOptions, Skipped } from '../skipped.ts';
import { type FileRecord, type RecordOptions, RecordReader } from './records.ts';

/** Makes an element of a record; `undefined` for records that hold none. */
export type RecordParser<T> = (record: FileRecord) => { readonly value: T } | undefined;

/** The elements of a file. `parserOf` is given the reader before the first record, for headers. */
export function recordSource<T>(
  path: string,
  options: RecordOptions & OnErrorOptions,
  parserOf: (reader: RecordReader) => Promise<RecordParser<T>>,
): PipelineStep<T> {
  const { op } = options;
  return {
    text: `${op}(${JSON.stringify(path)})`,
    open: async (pass, position) => {
      pass.readsFile?.(path);
      const count = position ? savedCount(position, 'skipped') : 0;
      const place = position && { byte: savedCount(position, 'byte'), line: savedCount(position, 'line') };
      let reader = await RecordReader.open(path, options, { byte: 0, line: 1 });
      const parse = await closedOnFailure(reader, () => parserOf(reader));
      const skipped = new Skipped(options, count, (all) => `${op}: ${path}: ${all} records were skipped`);
      if (place) {
        await reader.close();
        reader = await RecordReader.open(path, options, place);
      }
      return {
        next: async () => {
          for (;;) {
            const record = await reader.next();
            if (record === undefined) {
              skipped.report();
              return end;
            }
            try {
              const parsed = parse(record);
              if (parsed !== undefined) return element(parsed.value);
            } catch (error) {
              skipped.add(error);
            }
          }
        },
        position: () => ({ ...reader.place, skipped: skipped.count }),
        close: () => reader.close(),
      };
    },
  };
}
