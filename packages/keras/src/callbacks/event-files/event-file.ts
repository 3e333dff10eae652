/**
 * Files of events: records as TensorFlow frames them (tensorflow.org/tutorials/load_data/tfrecord, "TFRecords format
 * details"): length, its checksum, data, their checksum. What is added waits in memory until it is flushed.
 */
import { uniqueSuffix, wallTime } from '../../environment.ts';
import { makeFolder, writeLog } from '../log-file.ts';
import { crc32c } from './crc32c.ts';
import { versionEvent } from './events.ts';
import { message } from './protocol-buffer.ts';

/** A checksum as the format stores it: turned and moved, so that checksums of data that hold checksums stay good. */
function masked(bytes: Uint8Array): number {
  const sum = crc32c(bytes);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

/** Data in its frame. */
export function frame(data: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(12));
  head.setBigUint64(0, BigInt(data.length), true);
  head.setUint32(8, masked(new Uint8Array(head.buffer, 0, 8)), true);
  const foot = new DataView(new ArrayBuffer(4));
  foot.setUint32(0, masked(data), true);
  return message(new Uint8Array(head.buffer), data, new Uint8Array(foot.buffer));
}

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
    const record = frame(event);
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
    const records = message(...this.#records);
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
    await writeLog(this.#op, path, message(frame(versionEvent(begun)), records), 'new');
    this.#path = path;
  }
}
