/**
 * `defineOptimizer` makes an optimiser of a rule for one leaf. It walks the trees, counts the steps, computes the scalars
 * that all leaves share once, decays the weights, and captures the step as one program.
 */
import { checkSameStructure, flatten, recorded, type Tensor } from '@deft/core';
import { add, jit, mul, sub } from '@deft/tensor';
import { checkHyperParameter, checkPathParts } from './hyper-parameters.ts';
import { checkParameters, filled, inDType, workingDType } from './leaves.ts';
import type { Optimizer, OptimizerConfig, OptimizerState, OptimizerUpdate } from './optimizer.ts';
import { type OptimizerOptions, withOptions } from './optimizer-options.ts';

/** A parameter as rules tell them apart. */
export interface Leaf {
  /** Where it lies in the tree of parameters: `hidden.kernel`. */
  readonly path: string;
  readonly shape: readonly number[];
}

/** A parameter and what belongs to it, in the dtype that the rule computes in. */
export interface LeafStep<S extends string> extends Leaf {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  readonly slots: Readonly<Record<S, Tensor>>;
}

/** What a step makes of a parameter. */
export interface LeafResult<S extends string> {
  readonly parameter: Tensor;
  readonly slots: Readonly<Record<S, Tensor>>;
}

/** What the scalars of a step are computed from, as rank-0 tensors of one floating dtype. */
export interface StepScalars {
  readonly rate: Tensor;
  /** 1 in the first step. */
  readonly step: Tensor;
  /** The running scalar after this step, where the rule has one. */
  readonly running: Tensor | undefined;
}

/** A number that is carried from step to step beside the slots. */
export interface RunningScalar {
  readonly name: string;
  readonly start: number;
  next(value: Tensor, step: Tensor): Tensor;
}

/** A rule: what is kept for a parameter, and what a step does to it. */
export interface Rule<S extends string, C> {
  readonly name: string;
  readonly learningRate: number;
  /** The rule's own hyper-parameters; `defineOptimizer` adds those that all have. */
  readonly config: OptimizerConfig;
  /** The shape and the value of what is kept for a parameter before the first step. */
  readonly slots: Readonly<Record<S, (leaf: Leaf) => { readonly shape: readonly number[]; readonly value: number }>>;
  readonly running?: RunningScalar;
  /** Scalars of a step, computed once for all parameters of a dtype. */
  scalars(now: StepScalars): C;
  step(leaf: LeafStep<S>, scalars: C): LeafResult<S>;
  /** The decay of a parameter; that of the options unless told. */
  decay?(leaf: Leaf): number;
}

/** A slot in the shape of its parameter, zero before the first step. */
export const zerosLikeParameter = ({ shape }: Leaf): { shape: readonly number[]; value: number } => ({
  shape,
  value: 0,
});

/** What is computed once for all leaves of a dtype. */
function perDType<T>(make: (dtype: 'float32' | 'float64') => T): (leaf: Tensor) => T {
  const made = new Map<string, T>();
  return (leaf) => {
    const dtype = workingDType(leaf.dtype);
    if (!made.has(dtype)) made.set(dtype, make(dtype));
    return made.get(dtype) as T;
  };
}

function decayOf<S extends string, C>(rule: Rule<S, C>, options: OptimizerOptions): (leaf: Leaf) => number {
  const { weightDecay = 0, excludeFromWeightDecay = [] } = options;
  checkHyperParameter(rule.name, 'weightDecay', weightDecay, 0, Infinity);
  checkPathParts(rule.name, 'excludeFromWeightDecay', excludeFromWeightDecay);
  return (leaf) => {
    if (excludeFromWeightDecay.some((part) => leaf.path.includes(part))) return 0;
    return rule.decay?.(leaf) ?? weightDecay;
  };
}

/** An optimiser from its rule, with the options that all optimisers have. */
export function defineOptimizer<S extends string, C>(rule: Rule<S, C>, options: OptimizerOptions): Optimizer {
  const { name, running } = rule;
  const slotNames = Object.keys(rule.slots) as S[];
  const decay = decayOf(rule, options);
  const { learningRate = rule.learningRate, weightDecay, excludeFromWeightDecay } = options;
  const schedule = typeof learningRate === 'function' ? learningRate : undefined;
  const firstRate = typeof learningRate === 'function' ? learningRate(0) : learningRate;
  checkHyperParameter(name, 'learningRate', firstRate, 0, Infinity);

  function initialize(parameters: unknown): OptimizerState {
    checkParameters(name, parameters);
    const { leaves, structure } = flatten(parameters) as {
      leaves: Tensor[];
      structure: ReturnType<typeof flatten>['structure'];
    };
    const slots: Record<string, unknown> = {};
    for (const slot of slotNames) {
      const values = leaves.map((leaf, i) => {
        const { shape, value } = rule.slots[slot]({ path: structure.paths[i] as string, shape: leaf.shape });
        return filled(shape, value, workingDType(leaf.dtype));
      });
      slots[slot] = structure.rebuild(values);
    }
    if (running) {
      const dtype = leaves.some((leaf) => leaf.dtype === 'float64') ? 'float64' : 'float32';
      slots[running.name] = filled([], running.start, dtype);
    }
    return { step: filled([], 0, 'int32'), slots };
  }

  function update<P>(gradients: unknown, state: OptimizerState, parameters: P, rate: Tensor): OptimizerUpdate<P> {
    const { leaves, structure } = flatten(parameters, 'parameters');
    const paths = flatten(parameters).structure.paths;
    const aligned = (other: unknown): Tensor[] => {
      const flat = flatten(other);
      checkSameStructure(name, structure, flat.structure, '');
      return flat.leaves as Tensor[];
    };
    const gradientLeaves = aligned(gradients);
    const slotLeaves = slotNames.map((slot) => aligned(state.slots[slot]));
    const step = add(state.step, 1) as Tensor;
    const before = running && (state.slots[running.name] as Tensor);
    const after = before && running.next(before, inDType(step, before.dtype));
    const scalarsFor = perDType((dtype) => {
      const rateNow = inDType(rate, dtype);
      const now = { rate: rateNow, step: inDType(step, dtype), running: after && inDType(after, dtype) };
      return { rateNow, scalars: rule.scalars(now) };
    });
    const results = (leaves as Tensor[]).map((leaf, i) => {
      const dtype = workingDType(leaf.dtype);
      const { rateNow, scalars } = scalarsFor(leaf);
      const place: Leaf = { path: paths[i] as string, shape: leaf.shape };
      const start = inDType(leaf, dtype);
      const lost = decay(place);
      const slots = Object.fromEntries(slotNames.map((slot, k) => [slot, slotLeaves[k]?.[i]])) as Record<S, Tensor>;
      const result = rule.step(
        {
          ...place,
          parameter: lost > 0 ? mul(start, sub(1, mul(rateNow, lost))) : start,
          gradient: inDType(gradientLeaves[i] as Tensor, dtype),
          slots,
        },
        scalars,
      );
      return { parameter: inDType(result.parameter, leaf.dtype), slots: result.slots };
    });
    const slots: Record<string, unknown> = {};
    for (const slot of slotNames) slots[slot] = structure.rebuild(results.map((result) => result.slots[slot]));
    if (running) slots[running.name] = after;
    return {
      parameters: structure.rebuild(results.map((result) => result.parameter)) as P,
      state: { step, slots },
    };
  }

  const config = {
    learningRate: firstRate,
    ...rule.config,
    ...(weightDecay !== undefined && { weightDecay }),
    ...(excludeFromWeightDecay !== undefined && { excludeFromWeightDecay }),
  };
  const optimizer: Optimizer = {
    name,
    learningRate: firstRate,
    ...(schedule && { schedule }),
    config,
    initialize,
    update: jit(update, { name: `${name}.update` }),
  };
  return withOptions(recorded(name, { ...config, learningRate }, optimizer), options);
}
