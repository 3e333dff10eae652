/**
 * The same seed gives the same bits, in every mode of a backend, and on every backend and as in the reference unless the
 * numbers go through a logarithm or the like, which backends round differently in the last place. Besides the samples of the
 * random ops the same calls are made with shapes long enough for vectors, their remainders, and rare branches.
 */
import { compileGraph } from '@deft/compiler';
import { abstractValue, allOperations, type NdArray, type Operation, type OperationSample } from '@deft/core';
import { traceGraph } from '@deft/graph';
import { type Expression, foldExpression } from '@deft/kernel';
import { describe, expect, it } from 'vitest';
import { callOperation } from './calls.ts';
import { expectedOf, modes, type TensorsFunction } from './modes.ts';
import { expectResults } from './tolerance.ts';

/** Ops with more nodes than this are long to interpret, so they get fewer numbers. */
const manyNodes = 150;

/** The sample as it is, and with a longer shape where it draws numbers of a given shape. */
function longer(operation: Operation, sample: OperationSample): OperationSample[] {
  const [shape, ...options] = sample.rest ?? [];
  if (!Array.isArray(shape)) return [sample];
  const types = sample.inputs.map((input) => abstractValue(input.shape, input.dtype));
  const { graph } = traceGraph((tensors) => callOperation(operation, tensors, sample.rest ?? []), types);
  const columns = graph.nodes.length > manyNodes ? 101 : 1001;
  return [sample, { ...sample, label: `${sample.label}, longer`, rest: [[3, columns], ...options] }];
}

function firstOtherBit(expected: readonly NdArray[], found: readonly NdArray[]): string | undefined {
  for (const [i, { data }] of expected.entries()) {
    const got = (found[i] as NdArray).data;
    const at = data.findIndex((element: number, k: number) => !Object.is(element, got[k]));
    if (at >= 0) return `element ${at} of result ${i}: expected ${data[at]}, got ${got[at]}`;
  }
  return undefined;
}

const rounded: ReadonlySet<string> = new Set([
  'exp',
  'expm1',
  'log',
  'log1p',
  'sin',
  'cos',
  'tan',
  'tanh',
  'erf',
  'pow',
]);

/** Whether a program computes a function that backends round differently in the last place. */
function isRounded(f: TensorsFunction, inputs: readonly NdArray[]): boolean {
  const types = inputs.map(({ shape, dtype }) => abstractValue(shape, dtype));
  const { program } = compileGraph(traceGraph((tensors) => [...f(tensors)], types).graph);
  const expressions = program.kernels.flatMap((kernel): Expression[] =>
    kernel.form === 'loop' ? [...kernel.reductions, ...kernel.results].map(({ value }) => value) : [],
  );
  return expressions.some((root) =>
    foldExpression<boolean>(root, (node, parts) => parts.includes(true) || ('op' in node && rounded.has(node.op))),
  );
}

describe('the same seed gives the same bits in every mode', () => {
  for (const operation of allOperations().filter(({ doc }) => doc.group === 'random')) {
    it(operation.name, () => {
      for (const sample of operation.samples.flatMap((one) => longer(operation, one))) {
        const f: TensorsFunction = (tensors) => callOperation(operation, tensors, sample.rest ?? []);
        const expected = expectedOf(f, sample.inputs);
        const ofBackend = new Map<string, NdArray[]>();
        const rounds = isRounded(f, sample.inputs);
        for (const mode of modes) {
          const found = mode.run(f, sample.inputs);
          const sameBackend = ofBackend.get(mode.backend) ?? found;
          ofBackend.set(mode.backend, sameBackend);
          const where = `${sample.label}, ${mode.name}`;
          expect(firstOtherBit(sameBackend, found), where).toBeUndefined();
          if (rounds) expectResults(expected, found, { ulp: 8, scale: 0 });
          else expect(firstOtherBit(expected, found), where).toBeUndefined();
        }
      }
    });
  }
});
