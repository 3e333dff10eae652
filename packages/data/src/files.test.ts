/** Files: what they give, where a pass goes on, and what damaged ones say. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { setWarningOutput } from '@deft/tensor';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Dataset, fromCsv, fromTensors, fromTextFile, readIdx } from './index.ts';

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

describe('IDX files', () => {
  const sizes = (...dims: number[]): number[] => dims.flatMap((dim) => [0, 0, dim >> 8, dim & 255]);

  it('hold arrays of every kind, packed or not', async () => {
    const images = Uint8Array.of(0, 0, 8, 3, ...sizes(2, 1, 3), 1, 2, 3, 4, 5, 6);
    const expected = { data: new Uint8Array([1, 2, 3, 4, 5, 6]), shape: [2, 1, 3] };
    expect(await readIdx(images)).toEqual(expected);
    expect(await readIdx(gzipSync(images))).toEqual(expected);
    expect(await readIdx(file(images))).toEqual(expected);
    expect(await readIdx(file(gzipSync(images)))).toEqual(expected);
    expect((await readIdx(Uint8Array.of(0, 0, 9, 1, ...sizes(1), 255))).data).toEqual(new Int8Array([-1]));
    expect((await readIdx(Uint8Array.of(0, 0, 11, 1, ...sizes(1), 255, 254))).data).toEqual(new Int16Array([-2]));
    expect((await readIdx(Uint8Array.of(0, 0, 12, 1, ...sizes(1), 0, 0, 1, 2))).data).toEqual(new Int32Array([258]));
    expect((await readIdx(Uint8Array.of(0, 0, 13, 1, ...sizes(1), 0x3f, 0x80, 0, 0))).data).toEqual(
      new Float32Array([1]),
    );
    const double = Uint8Array.of(0, 0, 14, 1, ...sizes(1), 0x3f, 0xf0, 0, 0, 0, 0, 0, 0);
    expect((await readIdx(double)).data).toEqual(new Float64Array([1]));
    const labels = Uint8Array.of(0, 0, 8, 1, ...sizes(2), 7, 9);
    const pairs = fromTensors({ x: await readIdx(images), y: await readIdx(labels) });
    expect((await pairs.toArray()).map(({ y }) => y)).toEqual([7, 9]);
  });

  it('are refused wherever they are cut or changed, and are bounded', async () => {
    const whole = Uint8Array.of(0, 0, 8, 2, ...sizes(2, 3), 1, 2, 3, 4, 5, 6);
    for (let length = 0; length < whole.length; length++) {
      await expect(readIdx(whole.subarray(0, length))).rejects.toThrow('E_FILE');
    }
    await expect(readIdx(Uint8Array.of(...whole, 0))).rejects.toThrow(/byte 18: expected 18 bytes.*got 19/);
    for (const [at, value] of [
      [0, 1],
      [2, 7],
      [3, 0],
      [4, 255],
    ] as const) {
      await expect(readIdx(whole.with(at, value))).rejects.toThrow('E_FILE');
    }
    const packed = gzipSync(whole);
    await expect(readIdx(packed.subarray(0, packed.length - 9))).rejects.toThrow(/the compression is damaged/);
    await expect(readIdx(packed, { maxBytes: 10 })).rejects.toThrow(/more than the 10 bytes allowed when unpacked/);
    await expect(readIdx(file(whole), { maxBytes: 10 })).rejects.toThrow(/18 bytes, more than the 10 allowed/);
    await expect(readIdx(join(folder, 'none'))).rejects.toThrow('E_FILE');
  });
});
