/** What users of tf.data expect of when elements are read: rows D5 and D7. */
import { setWarningOutput } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { fromGenerator } from '../index.ts';

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('D5: prefetch', () => {
  it('goes on reading while an element is used, up to so many', async () => {
    let made = 0;
    const source = fromGenerator(async function* () {
      for (; made < 20; ) yield made++;
    });
    const iterator = source.prefetch(3).iterator();
    await iterator.next();
    await later(5);
    expect(made).toBe(4);
    await iterator.close();
  });

  it('passes failures on in their place, and ends what it reads when it is closed', async () => {
    let isClosed = false;
    const source = fromGenerator(function* () {
      try {
        yield 1;
        yield 2;
        throw new Error('worn out');
      } finally {
        isClosed = true;
      }
    });
    const seen: number[] = [];
    const run = async () => {
      for await (const x of source.prefetch(5)) seen.push(x);
    };
    await expect(run()).rejects.toThrow('worn out');
    expect([seen, isClosed]).toEqual([[1, 2], true]);
    isClosed = false;
    for await (const _ of source.prefetch(1)) break;
    expect(isClosed).toBe(true);
  });
});

describe('D7: cache', () => {
  it('reads its source once, is always pass 0 of it, and warns of a pass that ended early', async () => {
    let read = 0;
    const source = fromGenerator(function* (epoch) {
      for (let i = 0; i < 4; i++) {
        read++;
        yield `${epoch}.${i}`;
      }
    });
    const cached = source.cache();
    const warnings: string[] = [];
    const before = setWarningOutput((text) => warnings.push(text));
    expect(await cached.take(2).toArray({ epoch: 3 })).toEqual(['0.0', '0.1']);
    setWarningOutput(before);
    expect(warnings.join()).toMatch(/cache: a pass ended after 2 elements/);
    read = 0;
    for (const epoch of [5, 6]) expect(await cached.toArray({ epoch })).toEqual(['0.0', '0.1', '0.2', '0.3']);
    expect(read).toBe(4);
  });
});
