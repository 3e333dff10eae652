/**
 * Losses out of plain data, as `recipeOf` gives it and files keep it. Names are looked up among the losses of this package
 * alone, and options pass the same checks as a user's.
 */
import { makeFromRecipe, type OptionKinds, type RecipeMaker, recipeMaker } from '@deft/core';
import * as losses from './loss-list.ts';
import type { Loss, LossOptions } from './losses/loss.ts';

const common: OptionKinds<LossOptions> = { reduction: 'text', name: 'text' };

/** The maker of a loss, with what its own options may be. */
function maker<O extends LossOptions>(
  make: (options?: O) => Loss,
  own: OptionKinds<Omit<O, keyof LossOptions>>,
): RecipeMaker<Loss> {
  return recipeMaker<O, Loss>(make, { ...common, ...own } as OptionKinds<O>);
}

const crossentropy = { fromLogits: 'boolean', labelSmoothing: 'number', axis: 'number' } as const;

const makers: { readonly [kind in Exclude<keyof typeof losses, 'defineLoss'>]: RecipeMaker<Loss> } = {
  binaryCrossentropy: maker(losses.binaryCrossentropy, crossentropy),
  binaryFocalCrossentropy: maker(losses.binaryFocalCrossentropy, {
    ...crossentropy,
    applyClassBalancing: 'boolean',
    alpha: 'number',
    gamma: 'number',
  }),
  categoricalCrossentropy: maker(losses.categoricalCrossentropy, crossentropy),
  categoricalFocalCrossentropy: maker(losses.categoricalFocalCrossentropy, {
    ...crossentropy,
    alpha: ['number', 'numbers'],
    gamma: 'number',
  }),
  categoricalGeneralizedCrossEntropy: maker(losses.categoricalGeneralizedCrossEntropy, { q: 'number' }),
  categoricalHinge: maker(losses.categoricalHinge, {}),
  circle: maker(losses.circle, { gamma: 'number', margin: 'number', removeDiagonal: 'boolean' }),
  cosineSimilarity: maker(losses.cosineSimilarity, { axis: 'number' }),
  ctc: maker(losses.ctc, {}),
  dice: maker(losses.dice, { axis: ['number', 'numbers'] }),
  hinge: maker(losses.hinge, {}),
  huber: maker(losses.huber, { delta: 'number' }),
  klDivergence: maker(losses.klDivergence, {}),
  logCosh: maker(losses.logCosh, {}),
  meanAbsoluteError: maker(losses.meanAbsoluteError, {}),
  meanAbsolutePercentageError: maker(losses.meanAbsolutePercentageError, {}),
  meanSquaredError: maker(losses.meanSquaredError, {}),
  meanSquaredLogarithmicError: maker(losses.meanSquaredLogarithmicError, {}),
  poisson: maker(losses.poisson, {}),
  sparseCategoricalCrossentropy: maker(losses.sparseCategoricalCrossentropy, {
    fromLogits: 'boolean',
    ignoreClass: 'number',
    axis: 'number',
  }),
  squaredHinge: maker(losses.squaredHinge, {}),
  tversky: maker(losses.tversky, { axis: ['number', 'numbers'], alpha: 'number', beta: 'number' }),
};

/**
 * The loss that a recipe says: what `recipeOf` gives for losses of this package.
 *
 * @throws `E_ATTRIBUTE` for an unknown kind or unknown options, `E_MODEL` for options out of range
 * @example
 * ```ts
 * import { lossFromConfig, losses, recipeOf } from '@deft/keras';
 * const recipe = recipeOf(losses.huber({ delta: 2 }));
 * console.log(JSON.stringify(recipe)); // → {"kind":"huber","config":{"delta":2}}
 * console.log(lossFromConfig(recipe).name); // → huber
 * ```
 */
export function lossFromConfig(recipe: unknown): Loss {
  return makeFromRecipe('lossFromConfig', makers, recipe);
}
