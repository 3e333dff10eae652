/** The numerics contract on samples that fit into a test; the bounds are those of the published page. */
import { readFileSync } from 'node:fs';
import * as deft from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { backends, on } from '../conformance/modes.ts';
import { big } from './big-float.ts';
import { contracts } from './contract.ts';
import { measure, samplesFor, ulpsFrom } from './measure.ts';
import { statedBounds, statedFigures } from './numerics-page.ts';
import { specialPairs, specialValues } from './special-values.ts';
import { knownResults } from './sums.ts';

const page = readFileSync(new URL('../../docs/guide/numerics.md', import.meta.url), 'utf8');
const bounds = statedBounds(page);
const dtypes = ['float32', 'float64'] as const;

it('the page states the bounds of the contract, and figures within them', () => {
  const own = contracts.flatMap((contract) =>
    dtypes.map((dtype) => [`${contract.name} ${dtype}`, contract[dtype]] as const),
  );
  expect([...bounds]).toEqual(own);
  for (const [name, figures] of statedFigures(page)) {
    for (const figure of figures) expect(figure, name).toBeLessThanOrEqual(bounds.get(name) as number);
  }
});

describe.each(dtypes)('%s', (dtype) => {
  it.each(contracts)('$name', (contract) => {
    const samples = samplesFor(contract, dtype, 120, 2);
    for (const backend of backends.running) {
      for (const captured of [false, true]) {
        const worst = measure(contract, dtype, samples, backend, captured);
        const text = `${backend}, ${captured ? 'captured' : 'at once'}: ${worst.found} at ${worst.at}`;
        expect(worst.ulps, text).toBeLessThanOrEqual(bounds.get(`${contract.name} ${dtype}`) as number);
      }
    }
  });

  it.each(Object.entries(specialValues))('special values of %s', (_, { f, points }) => {
    const all = [...points, [Number.NaN, Number.NaN] as const];
    for (const backend of backends.running) {
      for (const run of [f, deft.jit(f)]) {
        const x = all.map(([value]) => value);
        const found = on(backend, () => run(deft.tensor(x, { shape: [x.length], dtype })).dataSync());
        expect([...found].map(Number), backend).toEqual(all.map(([, y]) => y));
      }
    }
  });

  it.each(Object.entries(specialPairs))('special values of %s', (_, { f, points }) => {
    for (const backend of backends.running) {
      const column = (at: 0 | 1): deft.Tensor =>
        deft.tensor(
          points.map((point) => point[at]),
          { shape: [points.length], dtype },
        );
      for (const run of [f, deft.jit(f)]) {
        const found = on(backend, () => run(column(0), column(1)).dataSync());
        expect([...found].map(Number), backend).toEqual(points.map(([, , z]) => z));
      }
    }
  });
});

describe('sums, moments and shares', () => {
  for (const backend of backends.running) {
    // The reference backend interprets; the long sum is WebAssembly's.
    it.each(knownResults(backend === 'wasm' ? 2 ** 24 : 2 ** 18))(`$name on ${backend}`, ({ run, exact, bound }) => {
      expect(ulpsFrom(on(backend, run), big(exact), 'float32')).toBeLessThanOrEqual(bound);
    });
  }
});
