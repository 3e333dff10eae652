/** What a program of the course is: a name, options with defaults, and a function of what was given and where it shows. */
import type { OutputFolder } from '@deft/digits';
import type { Progress } from './progress.ts';

/** A thing that the command line may change. */
export type Option =
  /** A number within bounds; `whole` ones have no fraction. */
  | {
      readonly kind: 'number';
      readonly text: string;
      readonly otherwise: number;
      readonly low: number;
      readonly high: number;
      readonly whole: boolean;
    }
  | { readonly kind: 'flag'; readonly text: string }
  /** One of some words; the first is the default. */
  | { readonly kind: 'choice'; readonly text: string; readonly choices: readonly [string, ...string[]] }
  /** The path of a folder, or of a file, to read. */
  | { readonly kind: 'folder' | 'file'; readonly text: string }
  /** Any words. */
  | { readonly kind: 'text'; readonly text: string; readonly otherwise: string };

/** Options by their names, as they are written behind `--`. */
export type Options = Readonly<Record<string, Option>>;

/** The checked value of each option. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends { readonly kind: 'number' }
    ? number
    : O[Name] extends { readonly kind: 'flag' }
      ? boolean
      : O[Name] extends { readonly kind: 'folder' | 'file' }
        ? string | undefined
        : string;
};

/** Where a program shows what it does. */
export interface Desk {
  /** Prints a line. */
  print(text: string): void;
  /** Begins a progress line of `total` steps. */
  progress(label: string, total: number): Progress;
  /** States what must hold in full settings: printed there, and one that does not hold is a failure of the run. */
  claim(text: string, holds: boolean): void;
  /** For pictures. */
  readonly files: OutputFolder;
}

/** A program of the course. */
export interface CourseApp {
  readonly name: string;
  /** One line for the list of programs. */
  readonly summary: string;
  readonly options: Options;
  /** Does the work; `seed` fixes every random number of it. */
  run(values: Values<Options>, seed: number, desk: Desk): Promise<void>;
}

/** A program whose `run` knows the types of its own options. */
export function courseApp<const O extends Options>(app: {
  readonly name: string;
  readonly summary: string;
  readonly options: O;
  run(values: Values<O>, seed: number, desk: Desk): Promise<void>;
}): CourseApp {
  return { ...app, run: (values, seed, desk) => app.run(values as Values<O>, seed, desk) };
}

/** A whole number from `low` to `high`. */
export function whole(
  text: string,
  otherwise: number,
  low = 1,
  high = 1_000_000,
): { kind: 'number'; text: string; otherwise: number; low: number; high: number; whole: true } {
  return { kind: 'number', text, otherwise, low, high, whole: true };
}

/** A positive number, such as a learning rate. */
export function positive(
  text: string,
  otherwise: number,
): { kind: 'number'; text: string; otherwise: number; low: number; high: number; whole: false } {
  return { kind: 'number', text, otherwise, low: 1e-9, high: 1e9, whole: false };
}
