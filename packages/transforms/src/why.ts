/**
 * `why`: explains which arguments of a function have a gradient, and where the way to the others ends. The function is run
 * once on a tape that also follows values without a derivative.
 */
import { isDifferentiable, raise, type Tensor, withInterpreter } from '@deft/core';
import { describe, tensorLeaves } from './leaves.ts';
import { type Cut, type Slot, Tape } from './tape.ts';

/** What is known of the gradient by one tensor. */
export interface GradientExplanation {
  /** The tensor's place among the arguments: `args[0].weight`. */
  readonly path: string;
  /** Whether cotangents reach it. */
  readonly connected: boolean;
  /** What the result depends on it through, or where the way ends: op, reason and line. */
  readonly reason: string;
}

/**
 * Explains the gradient of a function by the tensors among its arguments: whether it has one, or else why not (no
 * dependency, an integer dtype, an op without a derivative and the line that applies it, `stopGradient`). A tensor that is
 * reached on one way and cut off on another counts as connected, and the cuts are named.
 *
 * Throws `E_ARGUMENT` unless the result holds a tensor.
 *
 * @example
 * ```ts
 * import { argMax, cast, mul, sum, type Tensor, tensor, why } from '@deft/tensor';
 * const loss = (x: Tensor, y: Tensor) => sum(mul(x, cast(argMax(y), 'float32')));
 * for (const { path, connected } of why(loss, tensor([1, 2]), tensor([3, 4]))) console.log(path, connected);
 * // args[0] true
 * // args[1] false
 * ```
 */
export function why<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): readonly GradientExplanation[] {
  const tape = new Tape('why', { explains: true });
  const { tensors, paths, rebuild } = tensorLeaves(args, 'args');
  const slots: (Slot | undefined)[] = [];
  const watched = tensors.map((tensor, i) => {
    if (!isDifferentiable(tensor.dtype)) return tensor;
    const { tensor: entered, slot } = tape.watch(tensor);
    slots[i] = slot;
    return entered;
  });
  const result = withInterpreter(tape, () => f(...(rebuild(watched) as A)));
  const results = tensorLeaves(result, 'result').tensors;
  if (results.length === 0) {
    raise('E_ARGUMENT', {
      op: 'why',
      argument: 'result of the function',
      expected: 'a tensor',
      found: describe(result),
    });
  }
  const { reached, cuts } = dependencies(tape, results);
  return tensors.map((tensor, i) => {
    const path = paths[i] as string;
    const slot = slots[i];
    if (slot === undefined)
      return { path, connected: false, reason: `it is ${tensor.dtype}: only floating-point tensors have gradients` };
    const own = cuts.filter((cut) => beforeCut(cut).has(slot));
    const told = own.map(textOf).join('; ');
    if (reached.has(slot)) {
      return {
        path,
        connected: true,
        reason: told === '' ? 'the result depends on it' : `the result depends on it; besides ${told}`,
      };
    }
    return { path, connected: false, reason: told === '' ? 'the result does not depend on it' : told };
  });
}

/** The slots that cotangents of the results reach, and the cuts that they run into. */
function dependencies(
  tape: Tape,
  results: readonly Tensor[],
): { readonly reached: Set<Slot>; readonly cuts: readonly Cut[] } {
  const reached = new Set<Slot>();
  const cuts = new Set<Cut>();
  const open: Slot[] = [];
  for (const tensor of results) {
    const slot = tape.slotOf(tensor);
    const cut = tape.cutOf(tensor);
    if (slot) open.push(slot);
    if (cut) cuts.add(cut);
  }
  for (let slot = open.pop(); slot; slot = open.pop()) {
    if (reached.has(slot)) continue;
    reached.add(slot);
    for (const cut of slot.producer?.cuts ?? []) cuts.add(cut);
    for (const input of slot.producer?.inputs ?? []) if (input) open.push(input);
  }
  return { reached, cuts: [...cuts].map(firstOf) };
}

/** The op that ended the way: those after it only carry on what has no derivative. */
function firstOf(cut: Cut): Cut {
  const [before] = cut.cuts;
  return before !== undefined && cut.inputs.every((input) => input === undefined) ? firstOf(before) : cut;
}

/** All slots that the cut's operands depend on. */
function beforeCut(cut: Cut): Set<Slot> {
  const found = new Set<Slot>();
  const open: Slot[] = [];
  const enter = (inputs: readonly (Slot | undefined)[], cuts: readonly Cut[]): void => {
    for (const input of inputs) if (input) open.push(input);
    for (const before of cuts) enter(before.inputs, before.cuts);
  };
  enter(cut.inputs, cut.cuts);
  for (let slot = open.pop(); slot; slot = open.pop()) {
    if (found.has(slot)) continue;
    found.add(slot);
    enter(slot.producer?.inputs ?? [], slot.producer?.cuts ?? []);
  }
  return found;
}

function textOf({ operation, callSite }: Cut): string {
  const reason = operation.nonDifferentiable ?? 'its result is no floating-point tensor';
  const line = callSite.value === undefined ? '' : ` at ${callSite.value.text}`;
  return `${operation.name} has no derivative (${reason})${line}`;
}
