/**
 * Finds and reads the four files of an MNIST-like folder: training images and labels, and, if they are there, the test
 * images and labels ("t10k"). Each may be packed with gzip; an unpacked file is preferred to its packed twin. What is
 * wrong with a file, or does not fit this program, is one line with the file and the byte.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type HostArray, readIdx } from '@deft/data';
import { DeftError } from '@deft/tensor';
import { InputError } from './input-error.ts';
import { CLASS_COUNT, IMAGE_PIXELS, IMAGE_SIDE, type LabelledImages } from './labelled-images.ts';

/** More than any set of 28 × 28 digits has (the largest, EMNIST's, has 280,000); what is beyond is refused unread. */
const LARGEST_COUNT = 500_000;

/** What a folder of idx files holds. */
export interface IdxFolder {
  readonly train: LabelledImages;
  /** Absent when the folder has no `t10k` files. */
  readonly test: LabelledImages | undefined;
}

/**
 * Reads `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`,
 * each with or without `.gz`.
 *
 * @throws InputError when the folder or a file is missing, when images and labels differ in number, and for every fault
 * inside a file
 */
export async function readIdxFolder(folder: string): Promise<IdxFolder> {
  let isFolder: boolean;
  try {
    isFolder = statSync(folder).isDirectory();
  } catch (error) {
    throw new InputError(`${folder}: ${openingFailure(error)}`, { cause: error });
  }
  if (!isFolder) {
    throw new InputError(`${folder}: not a folder`);
  }
  const hasTest = findFile(folder, imagesName('t10k')) ?? findFile(folder, labelsName('t10k'));
  return {
    train: await readPart(folder, 'train'),
    test: hasTest === undefined ? undefined : await readPart(folder, 't10k'),
  };
}

type Part = 'train' | 't10k';

const imagesName = (part: Part): string => `${part}-images-idx3-ubyte`;
const labelsName = (part: Part): string => `${part}-labels-idx1-ubyte`;

function findFile(folder: string, name: string): string | undefined {
  return [join(folder, name), join(folder, `${name}.gz`)].find((path) => existsSync(path));
}

function requireFile(folder: string, name: string): string {
  const path = findFile(folder, name);
  if (path === undefined) {
    throw new InputError(`${join(folder, name)}: no such file, with or without .gz`);
  }
  return path;
}

async function readPart(folder: string, part: Part): Promise<LabelledImages> {
  const imagesPath = requireFile(folder, imagesName(part));
  const labelsPath = requireFile(folder, labelsName(part));
  const labels = await readLabels(labelsPath);
  const pixels = await readBytes(imagesPath, [IMAGE_SIDE, IMAGE_SIDE]);
  const count = pixels.length / IMAGE_PIXELS;
  if (labels.length !== count) {
    throw new InputError(`${labelsPath}: byte 4: ${labels.length} labels, but ${imagesPath} has ${count} images`);
  }
  if (count === 0) {
    throw new InputError(`${imagesPath}: byte 4: holds no images`);
  }
  const images = new Float32Array(pixels.length);
  for (let position = 0; position < pixels.length; position += 1) {
    images[position] = (pixels[position] as number) / 255;
  }
  return { images, labels: Int32Array.from(labels) };
}

async function readLabels(path: string): Promise<Uint8Array> {
  const labels = await readBytes(path, []);
  const wrong = labels.findIndex((label) => label >= CLASS_COUNT);
  if (wrong >= 0) {
    const place = placeIn(path, headerBytes(1) + wrong);
    throw new InputError(`${place}: label ${labels[wrong]}, but labels go from 0 to ${CLASS_COUNT - 1}`);
  }
  return labels;
}

/** The bytes in a file that must hold any number of items of shape `itemShape`. */
async function readBytes(path: string, itemShape: readonly number[]): Promise<Uint8Array> {
  const rank = itemShape.length + 1;
  const maxBytes = headerBytes(rank) + LARGEST_COUNT * itemShape.reduce((product, size) => product * size, 1);
  let array: HostArray;
  try {
    array = await readIdx(path, { maxBytes });
  } catch (error) {
    if (error instanceof DeftError && error.code === 'E_FILE') {
      throw new InputError(error.details.says ?? error.message, { cause: error });
    }
    throw error;
  }
  const { data, shape } = array;
  if (
    !(data instanceof Uint8Array) ||
    shape.length !== rank ||
    itemShape.some((size, axis) => shape[axis + 1] !== size)
  ) {
    const expected = ['n', ...itemShape].join(', ');
    const kind = data.constructor.name.replace('Array', '').toLowerCase();
    throw new InputError(`${placeIn(path, 2)}: holds ${kind}[${shape.join(', ')}], expected uint8[${expected}]`);
  }
  return data;
}

/** Bytes before the first item of an idx file. */
function headerBytes(rank: number): number {
  return 4 + 4 * rank;
}

function placeIn(path: string, byte: number): string {
  return `${path}: byte ${byte}${path.endsWith('.gz') ? ' of the unpacked data' : ''}`;
}

/** Says in words why a file or folder could not be opened. */
function openingFailure(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
      return 'no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ENOTDIR':
      return 'not a folder';
    default:
      return `cannot be opened (${code ?? String(error)})`;
  }
}
