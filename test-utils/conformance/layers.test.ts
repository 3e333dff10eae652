/** Every layer: outputs, next state and gradients by weights and inputs are the reference's, on every backend, at once and captured. */
import { flatten, isFloating, type NdArray, type Tensor } from '@deft/core';
import type { ExampleShape, LayerLike, Signal, Weights } from '@deft/nn';
import { add, grad, key, mul, randomNormal, sum } from '@deft/tensor';
import { describe, it } from 'vitest';
import { layerCases } from '../src/layer-cases.ts';
import { checkEverywhere, type FunctionCase } from './functions-everywhere.ts';
import { fetch, on, oracle } from './modes.ts';

const leavesOf = (tree: unknown): Tensor[] => flatten(tree).leaves as Tensor[];

/** Two examples for a layer. */
function signal(shape: ExampleShape | readonly ExampleShape[]): Signal {
  const one = (of: ExampleShape, i: number): Tensor => randomNormal([2, ...of], { key: key(3 + i) }) as Tensor;
  return Array.isArray(shape[0]) ? (shape as ExampleShape[]).map(one) : one(shape as ExampleShape, 0);
}

/** A training pass of a layer and its derivative, as a function of all tensors that it depends on. */
function caseOf(layer: LayerLike, shape: ExampleShape | readonly ExampleShape[]): FunctionCase {
  const start = on(oracle, () => ({ ...layer.initialize(key(1), shape), x: signal(shape), random: key(2) }));
  const { structure } = flatten(start);
  const inputs: NdArray[] = on(oracle, () => fetch(leavesOf(start)));
  type Start = { parameters: Weights; state: Weights; x: Signal; random: Tensor };
  const f = (tensors: readonly Tensor[]): readonly Tensor[] => {
    const given = structure.rebuild([...tensors]) as Start;
    const pass = ({ parameters, x }: Pick<Start, 'parameters' | 'x'>) =>
      layer.apply(parameters, given.state, x, { training: true, key: given.random });
    const { output, state } = pass(given);
    const cost = (at: Pick<Start, 'parameters' | 'x'>): Tensor =>
      leavesOf(pass(at).output)
        .map((one) => sum(mul(one, one)) as Tensor)
        .reduce((total, one) => add(total, one) as Tensor);
    const gradients = grad(cost)({ parameters: given.parameters, x: given.x });
    return [...leavesOf(output), ...leavesOf(state), ...leavesOf(gradients)].filter(({ dtype }) => isFloating(dtype));
  };
  return { label: `${layer.kind} ${JSON.stringify(layer.config).slice(0, 60)}`, f, inputs };
}

/** Layers whose programs are compiled together. */
const together = 14;

describe('layers are the reference everywhere', () => {
  for (let start = 0; start < layerCases.length; start += together) {
    const group = layerCases.slice(start, start + together);
    it(`${[...new Set(group.map(([{ kind }]) => kind))].join(', ')} (${start})`, () => {
      checkEverywhere(group.map(([layer, shape]) => caseOf(layer, shape)));
    });
  }
});
