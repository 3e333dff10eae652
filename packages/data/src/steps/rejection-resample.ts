/**
 * `rejectionResample`: elements are dropped at random so that classes come as often as wanted. An element of class c is kept with
 * probability (wanted[c] / found[c]) / max over all classes of the same, which drops as few as can be.
 */
import { raise } from '@deft/core';
import { checkFunction, checkSeed, checkWeights } from '../checks.ts';
import { feed, goOn, type Next, type PipelineStep } from '../cursor.ts';
import type { ResampleOptions } from '../dataset-options.ts';
import { raiseAtElement } from '../errors.ts';
import { passKey, resamplePurpose, uniformAt } from '../random-words.ts';
import { savedCounts } from '../saved-fields.ts';
import { openSource, overSource } from './over-source.ts';

const op = 'rejectionResample';

/** As if each class had been seen so often before: what is found of few elements says little. */
const seenBefore = 10;

const shares = (weights: readonly number[]): number[] => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
};

function checkInitial(wanted: readonly number[], initial: readonly number[]): void {
  const lacking = wanted.findIndex((share, i) => share > 0 && initial[i] === 0);
  if (lacking < 0) return;
  raise('E_ATTRIBUTE', {
    op,
    argument: 'initialDistribution',
    expected: `some of class ${lacking}, which the target has`,
    found: '0',
  });
}

/** The elements that are kept. */
export function rejectionResampleStep<T>(
  source: PipelineStep<T>,
  classOf: (value: T) => number,
  target: readonly number[],
  { seed = 0, initialDistribution }: ResampleOptions,
): PipelineStep<T> {
  checkFunction(op, 'classOf', classOf);
  checkSeed(op, seed);
  checkWeights(op, 'targetDistribution', target, target.length);
  const wanted = shares(target);
  if (initialDistribution !== undefined) {
    checkWeights(op, 'initialDistribution', initialDistribution, target.length);
    checkInitial(wanted, initialDistribution);
  }
  return {
    text: `${source.text}.${op}(${target.join()}; ${seed})`,
    open: async (pass, position) => {
      const cursor = await openSource(source, pass, position);
      const key = passKey(seed, resamplePurpose, pass.epoch);
      const seen = position ? [...savedCounts(position, 'seen')] : wanted.map(() => 0);
      if (seen.length !== wanted.length) {
        raise('E_PIPELINE', {
          op: 'restore',
          argument: 'seen',
          expected: `${wanted.length} counts`,
          found: `${seen.length}`,
        });
      }
      let index = seen.reduce((sum, count) => sum + count, 0);
      const keeps = (value: T, number: number): boolean => {
        const found = classOf(value);
        if (seen[found] === undefined) throw new Error(`expected a class from 0 to ${wanted.length - 1}, got ${found}`);
        seen[found] = (seen[found] as number) + 1;
        const among = shares(initialDistribution ?? seen.map((count) => count + seenBefore));
        const ratios = wanted.map((share, i) => (share === 0 ? 0 : share / (among[i] as number)));
        return uniformAt(key, number) * Math.max(...ratios) < (ratios[found] as number);
      };
      let found: Next<T>;
      const isDropped = (next: Next<T>): boolean => {
        found = next;
        if (next.done) return false;
        const number = index++;
        try {
          return !keeps(next.value, number);
        } catch (error) {
          return raiseAtElement(op, number, error);
        }
      };
      return overSource(cursor, {
        next: () => goOn(feed(cursor, isDropped), () => found),
        own: () => ({ seen: [...seen] }),
      });
    },
  };
}
