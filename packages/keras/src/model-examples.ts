/** What models take for their inputs and outputs: one, or one for each of several, in their order or by their names. */
import { raise, Tensor } from '@deft/core';
import type { ClassWeightOption, SampleWeightOption } from './example-options.ts';
import {
  checkPaired,
  type Examples,
  exampleWeights,
  type HostExamples,
  hostExamples,
  type Role,
  rangeOf,
} from './host-examples.ts';
import { checkCount } from './number-checks.ts';

/** Names of a model's inputs and outputs; nothing where it takes (or gives) one. */
export interface ModelNames {
  readonly inputNames: readonly string[] | undefined;
  readonly outputNames: readonly string[] | undefined;
}

/** Inputs with their targets. */
export interface Pairs {
  readonly inputs: readonly HostExamples[];
  readonly targets: readonly HostExamples[];
  /** How much examples count, for each output; nothing where all count the same. */
  readonly weights: readonly HostExamples[] | undefined;
  /** Number of examples. */
  readonly count: number;
}

function isRecord(value: unknown): value is { readonly [name: string]: Examples } {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Tensor);
  return isObject && !ArrayBuffer.isView(value) && !('data' in (value as object) && 'shape' in (value as object));
}

/** What was given for each of a model's inputs or outputs. Throws `E_MODEL` for other numbers and unknown names. */
export function perName(
  op: string,
  argument: string,
  given: unknown,
  names: readonly string[] | undefined,
): Examples[] {
  if (names === undefined) return [given as Examples];
  const expected = `an array with one for each of ${names.join(', ')}, or a record by these names`;
  if (Array.isArray(given) && given.length === names.length) return given as Examples[];
  if (
    isRecord(given) &&
    Object.keys(given).length === names.length &&
    names.every((name) => Object.hasOwn(given, name))
  ) {
    return names.map((name) => given[name] as Examples);
  }
  const found = isRecord(given)
    ? `a record of ${Object.keys(given).join(', ')}`
    : `${Array.isArray(given) ? `an array of ${given.length}` : typeof given}`;
  return raise('E_MODEL', { op, argument, expected, found });
}

/** Examples for each of a model's inputs or outputs. */
export async function allExamples(
  op: string,
  argument: string,
  given: unknown,
  names: readonly string[] | undefined,
  role: Role,
): Promise<HostExamples[]> {
  const all: HostExamples[] = [];
  for (const [i, one] of perName(op, argument, given, names).entries()) {
    all.push(await hostExamples(op, names === undefined ? argument : `${argument} ${names[i]}`, one, role));
  }
  return all;
}

/** Weights for each output; nothing where there are none. */
async function allWeights(
  op: string,
  targets: readonly HostExamples[],
  { sampleWeight, classWeight }: SampleWeightOption & ClassWeightOption,
  names: readonly string[] | undefined,
): Promise<HostExamples[] | undefined> {
  if (sampleWeight === undefined && classWeight === undefined) return undefined;
  if (names !== undefined && classWeight !== undefined) {
    raise('E_MODEL', {
      op,
      argument: 'classWeight',
      says: 'there are several outputs, so it is not clear whose classes these are',
      hint: 'give sampleWeight, one for each output',
    });
  }
  const given =
    sampleWeight === undefined ? targets.map(() => undefined) : perName(op, 'sampleWeight', sampleWeight, names);
  const all: HostExamples[] = [];
  for (const [i, target] of targets.entries()) {
    all.push((await exampleWeights(op, target, given[i], classWeight)) as HostExamples);
  }
  return all;
}

/** Examples with their targets and weights. Throws `E_MODEL` unless they are as many. */
export async function pairExamples(
  op: string,
  x: unknown,
  y: unknown,
  weights: SampleWeightOption & ClassWeightOption,
  { inputNames, outputNames }: ModelNames,
): Promise<Pairs> {
  const inputs = await allExamples(op, 'x', x, inputNames, 'inputs');
  const targets = await allExamples(op, 'y', y, outputNames, 'targets');
  const [first] = inputs as [HostExamples];
  for (const other of [...inputs.slice(1), ...targets]) checkPaired(op, first, other);
  return { inputs, targets, weights: await allWeights(op, targets, weights, outputNames), count: first.count };
}

/** The pairs from position `from` to before `to`, without copying. */
export function partOfPairs({ inputs, targets, weights }: Pairs, from: number, to: number): Pairs {
  const part = (all: readonly HostExamples[]): HostExamples[] => all.map((one) => rangeOf(one, from, to));
  return { inputs: part(inputs), targets: part(targets), weights: weights && part(weights), count: to - from };
}

/** Keeps the last share of the examples out for validation. Throws `E_MODEL` where nothing is left for training. */
export function splitPairs(all: Pairs, share: number): { training: Pairs; validation: Pairs | undefined } {
  if (!(share >= 0 && share < 1)) {
    raise('E_MODEL', {
      op: 'fit',
      argument: 'validationSplit',
      expected: 'a number from 0 to below 1',
      found: String(share),
    });
  }
  const kept = Math.floor(all.count * (1 - share));
  if (kept === all.count) return { training: all, validation: undefined };
  checkCount('fit', 'number of training examples', kept, 1);
  return { training: partOfPairs(all, 0, kept), validation: partOfPairs(all, kept, all.count) };
}
