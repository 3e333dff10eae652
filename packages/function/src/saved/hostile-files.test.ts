/** Files that were made to do harm: they are refused, soon and without taking more memory than they are worth. */
import process from 'node:process';
import { DeftError, type Tensor } from '@deft/core';
import { add, deserialize, jit, ones, serialize, tensorSpec, vmap } from '@deft/tensor';
import { putSavedTogether, takeSavedApart } from '@deft/test-utils';
import { describe, expect, it } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: files hold anything
type Any = any;

const spec = (...shape: number[]): Any => tensorSpec(shape, 'float32');

/** What is read from a file; `undefined` where it is refused. */
const load = (file: Uint8Array): ReturnType<typeof deserialize> | undefined => {
  try {
    return deserialize(file);
  } catch (error) {
    if (error instanceof DeftError && error.code === 'E_FILE') return undefined;
    throw error;
  }
};

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
    sizes: null,
  };
  const manifest = { functions: [{ name: 'f', signatures: [signature] }], cells: [], tensors: [], graphs: [] };
  return putSavedTogether({ manifest, graphs: [`${text}\n`], tensors: new Uint8Array() });
}

const lineOf = (line: string, inputs = '%0: float32[2, 3]'): string => `graph(${inputs}) {\n  ${line}\n  return %1\n}`;

describe('a file that was made to do harm', () => {
  const small = (): Any => takeSavedApart(serialize({ f: jit((x: Tensor) => add(x, 1)).lower(spec(2)) }));

  it('is refused where it is nested without end', () => {
    const deep = 100_000;
    const { graphs, tensors } = small();
    expect(messageOf(putSavedTogether({ manifest: '['.repeat(deep), graphs, tensors }))).toContain(
      'nested deeper than 128 levels',
    );
    expect(messageOf(putSavedTogether({ manifest: '{"a":'.repeat(deep), graphs, tensors }))).toContain(
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
    expect(messageOf(putSavedTogether(parts))).toMatch(/it was read|nested deeper/);
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

  it.each([
    '%1: float32[2, 3] = slice(%0) {begin: [0, 100], size: [2, 3]}',
    '%1: float32[2, 3] = slice(%0) {begin: [-5, 0], size: [2, 3]}',
    '%1: float32[2, 3] = stridedSlice(%0) {begin: [0, 0], size: [2, 3], strides: [50, -1]}',
    '%1: float32[2, 3] = flip(%0) {axes: "01"}',
    '%1: float32[2, 3] = cumSum(%0) {axis: 0.5, exclusive: false, reverse: false}',
    '%1: float32[2, 3] = transpose(%0) {axes: [0, 1, 1]}',
    '%1: float32[2, 3] = gather(%0, %2) {axis: 0, batchDims: 0}',
  ])('reads nothing but its operands with %s', (line) => {
    const text = lineOf(line).replace('{\n', '{\n  %2: int32[2] = constant [7, -9]\n');
    const program = load(
      fileWithGraph(
        text.replace('%1', '%3').replaceAll('%1', '%3').replaceAll('%2', '%1').replaceAll('%3', '%2'),
        1,
        1,
      ),
    );
    const f = program?.functions['f'] as Any;
    if (f === undefined) return;
    const x = ones([2, 3]);
    const calls = [
      () => f(x)[0],
      () => jit((y: Tensor) => f(y)[0])(x),
      () => vmap((y: Tensor) => f(y)[0])(ones([4, 2, 3])),
      () => f.lowered[0].compile()(x)[0],
    ];
    for (const call of calls) {
      try {
        // Where a view leaves its operand, there are zeros.
        expect(
          ((call() as Any).toArray() as number[][]).flat(2).every((each: number) => each === 0 || each === 1),
        ).toBe(true);
      } catch (error) {
        if (!(error instanceof DeftError)) throw error;
      }
    }
  });

  it('is refused where it has what no file needs', () => {
    const changed = (change: (parts: Any) => void): string => {
      const parts = small();
      change(parts);
      return messageOf(putSavedTogether(parts));
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
    // A hundred thousand of the shortest things.
    const many = `[${'[],'.repeat(100_000)}[]]`;
    const { graphs, tensors } = small();
    const before = process.memoryUsage().rss;
    const file = putSavedTogether({
      manifest: `{"functions":[],"cells":[],"tensors":${many},"graphs":[]}`,
      graphs,
      tensors,
    });
    expect(messageOf(file)).toMatch(/expected an object, got a list/);
    const lines = Array.from({ length: 20_000 }, (_, i) => `  %${i}: bool[] = constant true`).join('\n');
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
    expect(messageOf(new TextEncoder().encode('hello, world, this is a text of some length'))).toContain(
      'it is no saved program',
    );
  });
});
