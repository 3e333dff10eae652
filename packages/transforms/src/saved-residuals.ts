/**
 * `savedResiduals`: what the gradient of a function keeps of its forward pass, value by value, with the line that made each.
 */
import { type Attributes, bytesOf, DeferredCallSite, type Operation, sizeOf, type Tensor } from '@deft/core';
import { FlatFunction } from './flat-function.ts';
import { recordOn } from './grad.ts';
import { savedOn } from './pull-back.ts';
import { Tape } from './tape.ts';
import { noteOrigin, originOf } from './value-origins.ts';

/** One value that is kept between the forward pass and the way back. */
export interface SavedResidual {
  readonly shape: readonly number[];
  readonly dtype: Tensor['dtype'];
  readonly bytes: number;
  /** `argument`, `constant`, or the op that made it. */
  readonly source: string;
  /** The argument's path, or the user's line; empty where neither is known. */
  readonly where: string;
  /** The ops whose gradients read it. */
  readonly readBy: readonly string[];
}

/** Notes where every value is made. */
class NotingTape extends Tape {
  /** Op by op: a program's values have no names. */
  protected override get compiles(): boolean {
    return false;
  }

  override process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const callSite = DeferredCallSite.here();
    const outputs = super.process(operation, inputs, attributes);
    const primals = outputs.map((output) => this.primalOf(output));
    noteOrigin(primals, operation.name, callSite);
    return outputs;
  }
}

/**
 * What a gradient of `f` at these arguments keeps from the forward pass until the way back: each value once, the largest first.
 * Arguments are listed if they are kept, since they cannot be freed meanwhile. `f` runs once.
 *
 * Throws `E_GRAD` where an argument holds something else than floating-point tensors.
 *
 * @example
 * ```ts
 * import { checkpoint, savedResiduals, sin, sum, type Tensor, tensor } from '@deft/tensor';
 * const block = (x: Tensor) => sin(sin(sin(x)));
 * const bytes = (f: (x: Tensor) => Tensor) => savedResiduals(f, tensor([1, 2])).reduce((total, one) => total + one.bytes, 0);
 * console.log(bytes(block), bytes(checkpoint(block))); // 24 8
 * ```
 */
export function savedResiduals<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): readonly SavedResidual[] {
  const flat = new FlatFunction('savedResiduals', f as (...args: never[]) => unknown, args);
  const { operands, paths } = flat;
  const recorded = recordOn(new NotingTape('savedResiduals'), flat.call, operands);
  const readers = new Map<Tensor, Set<string>>();
  for (const { operation, values } of savedOn(recorded.slots)) {
    for (const [name, value] of values) {
      if (!originOf(value) && !operands.includes(value) && operation.forward) {
        noteOrigin([value], `${operation.name} (${name})`);
      }
      readers.set(value, (readers.get(value) ?? new Set()).add(operation.name));
    }
  }
  return [...readers]
    .map(([value, readBy]): SavedResidual => {
      const { shape, dtype } = value.abstract;
      const argument = operands.indexOf(value);
      const origin = originOf(value);
      return {
        shape,
        dtype,
        bytes: sizeOf(shape) * bytesOf(dtype),
        source: argument >= 0 ? 'argument' : (origin?.op ?? 'constant'),
        where: argument >= 0 ? (paths[argument] as string) : (origin?.callSite.value?.text ?? ''),
        readBy: [...readBy],
      };
    })
    .sort((a, b) => b.bytes - a.bytes);
}
