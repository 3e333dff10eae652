/**
 * Code for scatter kernels: the result starts as a copy of its base (or zeros), then the points are visited one after the
 * other in row-major order, because several may meet at one element.
 */
import { bytesOf } from '@deft/core';
import type { BufferSpec, ScatterKernel } from '@deft/kernel';
import { type Expression as Code, i32, type Local, type ModuleBuilder } from '../assembler/index.ts';
import { Evaluator, type KernelContext, type Point } from './evaluator.ts';
import { makeNest } from './nest.ts';
import { loadScalar, scalarBinary, storeScalar } from './scalar-code.ts';

/** Emits the function of a scatter kernel: one address for each operand, one for the base if there is one, one for the result. */
export function emitScatterKernel(
  module: ModuleBuilder,
  name: string,
  kernel: ScatterKernel,
  buffers: readonly BufferSpec[],
): void {
  const nest = makeNest(kernel.space, [], kernel.operands, [kernel.offset, kernel.value], buffers);
  const { dtype, length } = buffers[kernel.result] as BufferSpec;
  const bytes = bytesOf(dtype);
  const count = kernel.operands.length + (kernel.base === undefined ? 1 : 2);
  const parameters = Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, 'i32' as const]));
  module.function({ name, parameters, exported: true }, (f, locals) => {
    const given = Object.values(locals) as Local<'i32'>[];
    const result = given.at(-1) as Local<'i32'>;
    if (kernel.base === undefined) f.memoryFill(result, 0, length * bytes);
    else f.memoryCopy(result, given.at(-2) as Local<'i32'>, length * bytes);
    const context: KernelContext = { module, f, nest, bases: given.slice(0, kernel.operands.length) };
    const pointers = nest.operands.map(({ offset, dtype: type }, i) =>
      f.let(i32.add(context.bases[i] as Local<'i32'>, offset * bytesOf(type))),
    );
    const loops = (axis: number, point: Point): void => {
      if (axis === nest.kept.length) {
        f.scope(() => {
          const evaluator = new Evaluator(context, point);
          const offset = evaluator.value(nest.expressions[0] as never) as Local<'i32'>;
          const value = evaluator.value(nest.expressions[1] as never);
          f.if(i32.ltU(offset, length), () => {
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
      if (nest.kept[axis] === 0) return;
      f.scope(() => {
        const index = f.let(i32.const(0), 'i');
        const steps = nest.operands.map((operand) => (operand.strides[axis] as number) * bytesOf(operand.dtype));
        const moved = point.pointers.map((pointer, i) => (steps[i] === 0 ? pointer : f.let(pointer, 'p')));
        const indices = point.indices.map((known, i) => (i === axis ? index : known));
        f.loop((again) => {
          loops(axis + 1, { indices, pointers: moved });
          f.increment(index, 1);
          moved.forEach((pointer, i) => {
            if (steps[i] !== 0) f.increment(pointer, steps[i] as number);
          });
          f.branchIf(again, i32.ltU(index, nest.kept[axis] as number));
        });
      });
    };
    loops(0, { indices: nest.kept.map(() => undefined), pointers });
  });
}
