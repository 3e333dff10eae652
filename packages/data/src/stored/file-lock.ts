/**
 * Who writes a file: a lock beside it holds the number of a process and a word of the writer. One that a dead process left is taken away,
 * with what that process had written. Two that take it away in the same moment may both write; each to a file of its own, so that the
 * lock saves work, and nothing that is read depends on it.
 */
import { raise } from '@deft/core';
import {
  encodeText,
  isRunning,
  nodeFiles,
  processNumber,
  processStart,
  uniqueSuffix,
  wallTime,
} from '../environment.ts';
import { unfinishedPath } from './record-writer.ts';

/** A lock that is held. */
export interface FileLock {
  /** Tells the file that its holder writes from those of others. */
  readonly suffix: string;
  release(): Promise<void>;
}

/** A lock without words is being written, unless it is as old as this, in milliseconds. */
const oldestEmpty = 10_000;

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;

/** Who holds a lock: a process, or one that is not known. */
export interface HeldLock {
  readonly heldBy: number | undefined;
}

/** Takes the lock of a file, or says who has it. Throws `E_FILE` where none can be written. */
export async function takeLock(op: string, path: string): Promise<FileLock | HeldLock> {
  const files = await nodeFiles(op);
  const lock = `${path}.lock`;
  const words = async (): Promise<string> => String.fromCharCode(...(await files.readFile(lock)).subarray(0, 40));
  const suffix = uniqueSuffix();
  const own = `${processNumber()} ${suffix}`;
  for (;;) {
    try {
      const file = await files.open(lock, 'wx');
      await file.writeFile(encodeText(own)).finally(() => file.close());
      const release = async (): Promise<void> => {
        const found = await words().catch(() => '');
        if (found === own) await files.unlink(lock).catch(() => {});
      };
      return { suffix, release };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST')
        raise('E_FILE', { op, says: `cannot write ${lock}: ${(error as Error).message}` });
    }
    try {
      const match = /^(\d{1,10}) ([0-9a-f]{8})$/.exec(await words());
      const { mtimeMs } = await files.stat(lock);
      const pid = Number(match?.[1]);
      if (match === null) {
        if (wallTime() - mtimeMs < oldestEmpty) return { heldBy: undefined };
      } else {
        // A process may have the number of one that died before it began.
        const isAlive = pid === processNumber() ? mtimeMs >= processStart() : isRunning(pid);
        if (isAlive) return { heldBy: pid };
        await files.unlink(unfinishedPath(path, pid, match[2] as string)).catch(() => {});
      }
      await files.unlink(lock);
    } catch (error) {
      // It was given back just now.
      if (codeOf(error) !== 'ENOENT') raise('E_FILE', { op, says: `${lock}: ${(error as Error).message}` });
    }
  }
}
