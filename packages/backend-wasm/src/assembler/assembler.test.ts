import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import type { OpcodeTable } from './expression.ts';
import type { Expression, Local, Operand, ValueType } from './index.ts';
import {
  f32,
  f32x4,
  f64,
  f64x2,
  i8x16,
  i16x8,
  i32,
  i32x4,
  i64,
  i64x2,
  ModuleBuilder,
  select,
  shuffle32,
  v128,
} from './index.ts';
import { f32Table, f64Table, i32Table, i64Table, storeTable } from './opcodes.ts';
import { f32x4Table, f64x2Table, i8x16Table, i16x8Table, i32x4Table, i64x2Table, v128Table } from './simd-opcodes.ts';

type Callable = (...args: (number | bigint)[]) => number | bigint;

function instantiate(module: ModuleBuilder, imports: WebAssembly.Imports = {}): Record<string, Callable> {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), imports);
  return instance.exports as Record<string, Callable>;
}

/** A module with one function `f` whose result is an expression of its parameters. */
function functionOf<P extends Record<string, ValueType>>(
  parameters: P,
  result: ValueType,
  value: (locals: { [K in keyof P]: Local<P[K]> }) => Operand,
): Callable {
  const module = new ModuleBuilder();
  module.function({ name: 'f', parameters, result, exported: true }, (f, locals) => f.leave(value(locals)));
  return instantiate(module).f as Callable;
}

const namespaces: [string, OpcodeTable, object][] = [
  ['i32', i32Table, i32],
  ['i64', i64Table, i64],
  ['f32', f32Table, f32],
  ['f64', f64Table, f64],
  ['v128', v128Table, v128],
  ['i8x16', i8x16Table, i8x16],
  ['i16x8', i16x8Table, i16x8],
  ['i32x4', i32x4Table, i32x4],
  ['i64x2', i64x2Table, i64x2],
  ['f32x4', f32x4Table, f32x4],
  ['f64x2', f64x2Table, f64x2],
];

const immediateSamples = {
  memory: [16],
  lane: [1],
  memoryLane: [1, 16],
  shuffle: [Array.from({ length: 16 }, (_, i) => 31 - i)],
};

describe('every row of the opcode tables', () => {
  it.each(namespaces)('%s makes valid modules', (_, table, methods) => {
    for (const [name, [, signature, immediate]] of Object.entries(table)) {
      if (name.startsWith('relaxed')) continue;
      const [left, right] = signature.split(' -> ') as [string, ValueType];
      const types = left.split(' ') as ValueType[];
      const module = new ModuleBuilder();
      module.importMemory();
      const parameters = Object.fromEntries(types.map((type, i) => [`p${i}`, type]));
      module.function({ name: 'f', parameters, result: right }, (f, locals) => {
        const method = methods[name as never] as (...args: unknown[]) => Expression;
        f.leave(method(...Object.values(locals), ...(immediate === undefined ? [] : immediateSamples[immediate])));
      });
      expect(WebAssembly.validate(module.finish()), name).toBe(true);
    }
  });

  it('stores make valid modules', () => {
    for (const [name, [, signature, immediate]] of Object.entries(storeTable)) {
      const module = new ModuleBuilder();
      module.importMemory();
      const types = signature.replace(' ->', '').split(' ') as ValueType[];
      module.function({ name: 'f', parameters: Object.fromEntries(types.map((t, i) => [`p${i}`, t])) }, (f, locals) => {
        const store = f.store[name as keyof typeof storeTable] as (...args: unknown[]) => void;
        store(...Object.values(locals), ...immediateSamples[immediate]);
      });
      expect(WebAssembly.validate(module.finish()), name).toBe(true);
    }
  });
});

describe('instructions mean what their names say', () => {
  it('i32', () => {
    const laws: [keyof typeof i32, (a: number, b: number) => number][] = [
      ['add', (a, b) => (a + b) | 0],
      ['sub', (a, b) => (a - b) | 0],
      ['mul', Math.imul],
      ['divS', (a, b) => (a / b) | 0],
      ['divU', (a, b) => ((a >>> 0) / (b >>> 0)) | 0],
      ['remS', (a, b) => (a % b) | 0],
      ['remU', (a, b) => ((a >>> 0) % (b >>> 0)) | 0],
      ['and', (a, b) => a & b],
      ['or', (a, b) => a | b],
      ['xor', (a, b) => a ^ b],
      ['shl', (a, b) => a << b],
      ['shrS', (a, b) => a >> b],
      ['shrU', (a, b) => (a >>> b) | 0],
      ['eq', (a, b) => +(a === b)],
      ['ltS', (a, b) => +(a < b)],
      ['ltU', (a, b) => +(a >>> 0 < b >>> 0)],
      ['geS', (a, b) => +(a >= b)],
      ['gtU', (a, b) => +(a >>> 0 > b >>> 0)],
    ];
    for (const [name, law] of laws) {
      const method = i32[name] as (a: Operand<'i32'>, b: Operand<'i32'>) => Expression<'i32'>;
      const run = functionOf({ a: 'i32', b: 'i32' }, 'i32', ({ a, b }) => method(a, b));
      fc.assert(
        fc.property(fc.integer(), fc.integer(), (a, b) => {
          fc.pre(!/^(div|rem)/.test(name) || (b !== 0 && b !== -1));
          expect(run(a, b), name).toBe(law(a, b));
        }),
      );
    }
  });

  it('f64 and f32', () => {
    const laws: [keyof typeof f64Table & keyof typeof f32Table, (a: number, b: number) => number][] = [
      ['add', (a, b) => a + b],
      ['sub', (a, b) => a - b],
      ['mul', (a, b) => a * b],
      ['div', (a, b) => a / b],
      ['min', Math.min],
      ['max', Math.max],
      ['copysign', (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a))],
      ['abs', Math.abs],
      ['neg', (a) => -a],
      ['ceil', Math.ceil],
      ['floor', Math.floor],
      ['trunc', Math.trunc],
      ['sqrt', Math.sqrt],
      ['lt', (a, b) => +(a < b)],
      ['ge', (a, b) => +(a >= b)],
    ];
    for (const [type, ns] of [
      ['f64', f64],
      ['f32', f32],
    ] as const) {
      const round = type === 'f32' ? Math.fround : (x: number): number => x;
      for (const [name, law] of laws) {
        const method = ns[name] as (...args: unknown[]) => Expression;
        const result = name === 'lt' || name === 'ge' ? 'i32' : type;
        const run = functionOf({ a: type, b: type }, result, ({ a, b }) => method(a, b));
        fc.assert(
          fc.property(fc.double(), fc.double(), (x, y) => {
            const [a, b] = [round(x), round(y)];
            fc.pre(name !== 'copysign' || !Number.isNaN(b));
            expect(run(a, b), name).toBe(round(law(a, b)));
          }),
        );
      }
    }
  });

  it('f32x4 and i32x4, lane by lane', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const floats = new Float32Array(memory.buffer, 0, 12);
    const ints = new Int32Array(memory.buffer, 0, 12);
    type Binary = (a: Expression<'v128'>, b: Expression<'v128'>) => Expression<'v128'>;
    const runner = (method: Binary): (() => void) => {
      const module = new ModuleBuilder();
      module.importMemory();
      module.function({ name: 'f', parameters: {}, exported: true }, (f) =>
        f.store.v128(32, method(v128.load(0), v128.load(0, 16))),
      );
      return instantiate(module, { env: { memory } }).f as unknown as () => void;
    };
    const floatLaws: [Binary, (a: number, b: number) => number][] = [
      [f32x4.add, (a, b) => a + b],
      [f32x4.sub, (a, b) => a - b],
      [f32x4.mul, (a, b) => a * b],
      [f32x4.div, (a, b) => a / b],
      [f32x4.min, Math.min],
      [f32x4.max, Math.max],
      [f32x4.pmin, (a, b) => (b < a ? b : a)],
      [f32x4.pmax, (a, b) => (a < b ? b : a)],
      [(a) => f32x4.sqrt(a), Math.sqrt],
      [(a) => f32x4.floor(a), Math.floor],
      [(a) => f32x4.neg(a), (a) => -a],
      [(a, b) => v128.bitselect(a, b, f32x4.lt(a, b)), (a, b) => (a < b ? a : b)],
    ];
    const quad = fc.array(fc.float(), { minLength: 4, maxLength: 4 });
    for (const [k, [method, law]] of floatLaws.entries()) {
      const run = runner(method);
      fc.assert(
        fc.property(quad, quad, (a, b) => {
          floats.set([...a, ...b]);
          run();
          for (let i = 0; i < 4; i++) {
            expect(floats[8 + i], `law ${k}`).toBe(Math.fround(law(a[i] as number, b[i] as number)));
          }
        }),
      );
    }
    const intLaws: [Binary, (a: number, b: number) => number][] = [
      [i32x4.add, (a, b) => a + b],
      [i32x4.sub, (a, b) => a - b],
      [i32x4.mul, Math.imul],
      [i32x4.minS, Math.min],
      [i32x4.maxU, (a, b) => Math.max(a >>> 0, b >>> 0)],
      [i32x4.eq, (a, b) => (a === b ? -1 : 0)],
      [i32x4.gtS, (a, b) => (a > b ? -1 : 0)],
      [(a) => i32x4.shl(a, 3), (a) => a << 3],
      [(a) => i32x4.shrS(a, 3), (a) => a >> 3],
      [(a) => i32x4.shrU(a, 3), (a) => a >>> 3],
      [(a) => i32x4.abs(a), Math.abs],
      [(a, b) => v128.andnot(a, b), (a, b) => a & ~b],
      [(a) => i32x4.truncSatF32x4S(f32x4.convertI32x4S(i32x4.shrS(a, 8))), (a) => a >> 8],
    ];
    const ints4 = fc.array(fc.integer(), { minLength: 4, maxLength: 4 });
    for (const [k, [method, law]] of intLaws.entries()) {
      const run = runner(method);
      fc.assert(
        fc.property(ints4, ints4, (a, b) => {
          ints.set([...a, ...b]);
          run();
          for (let i = 0; i < 4; i++) expect(ints[8 + i], `law ${k}`).toBe(law(a[i] as number, b[i] as number) | 0);
        }),
      );
    }
  });
});

describe('constants', () => {
  it('come back as they were', () => {
    const check = (type: ValueType, value: number | bigint, back: number | bigint): void => {
      const ns = { i32, i64, f32, f64 }[type as 'i32'] as { const(v: number | bigint): Expression };
      expect(functionOf({}, type, () => ns.const(value))()).toBe(back);
    };
    fc.assert(fc.property(fc.integer(), (x) => check('i32', x, x)));
    fc.assert(fc.property(fc.nat({ max: 0xffffffff }), (x) => check('i32', x, x | 0)));
    fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (x) => check('i64', x, x)));
    fc.assert(fc.property(fc.float({ noNaN: true }), (x) => check('f32', x, x)));
    fc.assert(fc.property(fc.double({ noNaN: true }), (x) => check('f64', x, x)));
  });

  it('fill and move the lanes of vectors', () => {
    const moved = shuffle32(f32x4.const(1, 2, 3, 4), f32x4.const(5, 6, 7, 8), [0, 4, 1, 7]);
    const lanes = ([0, 1, 2, 3] as const).map((i) => functionOf({}, 'f32', () => f32x4.extractLane(moved, i))());
    expect(lanes).toEqual([1, 5, 2, 8]);
    const lane = functionOf({}, 'f32', () => f32x4.extractLane(f32x4.const(1, 2, 3, 4), 2));
    expect(lane()).toBe(3);
    expect(functionOf({}, 'f64', () => f64x2.extractLane(f64x2.const(2.5), 1))()).toBe(2.5);
    expect(functionOf({}, 'i64', () => i64x2.extractLane(i64x2.const(5n, -7n), 1))()).toBe(-7n);
    expect(functionOf({}, 'i32', () => i16x8.extractLaneS(i16x8.splat(-3), 7))()).toBe(-3);
  });
});

describe('functions', () => {
  it('loop, branch, call each other, imports and themselves', () => {
    const module = new ModuleBuilder();
    const twice = module.function({ name: 'twice', parameters: { x: 'f64' }, result: 'f64' }, (f, { x }) =>
      f.leave(f64.add(x, x)),
    );
    module.function({ name: 'sum', parameters: { n: 'i32' }, result: 'f64', exported: true }, (f, { n }) => {
      const total = f.local('f64');
      f.set(total, 0);
      f.for({ to: n }, (i) => f.set(total, f64.add(total, f.call(twice, f64.convertI32U(i)))));
      f.leave(total);
    });
    module.function(
      { name: 'collatz', parameters: { start: 'i32' }, result: 'i32', exported: true },
      (f, { start }) => {
        const steps = f.let(i32.const(0));
        f.block((end) =>
          f.loop((again) => {
            f.branchIf(end, i32.leU(start, 1));
            f.if(
              i32.and(start, 1),
              () => f.set(start, i32.add(i32.mul(start, 3), 1)),
              () => f.set(start, i32.shrU(start, 1)),
            );
            f.increment(steps, 1);
            f.branch(again);
          }),
        );
        f.leave(steps);
      },
    );
    // The import is declared after its module already has functions: indices are given out at the end.
    const sine = module.importFunction('math', 'sin', ['f64'], 'f64');
    module.function({ name: 'sineOrZero', parameters: { x: 'f64' }, result: 'f64', exported: true }, (f, { x }) =>
      f.leave(select(f64.gt(x, 0), f.call(sine, x), f64.const(0))),
    );
    const { sum, collatz, sineOrZero } = instantiate(module, { math: { sin: Math.sin } });
    expect(sum?.(5)).toBe(20);
    expect(sum?.(0)).toBe(0);
    expect(collatz?.(27)).toBe(111);
    expect(sineOrZero?.(0.5)).toBe(Math.sin(0.5));
    expect(sineOrZero?.(-1)).toBe(0);
  });

  it('copies, fills and initialises memory', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const module = new ModuleBuilder();
    module.importMemory();
    module.data(100, new Uint8Array([1, 2, 3]));
    module.function({ name: 'run', parameters: {}, exported: true }, (f) => {
      f.memoryCopy(200, 100, 3);
      f.memoryFill(202, 9, 4);
      f.store.lane16(300, i16x8.splat(0x0102), 3);
      f.store.i32Low8(303, i32.load8U(100, 1));
    });
    instantiate(module, { env: { memory } }).run?.();
    const bytes = new Uint8Array(memory.buffer);
    expect([...bytes.subarray(200, 207)]).toEqual([1, 2, 9, 9, 9, 9, 0]);
    expect([...bytes.subarray(300, 304)]).toEqual([2, 1, 0, 2]);
  });

  it('reuses the slots of released locals and refuses their use', () => {
    const module = new ModuleBuilder();
    module.function({ name: 'f', parameters: {} }, (f) => {
      const first = f.scope(() => f.local('i32', 'first'));
      const second = f.local('i32', 'second');
      expect(second.index).toBe(first.index);
      expect(() => f.set(first, 1)).toThrow(/^internal: f: local first is used after its release/);
    });
  });

  it('names what was wrong', () => {
    const module = new ModuleBuilder();
    module.function({ name: 'g', parameters: { x: 'f32' } }, (f, { x }) => {
      expect(() => i32.add(x as never, 1)).toThrow('internal: i32.add takes i32, got f32');
      expect(() => f.leave(x)).toThrow('internal: g gives nothing, returned a value');
      expect(() => f.block((end) => f.loop(() => f.block(() => f.branch({ ...end }))))).toThrow(/^internal: g: branch/);
    });
    expect(() => module.function({ name: 'g', parameters: {} }, () => {})).toThrow('internal: two functions named g');
    expect(() => new ByteWriter().s32(2 ** 33)).toThrow('internal: 8589934592 is no 32-bit integer');
  });
});
