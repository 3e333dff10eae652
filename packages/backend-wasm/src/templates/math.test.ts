import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FunctionBuilder, Local } from '../assembler/index.ts';
import { f32, i32, ModuleBuilder, v128 } from '../assembler/index.ts';
import type { VectorFunctionName } from './math.ts';
import { emitVectorFunction, scalarFunction, vectorFunctions } from './math.ts';

const count = 200_000;
const input = 1024;
const output = input + count * 4 + 64;
const memory = new WebAssembly.Memory({ initial: 64 });
/** Functions of any number. */
type Name = Exclude<VectorFunctionName, 'expNonPositive'>;
const names = Object.keys(vectorFunctions).filter((name) => name !== 'expNonPositive') as Name[];

/** A module with one exported loop per entry, over `n` vectors from `input` to `output`. */
function loops(
  bodies: Record<string, (f: FunctionBuilder, x: Local<'v128'>, module: ModuleBuilder) => Local<'v128'>>,
): Record<string, (n: number) => void> {
  const module = new ModuleBuilder();
  module.importMemory();
  for (const [name, body] of Object.entries(bodies)) {
    module.function({ name, parameters: { n: 'i32' }, exported: true }, (f, { n }) =>
      f.for({ to: i32.shl(n, 4), step: 16 }, (at) => {
        const x = f.let(v128.load(at, input));
        f.store.v128(at, body(f, x, module), output);
      }),
    );
  }
  const imports = { env: { memory } };
  return new WebAssembly.Instance(new WebAssembly.Module(module.finish()), imports).exports as never;
}

const run = loops(
  Object.fromEntries(
    (Object.keys(vectorFunctions) as VectorFunctionName[]).map((name) => [
      name,
      (f, x, module) => vectorFunctions[name](f, x, module),
    ]),
  ),
);

/** erf by Gauss and Legendre's rule on 40 pieces: independent of how the source does it. */
function erfByQuadrature(x: number): number {
  const nodes = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363];
  const weights = [0.362683783378362, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763];
  const end = Math.min(Math.abs(x), 6.5);
  const half = end / 80;
  let sum = 0;
  for (let piece = 0; piece < 40; piece++) {
    const middle = half * (2 * piece + 1);
    for (const [i, node] of nodes.entries()) {
      const weight = weights[i] as number;
      sum += weight * (Math.exp(-((middle + half * node) ** 2)) + Math.exp(-((middle - half * node) ** 2)));
    }
  }
  return Math.sign(x) * Math.min(1, (2 / Math.sqrt(Math.PI)) * half * sum) || x * (2 / Math.sqrt(Math.PI));
}

const references: Record<Name, (x: number) => number> = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  tanh: Math.tanh,
  erf: erfByQuadrature,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
};

/** Distance between a float32 next to a value and the next float32, denormals included. */
function spacing(value: number): number {
  const size = Math.abs(Math.fround(value));
  return 2 ** (Math.max(-126, Math.floor(Math.log2(size || 1e-45))) - 23);
}

/** Error in units of the last place; 0 when both are NaN or the same infinity or zero. */
function ulps(found: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (Object.is(found, rounded)) return 0;
  if (!Number.isFinite(found) || !Number.isFinite(rounded)) {
    // Rounding to either side of the largest float is one step.
    return Math.abs(found) >= 3.4028234e38 && Math.abs(rounded) >= 3.4028234e38 && found * rounded > 0 ? 1 : Number.NaN;
  }
  return Math.abs(found - exact) / spacing(exact);
}

/** Deterministic float32 values: every kind of bit pattern, and the ranges where the functions have their shape. */
function samples(): Float32Array {
  const values = new Float32Array(count);
  const bits = new Uint32Array(values.buffer);
  let state = 12345;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
  for (let i = 0; i < count; i++) {
    const pattern = ((next() >>> 16) << 16) | (next() >>> 16);
    if (i % 4 === 0) bits[i] = pattern;
    else values[i] = (pattern / 2 ** 31) * ([0, 110, 10, 1.5][i % 4] as number) + (i % 8 === 7 ? 1 : 0);
  }
  return values;
}

describe('functions on vectors', () => {
  const floats = new Float32Array(memory.buffer);
  const values = samples();
  floats.set(values, input / 4);

  it.each(names)('%s is within 4 ULP over the whole range', (name) => {
    run[name]?.(count / 4);
    let worst = { ulps: 0, x: 0, found: 0, exact: 0 };
    for (let i = 0; i < count; i++) {
      const x = values[i] as number;
      const found = floats[output / 4 + i] as number;
      const exact = references[name](x);
      const error = ulps(found, exact);
      if (!(error <= worst.ulps)) worst = { ulps: error, x, found, exact };
    }
    expect(worst.ulps, JSON.stringify(worst)).toBeLessThanOrEqual(4);
  });

  it('exp of what is not positive has the bits of exp', () => {
    const below = values.map((x) => -Math.abs(x));
    below.set([-0, Number.NaN, Number.NEGATIVE_INFINITY, -(2 ** -149), -87.4, -103.9, -104, -105]);
    floats.set(below, input / 4);
    const bits = ['exp', 'expNonPositive'].map((name) => {
      run[name]?.(count / 4);
      return new Uint32Array(memory.buffer, output, count).slice();
    });
    floats.set(values, input / 4);
    expect(bits[1]).toEqual(bits[0]);
  });

  it('special values are exact', () => {
    const { POSITIVE_INFINITY: infinity, NaN: nan } = Number;
    const denormal = 2 ** -149;
    const table: Record<Name, [x: number, y: number][]> = {
      exp: [
        [0, 1],
        [-0, 1],
        [infinity, infinity],
        [-infinity, 0],
        [nan, nan],
        [denormal, 1],
        [89, infinity],
        [-104, 0],
      ],
      expm1: [
        [0, 0],
        [-0, -0],
        [infinity, infinity],
        [-infinity, -1],
        [nan, nan],
        [denormal, denormal],
        [-30, -1],
      ],
      log: [
        [0, -infinity],
        [-0, -infinity],
        [1, 0],
        [infinity, infinity],
        [-infinity, nan],
        [-1, nan],
        [nan, nan],
      ],
      log1p: [
        [0, 0],
        [-0, -0],
        [-1, -infinity],
        [-2, nan],
        [infinity, infinity],
        [-infinity, nan],
        [nan, nan],
        [-denormal, -denormal],
      ],
      tanh: [
        [0, 0],
        [-0, -0],
        [infinity, 1],
        [-infinity, -1],
        [nan, nan],
        [denormal, denormal],
        [-denormal, -denormal],
        [20, 1],
      ],
      erf: [
        [0, 0],
        [-0, -0],
        [infinity, 1],
        [-infinity, -1],
        [nan, nan],
        [denormal, denormal],
        [5, 1],
        [-5, -1],
      ],
      sin: [
        [0, 0],
        [-0, -0],
        [infinity, nan],
        [-infinity, nan],
        [nan, nan],
        [denormal, denormal],
        [-denormal, -denormal],
      ],
      cos: [
        [0, 1],
        [-0, 1],
        [infinity, nan],
        [-infinity, nan],
        [nan, nan],
        [denormal, 1],
      ],
      tan: [
        [0, 0],
        [-0, -0],
        [infinity, nan],
        [-infinity, nan],
        [nan, nan],
        [denormal, denormal],
        [-denormal, -denormal],
      ],
    };
    for (const name of names) {
      for (const [x, y] of table[name]) {
        floats.fill(x, input / 4, input / 4 + 4);
        run[name]?.(1);
        for (let lane = 0; lane < 4; lane++) expect(floats[output / 4 + lane], `${name}(${x})`).toBe(y);
      }
    }
  });

  it('log is right around 1 and for denormals', () => {
    const near = [0.999995, 1.000001, 0.99999994, 1.0000001, 2 ** -149, 2 ** -140 * 1.7, 2 ** -126].map(Math.fround);
    for (const x of near) {
      floats.fill(x, input / 4, input / 4 + 4);
      run.log?.(1);
      expect(ulps(floats[output / 4] as number, Math.log(x)), `log(${x})`).toBeLessThanOrEqual(2);
    }
  });

  it.each(['sin', 'cos', 'tan'] as const)('%s is within 1 ULP near multiples of π/2 and of huge angles', (name) => {
    const angles = [
      1e10,
      2 ** 100,
      3.4028234663852886e38,
      2 ** 28,
      2 ** 28 - 16,
      2 ** -126,
      2 ** -149,
      2 ** -140 * 1.7,
    ];
    // The floats of all magnitudes that come closest to multiples of π/2 are among those next to them.
    for (let exponent = 0; exponent < 128; exponent += 0.37) {
      const quarters = Math.round((2 ** exponent * 2) / Math.PI);
      angles.push(quarters * (Math.PI / 2), (quarters + 1) * (Math.PI / 2));
    }
    const bits = new Uint32Array(1);
    const float = new Float32Array(bits.buffer);
    const next = (x: number, steps: number): number => {
      float[0] = x;
      bits[0] = (bits[0] as number) + steps;
      return float[0] as number;
    };
    const all = angles.flatMap((x) => [-1, 0, 1].map((steps) => next(x, steps))).filter(Number.isFinite);
    const list = [...all, ...all.map((x) => -x)];
    while (list.length % 4 !== 0) list.push(1);
    floats.set(list, input / 4);
    run[name]?.(list.length / 4);
    const found = floats.slice(output / 4, output / 4 + list.length);
    list.forEach((x, i) => {
      const value = Math.fround(x);
      expect(ulps(found[i] as number, references[name](value)), `${name}(${value})`).toBeLessThanOrEqual(0.51);
    });
  });

  it('large angles stand beside small ones, infinities and NaN', () => {
    const given = [1e20, 1, -1e9, Number.NaN, 0, Number.POSITIVE_INFINITY, 2, -3e38];
    for (const name of ['sin', 'cos', 'tan'] as const) {
      floats.set(given, input / 4);
      run[name]?.(2);
      given.forEach((x, i) => {
        expect(ulps(floats[output / 4 + i] as number, references[name](Math.fround(x))), `${name}(${x})`).toBeLessThan(
          0.51,
        );
      });
    }
  });

  it('scalars and helper functions give the same bits', () => {
    const module = new ModuleBuilder();
    for (const name of names) {
      const helper = emitVectorFunction(module, name);
      module.function({ name, parameters: { x: 'f32' }, result: 'f32', exported: true }, (f, { x }) =>
        f.leave(scalarFunction(module, f, name, x)),
      );
      module.function(
        { name: `${name}Helper`, parameters: { x: 'f32' }, result: 'i32', exported: true },
        (f, { x }) => {
          const value = f.let(f.call(helper, v128.load32Splat(0)));
          f.store.v128(16, value);
          f.leave(i32.eq(i32.load(16), i32.reinterpretF32(f32.add(x, 0))));
        },
      );
    }
    module.importMemory();
    const own = new WebAssembly.Memory({ initial: 1 });
    const exports = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), { env: { memory: own } })
      .exports as Record<string, (x: number) => number>;
    fc.assert(
      fc.property(fc.float({ noNaN: true }), fc.constantFrom(...names), (x, name) => {
        floats.fill(x, input / 4, input / 4 + 4);
        run[name]?.(1);
        const inLine = floats[output / 4] as number;
        expect(exports[name]?.(x)).toBe(inLine);
        new Float32Array(own.buffer)[0] = x;
        if (!Number.isNaN(inLine) && inLine !== 0) expect(exports[`${name}Helper`]?.(inLine)).toBe(1);
      }),
    );
  });
});
