/** Collectives over named axes: equal to reductions over the batch axis, in every place where a program can call them. */
import {
  add,
  allGather,
  axisIndex,
  broadcastTo,
  cast,
  checkpoint,
  cond,
  DeftError,
  div,
  exp,
  foriLoop,
  gather,
  grad,
  greater,
  jacfwd,
  jacrev,
  jit,
  jvp,
  max,
  mean,
  min,
  mul,
  pmax,
  pmean,
  pmin,
  psum,
  scan,
  sin,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  transpose,
  vjp,
  vmap,
  whileLoop,
} from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

type Map1 = (x: Tensor) => Tensor;

const list = (x: Tensor): number[] => Array.from(x.dataSync(), Number);
const f64 = (value: unknown): Tensor => tensor(value as number[], { dtype: 'float64' }) as Tensor;
const named = (f: Map1, axisName = 'batch'): Map1 => vmap(f, { axisName }) as Map1;

function expectClose(found: Tensor, expected: Tensor, tolerance = 1e-9): void {
  expect(found.abstract.text).toBe(expected.abstract.text);
  const wanted = list(expected);
  list(found).forEach((x, i) => {
    const y = wanted[i] as number;
    expect(Math.abs(x - y)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(y)));
  });
}

const number = fc.integer({ min: -2000, max: 2000 }).map((n) => n / 1000 + 0.0003);
const matrix = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }))
  .chain(([rows, columns]) =>
    fc.array(fc.array(number, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
  )
  .map(f64);

const X = f64([
  [0.3, -1.2],
  [0.7, 0.4],
  [-0.5, 1.1],
]);
const everyRow = (row: Tensor, x: Tensor): Tensor => broadcastTo(row, x.shape as number[]) as Tensor;

/** Collectives of one example beside what they are for the whole batch. */
const pairs: readonly [name: string, each: Map1, all: Map1][] = [
  ['psum', (x) => psum(x, 'batch'), (x) => everyRow(sum(x, { axis: 0 }) as Tensor, x)],
  ['pmean', (x) => pmean(x, 'batch'), (x) => everyRow(mean(x, { axis: 0 }) as Tensor, x)],
  ['pmax', (x) => pmax(x, 'batch'), (x) => everyRow(max(x, { axis: 0 }) as Tensor, x)],
  ['pmin', (x) => pmin(x, 'batch'), (x) => everyRow(min(x, { axis: 0 }) as Tensor, x)],
  [
    'allGather',
    (x) => allGather(x, 'batch'),
    (x) => broadcastTo(x, [x.shape[0] as number, ...x.shape] as number[]) as Tensor,
  ],
  [
    'allGather behind the example',
    (x) => allGather(x, 'batch', { axis: 1 }),
    (x) => {
      const [rows, columns] = x.shape as [number, number];
      return broadcastTo(transpose(x), [rows, columns, rows]) as Tensor;
    },
  ],
  [
    'an own part of what all gathered',
    (x) => gather(allGather(tanh(x), 'batch'), axisIndex('batch')) as Tensor,
    (x) => tanh(x) as Tensor,
  ],
  [
    'a softmax over the batch',
    (x) => {
      const e = exp(sub(x, pmax(x, 'batch'))) as Tensor;
      return div(e, psum(e, 'batch')) as Tensor;
    },
    (x) => {
      const e = exp(sub(x, max(x, { axis: 0 }))) as Tensor;
      return div(e, sum(e, { axis: 0 })) as Tensor;
    },
  ],
];

const squared = (y: Tensor): Tensor => sum(mul(y, sin(y))) as Tensor;

describe.each(pairs)('%s', (_, each, all) => {
  it('is what the whole batch gives, at once and captured', () => {
    fc.assert(
      fc.property(matrix, (x) => {
        expectClose(named(each)(x), all(x));
        expectClose(jit(named(each))(x), all(x));
      }),
      { numRuns: 15 },
    );
  });

  it('has the derivatives of the whole batch, forwards, backwards and twice', () => {
    fc.assert(
      fc.property(matrix, (x) => {
        const direction = sin(mul(x, 7)) as Tensor;
        const [mapped, whole] = [(x: Tensor) => squared(named(each)(x)), (x: Tensor) => squared(all(x))];
        expectClose(jvp(mapped, [x], [direction])[1], jvp(whole, [x], [direction])[1]);
        expectClose(grad(mapped)(x), grad(whole)(x));
        expectClose(jit(grad(mapped))(x), grad(whole)(x));
        const second = (f: Map1) => grad((x: Tensor) => sum(mul(grad(f)(x), direction)) as Tensor)(x);
        expectClose(second(mapped), second(whole), 1e-8);
      }),
      { numRuns: 10 },
    );
  });

  it('has, within the vmap, the gradient of the sum of all examples’ losses', () => {
    fc.assert(
      fc.property(matrix, (x) => {
        const within = named(grad((x: Tensor) => squared(each(x))) as Map1);
        const whole = grad((x: Tensor) => squared(all(x)))(x);
        expectClose(within(x), whole);
        expectClose(jit(within)(x), whole);
        const pulled = named((x) => {
          const [y, pullback] = vjp(each, x);
          return pullback(y)[0];
        });
        const [y, pullback] = vjp(all, x);
        expectClose(pulled(x), pullback(y)[0]);
      }),
      { numRuns: 10 },
    );
  });

  it('has that gradient by finite differences too', () => {
    const loss = (x: Tensor): number => squared(named(each)(x)).item() as number;
    const found = list(named(grad((x: Tensor) => squared(each(x))) as Map1)(X));
    const step = 1e-5;
    found.forEach((slope, i) => {
      const moved = (by: number): Tensor => {
        const values = list(X);
        values[i] = (values[i] as number) + by;
        return f64([values.slice(0, 2), values.slice(2, 4), values.slice(4)]);
      };
      expect(slope).toBeCloseTo((loss(moved(step)) - loss(moved(-step))) / (2 * step), 6);
    });
  });

  it('has, within the vmap, the tangents of the whole batch', () => {
    const direction = f64([
      [1, -2],
      [0.5, 3],
      [-1, 0.25],
    ]);
    const within = vmap((x: Tensor, t: Tensor) => jvp(each, [x], [t])[1], { axisName: 'batch' });
    expectClose(within(X, direction), jvp(all, [X], [direction])[1]);
  });

  it('passes through checkpoints, also on the way back around the batch', () => {
    const f = (x: Tensor): Tensor => squared(named(checkpoint(each))(x));
    const whole = grad((x: Tensor) => squared(all(x)))(X);
    expectClose(grad(f)(X), whole);
    expectClose(jit(grad(f))(X), whole);
    expectClose(named(grad(checkpoint((x: Tensor) => squared(each(x)))) as Map1)(X), whole);
  });

  it('stands within another batch, named or not', () => {
    const xs = f64(
      [0, 1].map((k) =>
        list(X).reduce<number[][]>((rows, v, i) => {
          if (i % 2 === 0) rows.push([]);
          (rows.at(-1) as number[]).push(v + k * (i + 1) * 0.3);
          return rows;
        }, []),
      ),
    );
    const expected = vmap(all)(xs);
    expectClose(vmap(named(each))(xs), expected);
    expectClose(named(named(each), 'outer')(xs), expected);
    // The named batch around one without a name.
    const inner = vmap(each as Map1);
    const turned = vmap(inner, { axisName: 'batch', inAxes: 1, outAxes: 1 }) as Map1;
    const byRow = named((x) => vmap((one: Tensor) => one)(each(x)));
    expectClose(byRow(X), all(X));
    expectClose(turned(xs), expected);
  });

  it('stands in captured loops and branches, whose derivatives are those of the same program at once', () => {
    const body = (x: Tensor, c: Tensor): Tensor => mul(sin(add(x, c)), sum(each(mul(x, c) as Tensor))) as Tensor;
    const programs: readonly Map1[] = [
      (x) =>
        scan((c: Tensor, k: Tensor) => [body(x, mul(c, k) as Tensor), sum(each(c)) as Tensor], x, f64([1, 0.5]))[0],
      (x) => foriLoop(0, 3, (_, c: Tensor) => body(x, c), x),
      (x) => {
        const small = greater(psum(sum(x), 'batch'), 100);
        return cond(
          small,
          (x: Tensor) => x,
          (x: Tensor) => body(x, x),
          x,
        );
      },
      (x) =>
        cond(
          greater(sum(x), 0),
          (x: Tensor) => tanh(x) as Tensor,
          (x: Tensor) => body(x, x),
          x,
        ),
    ];
    for (const program of programs) {
      const mapped = named(program);
      expectClose(jit(mapped)(X), mapped(X));
      const around = grad((x: Tensor) => squared(mapped(x)));
      expectClose(jit(around)(X), around(X));
      const within = named(grad((x: Tensor) => squared(program(x))) as Map1);
      expectClose(jit(within)(X), within(X));
    }
  });
});

describe('named axes', () => {
  it('count what is the same for all examples as often as there are examples', () => {
    const f = vmap(
      (_: Tensor) => [psum(1, 'batch'), pmean(3, 'batch'), pmax(3, 'batch'), allGather(2, 'batch')] as const,
      { axisName: 'batch', outAxes: null },
    );
    expect(f(X).map((one) => one.toArray())).toEqual([3, 3, 3, [2, 2, 2]]);
    expect(jit(f)(X).map((one: Tensor) => one.toArray())).toEqual([3, 3, 3, [2, 2, 2]]);
    const w = f64([2, 3]);
    const slope = vmap((x: Tensor) => grad((w: Tensor) => sum(psum(mul(w, x), 'batch')) as Tensor)(w), {
      axisName: 'batch',
    });
    expectClose(slope(X), mul(X, 3) as Tensor);
    const ofShared = vmap((_: Tensor) => grad((w: Tensor) => sum(psum(mul(w, w), 'batch')) as Tensor)(w), {
      axisName: 'batch',
    });
    expectClose(ofShared(X), everyRow(mul(w, 6) as Tensor, X));
  });

  it('loop over what is the same for all examples', () => {
    const program = (x: Tensor): Tensor => {
      const counted = foriLoop(0, 2, (_, c: Tensor) => psum(c, 'batch'), f64(1));
      const placed = foriLoop(0, 2, (_, c: Tensor) => add(c, cast(axisIndex('batch'), 'float64')) as Tensor, f64(0));
      return add(x, add(counted, placed)) as Tensor;
    };
    const expected = add(X, f64([[9], [11], [13]])) as Tensor;
    expectClose(named(program)(X), expected);
    expectClose(jit(named(program))(X), expected);
    const slow = (x: Tensor): Tensor =>
      whileLoop(
        (c: Tensor) => greater(psum(sum(c), 'batch'), 0.1) as Tensor,
        (c: Tensor) => mul(c, 0.5) as Tensor,
        x,
      );
    expectClose(jit(named(slow))(X), named(slow)(X));
  });

  it('nest: each name, the innermost of equal ones, or several at once', () => {
    const xs = f64([
      [1, 2, 3],
      [10, 20, 30],
    ]);
    const nested = (f: Map1): Map1 => named(named(f, 'inner'), 'outer');
    expectClose(nested((x) => psum(x, 'inner'))(xs), everyRow(f64([[6], [60]]), xs));
    expectClose(nested((x) => psum(x, 'outer'))(xs), everyRow(f64([11, 22, 33]), xs));
    expectClose(nested((x) => psum(x, ['inner', 'outer']))(xs), everyRow(f64(66), xs));
    expectClose(nested((x) => pmean(x, ['outer', 'inner']))(xs), everyRow(f64(11), xs));
    expectClose(
      named(
        named((x) => psum(x, 'same'), 'same'),
        'same',
      )(xs),
      everyRow(f64([[6], [60]]), xs),
    );
    const index = nested((x) => add(x, add(mul(axisIndex('outer'), 100), axisIndex('inner'))) as Tensor);
    expectClose(
      index(xs),
      add(
        xs,
        f64([
          [0, 1, 2],
          [100, 101, 102],
        ]),
      ) as Tensor,
    );
    expectClose(jit(index)(xs), index(xs));
    const both = (f: Map1) => grad((x: Tensor) => squared(nested(f)(x)))(xs);
    const mixed: Map1 = (x) => mul(psum(x, 'inner'), pmax(sin(x) as Tensor, 'outer')) as Tensor;
    const whole: Map1 = (x) =>
      mul(sum(x, { axis: 1, keepDims: true }), max(sin(x) as Tensor, { axis: 0, keepDims: true })) as Tensor;
    expectClose(both(mixed), grad((x: Tensor) => squared(whole(x)))(xs), 1e-8);
  });

  it('stay with their vmap where other transforms make batches of their own', () => {
    const f = (x: Tensor): Tensor => mul(x, psum(x, 'batch')) as Tensor;
    const rows = named(jacrev(f) as Map1)(X);
    const columns = named(jacfwd(f) as Map1)(X);
    expect(rows.shape).toEqual([3, 2, 2]);
    // Forwards, the unit direction is that of all examples at once; backwards, the cotangent is.
    const total = sum(X, { axis: 0 });
    const diagonal = (each: Tensor): number[] => list(each).flatMap((a, i) => (i % 2 ? [0, a] : [a, 0]));
    expectClose(columns, reshapeTo(diagonal(add(total, mul(X, 3)) as Tensor), [3, 2, 2]));
    expectClose(
      rows,
      reshapeTo(diagonal(add(total, total.rank ? everyRow(total as Tensor, X) : 0) as Tensor), [3, 2, 2]),
    );
  });

  it('take trees, add up bytes in 32 bits, join along an axis', () => {
    const byte = tensor([[200], [100]], { dtype: 'uint8' });
    const out = vmap((x: { a: Tensor; b: Tensor[] }) => psum(x, 'n'), { axisName: 'n', outAxes: null })({
      a: byte,
      b: [tensor([1.5, 2])],
    });
    expect([out.a.dtype, out.a.toArray(), out.b[0]?.toArray()]).toEqual(['uint32', [300], 3.5]);
    const means = vmap((x: Tensor) => pmean(x, 'n'), { axisName: 'n', outAxes: null })(byte);
    expect([means.dtype, means.toArray()]).toEqual(['float32', [150]]);
    const joined = vmap((x: Tensor) => allGather(x, 'n', { tiled: true }), { axisName: 'n', outAxes: null })(X);
    expect(joined.shape).toEqual([6]);
    expect(list(joined)).toEqual(list(X));
  });

  it('share the derivative of an extreme among the examples that have it', () => {
    const top = grad((x: Tensor) => sum(named((x) => pmax(x, 'batch'))(x)) as Tensor);
    expect(top(tensor([1, 2, 2])).toArray()).toEqual([0, 1.5, 1.5]);
  });

  it('are errors where there is no such batch', () => {
    const codeOf = (f: () => unknown): string => {
      try {
        f();
      } catch (error) {
        return error instanceof DeftError ? `${error.code} ${error.message}` : String(error);
      }
      return 'no error';
    };
    for (const f of [psum, pmean, pmax, pmin, allGather] as const) {
      expect(codeOf(() => f(X, 'batch'))).toMatch(/^E_AXIS .*axisName: expected to be called within a vmap/);
    }
    expect(codeOf(() => axisIndex('batch'))).toMatch(/^E_AXIS .*write vmap\(f, \{ axisName: 'batch' \}\)/s);
    expect(codeOf(() => vmap((x: Tensor) => psum(x, 'batch'))(X))).toMatch(/^E_AXIS/);
    expect(codeOf(() => named((x) => psum(x, 'rows'))(X))).toMatch(/^E_AXIS .*one of 'batch', got 'rows'/);
    expect(codeOf(() => vmap((x: Tensor) => x, { axisName: '' }))).toMatch(/^E_ARGUMENT .*axisName/);
    expect(codeOf(() => named((x) => psum(x, 3 as unknown as string))(X))).toMatch(/^E_ARGUMENT .*axisName/);
    expect(codeOf(() => named((x) => psum(greater(x, 0) as Tensor, 'batch'))(X))).toMatch(/^E_DTYPE/);
  });
});

function reshapeTo(values: readonly number[], [a, b, c]: readonly [number, number, number]): Tensor {
  return f64(
    Array.from({ length: a }, (_, i) =>
      Array.from({ length: b }, (_, j) => values.slice((i * b + j) * c, (i * b + j + 1) * c)),
    ),
  );
}
