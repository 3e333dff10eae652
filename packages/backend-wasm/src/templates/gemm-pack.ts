/**
 * Packing for the float32 product: strips of an operand are copied into the order in which the kernels read them.
 * Both operands are addressed through tables of byte offsets: element (line, k) lies at `base + lines[line] + ks[k]`,
 * so that any separable view (strided, transposed, a convolution's window) is read in place and no im2col buffer is
 * ever made. Where a strip happens to be contiguous along its lines or along k it is moved by whole vectors; this is
 * found out from the tables while packing. A strip at the edge repeats its first line: those lanes are never stored.
 */
import type { Expression, FunctionBuilder, FunctionReference, Local, ModuleBuilder } from '../assembler/index.ts';
import { i32, i32x4, select, shuffle32, v128 } from '../assembler/index.ts';

/** `(destination, base, lines, lineCount, ks, k)`: `lines` and `ks` are addresses of table entries. */
export type PackReference = FunctionReference<'i32'[], undefined>;

/** Transposes 4 × 4 floats held in four vectors. */
export function transpose4(f: FunctionBuilder, rows: readonly Expression<'v128'>[]): Local<'v128'>[] {
  const [r0, r1, r2, r3] = rows as [Expression<'v128'>, Expression<'v128'>, Expression<'v128'>, Expression<'v128'>];
  const low01 = f.let(shuffle32(r0, r1, [0, 4, 1, 5]));
  const high01 = f.let(shuffle32(r0, r1, [2, 6, 3, 7]));
  const low23 = f.let(shuffle32(r2, r3, [0, 4, 1, 5]));
  const high23 = f.let(shuffle32(r2, r3, [2, 6, 3, 7]));
  return [
    f.let(shuffle32(low01, low23, [0, 1, 4, 5])),
    f.let(shuffle32(low01, low23, [2, 3, 6, 7])),
    f.let(shuffle32(high01, high23, [0, 1, 4, 5])),
    f.let(shuffle32(high01, high23, [2, 3, 6, 7])),
  ];
}

/** Whether four table entries from an address on are consecutive floats; `first` is the first entry. */
export function consecutive(table: Local<'i32'>, first: Expression<'i32'>, offset = 0): Expression<'i32'> {
  const expected = i32x4.const(0 + offset, 4 + offset, 8 + offset, 12 + offset);
  return i32x4.allTrue(i32x4.eq(i32x4.sub(v128.load(table, offset), i32x4.splat(first)), expected));
}

/** Emits the packing of `lineCount` lines into strips `[k][width]`, one strip right after the other. */
export function emitPack(module: ModuleBuilder, name: string, width: 4 | 8): PackReference {
  return module.function(
    {
      name,
      parameters: { destination: 'i32', base: 'i32', lines: 'i32', lineCount: 'i32', ks: 'i32', k: 'i32' },
    },
    (f, { destination, base, lines, lineCount, ks, k }) => {
      const stripBytes = width * 4;
      const ksEnd = f.let(i32.add(ks, i32.shl(k, 2)), 'ksEnd');
      const pointers = Array.from({ length: width }, () => f.local('i32', 'pointer'));
      const first = pointers[0] as Local<'i32'>;
      const at = f.local('i32', 'at');

      const contiguousLines = (): void =>
        f.while(i32.ltU(at, ksEnd), () => {
          const source = f.let(i32.add(first, i32.load(at)));
          for (let i = 0; i < width; i += 4) f.store.v128(destination, v128.load(source, i * 4), i * 4);
          f.increment(destination, stripBytes);
          f.increment(at, 4);
        });

      const scalarStep = (): void => {
        const offset = f.let(i32.load(at));
        for (let i = 0; i < width; i += 4) {
          const group = pointers.slice(i, i + 4).map((pointer) => f.let(i32.add(pointer, offset)));
          const [g0, g1, g2, g3] = group as [Local<'i32'>, Local<'i32'>, Local<'i32'>, Local<'i32'>];
          const pair = v128.load32Lane(g1, v128.load32Zero(g0), 1);
          f.store.v128(destination, v128.load32Lane(g3, v128.load32Lane(g2, pair, 2), 3), i * 4);
          for (const local of group) f.release(local);
        }
        f.increment(destination, stripBytes);
        f.increment(at, 4);
      };

      /** Four steps of k at once where they are consecutive in memory, else one. */
      const otherLines = (): void => {
        const lastFour = f.let(i32.sub(ksEnd, 16));
        f.while(i32.ltU(at, ksEnd), () => {
          const offset = f.let(i32.load(at));
          // The difference is small, so its sign tells, wherever in 4 GiB the table lies.
          const enough = i32.geS(i32.sub(lastFour, at), 0);
          f.block((next) => {
            f.if(enough, () =>
              f.if(consecutive(at, offset), () => {
                for (let i = 0; i < width; i += 4) {
                  f.scope(() => {
                    const rows = pointers.slice(i, i + 4).map((pointer) => f.let(v128.load(i32.add(pointer, offset))));
                    for (const [step, row] of transpose4(f, rows).entries()) {
                      f.store.v128(destination, row, step * stripBytes + i * 4);
                    }
                  });
                }
                f.increment(destination, 4 * stripBytes);
                f.increment(at, 16);
                f.branch(next);
              }),
            );
            scalarStep();
          });
        });
      };

      f.while(lineCount, () => {
        f.set(first, i32.add(base, i32.load(lines)));
        for (let i = 1; i < width; i++) {
          const pointer = pointers[i] as Local<'i32'>;
          f.if(
            i32.gtU(lineCount, i),
            () => f.set(pointer, i32.add(base, i32.load(lines, i * 4))),
            () => f.set(pointer, first),
          );
        }
        f.set(at, ks);
        const isFull = i32.geU(lineCount, width);
        f.block((next) => {
          f.if(isFull, () => {
            const start = f.let(i32.load(lines));
            const checks = Array.from({ length: width / 4 }, (_, i) => consecutive(lines, start, i * 16));
            f.if(
              checks.reduce((a, b) => i32.and(a, b)),
              () => {
                contiguousLines();
                f.branch(next);
              },
            );
          });
          otherLines();
        });
        f.increment(lines, stripBytes);
        f.set(lineCount, i32.sub(lineCount, minimum(lineCount, i32.const(width))));
      });
    },
  );
}

/** Unsigned minimum. */
export function minimum(a: Expression<'i32'>, b: Expression<'i32'>): Expression<'i32'> {
  return select(i32.ltU(a, b), a, b);
}
