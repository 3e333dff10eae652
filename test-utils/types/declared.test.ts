/**
 * What the types say of a call is true: every sample of every op is called with its shapes and dtypes in the types, and what
 * comes out must be assignable to the type of the result.
 */
import { allOperations } from '@deft/core';
import '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { compileProgram } from './compile.ts';
import { type DeclaredCall, declaredCall } from './declared.ts';

const calls: readonly DeclaredCall[] = allOperations().flatMap((operation) =>
  operation.samples.flatMap((sample) => declaredCall(operation, sample) ?? []),
);

const preamble = [
  "import type { Shape, Tensor } from '@deft/core';",
  "import * as deft from '@deft/ops';",
  'declare function truly<T>(promised: T, found: NoInfer<T>): void;',
  "declare function ranked<S extends Shape>(x: Tensor<S>, ...no: number extends S['length'] ? [never] : []): void;",
];

/** Ops with samples whose number of axes the types do not tell, and why. */
const openRanks: Readonly<Record<string, string>> = {
  dotGeneral: 'its axes are what matmul, tensordot and einsum are made of; those tell theirs',
  einsum: 'equations without -> or with further axes (...)',
  flatten: 'between two axes',
  inner: 'a scalar operand multiplies',
  kron: 'operands of different rank',
  meshgrid: 'a list of tensors, as many as operands',
  overlapAdd: 'its axes are what transposed convolutions are made of',
  overlapSum: 'the same',
  rearrange: 'its pattern says',
  slidingWindows: 'its axes are what convolutions are made of',
  threefry: 'the shape is one of its options',
  windows: 'its axes are what poolings are made of',
};

/** The calls whose lines the compiler complains about, with what it says. */
function complaints(lineOf: (call: DeclaredCall) => string): (DeclaredCall & { readonly message: string })[] {
  const { messages } = compileProgram([...preamble, ...calls.map(lineOf)].join('\n'));
  return [...messages].map(([place, message]) => ({
    ...(calls[Number(place.split(':')[1]) - 1 - preamble.length] as DeclaredCall),
    message,
  }));
}

describe('types of results', () => {
  it('are true', () => {
    const wrong = complaints(({ call, result }) => `truly(deft.${call}, null! as ${result});`).map(
      ({ operation, sample, call, result, message }) =>
        `${operation.name}, ${sample.label}: ${call} gives ${result}\n${message}`,
    );
    expect(wrong).toEqual([]);
  });

  it('tell the number of axes', () => {
    const open = complaints(({ operation, call }) => `ranked(deft.${call}${operation.multipleResults ? '[0]!' : ''});`);
    expect(new Set(open.map(({ operation }) => operation.name))).toEqual(new Set(Object.keys(openRanks)));
  });
});
