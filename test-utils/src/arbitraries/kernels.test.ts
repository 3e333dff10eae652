import { interpretProgram, type KernelProgram } from '@deft/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inexactOutputs, inputsFor } from './kernel-inputs.ts';
import { kernelProgram } from './kernels.ts';

const withInputs = kernelProgram().chain((program) => fc.tuple(fc.constant(program), inputsFor(program)));

describe('random kernel programs', () => {
  it('run on their inputs, with the lengths and dtypes they state', () => {
    fc.assert(
      fc.property(withInputs, ([program, inputs]) => {
        const outputs = interpretProgram(program, inputs);
        expect(outputs.map((array) => array.length)).toEqual(program.outputs.map((id) => program.buffers[id]?.length));
        expect(inexactOutputs(program)).toHaveLength(outputs.length);
      }),
      { numRuns: 500 },
    );
  });

  it('are of every form', () => {
    const programs = fc.sample(kernelProgram(), { numRuns: 200, seed: 1 });
    const has = (test: (program: KernelProgram) => boolean): boolean => programs.some(test);
    for (const form of ['loop', 'contract', 'scatter', 'sort', 'routine']) {
      expect(has(({ kernels }) => kernels.some((kernel) => kernel.form === form))).toBe(true);
    }
    const loops = programs.flatMap(({ kernels }) => kernels.filter((kernel) => kernel.form === 'loop'));
    expect(loops.some((loop) => loop.reductions.length > 1)).toBe(true);
    expect(loops.some((loop) => loop.operands.some(({ view }) => view.guards.length > 0))).toBe(true);
    expect(has(({ arenaBytes }) => arenaBytes > 64)).toBe(true);
    expect(has((program) => inexactOutputs(program).includes(true))).toBe(true);
  });
});
