/**
 * Files that are whole or absent: written under another name in the same folder, synced to the disk, then renamed over the
 * old one, and the folder synced. A process that dies at any moment leaves the old file or the new one, and beside it at
 * most one unfinished file, which the next process that writes the same file removes.
 */
import { raise } from '@deft/core';
import { isRunning, type NodeFiles, nodeFiles, processNumber, uniqueSuffix } from './environment.ts';

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

const isMissing = (error: unknown): boolean => (error as { readonly code?: string }).code === 'ENOENT';

/** A path's folder, with its separator, and the name in it. */
function partsOf(path: string): readonly [folder: string, name: string] {
  const name = /[^/\\]*$/.exec(path)?.[0] ?? '';
  return [path.slice(0, path.length - name.length), name];
}

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

/** Unfinished files that this process is writing. */
const unfinished = new Set<string>();

/** Removes what processes that are gone left of a file. What may belong to one that is running stays. */
async function removeLeftovers(files: NodeFiles, folder: string, name: string): Promise<void> {
  const entries = await files.readdir(folder || '.').catch(() => []);
  for (const entry of entries) {
    const pid = /^\.(\d{1,10})-[0-9a-f]{8}\.tmp$/.exec(entry.startsWith(name) ? entry.slice(name.length) : '')?.[1];
    if (pid === undefined || unfinished.has(folder + entry)) continue;
    if (Number(pid) === processNumber() || !isRunning(Number(pid))) {
      await files.unlink(folder + entry).catch(() => undefined);
    }
  }
}

/** Replaces a file's content. Throws `E_FILE` where it cannot be written; the old content stays then. */
export async function writeWhole(op: string, path: string, bytes: Uint8Array): Promise<void> {
  const files = await requireFiles(op);
  const [folder, name] = partsOf(path);
  await removeLeftovers(files, folder, name);
  const temporary = `${path}.${processNumber()}-${uniqueSuffix()}.tmp`;
  let created = false;
  unfinished.add(temporary);
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
    raise('E_FILE', { op, says: `cannot write ${path}: ${reasonOf(error)}` });
  } finally {
    unfinished.delete(temporary);
  }
  await syncFolder(files, folder || '.');
}

/** Node reads no more at a time. */
const largestRead = 2 ** 30;

/** A file's content. Throws `E_FILE` where it cannot be read. */
export async function readWhole(op: string, path: string): Promise<Uint8Array> {
  const files = await requireFiles(op);
  try {
    const handle = await files.open(path, 'r');
    try {
      const { size } = await handle.stat();
      const bytes = new Uint8Array(size);
      let filled = 0;
      while (filled < size) {
        const { bytesRead } = await handle.read(bytes, filled, Math.min(size - filled, largestRead), filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return raise('E_FILE', { op, says: `cannot read ${path}: ${reasonOf(error)}` });
  }
}

/** Whether there is a file. */
export async function exists(op: string, path: string): Promise<boolean> {
  const files = await requireFiles(op);
  try {
    await files.stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    return raise('E_FILE', { op, says: `cannot read ${path}: ${reasonOf(error)}` });
  }
}

/** Removes a file, if there is one. Throws `E_FILE` where it stays. */
export async function removeFile(op: string, path: string): Promise<void> {
  const files = await requireFiles(op);
  try {
    await files.unlink(path);
  } catch (error) {
    if (!isMissing(error)) raise('E_FILE', { op, says: `cannot remove ${path}: ${reasonOf(error)}` });
  }
}
