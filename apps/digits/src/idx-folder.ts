/**
 * Finds and reads the four files of an MNIST-like folder: training images and labels, and, if they are there, the test
 * images and labels ("t10k"). Each may be packed with gzip; an unpacked file is preferred to its packed twin.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openingFailure, readIdxImages, readIdxLabels } from './idx.ts';
import { InputError } from './input-error.ts';
import { IMAGE_PIXELS, type LabelledImages } from './labelled-images.ts';

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
export function readIdxFolder(folder: string): IdxFolder {
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
    train: readPart(folder, 'train'),
    test: hasTest === undefined ? undefined : readPart(folder, 't10k'),
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

function readPart(folder: string, part: Part): LabelledImages {
  const imagesPath = requireFile(folder, imagesName(part));
  const labelsPath = requireFile(folder, labelsName(part));
  const labels = readIdxLabels(labelsPath);
  const pixels = readIdxImages(imagesPath);
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
