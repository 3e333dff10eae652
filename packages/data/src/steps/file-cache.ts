/**
 * `cache` in a file: what the first pass gave is kept for the others, of this process and of later ones. What is read is always pass 0 of
 * the source. A file that was made by other steps, or from files that have changed since, is written anew.
 */
import { warn } from '@deft/core';
import {
  type Cursor,
  closedOnFailure,
  element,
  end,
  type Next,
  type Pass,
  type PipelineStep,
  type Position,
  passBy,
} from '../cursor.ts';
import { type FileFacts, nodeFiles } from '../environment.ts';
import { savedCount } from '../saved-fields.ts';
import { type FileLock, takeLock } from '../stored/file-lock.ts';
import { type InputFile, isThere, SavedFile, SavedWriter } from '../stored/saved-file.ts';
import { openUnkept, warnNothingKept } from './unkept.ts';

const op = 'cache';

/** The files that a pass reads, as they were when it came to them. */
class Inputs {
  readonly #facts = new Map<string, Promise<FileFacts | undefined>>();

  readonly note = (path: string): void => {
    if (this.#facts.has(path)) return;
    const facts = nodeFiles(op).then((files) => files.stat(path));
    this.#facts.set(
      path,
      facts.catch(() => undefined),
    );
  };

  async all(): Promise<InputFile[]> {
    const inputs: InputFile[] = [];
    for (const [path, found] of this.#facts) {
      const facts = await found;
      // What is not there now never was as it is later.
      inputs.push({ path, size: facts?.size ?? -1, modified: facts?.mtimeMs ?? -1 });
    }
    return inputs;
  }
}

/** Says why a file is not what the steps before would give now; nothing if it is. */
async function staleness({ description }: SavedFile, pipeline: string, version: string): Promise<string | undefined> {
  if (description.pipeline !== pipeline) return `it was made by ${description.pipeline}`;
  if (description.version !== version) return `it has version ${JSON.stringify(description.version)}`;
  const files = await nodeFiles(op);
  for (const { path, size, modified } of description.inputs) {
    const facts = await files.stat(path).catch(() => undefined);
    if (facts?.size !== size || facts.mtimeMs !== modified) return `${path} has changed`;
  }
  return undefined;
}

/** One pass that writes what it gives. */
class WritingPass<T> implements Cursor<T> {
  readonly #source: Cursor<T>;
  readonly #writer: SavedWriter;
  readonly #lock: FileLock;
  readonly #inputs: Inputs;
  #at = 0;
  #state: 'writing' | 'finished' | 'discarded' = 'writing';

  constructor(source: Cursor<T>, writer: SavedWriter, lock: FileLock, inputs: Inputs) {
    this.#source = source;
    this.#writer = writer;
    this.#lock = lock;
    this.#inputs = inputs;
  }

  async next(): Promise<Next<T>> {
    if (this.#state !== 'writing') return end;
    const next = await this.#source.next();
    if (next.done) {
      this.#state = 'finished';
      await this.#writer.finish(await this.#inputs.all()).finally(() => this.#lock.release());
      return end;
    }
    await this.#writer.write(next.value);
    this.#at++;
    return element(next.value);
  }

  position(): Position {
    return { at: this.#at };
  }

  /** What was written of a pass that ended early is removed. */
  async close(): Promise<void> {
    if (this.#state === 'writing') {
      this.#state = 'discarded';
      await this.#writer.discard();
      await this.#lock.release();
      warnNothingKept(this.#at);
    }
    await this.#source.close();
  }
}

/** The elements of the source's pass 0, kept in a file once a pass has seen them all. */
export function fileCacheStep<T>(source: PipelineStep<T>, file: string, version = ''): PipelineStep<T> {
  /** The file, if it is there and up to date. */
  const openKept = async (tell: boolean): Promise<SavedFile | undefined> => {
    if (!(await isThere(op, file))) return undefined;
    const saved = await SavedFile.open(op, file);
    const why = await staleness(saved, source.text, version);
    if (why === undefined) return saved;
    await saved.close();
    if (tell) warn(`cache: ${file} is written anew: ${why}`);
    return undefined;
  };
  const read = (saved: SavedFile, pass: Pass, position: Position | undefined): Promise<Cursor<T>> => {
    for (const { path } of saved.description.inputs) pass.readsFile?.(path);
    return saved.cursor<T>(position);
  };
  return {
    text: `${source.text}.cache()`,
    cardinality: source.cardinality,
    open: async (pass, position) => {
      const saved = await openKept(true);
      if (saved) return read(saved, pass, position);
      const at = position ? savedCount(position, 'at') : 0;
      if (!pass.keeps) return openUnkept(source, pass, at);
      const lock = await takeLock(op, file);
      if ('heldBy' in lock) {
        const holder = lock.heldBy === undefined ? 'another process' : `process ${lock.heldBy}`;
        warn(`cache: ${file} is being written by ${holder}: this pass reads what it is made from`);
        return openUnkept(source, pass, at);
      }
      try {
        // Another process may have finished it since.
        const others = await openKept(false);
        if (others) {
          await lock.release();
          return await read(others, pass, position);
        }
        const inputs = new Inputs();
        const readsFile = (path: string): void => {
          inputs.note(path);
          pass.readsFile?.(path);
        };
        const writer = await SavedWriter.open(op, file, { pipeline: source.text, version }, lock.suffix);
        const cursor = await source.open({ ...pass, epoch: 0, readsFile }).catch(async (error: unknown) => {
          await writer.discard();
          throw error;
        });
        const writing = new WritingPass(cursor, writer, lock, inputs);
        // What was given before belongs into the file.
        await closedOnFailure(writing, () => passBy(writing, at));
        return writing;
      } catch (error) {
        await lock.release();
        throw error;
      }
    },
  };
}
