/**
 * The inputs of attention layers: one batch that attends to itself, or query and value, and key, which is the value unless
 * told. A mask of what may be seen comes last where a layer takes one.
 */
import { shapeText, type Tensor } from '@deft/core';
import { notEqual } from '@deft/tensor';
import type { ExampleShape, LayerContext, Mask, Signal } from '../layer.ts';
import { areSeveral } from '../layer-call.ts';
import type { Fail } from '../layer-errors.ts';

/** What an attention layer is given, by its meaning: batches, their masks or their shapes. */
export interface AttentionInputs<T> {
  readonly query: T;
  readonly value: T;
  readonly key: T;
  /** Which sources each target may see; of masks and shapes, that of this input. */
  readonly attentionMask: T | undefined;
}

/** Sorts `count` inputs by their meaning. Throws for another number of them than a layer takes. */
function sort<T>(count: number, at: (place: number) => T, takesMask: boolean, fail: Fail): AttentionInputs<T> {
  const sequences = takesMask ? count - 1 : count;
  if (sequences < 1 || sequences > 3) {
    const expected = takesMask ? 'one to three batches and a mask' : 'one to three batches: query, value and key';
    fail({ expected, found: `${count} inputs` });
  }
  const value = Math.min(1, sequences - 1);
  return {
    query: at(0),
    value: at(value),
    key: at(sequences === 3 ? 2 : value),
    attentionMask: takesMask ? at(sequences) : undefined,
  };
}

/** The batches of a signal by their meaning. A mask of numbers lets see where they are not 0. */
export function sortSignal(x: Signal, takesMask: boolean, fail: Fail): AttentionInputs<Tensor> {
  const all = (Array.isArray(x) ? x : [x]) as readonly Tensor[];
  const sorted = sort(all.length, (place) => all[place] as Tensor, takesMask, fail);
  const { attentionMask } = sorted;
  const isReady = attentionMask === undefined || attentionMask.dtype === 'bool';
  return isReady ? sorted : { ...sorted, attentionMask: notEqual(attentionMask, 0) as Tensor };
}

/** The shapes of examples by their meaning. */
export function sortShapes(
  shapes: ExampleShape | readonly ExampleShape[],
  takesMask: boolean,
  fail: Fail,
): AttentionInputs<ExampleShape> {
  const all = areSeveral(shapes) ? shapes : [shapes];
  return sort(all.length, (place) => all[place] as ExampleShape, takesMask, fail);
}

/** Which steps of the inputs count, by the inputs' meaning. */
export function sortMasks(
  x: Signal,
  { mask }: LayerContext,
  takesMask: boolean,
  fail: Fail,
): AttentionInputs<Tensor | undefined> {
  const all = (Array.isArray(mask) ? mask : [mask]) as readonly (Tensor | undefined)[];
  return sort(Array.isArray(x) ? x.length : 1, (place) => all[place], takesMask, fail);
}

/** Throws unless there are as many keys as values. */
export function checkPairs(steps: readonly number[], keySteps: readonly number[], fail: Fail): void {
  if (steps.length === keySteps.length && steps.every((dim, i) => dim === keySteps[i])) return;
  fail({ expected: `a key for each of ${shapeText(steps)} values`, found: shapeText(keySteps) });
}

/** The query's mask as that of the output, or of the first of several. */
export function maskOfOutputs(mask: Tensor | undefined, givesSeveral: boolean): Mask | undefined {
  return mask !== undefined && givesSeveral ? [mask, undefined] : mask;
}
