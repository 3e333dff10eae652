/**
 * Files from anywhere: whatever the bytes are, `deserialize` gives a program or `E_FILE`, and what it gives can be compiled, or fails
 * with an error of the library.
 */
import { allOperations, DeftError, type Tensor } from '@deft/core';
import {
  add,
  cond,
  conv2d,
  cumSum,
  deserialize,
  foriLoop,
  gather,
  greater,
  jit,
  matmul,
  mean,
  print,
  randomNormal,
  type SavedProgram,
  scan,
  serialize,
  setBackend,
  setPrintOutput,
  sigmoid,
  slice,
  sum,
  tanh,
  tensor,
  tensorSpec,
  variable,
  zeros,
} from '@deft/tensor';
import { putSavedTogether, type SavedParts, sealSaved, takeSavedApart } from '@deft/test-utils';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: files hold anything
type Any = any;

const spec = (...shape: number[]): Any => tensorSpec(shape, 'float32');

let before: ReturnType<typeof setPrintOutput>;
beforeAll(() => {
  setBackend('wasm');
  before = setPrintOutput(() => {});
});
afterAll(() => {
  setPrintOutput(before);
  setBackend('auto');
});

/** A file of a few functions that has everything which a file can have. */
function richFile(gradients: boolean): Uint8Array {
  const w = variable(
    tensor([
      [1, 2],
      [3, 4],
    ]),
    { name: 'w' },
  );
  const table = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const f = jit(
    ({ x, n }: { x: Tensor; n: number }, i: Tensor) => {
      const h = scan(
        (c: Tensor, row: Tensor) => [add(tanh(c), row) as Tensor, c],
        zeros([2]),
        matmul(x, w.value) as Tensor,
      )[1];
      w.assign(add(w.value, n));
      print('at', i, 'of', n);
      const looked = cumSum(gather(table, i) as Tensor);
      return new Map([
        [
          'h',
          cond(
            greater(sum(h), 0) as Tensor,
            () => sigmoid(h) as Tensor,
            () => h,
          ),
        ],
        ['looked', add(looked, randomNormal([2]))],
      ]);
    },
    { name: 'f', donate: [1] },
  );
  const g = jit(
    (x: Tensor) =>
      foriLoop(0, 3, (_, y: Tensor) => slice(conv2d(y, zeros([1, 1, 2, 2])), [0, 0, 0, 0], [1, 3, 3, 2]) as Tensor, x),
    { name: 'g' },
  );
  const h = jit((x: Tensor) => mean(matmul(x, w.value), { axis: 0 }) as Tensor, { name: 'h' });
  return serialize(
    {
      f: [
        f.lower({ x: spec(3, 2), n: 2 }, tensorSpec([2], 'int32') as Any),
        f.lower({ x: spec(1, 2), n: 1 }, tensorSpec([2], 'int32') as Any),
      ],
      g: g.lower(spec(1, 3, 3, 2)),
      h: h.lower(tensorSpec(['n', 2], 'float32') as Any),
    },
    { gradients },
  );
}

/** What is read from a file; `undefined` where it is refused. Any other error is a fault. */
function load(file: Uint8Array): SavedProgram | undefined {
  try {
    return deserialize(file);
  } catch (error) {
    if (error instanceof DeftError && error.code === 'E_FILE') return undefined;
    throw error;
  }
}

/** Calls what was read, where that is no great work: it ends, or throws an error of the library. */
function tryOut({ functions }: SavedProgram): void {
  // Compiling takes much longer than reading.
  if (triedOut++ % 8 !== 0) return;
  for (const { lowered } of Object.values(functions)) {
    for (const one of lowered) {
      const elements = [...one.graph.inputs, ...one.graph.nodes.flatMap(({ outputs }) => outputs)].map(({ abstract }) =>
        abstract.shape.reduce((a, b) => a * b, 1),
      );
      const steps = one.graph.nodes.map((node) => node.attributes['steps'] ?? 0);
      if (Math.max(0, ...elements) > 10_000 || steps.some((count) => (count as number) > 1000)) continue;
      try {
        one.compile().dispose();
        one.text();
      } catch (error) {
        if (!(error instanceof DeftError)) throw error;
      }
    }
  }
}

const runs = Number(process.env['DEFT_RUNS'] ?? 60);

let triedOut = 0;

describe('a damaged file', () => {
  const file = richFile(false);

  it('is refused at every length but its own', () => {
    const small = serialize({ f: jit((x: Tensor) => x).lower(spec(1)) });
    for (let length = 0; length < small.length; length++)
      expect(load(small.subarray(0, length)), String(length)).toBeUndefined();
    expect(load(Uint8Array.from([...small, 0]))).toBeUndefined();
    expect(load(small)).toBeDefined();
    for (let length = 0; length < file.length; length += 97) expect(load(file.slice(0, length))).toBeUndefined();
  });

  it('is refused whatever byte has changed', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = file.slice();
        changed[at] = (changed[at] as number) ^ change;
        expect(load(changed)).toBeUndefined();
      }),
      { numRuns: 10 * runs },
    );
  });

  it('is read or refused where the checksum fits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 }),
        (changes) => {
          const changed = file.slice();
          for (const [at, change] of changes) changed[at] = (changed[at] as number) ^ change;
          sealSaved(changed);
          const program = load(changed);
          if (program !== undefined) tryOut(program);
        },
      ),
      { numRuns: 3 * runs },
    );
  });

  it('is refused with other lengths and offsets in its table', () => {
    const number = fc.oneof(
      fc.nat(2 * file.length),
      fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2 ** 53, 2 ** 60),
      fc.maxSafeNat(),
    );
    fc.assert(
      fc.property(fc.nat(12), number, (place, value) => {
        const changed = file.slice();
        const at = 8 + 8 * place;
        const view = new DataView(changed.buffer);
        // The checksum has its own place there.
        if (at === 24 || view.getBigUint64(at, true) === BigInt(value)) return;
        view.setBigUint64(at, BigInt(value), true);
        sealSaved(changed);
        expect(load(changed)).toBeUndefined();
      }),
      { numRuns: 2 * runs },
    );
  });
});

/** A place in JSON, and what may stand there instead. */
const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    '__proto__',
    'constructor',
    -1,
    0.5,
    1e300,
    2 ** 31,
    2 ** 53,
    [],
    {},
    [[]],
    { kind: 'list', items: [] },
    { kind: 'tensor', index: 0 },
    { kind: 'cell', index: 0 },
  ),
  fc.nat(20),
  fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
);

/** Changes a value at a place that a number leads to: replaces it, leaves it out, doubles it. */
function mutate(value: Any, place: number, replacement: unknown, how: number): Any {
  const spots: { holder: Any; key: string }[] = [];
  const visit = (holder: Any): void => {
    for (const key of Object.keys(holder)) {
      spots.push({ holder, key });
      if (typeof holder[key] === 'object' && holder[key] !== null) visit(holder[key]);
    }
  };
  const copy = structuredClone(value);
  visit(copy);
  const { holder, key } = spots[place % spots.length] as { holder: Any; key: string };
  if (how === 0 && Array.isArray(holder)) holder.splice(Number(key), 1);
  else if (how === 1 && Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
  else if (how === 2) delete holder[key];
  else if (how === 3 && !Array.isArray(holder)) holder[String(replacement)] = holder[key];
  else holder[key] = replacement;
  return copy;
}

const someOps = allOperations().map(({ name }) => name);
const strangeNumbers = [
  '0',
  '1',
  '2',
  '3',
  '-1',
  '7',
  '0.5',
  'NaN',
  'Infinity',
  '4294967296',
  '9007199254740993',
  '1e300',
  '-0',
];

/** Changes one token of a graph. */
function changeToken(text: string, place: number, choice: number): string {
  const tokens = text.match(/%\d+|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|\w+|\s+|./g) ?? [];
  const at = place % tokens.length;
  const token = tokens[at] as string;
  const pick = <T>(list: readonly T[]): T => list[choice % list.length] as T;
  if (token.startsWith('%')) tokens[at] = `%${choice % 12}`;
  else if (/^-?\d/.test(token)) tokens[at] = pick(strangeNumbers);
  else if (/^\w+$/.test(token))
    tokens[at] = pick([
      ...someOps,
      ...someOps.slice(0, 10),
      'loop',
      'switch',
      'print',
      'hostCall',
      'stopGradient',
      'true',
      'false',
      'null',
      'float32',
      'int32',
      'bool',
      'weak',
      'graph',
      'return',
      '__proto__',
      'constructor',
    ]);
  else if (/^\s/.test(token)) tokens[at] = pick(['', '\n', '  ', '\t', '\u00a0']);
  else
    tokens[at] = pick([
      '',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"',
      '//',
      '=',
      tokens.slice(Math.max(0, at - (choice % 9)), at + 1).join(''),
    ]);
  return tokens.join('');
}

describe('a forged file', () => {
  const [plain, full] = [false, true].map((gradients) => takeSavedApart(richFile(gradients))) as [
    SavedParts,
    SavedParts,
  ];

  it('is one of ours, put together again', () => {
    expect(putSavedTogether(plain)).toEqual(richFile(false));
    expect(putSavedTogether(full)).toEqual(richFile(true));
  });

  it('is read or refused, whatever its manifest says', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), junk, fc.nat(8)), { minLength: 1, maxLength: 2 }), (changes) => {
        const manifest = changes.reduce(
          (one, [place, replacement, how]) => mutate(one, place, replacement, how),
          full.manifest,
        );
        const program = load(putSavedTogether({ ...full, manifest }, true));
        if (program === undefined) return;
        read++;
        tryOut(program);
      }),
      { numRuns: 3 * runs },
    );
    expect(read).toBeGreaterThan(0);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('is read or refused, whatever its graphs say', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.tuple(fc.nat(), fc.nat(4095)), { minLength: 1, maxLength: 2 }),
        (which, changes) => {
          const parts = which % 5 === 0 ? full : plain;
          const graphs = [...parts.graphs];
          const at = which % graphs.length;
          graphs[at] = changes.reduce(
            (text, [place, choice]) => changeToken(text, place, choice),
            graphs[at] as string,
          );
          const program = load(putSavedTogether({ ...parts, graphs }));
          if (program !== undefined) tryOut(program);
        },
      ),
      { numRuns: 6 * runs },
    );
  });
});
