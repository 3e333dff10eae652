/** `save`: the elements of one pass, written to a file. */
import { SavedWriter } from './saved-file.ts';

/** Writes elements to a file, which is there once all are in it. Throws `E_FILE`, or `E_DTYPE` for what cannot be kept. */
export async function saveElements(elements: AsyncIterable<unknown>, pipeline: string, path: string): Promise<void> {
  const writer = await SavedWriter.open('save', path, { pipeline, version: '' });
  try {
    for await (const value of elements) await writer.write(value);
  } catch (error) {
    await writer.discard();
    throw error;
  }
  await writer.finish([]);
}
