/** What holds for every layer, whatever it computes. */
import { flatten as flattenTree, Tensor } from '@deft/core';
import { add, cast, grad, jit, key, mul, randomNormal, slice, sum } from '@deft/tensor';
import { layerCases } from '@deft/test-utils/layer-cases';
import { describe, expect, it } from 'vitest';
import type { ExampleShape, Signal, Weights } from './index.ts';
import * as l from './index.ts';

const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const inference = { training: false };

function expectClose(found: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
  });
}

const named = layerCases.map(
  ([layer, shape]) => [`${layer.kind} ${JSON.stringify(layer.config).slice(0, 60)}`, layer, shape] as const,
);

type Shapes = ExampleShape | readonly ExampleShape[];
const areSeveral = (shape: Shapes): shape is readonly ExampleShape[] => Array.isArray(shape[0]);

/** A signal of examples of a shape, or of several shapes. */
function batchOf(count: number, shape: Shapes, seed = 1): Signal {
  const one = (of: ExampleShape, i: number): Tensor =>
    randomNormal([count, ...of], { key: key(seed + 100 * i) }) as Tensor;
  return areSeveral(shape) ? shape.map(one) : one(shape, 0);
}

const listOf = (signal: Signal): readonly Tensor[] => (signal instanceof Tensor ? [signal] : signal);
const mapSignal = (signal: Signal, f: (one: Tensor) => Tensor): Signal =>
  signal instanceof Tensor ? f(signal) : signal.map(f);
const allNumbers = (signal: Signal): number[] => listOf(signal).flatMap(numbersOf);
/** The sum of products of two signals. */
const inner = (a: Signal, b: Signal): Tensor =>
  listOf(a)
    .map((one, i) => sum(mul(one, listOf(b)[i] as Tensor)) as Tensor)
    .reduce((p, q) => add(p, q) as Tensor);
/** Example `i` alone. */
const exampleOf = (signal: Signal, i: number): Signal =>
  mapSignal(signal, (one) => slice(one, [i, ...one.shape.slice(1).map(() => 0)], [1, ...one.shape.slice(1)]) as Tensor);

function weightAt(tree: Weights, path: readonly string[]): Tensor {
  return path.reduce((level: Weights | Tensor, part) => (level as Weights)[part] as Weights | Tensor, tree) as Tensor;
}

describe('every layer', () => {
  it.each(named)('%s gives the shape it says', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(0), shape);
    for (const count of [1, 3]) {
      const { output } = layer.apply(parameters, state, batchOf(count, shape), inference);
      const expected: Shapes = layer.outputShape(shape);
      const shapes = areSeveral(expected) ? expected : [expected];
      expect(listOf(output).map((one) => one.shape)).toEqual(shapes.map((one) => [count, ...one]));
    }
  });

  it.each(named)('%s makes the weights it describes, from the key alone', (_, layer, shape) => {
    const made = layer.initialize(key(3), shape);
    const again = layer.initialize(key(3), shape);
    const specifications = layer.weights(shape);
    for (const { path, shape: expected, dtype, trainable } of specifications) {
      const weight = weightAt(trainable ? made.parameters : made.state, path);
      expect(weight.abstract).toMatchObject({ shape: expected, dtype });
      expect(numbersOf(weightAt(trainable ? again.parameters : again.state, path))).toEqual(numbersOf(weight));
    }
    expect(flattenTree(made).leaves.length).toBe(specifications.length);
  });

  it.each(named)('%s treats the examples of a batch one by one', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(0), shape);
    const batch = batchOf(3, shape);
    const whole = layer.apply(parameters, state, batch, inference).output;
    for (const i of [0, 1, 2]) {
      const single = layer.apply(parameters, state, exampleOf(batch, i), inference).output;
      expectClose(allNumbers(single), allNumbers(exampleOf(whole, i)));
    }
  });

  it.each(named)('%s comes back from its configuration', (_, layer, shape) => {
    const { kind, name, config } = layer;
    const copy = l.layerFromConfig(JSON.parse(JSON.stringify({ kind, name, config })));
    expect(copy.config).toEqual(layer.config);
    const { parameters, state } = layer.initialize(key(0), shape);
    const x = batchOf(2, shape);
    expect(allNumbers(copy.apply(parameters, state, x, inference).output)).toEqual(
      allNumbers(layer.apply(parameters, state, x, inference).output),
    );
  });

  it.each(named)('%s captures to the same values, in training too', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(0), shape);
    const x = batchOf(2, shape);
    const train = (p: Weights, s: Weights, input: Signal, random: Tensor) =>
      layer.apply(p, s, input, { training: true, key: random });
    const eager = train(parameters, state, x, key(9));
    const captured = jit(train)(parameters, state, x, key(9));
    expectClose(allNumbers(captured.output), allNumbers(eager.output));
    const after = flattenTree(eager.state).leaves.map((leaf) => numbersOf(leaf as Tensor));
    flattenTree(captured.state).leaves.forEach((leaf, i) => {
      expectClose(numbersOf(leaf as Tensor), after[i] as number[]);
    });
  });

  it.each(named)('%s has a gradient by every parameter', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(0), shape);
    if (Object.keys(parameters).length === 0) return;
    const x = batchOf(3, shape);
    const probe = batchOf(3, layer.outputShape(shape), 5);
    const gradients = grad((p: Weights) => {
      const { output } = layer.apply(p, state, x, { training: true, key: key(1) });
      return inner(output, probe);
    })(parameters);
    for (const { path, shape: expected, trainable } of layer.weights(shape)) {
      if (!trainable) continue;
      const gradient = weightAt(gradients as Weights, path);
      expect(gradient.shape).toEqual(expected);
      expect(numbersOf(gradient).every(Number.isFinite)).toBe(true);
    }
  });

  it.each(named)('%s has gradients that finite differences confirm', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(7), shape);
    const doubled = (tree: Weights): Weights =>
      Object.fromEntries(
        Object.entries(tree).map(([name, weight]) => [
          name,
          weight instanceof Tensor ? (cast(weight, 'float64') as Tensor) : doubled(weight),
        ]),
      );
    const draw = (like: Tensor, seed: number): Tensor =>
      cast(randomNormal([...like.shape], { key: key(seed) }) as Tensor, 'float64');
    const double = (signal: Signal): Signal => mapSignal(signal, (one) => cast(one, 'float64') as Tensor);
    const x = double(batchOf(2, shape, 3));
    const probe = double(batchOf(2, layer.outputShape(shape), 5));
    const f = (at: { p: Weights; x: Signal }): Tensor =>
      inner(layer.apply(at.p, doubled(state), at.x, { training: true, key: key(1) }).output, probe);
    const start = { p: doubled(parameters), x };
    const leaves = (tree: unknown): Tensor[] => flattenTree(tree).leaves as Tensor[];
    const { leaves: from, structure } = flattenTree(start);
    const directions = (from as Tensor[]).map((leaf, i) => draw(leaf, 20 + i));
    const moved = (step: number): typeof start => {
      const shifted = (from as Tensor[]).map((leaf, i) => add(leaf, mul(directions[i] as Tensor, step)));
      return structure.rebuild(shifted) as typeof start;
    };
    const h = 1e-6;
    const slope = (Number(f(moved(h)).item()) - Number(f(moved(-h)).item())) / (2 * h);
    const found = leaves(grad(f)(start)).reduce(
      (total, gradient, i) => total + Number((sum(mul(gradient, directions[i] as Tensor)) as Tensor).item()),
      0,
    );
    expect(Math.abs(found - slope)).toBeLessThan(1e-5 * Math.max(1, Math.abs(slope)));
  });

  it.each(named)('%s keeps float64, and float16 where it has no weights', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(0), shape);
    const dtypes =
      layer.weights(shape).length === 0 ? (['float64', 'float16', 'float32'] as const) : (['float64'] as const);
    for (const dtype of dtypes) {
      for (const context of [inference, { training: true, key: key(1) }]) {
        const x = mapSignal(batchOf(2, shape), (one) => cast(one, dtype) as Tensor);
        const { output } = layer.apply(parameters, state, x, context);
        expect(listOf(output).map((one) => one.dtype)).toEqual(listOf(output).map(() => dtype));
      }
    }
  });

  it.each(named)('%s computes in 16 bits where its policy says so, and keeps its weights in 32', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(0), shape);
    const x = batchOf(2, shape);
    const context = { training: true, key: key(4) };
    const wide = allNumbers(layer.apply(parameters, state, x, context).output);
    const scale = Math.max(1, ...wide.map(Math.abs));
    for (const [policy, dtype, tolerance] of [
      ['mixedFloat16', 'float16', 0.02],
      ['mixedBfloat16', 'bfloat16', 0.1],
    ] as const) {
      const narrow = layer.with({ dtype: policy });
      expect(narrow.weights(shape).every((weight) => weight.dtype === 'float32')).toBe(true);
      const result = narrow.apply(parameters, state, x, context);
      expect(listOf(result.output).map((one) => one.dtype)).toEqual(listOf(result.output).map(() => dtype));
      expect(flattenTree(result.state).leaves.map((leaf) => (leaf as Tensor).dtype)).toEqual(
        flattenTree(state).leaves.map((leaf) => (leaf as Tensor).dtype),
      );
      // Masks of dropout are drawn in the dtype of what they drop.
      if (layer.random) continue;
      const found = listOf(result.output).flatMap((one) => numbersOf(cast(one, 'float32') as Tensor));
      found.forEach((value, i) => {
        expect(Math.abs(value - (wide[i] as number))).toBeLessThanOrEqual(tolerance * scale);
      });
    }
  });

  it.each(named)('%s that is frozen has no parameters, and gives and keeps the same', (_, layer, shape) => {
    const { parameters, state } = layer.initialize(key(0), shape);
    const frozen = layer.with({ trainable: false });
    const fixed = frozen.initialize(key(0), shape);
    expect(flattenTree(fixed.parameters).leaves).toEqual([]);
    expect(frozen.weights(shape).map(({ path }) => path)).toEqual(layer.weights(shape).map(({ path }) => path));
    const x = batchOf(2, shape);
    const [found, expected] = [
      frozen.apply({}, fixed.state, x, inference),
      layer.apply(parameters, state, x, inference),
    ];
    expect(allNumbers(found.output)).toEqual(allNumbers(expected.output));
    if (layer.stateful) return;
    const after = frozen.apply({}, fixed.state, x, { training: true, key: key(4) }).state;
    const numbers = (tree: Weights): number[][] => flattenTree(tree).leaves.map((leaf) => numbersOf(leaf as Tensor));
    expect(numbers(after)).toEqual(numbers(fixed.state));
  });

  it.each(named)('%s trains the parts that are named one after the other, and no others', (_, layer, shape) => {
    const told = (path: readonly string[]): NonNullable<l.LayerOptions['trainable']> =>
      path.reduceRight<NonNullable<l.LayerOptions['trainable']>>((inner, name) => ({ [name]: inner }), true);
    const holders = [...new Map(layer.weights(shape).map(({ path }) => [`${path.slice(0, -1)}`, path.slice(0, -1)]))];
    const [first, last] = [holders[0]?.[1] ?? [], holders.at(-1)?.[1] ?? []];
    if (first.length === 0 || last.length === 0) return;
    const of = (holder: readonly string[], path: readonly string[]): boolean => holder.every((n, i) => path[i] === n);
    const some = layer
      .with({ trainable: false })
      .with({ trainable: told(first) })
      .with({ trainable: told(last) });
    const own = layer.weights(shape);
    const expected = own.map(({ path, trainable }) => trainable && (of(first, path) || of(last, path)));
    expect(some.weights(shape).map(({ trainable }) => trainable)).toEqual(expected);
    if (layer.holdsCode) return;
    const loaded = l.layerFromConfig(
      JSON.parse(JSON.stringify({ ...some.settings, kind: some.kind, name: some.name, config: some.config })),
    );
    expect(loaded.weights(shape as never).map(({ trainable }) => trainable)).toEqual(expected);
  });

  it.each(named)('%s takes a name', (_, layer) => {
    expect(layer.name).toBe(layer.kind);
    const other = layer.with({ name: 'mine' });
    expect([other.name, other.kind, other.config]).toEqual(['mine', layer.kind, layer.config]);
  });
});

it('holds every kind of layer to these laws', () => {
  const held = new Set(layerCases.map(([{ kind }]) => kind));
  // Their inputs are indices, of which there are no derivatives; they have tests of their own.
  for (const kind of ['embedding', 'reversibleEmbedding', 'tokenAndPositionEmbedding']) held.add(kind);
  // These give whole numbers or count them; `preprocessing/categories.test.ts` holds them to their laws.
  for (const kind of ['categoryEncoding', 'discretization', 'hashedCrossing', 'hashing', 'integerLookup'])
    held.add(kind);
  expect(l.layerKinds.filter((kind) => !held.has(kind))).toEqual([]);
});
