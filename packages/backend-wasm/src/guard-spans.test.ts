/** Maps over padded and joined operands give what the interpreter gives, wherever their guards change. */
import {
  binaryExpression,
  compareExpression,
  constantExpression,
  type Expression,
  indexExpression,
  interpretProgram,
  loadExpression,
  makeNest,
  ProgramBuilder,
  selectExpression,
  spansOf,
  type View,
  verifyProgram,
} from '@deft/kernel';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WasmBackend } from './wasm-backend.ts';

/** A piece of `length` elements a row, read from the place `start` on with a step; outside of it reads the fill. */
const piece = fc.record({
  length: fc.integer({ min: 0, max: 40 }),
  start: fc.integer({ min: -50, max: 80 }),
  step: fc.constantFrom(1, 1, -1, 2, -3),
  fill: fc.constantFrom(0, -0, 7),
});

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  extent: fc.integer({ min: 1, max: 80 }),
  /** Whether the axis along which guards change goes around the other one. */
  outer: fc.boolean(),
  /** Where the choice between values changes. */
  choice: fc.integer({ min: -2, max: 82 }),
});
const backends = [
  new WasmBackend({ threads: 1 }),
  new WasmBackend({ threads: 2, shortestDivided: 0, takesBack: false }),
];

it('at the edges of pieces', () => {
  let cut = 0;
  fc.assert(
    fc.property(sizes, fc.array(piece, { minLength: 1, maxLength: 4 }), ({ rows, extent, outer, choice }, pieces) => {
      const builder = new ProgramBuilder();
      const inOrder = <T>(row: T, along: T): [T, T] => (outer ? [along, row] : [row, along]);
      const space = inOrder(rows, extent);
      const operands = pieces.map(({ length, start, step, fill }) => {
        const offset = -start * step;
        const guards = [{ offset, coefficients: inOrder(0, step), limit: length }];
        const view: View = { shape: space, offset, strides: inOrder(length, step), guards, fill };
        return { buffer: builder.input('float32', rows * length), view };
      });
      const loads = operands.map((_, i) => loadExpression('float32', i));
      const total = loads.reduce((a, b) => binaryExpression('sub', a, b));
      const before = compareExpression('less', indexExpression(outer ? 0 : 1, 2), constantExpression('int32', choice));
      const values = [total, selectExpression(before, loads[0] as Expression, total)];
      builder.loop({ space, operands, values });
      const program = builder.program();
      verifyProgram(program);
      const source = { space, reduced: [], operands, expressions: values, results: [], further: [] };
      const { nest } = makeNest([source], program.buffers);
      if (spansOf(nest)) cut++;
      const inputs = pieces.map(({ length }, k) =>
        Float32Array.from({ length: rows * length }, (_, i) => i + 100 * k + 1),
      );
      const expected = interpretProgram(program, inputs);
      for (const backend of backends) {
        const executable = backend.compile(program);
        const results = executable.run(inputs.map((data) => backend.upload('float32', data.slice())));
        expect(results.map((result) => backend.readSync(result))).toEqual(expected);
        executable.dispose();
      }
    }),
    { numRuns: 300 },
  );
  expect(cut).toBeGreaterThan(100);
});
