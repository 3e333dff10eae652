/**
 * The innermost loops of the float32 product: one small tile of the result is kept in vector registers while the
 * kernel walks over k. Left operand: a packed tile `[k][4]` (see `gemm-pack.ts`), of which the first `rows` columns are
 * used. Right operand: a packed panel `[k][8]`, or read in place through the table of k offsets. 128-bit engines have
 * 16 vector registers, so a tile holds at most 8 accumulators beside 2 right vectors, a splat and a product.
 */
import type { Expression, FunctionReference, Local, ModuleBuilder } from '../assembler/index.ts';
import { f32x4, i32, shuffle32, v128 } from '../assembler/index.ts';

/** Rows of a packed tile of the left operand. */
export const tileRows = 4;
/** Columns of a packed panel of the right operand. */
export const panelColumns = 8;

/** Shape of a kernel. */
export interface KernelShape {
  /** Rows of the tile, 1 … 4. */
  readonly rows: number;
  /** Vectors of 4 columns in each row. */
  readonly vectors: number;
  /** Read the right operand in place: `b` is the address of its first column, `bK` its table of k offsets. */
  readonly inPlace: boolean;
  /** Use fused multiply-add of the relaxed-SIMD extension. */
  readonly relaxed: boolean;
}

/** `(a, b, bK, k, c, cStride, columns, accumulate)`; `bK` is ignored for packed panels. */
export type KernelReference = FunctionReference<'i32'[], undefined>;

/**
 * Emits the function that stores the first `columns` (1 … 8) lanes of a pair of vectors, added to what is there if
 * `accumulate` is not 0.
 */
export function emitStorePartial(
  module: ModuleBuilder,
  prefix: string,
): FunctionReference<('i32' | 'v128')[], undefined> {
  return module.function(
    {
      name: `${prefix}StorePartial`,
      parameters: { c: 'i32', low: 'v128', high: 'v128', columns: 'i32', accumulate: 'i32' },
    },
    (f, { c, low, high, columns, accumulate }) => {
      const added = (load: Expression<'v128'>): void => f.if(accumulate, () => f.set(low, f32x4.add(low, load)));
      f.if(i32.geU(columns, 4), () => {
        added(v128.load(c));
        f.store.v128(c, low);
        f.increment(c, 16);
        f.set(low, high);
        f.set(columns, i32.sub(columns, 4));
      });
      f.if(i32.and(columns, 4), () => {
        added(v128.load(c));
        f.store.v128(c, low);
      });
      f.if(i32.and(columns, 2), () => {
        added(v128.load64Zero(c));
        f.store.lane64(c, low, 0);
        f.increment(c, 8);
        f.set(low, shuffle32(low, low, [2, 3, 2, 3]));
      });
      f.if(i32.and(columns, 1), () => {
        added(v128.load32Zero(c));
        f.store.lane32(c, low, 0);
      });
    },
  );
}

/** `a · b + c`, in one rounding where the engine has it. */
export function multiplyAdd(
  relaxed: boolean,
  a: Expression<'v128'>,
  b: Expression<'v128'>,
  c: Expression<'v128'>,
): Expression<'v128'> {
  return relaxed ? f32x4.relaxedMadd(a, b, c) : f32x4.add(c, f32x4.mul(a, b));
}

/** Emits one kernel. */
export function emitKernel(
  module: ModuleBuilder,
  prefix: string,
  shape: KernelShape,
  storePartial: FunctionReference<('i32' | 'v128')[], undefined>,
): KernelReference {
  const { rows, vectors, inPlace, relaxed } = shape;
  return module.function(
    {
      name: `${prefix}${rows}x${vectors * 4}${inPlace ? 'InPlace' : ''}`,
      parameters: {
        a: 'i32',
        b: 'i32',
        bK: 'i32',
        k: 'i32',
        c: 'i32',
        cStride: 'i32',
        columns: 'i32',
        accumulate: 'i32',
      },
    },
    (f, { a, b, bK, k, c, cStride, columns, accumulate }) => {
      const accumulators: Local<'v128'>[][] = [];
      for (let row = 0; row < rows; row++) {
        accumulators.push(Array.from({ length: vectors }, () => f.let(f32x4.const(0), 'accumulator')));
      }
      const multiply = (): void => {
        const base = inPlace ? f.let(i32.add(b, i32.load(bK))) : b;
        const right = Array.from({ length: Math.min(vectors, 2) }, (_, v) => f.let(v128.load(base, v * 16)));
        for (let row = 0; row < rows; row++) {
          const left = f.let(v128.load32Splat(a, row * 4));
          for (let v = 0; v < vectors; v++) {
            const accumulator = accumulators[row]?.[v] as Local<'v128'>;
            f.set(accumulator, multiplyAdd(relaxed, left, right[v] ?? v128.load(base, v * 16), accumulator));
          }
          f.release(left);
        }
      };
      // The loop is not unrolled: V8's register allocator spills accumulators in longer bodies and halves the speed.
      f.while(k, () => {
        multiply();
        f.increment(a, tileRows * 4);
        if (inPlace) f.increment(bK, 4);
        else f.increment(b, panelColumns * 4);
        f.set(k, i32.sub(k, 1));
      });

      const storeFull = (): void => {
        for (const row of accumulators) {
          for (const [v, accumulator] of row.entries()) f.store.v128(c, accumulator, v * 16);
          f.increment(c, cStride);
        }
      };
      const full = (): void =>
        f.if(
          accumulate,
          () => {
            for (const row of accumulators) {
              for (const [v, accumulator] of row.entries()) {
                f.store.v128(c, f32x4.add(accumulator, v128.load(c, v * 16)), v * 16);
              }
              f.increment(c, cStride);
            }
          },
          storeFull,
        );
      if (vectors > 2) return full();
      f.if(i32.geU(columns, vectors * 4), full, () => {
        for (const [low, high] of accumulators) {
          f.perform(storePartial, c, low as Local<'v128'>, high ?? (low as Local<'v128'>), columns, accumulate);
          f.increment(c, cStride);
        }
      });
    },
  );
}
