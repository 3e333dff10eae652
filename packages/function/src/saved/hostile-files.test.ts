/**
 * Files from anywhere: whatever the bytes are, `deserialize` gives a program or `E_FILE`, soon and without taking more memory than the
 * file is worth; and what it gives can be called, with a result or an error of the library.
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
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeContainer, encodeContainer, seal } from './container.ts';
import { sectionTags } from './program-writer.ts';

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
  return serialize(
    {
      f: [
        f.lower({ x: spec(3, 2), n: 2 }, tensorSpec([2], 'int32') as Any),
        f.lower({ x: spec(1, 2), n: 1 }, tensorSpec([2], 'int32') as Any),
      ],
      g: g.lower(spec(1, 3, 3, 2)),
    },
    { gradients },
  );
}

interface Parts {
  manifest: Any;
  graphs: string[];
  tensors: Uint8Array;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function partsOf(file: Uint8Array): Parts {
  const [manifest, graphs, tensors] = decodeContainer(file, sectionTags).map(({ bytes }) => bytes) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const parsed = JSON.parse(decoder.decode(manifest));
  let at = 0;
  const texts = parsed.graphs.map((length: number) => {
    at += length;
    return decoder.decode(graphs.subarray(at - length, at));
  });
  return { manifest: parsed, graphs: texts, tensors: tensors.slice() };
}

function fileOf({ manifest, graphs, tensors }: Parts, lengths = true): Uint8Array {
  const texts = graphs.map((text) => encoder.encode(text));
  const text = new Uint8Array(texts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const each of texts) {
    text.set(each, at);
    at += each.length;
  }
  const full = lengths ? { ...manifest, graphs: texts.map(({ length }) => length) } : manifest;
  const bytes = typeof manifest === 'string' ? encoder.encode(manifest) : encoder.encode(JSON.stringify(full));
  return encodeContainer(
    [bytes, text, tensors].map((section, i) => ({ tag: sectionTags[i] as string, bytes: section })),
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

const messageOf = (file: Uint8Array): string => {
  try {
    deserialize(file);
    return 'it was read';
  } catch (error) {
    return error instanceof DeftError && error.code === 'E_FILE'
      ? (error.message.split('\n')[0] as string)
      : `fault: ${String(error)}`;
  }
};

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

const runs = Number(process.env['DEFT_RUNS'] ?? 150);

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
          seal(changed);
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
        seal(changed);
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
  else if (how === 3) holder[String(replacement)] = holder[key];
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
  const [plain, full] = [false, true].map((gradients) => partsOf(richFile(gradients))) as [Parts, Parts];

  it('is one of ours, put together again', () => {
    expect(fileOf(plain)).toEqual(richFile(false));
    expect(fileOf(full)).toEqual(richFile(true));
  });

  it('is read or refused, whatever its manifest says', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), junk, fc.nat(8)), { minLength: 1, maxLength: 2 }), (changes) => {
        const manifest = changes.reduce(
          (one, [place, replacement, how]) => mutate(one, place, replacement, how),
          full.manifest,
        );
        const program = load(fileOf({ ...full, manifest }, false));
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
          const program = load(fileOf({ ...parts, graphs }));
          if (program !== undefined) tryOut(program);
        },
      ),
      { numRuns: 6 * runs },
    );
  });
});

/** A file of one function whose graph is that text; its tensors are arguments. */
function fileWithGraph(text: string, inputs: number, outputs: number): Uint8Array {
  const tree = (count: number): unknown => ({
    kind: 'list',
    items: Array.from({ length: count }, (_, index) => ({ kind: 'tensor', index })),
  });
  const call = { graph: 0, captures: [] };
  const signature = {
    name: 'f',
    arguments: tree(inputs),
    results: tree(outputs),
    call,
    replaced: [],
    donated: [],
    gradient: null,
  };
  const manifest = { functions: [{ name: 'f', signatures: [signature] }], cells: [], tensors: [], graphs: [] };
  return fileOf({ manifest, graphs: [`${text}\n`], tensors: new Uint8Array() });
}

const lineOf = (line: string, inputs = '%0: float32[2, 3]'): string => `graph(${inputs}) {\n  ${line}\n  return %1\n}`;

describe('a file that was made to do harm', () => {
  const small = (): Any => partsOf(serialize({ f: jit((x: Tensor) => add(x, 1)).lower(spec(2)) }));

  it('is refused where it is nested without end', () => {
    const deep = 100_000;
    const { graphs, tensors } = small();
    expect(messageOf(fileOf({ manifest: '['.repeat(deep), graphs, tensors }))).toContain(
      'nested deeper than 128 levels',
    );
    expect(messageOf(fileOf({ manifest: '{"a":'.repeat(deep), graphs, tensors }))).toContain(
      'nested deeper than 128 levels',
    );
    expect(messageOf(fileWithGraph(lineOf(`%1: float32[2, 3] = add(%0, %0) {a: ${'['.repeat(deep)}`), 1, 1))).toContain(
      'nested deeper',
    );
    const region = (depth: number): string =>
      depth === 0
        ? ''
        : ` graph(%0: float32[]) {\n  %1: float32[] = loop(%0) {carries: 1}${region(depth - 1)}\n  return %1\n}`;
    expect(
      messageOf(fileWithGraph(lineOf(`%1: float32[2, 3] = loop(%0) {carries: 1}${region(5000)}`), 1, 1)),
    ).toContain('nested deeper');
    const tree = Array.from({ length: 60 }).reduce((inner: unknown) => ({ kind: 'list', items: [inner] }), {
      kind: 'undefined',
    });
    const parts = small();
    parts.manifest.functions[0].signatures[0].arguments.items.push(tree);
    expect(messageOf(fileOf(parts))).toMatch(/it was read|nested deeper/);
  });

  it('is refused where its numbers are without end', () => {
    const digits = '1'.repeat(1_000_000);
    expect(messageOf(fileWithGraph(lineOf(`%1: int64[] = constant ${digits}`), 1, 1))).toContain(
      'a number of more than 400 digits',
    );
    expect(messageOf(fileWithGraph(lineOf(`%1: float32[${digits}] = add(%0, %0)`), 1, 1))).toContain(
      'a number of more than 400 digits',
    );
  });

  it.each([
    ['float32[2.5]', /a tensor of float32\[2\.5\]/],
    ['float32[-1]', /a tensor of float32\[-1\]/],
    ['float32[NaN]', /a tensor of float32\[NaN\]/],
    ['float32[Infinity]', /a tensor of float32\[Infinity\]/],
    ['float32[65536, 65536]', /at most 2147483648 elements/],
    ['float32[0, 9007199254740991]', /at most 2147483648 elements/],
    [`float32[${Array.from({ length: 65 }, () => 1).join(', ')}]`, /a tensor of 65 axes/],
    ['float31[2]', /float31 is none/],
  ])('is refused for a tensor of %.40s', (type, says) => {
    expect(messageOf(fileWithGraph(`graph(%0: ${type}) {\n  return %0\n}`, 1, 1))).toMatch(says);
  });

  it.each([
    [
      '%1: float32[4000000000] = fill() {dtype: "float32", shape: [4000000000], value: 1}',
      /at most 2147483648 elements/,
    ],
    ['%1: float32[2, 3] = fill() {dtype: "float32", shape: [4000000000], value: 1}', /at most 2\^31 elements/],
    ['%1: int32[3] = arange() {count: 9007199254740991, dtype: "int32", start: 0, step: 1}', /at most 2\^31 elements/],
    ['%1: float32[2, 3] = gather(%0, %0) {axis: 0, batchDims: 9007199254740991}', /there is no axis 0 behind/],
    ['%1: float32[2, 3] = gather(%0, %0) {axis: NaN, batchDims: 0}', /there is no axis NaN/],
    ['%1: float32[2, 3] = cast(%0) {dtype: "constructor"}', /expected one of/],
    ['%1: float32[2, 3] = add(%0)', /add has 1 operands/],
    ['%1: float32[2, 3] = relu(%0), ', /graph 0/],
    ['%1: float32[3, 2] = relu(%0)', /relu gives float32\[2, 3\], float32\[3, 2\] is stated/],
    ['%1: float32[2, 3] = slice(%0)', /it makes no sense/],
    ['%1: float32[2, 3] = repeat(%0) {axis: 0, repeats: 1000000000}', /repeat is made of others/],
    ['%1: float32[2, 3] = sigmoid(%0)', /sigmoid is made of others/],
    ['%1: float32[2, 3] = stopGradient(%0)', /stopGradient is made of others/],
    ['%1: float32[2, 3] = hostCall(%0) {name: "f", results: []}', /hostCall is of the program that wrote/],
    ['%1: float32[2, 3] = eval(%0)', /eval is none/],
    ['%1: float32[2, 3] = __proto__(%0)', /__proto__ is none/],
    ['%1: float32[2, 3] = relu(%0) {__proto__: 1}', /an attribute __proto__/],
    ['%1: float32[2, 3] = relu(%0) {a: {__proto__: {b: 1}}}', /an attribute __proto__/],
    ['%1: float32[2, 3] = relu(%0) {a: 1, a: 2}', /not written as graphs are/],
    ['%1: float32[2, 3] = relu( %0)', /not written as graphs are/],
    ['%1: float32[2, 3] = relu(%0)  // comment', /a slash outside of a string/],
    [
      '%1: float32[2, 3] = loop(%0) {carries: 1, closedOver: 0, counted: false, reverse: false, stacked: 0, steps: 3}',
      /it makes no sense|not written/,
    ],
    [
      `%1: float32[2, 3] = relu(%0) {a: [${Array.from({ length: 5000 }, () => 1).join(', ')}]}`,
      /more than 4096 attributes/,
    ],
    ['%1: float32[3000] = constant [1]', /expected 3000 elements/],
    ['%1: float32[2147483648] = constant [1]', /elements/],
    ['%1: int64[] = constant 1e5', /expected the name of a value, got 'e5'/],
  ])('is refused for the line %.60s', (line, says) => {
    const started = performance.now();
    expect(messageOf(fileWithGraph(lineOf(line), 1, 1))).toMatch(says);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('is refused where it has what no file needs', () => {
    const changed = (change: (parts: Any) => void): string => {
      const parts = small();
      change(parts);
      return messageOf(fileOf(parts));
    };
    expect(changed(({ manifest }) => manifest.functions.push(manifest.functions[0]))).toContain(
      'there is another one called f',
    );
    expect(
      changed(({ manifest }) => {
        manifest.functions[0].name = '__proto__';
      }),
    ).toContain('it is no name');
    expect(
      changed(({ manifest }) => {
        manifest.more = 1;
      }),
    ).toContain('it has "more", which is no part of it');
    expect(changed(({ graphs }) => graphs.push('graph() {\n  return\n}\n'))).toContain('graph 1: no function uses it');
    expect(
      changed((parts) => {
        parts.tensors = new Uint8Array(64);
      }),
    ).toContain('tensors: they end at byte 0 of 64');
    expect(
      changed(({ manifest }) =>
        manifest.tensors.push({ dtype: 'float32', shape: [2 ** 31, 2 ** 31], weak: false, offset: 0 }),
      ),
    ).toContain('longer than the section');
    expect(
      changed(({ manifest }) => manifest.tensors.push({ dtype: '__proto__', shape: [], weak: false, offset: 0 })),
    ).toContain('it is no dtype');
    expect(changed(({ manifest }) => manifest.cells.push({ kind: 'shared', name: 'constructor' }))).toContain(
      'there is no "constructor" here',
    );
    const results = { kind: 'object', keys: ['__proto__'], items: [{ kind: 'tensor', index: 0 }] };
    expect(
      changed(({ manifest }) => {
        manifest.functions[0].signatures[0].results = results;
      }),
    ).toContain('the keys are not as they should be');
    expect(({} as Any).items).toBeUndefined();
  });

  it('takes no more memory than it is worth', () => {
    // Half a million of the shortest things.
    const many = `[${'[],'.repeat(500_000)}[]]`;
    const { graphs, tensors } = small();
    const before = process.memoryUsage().rss;
    const file = fileOf({ manifest: `{"functions":[],"cells":[],"tensors":${many},"graphs":[]}`, graphs, tensors });
    expect(messageOf(file)).toMatch(/expected an object, got a list/);
    const lines = Array.from({ length: 100_000 }, (_, i) => `  %${i}: bool[] = constant true`).join('\n');
    expect(messageOf(fileWithGraph(`graph() {\n${lines}\n  return\n}`, 0, 0))).toBe('it was read');
    const values = Array.from({ length: 2 ** 20 + 1 }, (_, i) => `%${i}: bool[]`).join(', ');
    expect(messageOf(fileWithGraph(`graph(${values}) {\n  return\n}`, 0, 0))).toContain('more than 1048576 values');
    expect(process.memoryUsage().rss - before).toBeLessThan(600 * 2 ** 20);
  });

  it('is no file at all', () => {
    for (const value of [undefined, null, 'text', [1, 2], {}, new ArrayBuffer(8)]) {
      expect(messageOf(value as Any)).toContain('expected the bytes of a file');
    }
    expect(messageOf(new Uint8Array())).toContain('it is no saved program');
    expect(messageOf(encoder.encode('hello, world, this is a text of some length'))).toContain(
      'it is no saved program',
    );
  });
});
