/** Reductions that choose by bools: bools that differ from lane to lane, from row to row, and everywhere; in whole blocks and what is left. */
import { interpretProgram, parseProgram } from '@deft/kernel';
import { describe, expect, it } from 'vitest';
import { NativeBackend, nativeUnavailableBecause } from '../index.ts';

/** Of what bools let through: the largest, the sum of squares, and each number by that sum, in two passes over `columns`. */
function chosen(rows: number, columns: number, strides: readonly [number, number]): string {
  const bools = 1 + (rows - 1) * strides[0] + (columns - 1) * strides[1];
  return [
    'program arena 0 inputs b0 b1 outputs b2 b3',
    `b0: input float32[${rows * columns}]`,
    `b1: input bool[${bools}]`,
    `b2: output float32[${rows}]`,
    `b3: output float32[${rows * columns}]`,
    `loop space [${rows}] reduced [${columns}]`,
    `  o0: b0 view [${rows}, ${columns}]`,
    `  o1: b1 view [${rows}, ${columns}] offset 0 strides [${strides.join(', ')}]`,
    '  %0 = select(load<bool>(o1), load<float32>(o0), float32(-4))',
    '  r0: max<float32>(%0)',
    '  %1 = sub(%0, reduced<float32>(r0))',
    '  r1: sum<float32>(mul(%1, %1))',
    '  b2 = reduced<float32>(r0)',
    `  b3 strides [${columns}, 1] = select(load<bool>(o1), div(%1, add(reduced<float32>(r1), float32(1))), float32(0))`,
    '',
  ].join('\n');
}

describe.skipIf(nativeUnavailableBecause() !== undefined)('bools beside numbers', () => {
  const backends = [new NativeBackend({ threads: 1 }), new NativeBackend({ threads: 3, shortestDivided: 0 })];
  for (const [rows, columns] of [
    [3, 5],
    [4, 16],
    [40, 37],
    [5, 700],
  ] as const) {
    it(`in ${rows} rows of ${columns}`, () => {
      const shapes = [
        [columns, 1],
        [0, 1],
        [1, 0],
        [0, 0],
        [1, rows],
      ] as const;
      const programs = shapes.map((strides) => parseProgram(chosen(rows, columns, strides)));
      for (const backend of backends) {
        backend.compileTogether(programs).forEach((executable, i) => {
          const { program } = executable;
          const [numbers, bools] = program.inputs.map((id) => program.buffers[id]?.length as number) as [
            number,
            number,
          ];
          const arrays = [
            Float32Array.from({ length: numbers }, (_, k) => (((k * 7919) % 101) - 50) / 16),
            Uint8Array.from({ length: bools }, (_, k) => Number((k * 13) % 5 < 3)),
          ];
          const storages = arrays.map((array, k) => backend.upload(k === 0 ? 'float32' : 'bool', array.slice()));
          const found = executable.run(storages).map((one) => backend.readSync(one)) as unknown as Float32Array[];
          const expected = interpretProgram(program, arrays) as unknown as Float32Array[];
          expect(found[0], `${i}`).toEqual(expected[0]);
          found[1]?.forEach((value, k) => {
            expect(value).toBeCloseTo(expected[1]?.[k] as number, 5);
          });
        });
      }
    });
  }
});
