/** Elements for which a function throws, passed by: row D2, and what tf.data calls ignore_errors. */
import { setWarningOutput } from '@deft/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Dataset, type OnErrorOptions, range } from '../index.ts';

const warnings: string[] = [];
let before: ReturnType<typeof setWarningOutput>;
beforeEach(() => {
  warnings.length = 0;
  before = setWarningOutput((text) => warnings.push(text));
});
afterEach(() => {
  setWarningOutput(before);
});

/** Throws for every third number, later if told. */
const picky = (isLater: boolean) => (x: number) => {
  const judge = () => {
    if (x % 3 === 2) throw new RangeError(`not ${x}`);
    return x;
  };
  return isLater ? Promise.resolve().then(judge) : judge();
};

const ways: Readonly<Record<string, (d: Dataset<number>, options: OnErrorOptions) => Dataset<number>>> = {
  map: (d, options) => d.map(picky(false), options),
  'asynchronous map': (d, options) => d.map(picky(true), options),
  'map of several': (d, options) => d.map(picky(true), { ...options, parallel: 4 }),
  'map in any order': (d, options) => d.map(picky(true), { ...options, parallel: 3, ordered: false }),
  filter: (d, options) => d.filter((x) => picky(false)(x) !== -1, options),
  'asynchronous filter': (d, options) => d.filter(async (x) => (await picky(true)(x)) !== -1, options),
};

describe.each(Object.entries(ways))('%s', (_, step) => {
  it('passes failures by, tells of each, and counts them at the end of the pass', async () => {
    const told: string[] = [];
    const onSkip = ({ message, code }: Error & { readonly code: string }) => void told.push(`${code} ${message}`);
    const kept = await step(range(10), { onError: 'skip', onSkip }).toArray();
    expect(kept.sort((a, b) => a - b)).toEqual([0, 1, 3, 4, 6, 7, 9]);
    expect(told.map((text) => /E_PIPELINE .*element (\d): not \1/.exec(text)?.[1]).sort()).toEqual(['2', '5', '8']);
    expect(warnings.map((text) => /(\w+: 3 elements were skipped)/.exec(text)?.[1])).toEqual([
      expect.stringMatching(/^(map|filter): 3 elements were skipped$/),
    ]);
    expect(step(range(10), { onError: 'skip' }).cardinality()).toBeUndefined();
  });

  it('counts on after a restart', async () => {
    const make = () => step(range(30), { onError: 'skip' });
    const first = make().iterator();
    for (let i = 0; i < 11; i++) await first.next();
    const state = JSON.parse(JSON.stringify(first.state())) as ReturnType<typeof first.state>;
    await first.close();
    expect(warnings).toEqual([]);
    const second = make().iterator();
    await second.restore(state);
    for await (const _ of second);
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toContain('10 elements were skipped');
  });

  it('ends the pass with the first failure unless told', async () => {
    await expect(step(range(10), {}).toArray()).rejects.toMatchObject({ code: 'E_PIPELINE' });
    expect(() => step(range(3), { onError: 'ignore' as 'skip' })).toThrow(
      /onError: expected throw or skip, got ignore/,
    );
  });
});

it('many failures in a row take no room', async () => {
  const rare = (options: OnErrorOptions) =>
    range(100_000)
      .map((x) => {
        if (x !== 99_999) throw new Error('no');
        return x;
      }, options)
      .toArray();
  expect(await rare({ onError: 'skip' })).toEqual([99_999]);
});
