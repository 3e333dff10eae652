/**
 * Files that are whole or absent: written under another name in the same folder, synced to the disk, then renamed over the
 * old one, and the folder synced. A process that dies at any moment leaves the old file or the new one.
 */
import { raise } from '@deft/core';
import { type NodeFiles, nodeFiles, uniqueSuffix } from './environment.ts';

async function requireFiles(op: string): Promise<NodeFiles> {
  return (
    (await nodeFiles()) ??
    raise('E_FILE', {
      op,
      says: 'there are no files in this environment',
      hint: 'use model.serialize() and deserializeModel(bytes)',
    })
  );
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Syncs a folder, where the system can. */
async function syncFolder(files: NodeFiles, folder: string): Promise<void> {
  try {
    const handle = await files.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows cannot open folders; the rename itself is atomic there too.
  }
}

/** Replaces a file's content. Throws `E_FILE` where it cannot be written; the old content stays then. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const files = await requireFiles('saveModel');
  const temporary = `${path}.${uniqueSuffix()}.tmp`;
  let created = false;
  try {
    const handle = await files.open(temporary, 'wx');
    created = true;
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await files.rename(temporary, path);
  } catch (error) {
    if (created) await files.unlink(temporary).catch(() => undefined);
    raise('E_FILE', { op: 'saveModel', says: `cannot write ${path}: ${reasonOf(error)}` });
  }
  await syncFolder(files, /^(.*[/\\])[^/\\]*$/.exec(path)?.[1] ?? '.');
}

/** A file's content. Throws `E_FILE` where it cannot be read. */
export async function readWhole(path: string): Promise<Uint8Array> {
  const files = await requireFiles('loadModel');
  try {
    return await files.readFile(path);
  } catch (error) {
    return raise('E_FILE', { op: 'loadModel', says: `cannot read ${path}: ${reasonOf(error)}` });
  }
}
