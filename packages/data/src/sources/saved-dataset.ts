/** Datasets kept in files: one pass written down, and read as a dataset again. */
import { raise } from '@deft/core';
import { Dataset } from '../dataset.ts';
import { SavedFile } from '../stored/saved-file.ts';

/**
 * The elements that `save` wrote to a file, read when a pass comes to them: of the classes, shapes and bits that they were, tensors as
 * tensors. Their type is what it is said to be. Positions are places in the file.
 *
 * @throws `E_FILE` with the path and the byte where the file is damaged, cut off or of another format, and in browsers; `E_PIPELINE` for
 * a state of a file that was written anew since.
 * @example
 * ```ts
 * import { rm } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { loadDataset, range } from '@deft/data';
 * const path = `${tmpdir()}/squares-${process.pid}`;
 * await range(4).map((i) => ({ i, square: i * i })).save(path);
 * const squares = loadDataset<{ i: number; square: number }>(path);
 * console.log((await squares.map(({ square }) => square).toArray())); // → [0, 1, 4, 9]
 * await rm(path);
 * ```
 */
export function loadDataset<T = unknown>(path: string): Dataset<T> {
  const op = 'loadDataset';
  return new Dataset<T>({
    text: `${op}(${JSON.stringify(path)})`,
    open: async (pass, position) => {
      const saved = await SavedFile.open(op, path);
      pass.readsFile?.(path);
      if (position && position['stamp'] !== saved.description.stamp) {
        await saved.close();
        raise('E_PIPELINE', {
          op: 'restore',
          says: `${path} was written anew since the position was taken`,
          hint: 'restore from the same data',
        });
      }
      return saved.cursor<T>(position);
    },
  });
}
