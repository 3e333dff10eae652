/**
 * Files that callbacks write while a model trains, in Node. No file stays open between two calls, so a run that fails leaves
 * nothing behind but what was written, and what was written is on the disk.
 */
import { raise } from '@deft/core';
import { type NodeFiles, nodeFiles } from '../environment.ts';

async function requireFiles(op: string): Promise<NodeFiles> {
  return (
    (await nodeFiles()) ??
    raise('E_FILE', {
      op,
      says: 'there are no files in this environment',
      hint: 'write a callback that keeps or sends what is given to onEpochEnd',
    })
  );
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Writes bytes to a file and syncs it.
 *
 * @param how anew over an old file, behind what is there, or to a file that must not be there yet
 * @throws `E_FILE`
 */
export async function writeLog(
  op: string,
  path: string,
  bytes: Uint8Array,
  how: 'over' | 'behind' | 'new',
): Promise<void> {
  const files = await requireFiles(op);
  try {
    const handle = await files.open(path, how === 'over' ? 'w' : how === 'behind' ? 'a' : 'ax');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    raise('E_FILE', { op, says: `cannot write ${path}: ${reasonOf(error)}` });
  }
}

/** A file's content, nothing where there is no such file. Throws `E_FILE` where it cannot be read. */
export async function readLog(op: string, path: string): Promise<Uint8Array> {
  const files = await requireFiles(op);
  try {
    return await files.readFile(path);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return new Uint8Array();
    return raise('E_FILE', { op, says: `cannot read ${path}: ${reasonOf(error)}` });
  }
}

/** Makes a folder and those above it, where they are missing. Throws `E_FILE`. */
export async function makeFolder(op: string, path: string): Promise<void> {
  const files = await requireFiles(op);
  try {
    await files.mkdir(path, { recursive: true });
  } catch (error) {
    raise('E_FILE', { op, says: `cannot make the folder ${path}: ${reasonOf(error)}` });
  }
}
