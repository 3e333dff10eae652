/** Folders of images: which files there are is found once, what is in them is read when a pass comes to them. */
import { crc32, raise } from '@deft/core';
import { checkSeed } from '../checks.ts';
import { element, end, type PipelineStep } from '../cursor.ts';
import { Dataset } from '../dataset.ts';
import { encodeText, nodeFiles, readWholeFile, withPath } from '../environment.ts';
import {
  checkImageOptions,
  type DecodedImage,
  decodeNamed,
  type ImageOptions,
  mostImageBytes,
} from '../images/decode-image.ts';
import { passKey, permutationOf, shufflePurpose } from '../random-words.ts';
import { savedCount } from '../saved-fields.ts';
import { type OnErrorOptions, Skipped } from '../skipped.ts';
import { type ListedFile, listFolder } from './folder-listing.ts';

/** An image of a folder. */
export interface FolderImage {
  readonly image: DecodedImage;
  /** The file, from the folder on, with `/` between names. */
  readonly path: string;
}

/** An image of a folder with the number of its class. */
export interface LabelledImage extends FolderImage {
  readonly label: number;
}

/** The file of an image as it is, under its name in the folder. */
export interface EncodedImage {
  readonly bytes: Uint8Array;
  readonly path: string;
}

/** The file of an image with the number of its class. */
export interface LabelledEncodedImage extends EncodedImage {
  readonly label: number;
}

/** What there is of each image, by the options of these names: of either kind where a value is not known. */
export type ImageOf<Decode extends boolean, Labels extends 'inferred' | null> = Decode extends false
  ? Labels extends null
    ? EncodedImage
    : LabelledEncodedImage
  : Labels extends null
    ? FolderImage
    : LabelledImage;

/** Which images of a folder, and what becomes of them. */
export interface ImageFolderOptions extends ImageOptions, OnErrorOptions {
  /** Whether the folders in the folder are classes, as they are unless told (`'inferred'`), or nothing is (`null`). */
  readonly labels?: 'inferred' | null;
  /** Folders that are classes, in the order of their numbers: all of them by name unless told. */
  readonly classNames?: readonly string[];
  /** Whether images are decoded, as they are unless told. Otherwise elements have `bytes`, which a function in workers may decode. */
  readonly decode?: boolean;
  /** Endings of the names of files that are read: `png`, `jpg` and `jpeg` unless told. What is in a file is told by its bytes. */
  readonly extensions?: readonly string[];
  /** Whether every pass has an order of its own, drawn with `seed`; false unless told. Nothing is held for it. */
  readonly shuffle?: boolean;
  /** The part of the images, between 0 and 1, that `subset: 'validation'` has, drawn with `seed`. */
  readonly validationSplit?: number;
  /** Which part is wanted. */
  readonly subset?: 'training' | 'validation';
  /** 0 unless told. */
  readonly seed?: number;
}

const op = 'fromImageFolder';

/** Sets the drawing of a validation set apart from that of orders. */
const splitPurpose = 0x73706c74;

/** The images of a folder as a dataset. */
export class ImageFolder<out T> extends Dataset<T> {
  /** The names of the classes, at the places that labels say. */
  readonly classNames: readonly string[];
  /** The files, from the folder on, in the order of a pass that is not shuffled. */
  readonly paths: readonly string[];

  /** @internal Made by `fromImageFolder`. */
  constructor(step: PipelineStep<T>, classNames: readonly string[], paths: readonly string[]) {
    super(step);
    this.classNames = classNames;
    this.paths = paths;
  }
}

/** Reads a file of a folder, which no link on the way may leave. */
async function readInside(folder: string, { path }: ListedFile, most: number): Promise<Uint8Array> {
  const place = `${folder}/${path}`;
  const files = await nodeFiles(op);
  const root = await withPath(op, folder, () => files.realpath(folder));
  const real = await withPath(op, place, () => files.realpath(place));
  const isInside = real.startsWith(root) && (/[/\\]$/.test(root) || /^[/\\]/.test(real.slice(root.length)));
  if (!isInside) raise('E_FILE', { op, says: `${place}: the link leaves the folder` });
  return readWholeFile(op, place, most);
}

function subsetOf(files: readonly ListedFile[], options: ImageFolderOptions): readonly ListedFile[] {
  const { subset, validationSplit, seed = 0 } = options;
  if (subset === undefined || validationSplit === undefined) return files;
  const count = Math.round(files.length * validationSplit);
  const chosen = new Set(permutationOf(passKey(seed, splitPurpose, 0), files.length).subarray(0, count));
  return files.filter((_, i) => chosen.has(i) === (subset === 'validation'));
}

function checkOptions(options: ImageFolderOptions): void {
  const { labels = 'inferred', classNames, validationSplit, subset, seed = 0, decode = true } = options;
  checkImageOptions(op, options);
  checkSeed(op, seed);
  const refuse = (argument: string, expected: string, found: unknown): never =>
    raise('E_ATTRIBUTE', { op, argument, expected, found: String(found) });
  if (labels !== 'inferred' && labels !== null) refuse('labels', "'inferred' or null", labels);
  for (const name of ['size', 'channels', 'antialias', 'cropToAspectRatio'] as const) {
    if (!decode && options[name] !== undefined) refuse(name, 'none with decode: false', options[name]);
  }
  if (labels === null && classNames) refuse('classNames', 'none with labels: null', classNames.join());
  if (new Set(classNames).size !== (classNames ?? []).length)
    refuse('classNames', 'every name once', classNames?.join());
  if (subset !== undefined && subset !== 'training' && subset !== 'validation') {
    refuse('subset', "'training' or 'validation'", subset);
  }
  if ((subset === undefined) !== (validationSplit === undefined)) {
    refuse('subset', 'both of subset and validationSplit, or none', `${subset} and ${validationSplit}`);
  }
  if (validationSplit !== undefined && !(validationSplit > 0 && validationSplit < 1)) {
    refuse('validationSplit', 'a number between 0 and 1', validationSplit);
  }
}

function folderStep(
  folder: string,
  files: readonly ListedFile[],
  options: ImageFolderOptions,
): PipelineStep<FolderImage | EncodedImage> {
  const { labels, shuffle = false, seed = 0, onError = 'throw', decode = true } = options;
  const { size, channels = 3, antialias = false, cropToAspectRatio = false } = options;
  const list = crc32(encodeText(files.map(({ path, label }) => `${label} ${path}\n`).join('')));
  const said = { files: files.length, list, channels, size, antialias, cropToAspectRatio, shuffle: shuffle && seed };
  const told = decode ? said : { ...said, decode };
  const elementOf = async (file: ListedFile): Promise<FolderImage | EncodedImage> => {
    const bytes = await readInside(folder, file, mostImageBytes(options));
    const { path, label } = file;
    const named = labels === null ? { path } : { label, path };
    return decode
      ? { image: await decodeNamed(op, `${folder}/${path}`, bytes, options), ...named }
      : { bytes, ...named };
  };
  return {
    // Where files were added or taken away it is another pipeline, whose numbers mean other files.
    text: `${op}(${JSON.stringify(folder)}, ${JSON.stringify(told)})`,
    // Which images are skipped is known once they are read.
    cardinality: onError === 'throw' ? files.length : undefined,
    open: async (pass, position) => {
      const order = shuffle ? permutationOf(passKey(seed, shufflePurpose, pass.epoch), files.length) : undefined;
      let next = position ? savedCount(position, 'next') : 0;
      const before = position ? savedCount(position, 'skipped') : 0;
      const skipped = new Skipped(options, before, (all) => `${op}: ${folder}: ${all} images were skipped`);
      return {
        next: async () => {
          while (next < files.length) {
            const file = files[order?.[next] ?? next] as ListedFile;
            next++;
            pass.readsFile?.(`${folder}/${file.path}`);
            try {
              return element(await elementOf(file));
            } catch (error) {
              skipped.add(error);
            }
          }
          skipped.report();
          return end;
        },
        ...(onError === 'throw' && {
          passBy: async (count: number) => {
            const passed = Math.min(count, Math.max(0, files.length - next));
            next += passed;
            return passed;
          },
        }),
        position: () => ({ next, skipped: skipped.count }),
        close: async () => {},
      };
    },
  };
}

/**
 * The PNG and JPEG images below a folder, in whose folders the classes are: elements are `{ image, label, path }`, sorted by class and
 * name, where `image` is what `decodeImage` gives; with `decode: false`, `bytes` are what is in the file. Names that begin with a dot
 * are passed by. Position in a pass is a number of a file: a state is refused where files were added or taken away.
 *
 * @throws `E_FILE` with the path, and the byte where it is known, for what cannot be read: a class that is missing, no images at all,
 * links that leave the folder, and whatever `decodeImage` refuses. `onError: 'skip'` passes bad images by. `E_ATTRIBUTE` for bad options.
 * @example
 * ```ts
 * import { mkdir, rm, writeFile } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { fromImageFolder } from '@deft/data';
 * const png =
 *   'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4XmNgaAAAAIMAgfuFMjgAAAAASUVORK5CYII=';
 * const folder = `${tmpdir()}/pets-example-${process.pid}`;
 * for (const name of ['cats', 'dogs']) {
 *   await mkdir(`${folder}/${name}`, { recursive: true });
 *   await writeFile(`${folder}/${name}/1.png`, png, 'base64');
 * }
 * const pets = await fromImageFolder(folder, { size: [4, 4] });
 * console.log(pets.classNames); // → ['cats', 'dogs']
 * const [batch] = await pets.batch(2).toArray();
 * console.log(batch?.image.shape); // → [2, 4, 4, 3]
 * await rm(folder, { recursive: true });
 * ```
 */
export async function fromImageFolder<Decode extends boolean = true, Labels extends 'inferred' | null = 'inferred'>(
  folder: string,
  options: ImageFolderOptions & { readonly decode?: Decode; readonly labels?: Labels } = {},
): Promise<ImageFolder<ImageOf<Decode, Labels>>> {
  checkOptions(options);
  const { labels, classNames, extensions = ['png', 'jpg', 'jpeg'] } = options;
  const { classes, files } = await listFolder(op, folder, { extensions, hasClasses: labels !== null, classNames });
  if (files.length === 0) {
    raise('E_FILE', { op, says: `${folder}: there are no images`, hint: `names end in ${extensions.join(', ')}` });
  }
  const chosen = subsetOf(files, options);
  const paths = chosen.map(({ path }) => path);
  const step = folderStep(folder, chosen, options) as PipelineStep<ImageOf<Decode, Labels>>;
  return new ImageFolder(step, classes, paths);
}
