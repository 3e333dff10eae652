/** Inputs for random kernel programs, and which of their outputs every backend must give in every bit. */
import { type DType, elementsOf, isFloating, type TypedArray } from '@deft/core';
import type { BufferId, BufferSpec, Expression, KernelProgram } from '@deft/kernel';
import fc from 'fast-check';

/** Which outputs (places in `program.outputs`) may differ by some units in the last place between backends. */
export function inexactOutputs(program: KernelProgram): boolean[] {
  const inexact = new Set<BufferId>();
  for (const kernel of program.kernels) {
    if (kernel.form !== 'loop') continue;
    for (const { buffer, value } of kernel.results) if (isTranscendental(value)) inexact.add(buffer);
  }
  return program.outputs.map((id) => inexact.has(id));
}

function isTranscendental(value: Expression): boolean {
  if (!isFloating(value.dtype)) return false;
  if (value.kind === 'binary') return value.op === 'pow' || value.op === 'atan2';
  return value.kind === 'unary' && !exactFloatUnary.has(value.op);
}

const exactFloatUnary: ReadonlySet<string> = new Set(['neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'trunc', 'sqrt']);

/** Elements for the inputs of a program: small whole numbers among floats, with some NaN, infinities and −0. */
export function inputsFor(program: KernelProgram): fc.Arbitrary<TypedArray[]> {
  return fc.tuple(...program.inputs.map((id) => elements(program.buffers[id] as BufferSpec)));
}

function elements({ dtype, length }: BufferSpec): fc.Arbitrary<TypedArray> {
  const whole = fc.integer({ min: -8, max: 8 });
  const special = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0);
  const element: Readonly<Record<DType, fc.Arbitrary<number | bigint>>> = {
    float32: fc.oneof({ arbitrary: whole, weight: 12 }, { arbitrary: special, weight: 1 }),
    float64: fc.oneof({ arbitrary: whole, weight: 12 }, { arbitrary: special, weight: 1 }),
    int32: fc.oneof(whole, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    uint32: fc.oneof(fc.nat({ max: 8 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
    bool: fc.nat({ max: 1 }),
    int8: fc.integer({ min: -128, max: 127 }),
    uint8: fc.nat({ max: 255 }),
    int64: fc.oneof<fc.Arbitrary<number | bigint>[]>(whole, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    float16: fc.oneof({ arbitrary: whole, weight: 12 }, { arbitrary: special, weight: 1 }),
    bfloat16: fc.oneof({ arbitrary: whole, weight: 12 }, { arbitrary: special, weight: 1 }),
    complex64: fc.constant(0),
  };
  return fc.array(element[dtype], { minLength: length, maxLength: length }).map((values) => elementsOf(dtype, values));
}
