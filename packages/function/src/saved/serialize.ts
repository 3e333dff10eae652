/** Writes captured functions into a file. */
import { raise } from '@deft/core';
import { Lowered } from '../lowered.ts';
import type { FunctionData } from './manifest.ts';
import { ProgramWriter, refuse } from './program-writer.ts';

/** Options of `serialize`. */
export interface SerializeOptions {
  /** Whether the file holds derivatives, so that loaded functions have gradients. */
  readonly gradients?: boolean;
}

/**
 * Writes functions that were lowered into a file, with the tensors they captured and the variables they use: `deserialize` reads it,
 * also where the code of the functions is not there. A name may have several lowered functions, for arguments of several kinds.
 *
 * The file has what functions *do*: their graphs. It holds no code. With `gradients` it has their derivatives too, as they and all
 * that they call state them (`customVjp`, `stopGradient`, `checkpoint`), so that what is loaded can be differentiated and trained further.
 *
 * Elements are read at once.
 *
 * @throws `E_ARGUMENT` for a function that calls a function of the host (`hostCall`), or whose arguments or results hold functions or
 * instances of classes; `E_READ` on a backend that cannot read at once.
 * @example
 * ```ts
 * import { deserialize, jit, matmul, serialize, type Tensor, tensor, tensorSpec } from '@deft/tensor';
 * const w = tensor([[1], [2]]);
 * const predict = jit((x: Tensor) => matmul(x, w));
 * const file = serialize({ predict: predict.lower(tensorSpec([1, 2], 'float32')) });
 * console.log(deserialize(file).functions.predict?.(tensor([[3, 4]])).toArray()); // [[11]]
 * ```
 */
export function serialize(
  functions: { readonly [name: string]: Lowered<never, unknown> | readonly Lowered<never, unknown>[] },
  options: SerializeOptions = {},
): Uint8Array {
  const writer = new ProgramWriter(options.gradients === true);
  const names = Object.keys(functions);
  const written = names.map((name): FunctionData => {
    const argument = `functions.${name}`;
    const given = [functions[name]].flat() as readonly unknown[];
    if (name === '' || name === '__proto__') refuse(argument, 'has a name that a file cannot hold');
    if (given.length === 0 || !given.every((one) => one instanceof Lowered)) {
      return raise('E_ARGUMENT', {
        op: 'serialize',
        argument,
        expected: 'f.lower(…), or a list of them',
        found: given.length === 0 ? 'an empty list' : String(given.find((one) => !(one instanceof Lowered))),
      });
    }
    return { name, signatures: given.flatMap((one) => writer.signatures(one as unknown as Lowered, argument)) };
  });
  return writer.finish(written);
}
