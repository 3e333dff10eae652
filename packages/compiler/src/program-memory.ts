/** The bytes that a run of a program needs, and what they are for. */
import { type BufferId, type BufferSpec, bufferBytes, type KernelProgram } from '@deft/kernel';

/** Bytes of one run of a program, as its backend stores elements. */
export interface ProgramMemory {
  /** Of the tensors that a call is given. */
  readonly arguments: number;
  /** Of captured tensors and state that the program reads. */
  readonly captured: number;
  /** Of results that a run makes, new values of state among them. */
  readonly results: number;
  /** Of temporaries: the arena, which programs of a backend share. */
  readonly arena: number;
  /** Of tables that come with the program. */
  readonly constants: number;
  /** Of results that take the place of an input which is given up: of `results`, a run allocates so much less. */
  readonly donated: number;
}

/** The bytes of a program's run, which has so many arguments in front of what it captured. */
export function programMemory(program: KernelProgram, argumentCount: number): ProgramMemory {
  const { buffers, inputs, arenaBytes } = program;
  const bytes = (ids: Iterable<BufferId>): number => {
    let total = 0;
    for (const id of ids) total += bufferBytes(buffers[id] as BufferSpec);
    return total;
  };
  const those = (is: (spec: BufferSpec) => boolean): BufferId[] =>
    buffers.flatMap((spec, id) => (is(spec) ? [id] : []));
  return {
    arguments: bytes(inputs.slice(0, argumentCount)),
    captured: bytes(inputs.slice(argumentCount)),
    results: bytes(those(({ role }) => role === 'output')),
    arena: arenaBytes,
    constants: bytes(those(({ role }) => role === 'constant')),
    donated: bytes(those(({ over }) => over !== undefined)),
  };
}
