/** `lambdaCallback`: a callback of loose functions, whose names are checked. */
import { raise } from '@deft/core';
import type { Callback } from './callback.ts';

/** Every function of a callback. */
const functionNames: Readonly<Record<keyof Callback, true>> = {
  onTrainBegin: true,
  onEpochBegin: true,
  onBatchBegin: true,
  holdsStep: true,
  onBatchEnd: true,
  onEpochEnd: true,
  onTrainEnd: true,
  getState: true,
  setState: true,
  onTestBegin: true,
  onTestBatchBegin: true,
  onTestBatchEnd: true,
  onTestEnd: true,
  onPredictBegin: true,
  onPredictBatchBegin: true,
  onPredictBatchEnd: true,
  onPredictEnd: true,
};

/**
 * A callback made of functions. A plain object does the same; this one refuses names that nobody would call.
 *
 * @throws `E_MODEL` for a name that is none of a callback, and for what is no function
 * @example
 * ```ts
 * import { lambdaCallback, layers, sequential } from '@deft/keras';
 * import { ones } from '@deft/tensor';
 * const model = sequential([layers.dense(1)], { inputShape: [2] });
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const seen: number[] = [];
 * const callbacks = [lambdaCallback({ onEpochEnd: (epoch) => void seen.push(epoch) })];
 * await model.fit(ones([4, 2]), ones([4, 1]), { epochs: 3, callbacks });
 * console.log(seen); // → [0, 1, 2]
 * ```
 */
export function lambdaCallback(functions: Callback): Callback {
  for (const [name, value] of Object.entries(functions)) {
    if (!Object.hasOwn(functionNames, name)) {
      const expected = Object.keys(functionNames).join(', ');
      raise('E_MODEL', { op: 'lambdaCallback', argument: 'functions', expected, found: name });
    }
    if (value !== undefined && typeof value !== 'function') {
      raise('E_MODEL', { op: 'lambdaCallback', argument: name, expected: 'a function', found: typeof value });
    }
  }
  return { ...functions };
}
