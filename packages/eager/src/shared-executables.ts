/**
 * Executables by content: programs that are equal in every number and constant run as one, whichever ops, captures and shapes they
 * came from. Kernels are laid out over as few axes as they can be, so ops on different shapes of one size often are one program.
 * An executable is kept as long as somebody has it.
 */
import { numberForm, type TypedArray } from '@deft/core';
import type { Effort, Executable, KernelProgram, Storage } from '@deft/kernel';

interface Shared {
  readonly executable: Executable;
  users: number;
}

/** Constants of at most so many elements are compared by content, longer ones by identity. */
const mostCompared = 64;

const identities = new WeakMap<object, number>();
let identityCount = 0;

function identityOf(object: object): string {
  let identity = identities.get(object);
  if (identity === undefined) {
    identity = identityCount++;
    identities.set(object, identity);
  }
  return `#${identity}`;
}

function textOf(array: TypedArray): string {
  if (array.length <= mostCompared) return Array.from(array, numberText).join();
  return identityOf(array);
}

const numberText = (number: number): string => (Object.is(number, -0) ? '-0' : String(number));

/** Equal for equal programs alone. */
function contentOf(program: KernelProgram): string {
  const { text, numbers, arrays } = numberForm(program);
  // Functions of the host are equal by identity alone.
  const calls = program.calls?.map(({ run }) => identityOf(run)) ?? [];
  return [text, numbers.map(numberText).join(), ...arrays.map(textOf), ...calls].join('|');
}

/** One user's hold on an executable. */
class Held implements Executable {
  readonly program: KernelProgram;
  readonly #executable: Executable;
  #giveBack: (() => void) | undefined;

  constructor(executable: Executable, giveBack: () => void) {
    this.program = executable.program;
    this.#executable = executable;
    this.#giveBack = giveBack;
  }

  run(inputs: readonly Storage[], donated?: boolean): Storage[] {
    return this.#executable.run(inputs, donated);
  }

  dispose(): void {
    this.#giveBack?.();
    this.#giveBack = undefined;
  }
}

/** The executables of one backend that somebody has. */
export class SharedExecutables {
  readonly #byContent = new Map<string, Shared>();

  /** How many executables there are. */
  get size(): number {
    return this.#byContent.size;
  }

  /** The executable of a program made with an effort; `make` compiles it if nobody has one. */
  of(program: KernelProgram, effort: Effort, make: () => Executable): Executable {
    const content = `${effort} ${contentOf(program)}`;
    let shared = this.#byContent.get(content);
    if (shared === undefined) {
      shared = { executable: make(), users: 0 };
      this.#byContent.set(content, shared);
    }
    const { executable } = shared;
    const entry = shared;
    entry.users++;
    return new Held(executable, () => {
      entry.users--;
      if (entry.users > 0) return;
      this.#byContent.delete(content);
      executable.dispose();
    });
  }
}
