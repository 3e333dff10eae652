/**
 * Code for scatter kernels: the result starts as a copy of its base (or zeros), unless it lies over that; then the
 * points are visited one after the other in row-major order, because several may meet at one element.
 */
import { bytesOf, internal } from '@deft/core';
import { type BufferSpec, makeNest, type Quantity, type SizedScatter, scatterSource } from '@deft/kernel';
import { type Expression as Code, i32, type Local, type ModuleBuilder } from '../assembler/index.ts';
import { Evaluator, type KernelContext, type Point } from './evaluator.ts';
import { QuantityCode } from './quantity-code.ts';
import { loadScalar, scalarBinary, storeScalar } from './scalar-code.ts';

/**
 * Emits the function of a scatter kernel: one address for each operand, one for the base if there is one, one for the result.
 * Given for several sizes, it takes the address of its unknown numbers behind them; what is returned lists those of a size.
 */
export function emitScatterKernel(
  module: ModuleBuilder,
  name: string,
  samples: readonly SizedScatter[],
  buffers: readonly BufferSpec[],
): (kernel: SizedScatter) => Float64Array | undefined {
  const { kernel } = samples[0] ?? internal('a function of no kernel');
  const { nest, quantities, sized } = makeNest(samples.map(scatterSource), buffers);
  const length = nest.further[0] as Quantity;
  const { dtype } = buffers[kernel.result] as BufferSpec;
  const bytes = bytesOf(dtype);
  const count = kernel.operands.length + (kernel.base === undefined ? 1 : 2);
  const addresses = Array.from({ length: count }, (_, i) => `p${i}`);
  const parameters = Object.fromEntries(
    [...addresses, ...(quantities.many ? ['list'] : [])].map((each) => [each, 'i32' as const]),
  );
  module.function({ name, parameters, exported: true }, (f, locals) => {
    const all = Object.values(locals) as Local<'i32'>[];
    const given = all.slice(0, count);
    const numbers = new QuantityCode(f, quantities, quantities.many ? all.at(-1) : undefined);
    const result = given.at(-1) as Local<'i32'>;
    const resultBytes = numbers.index(numbers.scaled(length, bytes));
    if (kernel.base === undefined) f.memoryFill(result, 0, resultBytes);
    else {
      const base = given.at(-2) as Local<'i32'>;
      f.if(i32.ne(result, base), () => f.memoryCopy(result, base, resultBytes));
    }
    const context: KernelContext = {
      module,
      f,
      nest,
      numbers,
      reductions: [],
      bases: given.slice(0, kernel.operands.length),
    };
    const pointers = nest.operands.map(({ offset, dtype: type }, i) =>
      f.let(i32.add(context.bases[i] as Local<'i32'>, numbers.index(numbers.scaled(offset, bytesOf(type))))),
    );
    const loops = (axis: number, point: Point): void => {
      if (axis === nest.kept.length) {
        f.scope(() => {
          const evaluator = new Evaluator(context, point);
          const offset = evaluator.value(nest.expressions[0] as never) as Local<'i32'>;
          const value = evaluator.value(nest.expressions[1] as never);
          f.if(i32.ltU(offset, numbers.index(length)), () => {
            const address = f.let(i32.add(result, i32.mul(offset, bytes)));
            const old = (): Code => f.let(loadScalar(f, dtype, address));
            storeScalar(
              f,
              dtype,
              address,
              kernel.combine === 'replace' ? value : scalarBinary(module, f, kernel.combine, dtype, old(), value),
            );
          });
        });
        return;
      }
      const extent = nest.kept[axis] as Quantity;
      if (extent === 0) return;
      f.scope(() => {
        const index = f.let(i32.const(0), 'i');
        const steps = nest.operands.map(({ strides, dtype: type }) =>
          numbers.scaled(strides[axis] as Quantity, bytesOf(type)),
        );
        const moved = point.pointers.map((pointer, i) => (steps[i] === 0 ? pointer : f.let(pointer, 'p')));
        const indices = point.indices.map((known, i) => (i === axis ? index : known));
        const inRange = i32.ltU(index, numbers.index(extent));
        const turn = (): void => {
          loops(axis + 1, { indices, pointers: moved });
          f.increment(index, 1);
          moved.forEach((pointer, i) => {
            const step = steps[i] as Quantity;
            if (step !== 0) f.increment(pointer, numbers.index(step));
          });
        };
        if (typeof extent !== 'number') f.while(inRange, turn);
        else
          f.loop((again) => {
            turn();
            f.branchIf(again, inRange);
          });
      });
    };
    loops(0, { indices: nest.kept.map(() => undefined), pointers });
  });
  return (own) => (quantities.many ? quantities.listFor(sized(scatterSource(own))) : undefined);
}
