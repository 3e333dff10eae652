/** Files of events: records in the frames of TFRecord files. What is added waits in memory until it is flushed. */
import { frameRecord, joinBytes } from '@deft/core';
import { uniqueSuffix, wallTime } from '../../environment.ts';
import { makeFolder, writeLog } from '../log-file.ts';
import { versionEvent } from './events.ts';

/** A file in a folder, made when there is something to write. */
export class EventFile {
  readonly #op: string;
  readonly #folder: string;
  #path: string | undefined;
  #records: Uint8Array[] = [];
  #waiting = 0;
  /** When the first event was added, in seconds since 1970. */
  #begun: number | undefined;

  constructor(op: string, folder: string) {
    this.#op = op;
    this.#folder = folder;
  }

  /** Adds an event. */
  add(event: Uint8Array): void {
    this.#begun ??= wallTime();
    const record = frameRecord(event);
    this.#records.push(record);
    this.#waiting += record.length;
  }

  /** Bytes that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Writes what waits to the disk. Throws `E_FILE`; what follows goes to another file then, since a record that was cut off
   * hides all behind it.
   */
  async flush(): Promise<void> {
    if (this.#waiting === 0) return;
    const records = joinBytes(this.#records);
    this.#records = [];
    this.#waiting = 0;
    const known = this.#path;
    this.#path = undefined;
    if (known !== undefined) {
      await writeLog(this.#op, known, records, 'behind');
      this.#path = known;
      return;
    }
    const begun = this.#begun ?? wallTime();
    // TensorBoard reads the files of a folder in the order of their names, and takes those with this word in them.
    const path = `${this.#folder}/events.out.tfevents.${Math.floor(begun)}.deft.${uniqueSuffix()}.v2`;
    await makeFolder(this.#op, this.#folder);
    await writeLog(this.#op, path, joinBytes([frameRecord(versionEvent(begun)), records]), 'new');
    this.#path = path;
  }
}
