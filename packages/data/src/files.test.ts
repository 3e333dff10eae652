/** Files: what they give, where a pass goes on, and what damaged ones say. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setWarningOutput } from '@deft/tensor';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Dataset, fromCsv, fromTextFile } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'deft-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const file = (content: string | Uint8Array): string => {
  const path = join(folder, `${made++}`);
  writeFileSync(path, content);
  return path;
};

/** All elements, read with a restart after each. */
async function inPieces<T>(make: () => Dataset<T>): Promise<T[]> {
  const elements: T[] = [];
  let state = make().iterator().state();
  for (;;) {
    const iterator = make().iterator();
    await iterator.restore(JSON.parse(JSON.stringify(state)));
    const { done, value } = await iterator.next();
    if (done) return elements;
    elements.push(value);
    state = iterator.state();
    await iterator.close();
  }
}

describe('text files', () => {
  it('give what lines were written, with any ends, in one go and with restarts', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', '"', ',', 'é', '🙂', ' ') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        async (lines, end, ends) => {
          const path = file(lines.join(end) + (ends && lines.length > 0 ? end : ''));
          // What follows the last end is a line only if something is there.
          const expected = !ends && lines.at(-1) === '' ? lines.slice(0, -1) : lines;
          const make = () => fromTextFile(path);
          expect(await make().toArray()).toEqual(expected);
          expect(await inPieces(make)).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('may be several, and larger than what is read at once', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}`);
    const paths = [file(lines.join('\n')), file('after\n')];
    const all = await fromTextFile(paths).toArray();
    expect(all).toEqual([...lines, 'after']);
  });

  it('say where they are damaged, and are bounded', async () => {
    const bad = file(Uint8Array.of(97, 10, 0xff, 10, 98));
    await expect(fromTextFile(bad).toArray()).rejects.toThrow(`${bad}:2: the bytes are no UTF-8 [E_FILE]`);
    const warnings: string[] = [];
    const before = setWarningOutput((text) => warnings.push(text));
    const skipped: string[] = [];
    const rest = fromTextFile(bad, { onError: 'skip', onSkip: ({ message }) => skipped.push(message) });
    expect(await rest.toArray()).toEqual(['a', 'b']);
    setWarningOutput(before);
    expect(skipped).toHaveLength(1);
    expect(warnings).toEqual([`deft: fromTextFile: ${bad}: 1 records were skipped`]);
    const long = file('x'.repeat(300_000));
    await expect(fromTextFile(long, { maxLength: 1000 }).toArray()).rejects.toThrow(
      /:1: a record of more than 1000 bytes/,
    );
    await expect(fromTextFile(join(folder, 'none')).toArray()).rejects.toThrow('E_FILE');
    expect(() => fromTextFile([])).toThrow('E_ARGUMENT');
  });
});

describe('CSV files', () => {
  const columns = { x: 'number', name: 'text', ok: 'boolean' } as const;

  it('give typed rows whatever their fields hold, in one go and with restarts', async () => {
    const row = fc.record({
      x: fc.double({ noNaN: true }),
      name: fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', 'é', ' ') }),
      ok: fc.boolean(),
    });
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 8 }), async (rows) => {
        const text = rows.map(({ x, name, ok }) => `${ok},${quoted(name)},left out,${x}\n`).join('');
        const path = file(`\ufeffok,name,other,x\n${text}`);
        const make = () => fromCsv(path, { columns });
        expect(await make().toArray()).toEqual(rows);
        expect(await inPieces(make)).toEqual(rows);
        const total = await make()
          .map(({ x }) => x)
          .toArray();
        expect(total).toEqual(rows.map(({ x }) => x));
      }),
      { numRuns: 40 },
    );
    const plain = file('1;a;true\n\n2;b;0\n');
    const read = fromCsv(plain, { columns, header: ['x', 'name', 'ok'], delimiter: ';' });
    expect(await read.toArray()).toEqual([
      { x: 1, name: 'a', ok: true },
      { x: 2, name: 'b', ok: false },
    ]);
  });

  it('say line and column of what is wrong', async () => {
    const failing = async (text: string, says: string): Promise<void> => {
      const path = file(text);
      await expect(fromCsv(path, { columns }).toArray()).rejects.toThrow(`${path}${says}`);
    };
    await failing('x,name,ok\n1,a,true\n1,"b\nc",true\nz,c,true\n', ':5: column 1 (x): expected a number, got "z"');
    await failing('x,name,ok\n,a,true\n', ':2: column 1 (x): expected a number, got ""');
    await failing('x,name,ok\n1,a\n', ':2: expected 3 columns, got 2');
    await failing('x,name\n1,a\n', ':1: there is no column "ok" among x, name');
    await failing('', ':1: expected a row with the names of the columns');
    await failing('x,name,ok\n1,a"b"c,true\n', ':2:');
    expect(() => fromCsv('p', { columns: { x: 'date' as never } })).toThrow('E_ARGUMENT');
    const unclosed = file(`x,name,ok\n1,"${'a\n'.repeat(90_000)}`);
    await expect(fromCsv(unclosed, { columns, maxLength: 5000 }).toArray()).rejects.toThrow(
      /:2: a record of more.*is a quote not closed/s,
    );
  });

  it('pass bad rows by if told, count them, and go on counting after a restart', async () => {
    const path = file('x,name,ok\n1,a,true\nbad,a,true\n2,a\n3,a,true\n');
    const warnings: string[] = [];
    const before = setWarningOutput((text) => warnings.push(text));
    const codes: string[] = [];
    const make = () =>
      fromCsv(path, { columns: { x: 'number' }, onError: 'skip', onSkip: ({ code }) => codes.push(code) });
    expect(await make().toArray()).toEqual([{ x: 1 }, { x: 3 }]);
    expect(codes).toEqual(['E_FILE', 'E_FILE']);
    expect(await inPieces(make)).toEqual([{ x: 1 }, { x: 3 }]);
    setWarningOutput(before);
    expect(new Set(warnings)).toEqual(new Set([`deft: fromCsv: ${path}: 2 records were skipped`]));
  });
});
