/**
 * `checkpoint`: memory for time. What happens inside the function is not kept for the way back but computed again, save what a
 * policy keeps.
 *
 * Going forward with a policy, and going back, the function runs on tapes that count the ops applied to them. It is the same
 * function of tensors with the same types, so the counts agree, and a kept value is known by the number of the op that made it.
 */
import {
  type Attributes,
  algebra,
  baseInterpreter,
  currentInterpreter,
  type Operation,
  PrivateState,
  RecordedState,
  raise,
  type StateCell,
  stateScope,
  type Tensor,
  withStateScope,
} from '@deft/core';
import {
  type CheckpointPolicy,
  type CheckpointSite,
  checkpointPolicies,
  nameOperation,
} from './checkpoint-policies.ts';
import { applyCustom, flatCall } from './custom-operation.ts';
import { recordOn } from './grad.ts';
import { describe } from './leaves.ts';
import { Tape } from './tape.ts';
import { noteOrigin } from './value-origins.ts';

/** Options of `checkpoint`. */
export interface CheckpointOptions {
  /** Which values are kept rather than computed again: none unless told. */
  readonly policy?: CheckpointPolicy;
}

/** The results of one op, by its number. */
interface Kept {
  readonly number: number;
  readonly values: readonly Tensor[];
}

/** Runs a function and keeps the values that a policy asks for, nothing else. */
class KeepingTape extends Tape {
  readonly kept = new Map<number, Kept>();
  readonly #policy: CheckpointPolicy;
  readonly #makers = new WeakMap<Tensor, Kept & { readonly site: CheckpointSite }>();
  #count = 0;

  constructor(policy: CheckpointPolicy) {
    super('checkpoint', { forgets: true });
    this.#policy = policy;
  }

  override process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    if (operation === nameOperation) this.#name(this.primalOf(inputs[0] as Tensor), String(attributes.name));
    return super.process(operation, inputs, attributes);
  }

  protected override compute(
    operation: Operation,
    primals: readonly Tensor[],
    attributes: Attributes,
  ): readonly Tensor[] {
    const values = super.compute(operation, primals, attributes);
    const number = this.#count++;
    for (const value of values) {
      const { shape, dtype } = value.abstract;
      const isContraction = operation.contraction === true;
      const site: CheckpointSite = { op: operation.name, isContraction, name: undefined, shape, dtype };
      const maker = { number, values, site };
      this.#makers.set(value, maker);
      if (this.#policy(site)) this.#keep(maker);
    }
    return values;
  }

  /** Asks again now that the value has a name. Arguments and constants are kept anyway. */
  #name(value: Tensor, name: string): void {
    const maker = this.#makers.get(value);
    if (!maker) return;
    if (this.#policy({ ...maker.site, name })) this.#keep(maker);
    else this.kept.delete(maker.number);
  }

  #keep(maker: Kept & { readonly site: CheckpointSite }): void {
    this.kept.set(maker.number, maker);
    noteOrigin(maker.values, maker.site.op);
  }
}

/** Records a function of which some values are known. */
class RecomputingTape extends Tape {
  readonly #known: ReadonlyMap<number, readonly Tensor[]>;
  #count = 0;

  constructor(known: ReadonlyMap<number, readonly Tensor[]>) {
    super('checkpoint');
    this.#known = known;
  }

  /** Values are known by number, op by op. */
  protected override get compiles(): boolean {
    return false;
  }

  protected override compute(
    operation: Operation,
    primals: readonly Tensor[],
    attributes: Attributes,
  ): readonly Tensor[] {
    return this.#known.get(this.#count++) ?? super.compute(operation, primals, attributes);
  }
}

/**
 * `f`, of which a gradient keeps the arguments alone, and what the policy asks for: the way back runs `f` a second time.
 * Values and gradients are those of `f`: the second time it reads the state that it read first (variables, the global random
 * generator), and changes none; what it prints and asserts is left out.
 *
 * Tensors that are differentiated must be arguments: closing over one is an error (`E_GRAD`). In a capture, what is computed again
 * stays apart from what was computed first, so memory is saved there too.
 *
 * @example
 * ```ts
 * import { checkpoint, grad, sin, sum, type Tensor, tensor } from '@deft/tensor';
 * const block = checkpoint((x: Tensor) => sin(sin(x)));
 * console.log(grad((x: Tensor) => sum(block(x)))(tensor([0])).toArray()); // [1]
 * ```
 */
export function checkpoint<A extends unknown[], R>(
  f: (...args: A) => R,
  options: CheckpointOptions = {},
): (...args: A) => R {
  const { policy = checkpointPolicies.saveNothing } = options;
  if (typeof policy !== 'function') {
    raise('E_ARGUMENT', {
      op: 'checkpoint',
      argument: 'policy',
      expected: 'a function of a value, such as checkpointPolicies.saveContractions',
      found: describe(policy),
    });
  }
  if (policy === checkpointPolicies.saveEverything) return f;
  return (...args) => {
    const call = flatCall('checkpoint', args);
    const compute = (operands: readonly Tensor[]): readonly Tensor[] =>
      call.results(f(...call.argumentsFrom(operands)));
    let layout: readonly { readonly number: number; readonly count: number }[] = [];
    let stateBefore: ReadonlyMap<StateCell, Tensor> = new Map();
    const outputs = applyCustom(
      {
        name: 'checkpoint',
        inputs: call.names,
        compute,
        forward: (operands) => {
          const state = new RecordedState();
          stateBefore = state.first;
          if (policy === checkpointPolicies.saveNothing) {
            return { outputs: withStateScope(state, () => compute(operands)), residuals: operands };
          }
          const tape = new KeepingTape(policy);
          const recorded = withStateScope(state, () => recordOn(tape, compute, operands));
          const kept = [...tape.kept.values()];
          layout = kept.map(({ number, values }) => ({ number, count: values.length }));
          return { outputs: recorded.outputs, residuals: [...operands, ...kept.flatMap(({ values }) => values)] };
        },
        backward: (residuals, cotangents, needs) => {
          const operands = residuals.slice(0, call.operands.length).map(apart);
          let next = call.operands.length;
          const known = new Map<number, readonly Tensor[]>();
          for (const { number, count } of layout) {
            known.set(number, residuals.slice(next, next + count));
            next += count;
          }
          const again = new PrivateState(stateScope()?.level, stateBefore);
          const recorded = withStateScope(again, () => recordOn(new RecomputingTape(known), compute, operands));
          return recorded.pullback(cotangents, true, needs);
        },
      },
      call.operands,
    );
    return call.resultFrom(outputs) as R;
  };
}

/** In a capture, a value that counts as another one: else the compiler would find everything computed already. */
function apart(operand: Tensor): Tensor {
  return currentInterpreter() === baseInterpreter() ? operand : algebra().barrier(operand);
}
