/**
 * A program for every size: what the compiler makes of a graph at some sizes, as a function of them. Only where buffers lie
 * is planned for each size anew.
 */
import type { KernelProgram } from '@deft/kernel';
import { withDonations, withoutDonations } from '../donated-memory.ts';
import { withoutPlaces, withPlaces } from '../memory-plan.ts';
import { SizedData } from './sized-data.ts';

/** A program compiled at some sizes. */
export interface ProgramSample {
  readonly sizes: readonly number[];
  readonly program: KernelProgram;
}

/** A program for every size. */
export interface SizedProgram {
  /** Samples for a backend; they differ in numbers only. */
  readonly samples: readonly KernelProgram[];
  /** The program at these sizes; `undefined` where there is none. */
  at(sizes: readonly number[]): KernelProgram | undefined;
}

/** Whether programs call the same functions of the host, which are no data that can be compared. */
function callAlike(samples: readonly ProgramSample[]): boolean {
  const [first] = samples;
  const runOf = (sample: ProgramSample | undefined, i: number): unknown => sample?.program.calls?.[i]?.run;
  return samples.every((each) => (each.program.calls ?? []).every((call, i) => call.run === runOf(first, i)));
}

/** The function of sizes that gives these programs; `undefined` if they differ in more than numbers of sizes. */
export function sizedProgram(samples: readonly ProgramSample[]): SizedProgram | undefined {
  if (!callAlike(samples)) return undefined;
  const data = SizedData.of(
    samples.map(({ sizes, program }) => ({ sizes, data: withoutPlaces(withoutDonations(program)) })),
  );
  if (data === undefined) return undefined;
  const at = (sizes: readonly number[]): KernelProgram | undefined => {
    const program = data.at(sizes);
    return program && withDonations(withPlaces(program));
  };
  return { samples: samples.flatMap(({ sizes }) => at(sizes) ?? []), at };
}
