/**
 * Switches for debugging, for the whole program: run captured functions at once, and look at every number that is computed. The
 * packages that execute ask for them; both cost nothing while they are off.
 */
let eagerly = false;
let numerics = false;

/**
 * With `true`, captured functions run at once, op by op, like the functions they were made of: breakpoints and `console.log` work in
 * them again. Gives what was set before. For one function: `jit(f, { eager: true })`.
 *
 * @example
 * ```ts
 * import { add, jit, runEagerly, tensor } from '@deft/tensor';
 * const f = jit((x) => {
 *   console.log(x.toArray()); // [1, 2]
 *   return add(x, 1);
 * });
 * const before = runEagerly(true);
 * f(tensor([1, 2]));
 * runEagerly(before);
 * ```
 */
export function runEagerly(enabled: boolean): boolean {
  const before = eagerly;
  eagerly = enabled;
  return before;
}

/** Whether captured functions run at once. */
export const runsEagerly = (): boolean => eagerly;

/**
 * With `true`, the first op that gives a NaN or an infinity throws `E_NUMERICS`, which names the op, the line that wrote it and the
 * range of its inputs; also in captured functions, which then run op by op, and in derivatives. Gives what was set before.
 *
 * @example
 * ```ts
 * import { checkNumerics, log, tensor } from '@deft/tensor';
 * const before = checkNumerics(true);
 * try {
 *   log(tensor([1, -1]));
 * } catch (error) {
 *   console.log(String(error).includes('1 of 2 elements')); // true
 * }
 * checkNumerics(before);
 * ```
 */
export function checkNumerics(enabled: boolean): boolean {
  const before = numerics;
  numerics = enabled;
  return before;
}

/** Whether every number is looked at. */
export const checksNumerics = (): boolean => numerics;
