/** Maps of operands that lie across: whole squares and what is left of them, in every size of element, on one thread and on several. */
import type { TypedArray } from '@deft/core';
import { interpretProgram, parseProgram } from '@deft/kernel';
import { describe, expect, it } from 'vitest';
import { NativeBackend, nativeUnavailableBecause } from '../index.ts';

const product = (extents: readonly number[]): number => extents.reduce((size, extent) => size * extent, 1);

/** `result[i, …, k] = source[k, …, i] + other[i, …, k]`, or the source alone. */
function transposed(dtype: string, extents: readonly number[], adds: boolean): string {
  const size = product(extents);
  const strides = extents.map((_, axis) => product(extents.slice(0, axis)));
  const load = `load<${dtype}>(o0)`;
  return [
    'program arena 0 inputs b0 b1 outputs b2',
    `b0: input ${dtype}[${size}]`,
    `b1: input ${dtype}[${size}]`,
    `b2: output ${dtype}[${size}]`,
    `loop space [${extents.join(', ')}] reduced []`,
    `  o0: b0 view [${extents.join(', ')}] offset 0 strides [${strides.join(', ')}]`,
    `  o1: b1 view [${extents.join(', ')}]`,
    `  b2 = ${adds ? `add(${load}, load<${dtype}>(o1))` : load}`,
    '',
  ].join('\n');
}

describe.skipIf(nativeUnavailableBecause() !== undefined)('operands that lie across', () => {
  const backends = [new NativeBackend({ threads: 1 }), new NativeBackend({ threads: 3, shortestDivided: 0 })];
  for (const extents of [
    [16, 16],
    [33, 50],
    [48, 5, 70],
    [17, 3, 2, 31],
  ]) {
    it(`over [${extents}]`, () => {
      const cases = (['float32', 'int32', 'float64', 'int64', 'bool', 'int8'] as const).flatMap((dtype) =>
        [false, true].filter((adds) => !adds || !['bool', 'int8'].includes(dtype)).map((adds) => ({ dtype, adds })),
      );
      const programs = cases.map(({ dtype, adds }) => parseProgram(transposed(dtype, extents, adds)));
      for (const backend of backends) {
        const executables = [
          ...backend.compileTogether(programs),
          ...programs.map((program) => backend.compile(program, 'quick')),
        ];
        executables.forEach((executable, i) => {
          const { program } = executable;
          const arrays = program.inputs.map((id) => {
            const spec = program.buffers[id];
            const numbers = Array.from(
              { length: spec?.length ?? 0 },
              (_, k) => ((k * 7919 + id) % 101) % (spec?.dtype === 'bool' ? 2 : 101),
            );
            return typedArray(spec?.dtype ?? 'bool', numbers);
          });
          const storages = arrays.map((array, k) =>
            backend.upload(program.buffers[program.inputs[k] as number]?.dtype ?? 'bool', array.slice()),
          );
          const [found] = executable.run(storages);
          const [expected] = interpretProgram(program, arrays);
          expect(backend.readSync(found as never), `${i}`).toEqual(expected);
        });
      }
    });
  }
});

function typedArray(dtype: string, numbers: readonly number[]): TypedArray {
  const array = {
    float32: Float32Array,
    int32: Int32Array,
    float64: Float64Array,
    int8: Int8Array,
    bool: Uint8Array,
  }[dtype as 'float32'];
  return (dtype === 'int64' ? BigInt64Array.from(numbers, BigInt) : array.from(numbers)) as TypedArray;
}
