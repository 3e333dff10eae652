/**
 * Measures a compiled program kernel by kernel: runs it once in a form that keeps all results, then every kernel alone on
 * what it reads in the whole. Two more kernels give the limits of the backend.
 */
import {
  type CompiledProgram,
  keepingAll,
  kernelAlone,
  type Measurement,
  type ProgramExecutor,
  rooflineFrom,
  rooflinePrograms,
} from '@deft/compiler';
import { abstractValue, type Tensor } from '@deft/core';

/** Every JavaScript engine has this clock, but the language's own types don't know it. */
const { performance } = globalThis as unknown as { readonly performance: { now(): number } };

/** A kernel is run for at least so many milliseconds, and so often. */
const leastMilliseconds = 4;
const [fewestRuns, mostRuns] = [3, 200];

function secondsOf(run: () => readonly Tensor[]): number {
  const discard = (results: readonly Tensor[]): void => {
    for (const result of results) result.dispose();
  };
  discard(run());
  let best = Number.POSITIVE_INFINITY;
  const begun = performance.now();
  for (let i = 0; i < mostRuns && (i < fewestRuns || performance.now() - begun < leastMilliseconds); i++) {
    const start = performance.now();
    const results = run();
    best = Math.min(best, performance.now() - start);
    discard(results);
  }
  return best / 1000;
}

/** How long the kernels take on the inputs of the program, each alone, at best of several runs. */
export function measureKernels(
  { program }: CompiledProgram,
  executor: ProgramExecutor,
  inputs: readonly Tensor[],
): Measurement {
  const runPart = ({ program: one, outputs }: ReturnType<typeof keepingAll>, tensors: readonly Tensor[]) => {
    const executable = executor.compileProgram(one);
    const types = outputs.map((id) => {
      const { dtype, length } = program.buffers[id] as (typeof program.buffers)[number];
      return abstractValue([length], dtype);
    });
    return { run: () => executor.runExecutable(executable, tensors, types), dispose: () => executable.dispose() };
  };
  const whole = keepingAll(program);
  const held = new Map(whole.inputs.map((id, i) => [id, inputs[i] as Tensor]));
  const first = runPart(whole, inputs);
  const kept = first.run();
  first.dispose();
  whole.outputs.forEach((id, i) => {
    held.set(id, kept[i] as Tensor);
  });
  const seconds = program.kernels.map((_, index) => {
    const part = kernelAlone(program, index);
    const { run, dispose } = runPart(
      part,
      part.inputs.map((id) => held.get(id) as Tensor),
    );
    const best = secondsOf(run);
    dispose();
    return best;
  });
  for (const tensor of kept) tensor.dispose();
  return { seconds, roofline: rooflineOf(executor) };
}

function rooflineOf(executor: ProgramExecutor): Measurement['roofline'] {
  const limit = (name: keyof typeof rooflinePrograms): number => {
    const { program, length } = rooflinePrograms[name]();
    const executable = executor.compileProgram(program);
    const input = executor.constant(
      { shape: [length], dtype: 'float32', data: new Float32Array(length).fill(1) },
      false,
    );
    const type = abstractValue([length], 'float32');
    const seconds = secondsOf(() => executor.runExecutable(executable, [input], [type]));
    input.dispose();
    executable.dispose();
    return seconds;
  };
  return rooflineFrom({
    operationsPerSecond: limit('operationsPerSecond'),
    bytesPerSecond: limit('bytesPerSecond'),
  });
}
