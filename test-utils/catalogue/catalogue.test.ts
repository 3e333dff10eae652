/**
 * Every public name of the peers' op lists is ours under some name, left out for a stated reason (`- reason`), or `missing`,
 * which is what is still to be done. The lists are facts about the peers; this test keeps our side of them true.
 */
import { readFileSync } from 'node:fs';
import * as deft from '@deft/tensor';
import { describe, expect, it } from 'vitest';

interface Catalogue {
  readonly source: string;
  readonly names: Readonly<Record<string, string>>;
}

/** What may still be missing of each list; a list that shrinks has its number here lowered. */
const missing: Readonly<Record<string, number>> = { tensorflow: 0, keras: 0 };

describe.each(Object.keys(missing))('the names of %s', (peer) => {
  const text = readFileSync(new URL(`./${peer}.json`, import.meta.url), 'utf8');
  const { names } = JSON.parse(text) as Catalogue;

  it('are there under the names stated', () => {
    const ours = Object.entries(names).filter(([, own]) => own !== 'missing' && !own.startsWith('- '));
    expect(ours.length).toBeGreaterThan(150);
    expect(ours.filter(([, own]) => typeof (deft as Record<string, unknown>)[own] !== 'function')).toEqual([]);
  });

  it('are missing no more than stated', () => {
    const left = Object.entries(names).filter(([, own]) => own === 'missing');
    expect(left.length, left.map(([name]) => name).join(', ')).toBe(missing[peer]);
  });
});
