/**
 * A function of trees at a point, as a function of lists of tensors: which arguments are differentiated, what the result is
 * made of, and what is passed through beside it (`hasAux`).
 */
import { internal, raise, type Tensor } from '@deft/core';
import { describe, differentiableLeaves, type Leaves, tensorLeaves } from './leaves.ts';

/** What of a call is differentiated. */
export interface FlatOptions {
  /** Positions of the arguments to differentiate by; all unless told. */
  readonly positions?: readonly number[];
  /** The function gives `[result, aux]`. */
  readonly hasAux?: boolean;
}

/** The first part of what a function with `hasAux` gives. */
export type MainOf<R> = R extends readonly [infer Main, unknown] ? Main : never;
/** The second part of what a function with `hasAux` gives. */
export type AuxiliaryOf<R> = R extends readonly [unknown, infer Auxiliary] ? Auxiliary : never;

/** Throws `E_ARGUMENT` unless `f` is a function. */
export function checkFunction(op: string, f: unknown): void {
  if (typeof f === 'function') return;
  raise('E_ARGUMENT', { op, argument: 'function', expected: 'a function', found: describe(f) });
}

/** Positions of arguments as a list. Throws `E_ARGUMENT` at one that there is not. */
export function checkedPositions(
  op: string,
  argnums: number | readonly number[],
  args: readonly unknown[],
): readonly number[] {
  const positions = typeof argnums === 'number' ? [argnums] : argnums;
  for (const position of positions) {
    if (Number.isInteger(position) && position >= 0 && position < args.length) continue;
    const expected = args.length === 0 ? 'an argument to differentiate by' : `positions from 0 to ${args.length - 1}`;
    raise('E_ARGUMENT', { op, argument: 'argnums', expected, found: String(position) });
  }
  return positions;
}

/** A function of trees at its arguments. */
export class FlatFunction {
  readonly #op: string;
  readonly #f: (...args: never[]) => unknown;
  readonly #args: readonly unknown[];
  readonly #positions: readonly number[];
  readonly #hasAux: boolean;
  #results: Leaves | undefined;
  #aux: unknown;
  /** The differentiated arguments. */
  readonly leaves: readonly Leaves[];
  /** Their tensors. */
  readonly operands: readonly Tensor[];
  /** The paths of the tensors. */
  readonly paths: readonly string[];

  constructor(op: string, f: (...args: never[]) => unknown, args: readonly unknown[], options: FlatOptions = {}) {
    checkFunction(op, f);
    this.#op = op;
    this.#f = f;
    this.#args = args;
    this.#positions = options.positions ?? args.map((_, i) => i);
    this.#hasAux = options.hasAux === true;
    this.leaves = this.#positions.map((position) => differentiableLeaves(op, args[position], `args[${position}]`));
    this.operands = this.leaves.flatMap((one) => one.tensors);
    this.paths = this.leaves.flatMap((one) => one.paths);
  }

  /** Calls the function; a promise is handed on, for `withInterpreter` to raise the error. */
  readonly call = (inputs: readonly Tensor[]): readonly Tensor[] => {
    const args = [...this.#args];
    for (const [k, tree] of this.argumentTrees(inputs).entries()) args[this.#positions[k] as number] = tree;
    const given = (this.#f as (...all: unknown[]) => unknown)(...args);
    if (given instanceof Promise) return given as never;
    let main = given;
    if (this.#hasAux) {
      if (!Array.isArray(given) || given.length !== 2) {
        const found = describe(given);
        raise('E_GRAD', { op: this.#op, argument: 'result of the function', expected: '[result, aux]', found });
      }
      [main, this.#aux] = given as [unknown, unknown];
    }
    this.#results = tensorLeaves(main, 'result');
    return this.#results.tensors;
  };

  /** The result of the last call. */
  get results(): Leaves {
    return this.#results ?? internal(`${this.#op} did not run its function`);
  }

  /** What the last call gave besides, with its tensors replaced. */
  auxiliary(replace: (tensor: Tensor) => Tensor): unknown {
    const { tensors, rebuild } = tensorLeaves(this.#aux, 'aux');
    return rebuild(tensors.map(replace));
  }

  /** One tree for each differentiated argument. */
  argumentTrees(replacements: readonly unknown[]): unknown[] {
    let next = 0;
    return this.leaves.map((one) => one.rebuild(one.tensors.map(() => replacements[next++])));
  }
}
