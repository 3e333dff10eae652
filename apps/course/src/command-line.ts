/**
 * The command line of every program of the course: what it may say is read from the program's options, so that parsing,
 * checking and `--help` cannot disagree.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '@deft/digits';
import type { CourseApp, Option, Options, Values } from './course-app.ts';

/** What all programs take. */
const SHARED = {
  seed: { kind: 'number', text: 'fixes every random number', otherwise: 1, low: 0, high: 2 ** 32 - 1, whole: true },
} as const satisfies Options;

const DEFAULT_OUT = 'course-out';

/** What was given to a program. */
export interface Arguments {
  readonly help: boolean;
  readonly values: Values<Options>;
  readonly seed: number;
  /** Absolute path of the folder for pictures. */
  readonly out: string;
}

/**
 * Parses the words behind a program's name. Options left out have their defaults; one given twice counts the last time.
 *
 * @param folder - what relative paths are relative to
 * @throws InputError for an unknown option, and for a missing or impossible value
 */
export function parseCommandLine(app: CourseApp, words: readonly string[], folder: string): Arguments {
  const options: Options = { ...SHARED, ...app.options };
  const known = Object.fromEntries(
    Object.entries(options).map(([name, { kind }]) => [
      name,
      { type: kind === 'flag' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...words],
    options: { ...known, help: { type: 'boolean', short: 'h' }, out: { type: 'string' } },
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string | undefined>();
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw new InputError(`unexpected argument '${token.value}'; --help lists the options`);
    }
    if (token.kind === 'option') {
      if (!Object.hasOwn(options, token.name) && token.name !== 'help' && token.name !== 'out') {
        throw new InputError(`unknown option '${token.rawName}'; --help lists the options`);
      }
      given.set(token.name, token.value);
    }
  }
  const values = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      given.has(name) ? checked(name, option, given.get(name), folder) : otherwise(option),
    ]),
  );
  return {
    help: given.has('help'),
    values: values as Values<Options>,
    seed: values['seed'] as number,
    out: resolve(folder, given.has('out') ? text('out', given.get('out')) : DEFAULT_OUT),
  };
}

/** Whether nothing was made smaller or otherwise: the seed, flags and choices may be any. */
export function isFull(app: CourseApp, values: Values<Options>): boolean {
  return Object.entries(app.options).every(
    ([name, option]) => option.kind === 'flag' || option.kind === 'choice' || values[name] === otherwise(option),
  );
}

/** What a program's `--help` prints. */
export function helpText(app: CourseApp): string {
  const rows = Object.entries({ ...app.options, ...SHARED }).map(([name, option]) => row(name, option));
  rows.push(
    ['--out <folder>', `where pictures are written (default ${DEFAULT_OUT})`],
    ['-h, --help', 'show this text'],
  );
  return [`${app.summary}`, '', `Usage: npm run course -- ${app.name} [options]`, '', ...table(rows)].join('\n');
}

/** What `--help` prints without a program: all of them. */
export function listText(apps: readonly CourseApp[]): string {
  const rows = apps.map(({ name, summary }): [string, string] => [name, summary]);
  return [
    'Usage: npm run course -- <program> [options]',
    '',
    ...table(rows),
    '',
    '<program> --help lists its options.',
  ].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
}

function row(name: string, option: Option): [string, string] {
  switch (option.kind) {
    case 'number':
      return [`--${name} <n>`, `${option.text} (default ${option.otherwise})`];
    case 'flag':
      return [`--${name}`, option.text];
    case 'choice':
      return [`--${name} <name>`, `${option.text}: ${option.choices.join(', ')} (default ${option.choices[0]})`];
    case 'folder':
    case 'file':
      return [`--${name} <${option.kind}>`, option.text];
    case 'text':
      return [`--${name} <text>`, `${option.text} (default ${JSON.stringify(option.otherwise)})`];
  }
}

function otherwise(option: Option): number | boolean | string | undefined {
  switch (option.kind) {
    case 'number':
    case 'text':
      return option.otherwise;
    case 'flag':
      return false;
    case 'choice':
      return option.choices[0];
    case 'folder':
    case 'file':
      return undefined;
  }
}

function checked(name: string, option: Option, value: string | undefined, folder: string): number | boolean | string {
  switch (option.kind) {
    case 'number':
      return checkedNumber(name, option, text(name, value));
    case 'flag':
      if (value !== undefined) {
        throw new InputError(`--${name} takes no value, got '${value}'`);
      }
      return true;
    case 'choice':
      if (!option.choices.includes(text(name, value))) {
        throw new InputError(`--${name} takes ${option.choices.join(' or ')}, got '${value}'`);
      }
      return text(name, value);
    case 'folder':
    case 'file':
      return resolve(folder, text(name, value));
    case 'text':
      return text(name, value);
  }
}

function checkedNumber(name: string, option: Extract<Option, { kind: 'number' }>, value: string): number {
  const number = /^\d{1,15}(?:\.\d{1,15})?(?:e-?\d{1,3})?$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= option.low && number <= option.high) || (option.whole && !Number.isInteger(number))) {
    const sort = option.whole ? 'a whole number' : 'a number';
    throw new InputError(`--${name} takes ${sort} from ${option.low} to ${option.high}, got '${value}'`);
  }
  return number;
}

function text(name: string, value: string | undefined): string {
  if (value === undefined || value === '' || value.includes('\0')) {
    throw new InputError(`--${name} needs a value; --help lists the options`);
  }
  return value;
}
