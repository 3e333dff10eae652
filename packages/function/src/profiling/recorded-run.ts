/**
 * Runs of compiled programs in a profile. Kernels within a run cannot be timed without changing it: the backends run them as one. Where
 * a profile asks for kernels, each kernel of a program is run alone on the values of the first call, while the clock of the profile
 * stands, and what it took is put on a lane of its own.
 */
import {
  type CompiledProgram,
  costOf,
  type Executable,
  leastSeconds,
  type Measurement,
  type ProgramExecutor,
} from '@deft/compiler';
import { recorder, span, type Tensor, withoutRecording } from '@deft/core';
import { measureKernels } from '../profile.ts';
import type { MeasuredKernel, TraceRecorder } from './trace-recorder.ts';

/** A run that may be recorded. */
export interface RunOfProgram {
  readonly name: string;
  readonly executor: ProgramExecutor;
  readonly executable: Executable;
  readonly inputs: readonly Tensor[];
  /** The program with what is known of it. */
  compiled(): CompiledProgram;
}

/** Profiles that want kernels, each with the programs that it has. */
const wanting = new Map<TraceRecorder, Set<Executable>>();

/** Lets a profile have the kernels of the programs that run; gives the function that ends that. */
export function wantKernels(profile: TraceRecorder): () => void {
  wanting.set(profile, new Set());
  return () => wanting.delete(profile);
}

function kernelsOf(compiled: CompiledProgram, { seconds, roofline }: Measurement): MeasuredKernel[] {
  const { program, kernelOps } = compiled;
  return program.kernels.map((kernel, i) => {
    const cost = costOf(kernel, program);
    const taken = seconds[i] as number;
    return {
      name: `${i}: ${kernel.form} ${kernelOps[i]?.join(', ') ?? ''}`,
      seconds: taken,
      args: {
        measured: 'alone, at best of several runs',
        bytesRead: cost.bytesRead,
        bytesWritten: cost.bytesWritten,
        operations: cost.operations,
        shareOfRoofline: leastSeconds(cost, roofline) / taken,
      },
    };
  });
}

function addKernels({ name, executor, executable, inputs, compiled }: RunOfProgram): void {
  const without = [...wanting].filter(([, programs]) => !programs.has(executable));
  if (without.length === 0) return;
  for (const [, programs] of without) programs.add(executable);
  // A function of the host would be called again and again.
  if ((executable.program.calls ?? []).length > 0) return;
  const measure = (): MeasuredKernel[] =>
    withoutRecording(() => {
      const program = compiled();
      return kernelsOf(program, measureKernels(program, executor, inputs));
    });
  // All clocks stand while one measures.
  const stopped = [...wanting.keys()].reduce((f, profile) => () => profile.withClockStopped(f), measure);
  const kernels = stopped();
  for (const [profile] of without) profile.addKernels(name, kernels);
}

/** Runs a program, as a span if somebody records. `about` is asked only then. */
export function recordedRun<R>(about: () => RunOfProgram, run: () => R): R {
  if (recorder === undefined) return run();
  const subject = about();
  if (wanting.size > 0) addKernels(subject);
  const { kernels } = subject.executable.program;
  return span(subject.name, 'run', () => ({ kernels: kernels.length, bytes: trafficOf(subject) }), run);
}

function trafficOf({ executable: { program } }: RunOfProgram): number {
  return program.kernels.reduce((sum, kernel) => {
    const { bytesRead, bytesWritten } = costOf(kernel, program);
    return sum + bytesRead + bytesWritten;
  }, 0);
}
