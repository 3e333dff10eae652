/**
 * Cases of published layers, and how they are compared: the files have no options, so a case holds if one of some candidates gives
 * its values, at once and captured, on every backend.
 */
import { sameShape } from '@deft/core';
import type * as nn from '@deft/nn';
import { jit, type Tensor, tensor } from '@deft/tensor';
import { backends, on } from '../conformance/modes.ts';
import type { Comparison } from './comparison.ts';

/** A tensor of a file. */
export interface Stored {
  readonly data: readonly number[];
  readonly shape: readonly number[];
}

/** What a layer was given and gave. */
export interface Case {
  readonly input: Stored;
  readonly weights?: readonly Stored[];
  readonly expected: Stored;
}

/** A layer's output by input and weights, in Keras's order. */
export type Forward = (x: Tensor, weights: readonly Tensor[]) => Tensor;

/** A layer with the options that may be those of a case. */
export interface Candidate {
  readonly text: string;
  /** Nothing where shapes or weights do not fit the case. */
  prepare(one: Case): Forward | undefined;
}

export const inference: nn.LayerContext = { training: false };

/** The trees of weights of a layer: parameters and state. */
export function placed(
  layer: nn.Layer,
  inputShape: readonly number[],
  weights: readonly Tensor[],
): [nn.Weights, nn.Weights] {
  const trees: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  layer.weights(inputShape).forEach(({ path, trainable }, i) => {
    let level = trees[trainable ? 0 : 1] as Record<string, unknown>;
    for (const part of path.slice(0, -1)) {
      level[part] ??= {};
      level = level[part] as Record<string, unknown>;
    }
    level[path.at(-1) as string] = weights[i];
  });
  return trees as unknown as [nn.Weights, nn.Weights];
}

/** Whether a layer has a case's shapes and weights. */
export function fits(layer: nn.Layer, { input, weights = [], expected }: Case): boolean {
  try {
    if (!sameShape(layer.outputShape(input.shape), expected.shape)) return false;
    const own = layer.weights(input.shape);
    return own.length === weights.length && own.every(({ shape }, i) => sameShape(shape, (weights[i] as Stored).shape));
  } catch {
    return false;
  }
}

/** A layer as a candidate; its text has no initialisers. */
export function ofLayer(layer: nn.Layer): Candidate {
  return {
    text: `${layer.kind} ${JSON.stringify(layer.config).replace(/,?"\w+Initializer":\{[^}]*\}/g, '')}`,
    prepare: (one) =>
      fits(layer, one)
        ? (x, weights) => layer.apply(...placed(layer, one.input.shape, weights), x, inference).output
        : undefined,
  };
}

/** All lists with one of the values in each place. */
export function product<T>(values: readonly T[], length: number): T[][] {
  if (length === 0) return [[]];
  return product(values, length - 1).flatMap((rest) => values.map((value) => [...rest, value]));
}

/** The tensor of a file's numbers. */
export const asTensor = ({ data, shape }: Stored, lead: readonly number[] = []): Tensor =>
  tensor(new Float32Array(data), { shape: [...lead, ...shape] }) as Tensor;

/** How far an output is off, relative to numbers above 1. */
export function distance(forward: Forward, { input, weights = [], expected }: Case): number {
  const output = forward(
    asTensor(input, [1]),
    weights.map((weight) => asTensor(weight)),
  );
  const found = output.dataSync() as ArrayLike<number>;
  const off = expected.data.map((value, i) => Math.abs(value - (found[i] as number)) / Math.max(1, Math.abs(value)));
  return found.length === expected.data.length ? Math.max(...off) : Infinity;
}

/** Inputs and outputs have six digits. */
export const allowed = 2e-5;

/** Compares a case with the first candidate that gives its values. */
export function compareCase(name: string, one: Case, candidates: Iterable<Candidate>): Comparison {
  on(backends.running[0] as string, () => undefined);
  for (const candidate of candidates) {
    const forward = candidate.prepare(one);
    if (forward === undefined || !(distance(forward, one) <= allowed)) continue;
    const captured = jit(forward);
    const worst = backends.running.map((backend) =>
      on(backend, () => Math.max(distance(forward, one), distance(captured, one))),
    );
    const passed = worst.every((off) => off <= allowed);
    return { text: `${name} is ${candidate.text}, off by ${Math.max(...worst).toExponential(1)}`, passed };
  }
  return { text: `${name}: no options give its values`, passed: false };
}
