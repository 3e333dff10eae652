/**
 * Optimisers and schedules out of plain data, as `recipeOf` gives it and files keep it. Names are looked up among those of
 * this package alone, and options pass the same checks as a user's.
 */
import { makeFromRecipe, type OptionKind, type RecipeMaker, recipeMaker } from '@deft/core';
import type { Optimizer } from './optimizer.ts';
import { adadelta } from './rules/adadelta.ts';
import { adafactor } from './rules/adafactor.ts';
import { adagrad } from './rules/adagrad.ts';
import { adam, adamW } from './rules/adam.ts';
import { adamax } from './rules/adamax.ts';
import { ftrl } from './rules/ftrl.ts';
import { lamb } from './rules/lamb.ts';
import { lion } from './rules/lion.ts';
import { muon } from './rules/muon.ts';
import { nadam } from './rules/nadam.ts';
import { rmsprop } from './rules/rmsprop.ts';
import { sgd } from './rules/sgd.ts';
import { type CosineDecayOptions, cosineDecay } from './schedules/cosine-decay.ts';
import { type CosineDecayRestartsOptions, cosineDecayRestarts } from './schedules/cosine-decay-restarts.ts';
import { exponentialDecay, type RateDecayOptions } from './schedules/exponential-decay.ts';
import { inverseTimeDecay } from './schedules/inverse-time-decay.ts';
import { type LinearWarmupOptions, linearWarmup } from './schedules/linear-warmup.ts';
import { piecewiseConstantDecay } from './schedules/piecewise-constant-decay.ts';
import { type PolynomialDecayOptions, polynomialDecay } from './schedules/polynomial-decay.ts';
import type { Schedule } from './schedules/schedule.ts';
import { accumulateGradients } from './wrappers/accumulate-gradients.ts';
import { type AveragingOptions, averageWeights } from './wrappers/average-weights.ts';
import { type ClippingOptions, clipGradients } from './wrappers/clip-gradients.ts';
import { type LossScaleOptions, lossScaleOptimizer } from './wrappers/loss-scale-optimizer.ts';
import { scaleLossBy } from './wrappers/scale-loss-by.ts';

/** The learning rate that most schedules begin with. */
interface Initial {
  readonly initialLearningRate: number;
}

const rateDecay = {
  initialLearningRate: 'number',
  decaySteps: 'number',
  decayRate: 'number',
  staircase: 'boolean',
} as const;

const scheduleMakers: { readonly [kind: string]: RecipeMaker<Schedule> } = {
  cosineDecay: recipeMaker(
    ({ initialLearningRate, ...options }: Initial & CosineDecayOptions) => cosineDecay(initialLearningRate, options),
    {
      initialLearningRate: 'number',
      decaySteps: 'number',
      alpha: 'number',
      warmupTarget: 'number',
      warmupSteps: 'number',
    },
  ),
  cosineDecayRestarts: recipeMaker(
    ({ initialLearningRate, ...options }: Initial & CosineDecayRestartsOptions) =>
      cosineDecayRestarts(initialLearningRate, options),
    { initialLearningRate: 'number', firstDecaySteps: 'number', tMul: 'number', mMul: 'number', alpha: 'number' },
  ),
  exponentialDecay: recipeMaker(
    ({ initialLearningRate, ...options }: Initial & RateDecayOptions) => exponentialDecay(initialLearningRate, options),
    rateDecay,
  ),
  inverseTimeDecay: recipeMaker(
    ({ initialLearningRate, ...options }: Initial & RateDecayOptions) => inverseTimeDecay(initialLearningRate, options),
    rateDecay,
  ),
  linearWarmup: recipeMaker(
    ({ after, ...options }: { readonly after: unknown } & LinearWarmupOptions) => linearWarmup(rateOf(after), options),
    { after: ['number', 'recipe'], warmupSteps: 'number', initialLearningRate: 'number' },
    ['after'],
  ),
  piecewiseConstantDecay: recipeMaker(
    ({ boundaries, values }: { readonly boundaries: readonly number[]; readonly values: readonly number[] }) =>
      piecewiseConstantDecay(boundaries, values),
    { boundaries: 'numbers', values: 'numbers' },
    ['boundaries', 'values'],
  ),
  polynomialDecay: recipeMaker(
    ({ initialLearningRate, ...options }: Initial & PolynomialDecayOptions) =>
      polynomialDecay(initialLearningRate, options),
    {
      initialLearningRate: 'number',
      decaySteps: 'number',
      endLearningRate: 'number',
      power: 'number',
      cycle: 'boolean',
    },
  ),
};

const rateOf = (given: unknown): number | Schedule => (typeof given === 'number' ? given : scheduleFromConfig(given));

/**
 * The schedule that a recipe says: what `recipeOf` gives for schedules of this package.
 *
 * @throws `E_ATTRIBUTE` for an unknown kind, unknown options, and options out of range
 * @example
 * ```ts
 * import { exponentialDecay, recipeOf, scheduleFromConfig } from '@deft/optim';
 * const recipe = recipeOf(exponentialDecay(0.5, { decaySteps: 100, decayRate: 0.5 }));
 * console.log(scheduleFromConfig(JSON.parse(JSON.stringify(recipe)))(100)); // → 0.25
 * ```
 */
export function scheduleFromConfig(recipe: unknown): Schedule {
  return makeFromRecipe('scheduleFromConfig', scheduleMakers, recipe);
}

/** What an option of a rule may be, from what it is unless told. */
function kindsOf(value: unknown): readonly OptionKind[] {
  if (typeof value === 'boolean') return ['boolean'];
  return Array.isArray(value) ? ['texts'] : ['number', 'null'];
}

type RuleOptions = { readonly learningRate?: number | Schedule };

/** A rule's options are those of its configuration, and those of decay. */
function ruleMaker(rule: (options?: RuleOptions) => Optimizer): RecipeMaker<Optimizer> {
  return {
    make: (options) => {
      const { learningRate, ...rest } = options as { readonly learningRate?: unknown };
      return rule({ ...rest, ...(learningRate !== undefined && { learningRate: rateOf(learningRate) }) });
    },
    get options(): RecipeMaker<Optimizer>['options'] {
      const own = Object.entries(rule().config).map(([option, value]) => [option, kindsOf(value)] as const);
      return {
        ...Object.fromEntries(own),
        learningRate: ['number', 'recipe'],
        weightDecay: 'number',
        excludeFromWeightDecay: 'texts',
      };
    },
    required: [],
  };
}

/** An optimiser in a wrapper. */
interface Wrapped {
  readonly optimizer: unknown;
}

const rules = { adadelta, adafactor, adagrad, adam, adamW, adamax, ftrl, lamb, lion, muon, nadam, rmsprop, sgd };

const optimizerMakers: { readonly [kind: string]: RecipeMaker<Optimizer> } = {
  ...Object.fromEntries(Object.entries(rules).map(([kind, rule]) => [kind, ruleMaker(rule)])),
  accumulateGradients: recipeMaker(
    ({ optimizer, gradientAccumulationSteps }: Wrapped & { readonly gradientAccumulationSteps: number }) =>
      accumulateGradients(optimizerFromConfig(optimizer), gradientAccumulationSteps),
    { optimizer: 'recipe', gradientAccumulationSteps: 'number' },
  ),
  averageWeights: recipeMaker(
    ({ optimizer, ...options }: Wrapped & AveragingOptions) => averageWeights(optimizerFromConfig(optimizer), options),
    { optimizer: 'recipe', emaMomentum: 'number', emaOverwriteFrequency: 'number' },
  ),
  clipGradients: recipeMaker(
    ({ optimizer, ...options }: Wrapped & ClippingOptions) => clipGradients(optimizerFromConfig(optimizer), options),
    { optimizer: 'recipe', clipnorm: 'number', clipvalue: 'number', globalClipnorm: 'number' },
  ),
  lossScaleOptimizer: recipeMaker(
    ({ optimizer, ...options }: Wrapped & LossScaleOptions) =>
      lossScaleOptimizer(optimizerFromConfig(optimizer), options),
    { optimizer: 'recipe', initialScale: 'number', dynamicGrowthSteps: 'number' },
  ),
  scaleLossBy: recipeMaker(
    ({ optimizer, lossScaleFactor }: Wrapped & { readonly lossScaleFactor: number }) =>
      scaleLossBy(optimizerFromConfig(optimizer), lossScaleFactor),
    { optimizer: 'recipe', lossScaleFactor: 'number' },
  ),
};

/**
 * The optimiser that a recipe says, with its schedule and its wrappers: what `recipeOf` gives for optimisers of this
 * package. Its state begins afresh.
 *
 * @throws `E_ATTRIBUTE` for an unknown kind, unknown options, and options out of range
 * @example
 * ```ts
 * import { adam, cosineDecay, optimizerFromConfig, recipeOf } from '@deft/optim';
 * const recipe = recipeOf(adam({ learningRate: cosineDecay(0.1, { decaySteps: 10 }), clipnorm: 1 }));
 * console.log(recipe?.kind); // → clipGradients
 * console.log(optimizerFromConfig(JSON.parse(JSON.stringify(recipe))).learningRate); // → 0.1
 * ```
 */
export function optimizerFromConfig(recipe: unknown): Optimizer {
  return makeFromRecipe('optimizerFromConfig', optimizerMakers, recipe);
}
