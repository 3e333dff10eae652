/**
 * Scatter kernels as C functions: the result starts as a copy of its base (or zeros), unless it lies over that; then the
 * points are visited one after the other in row-major order, because several may meet at one element.
 */
import { internal } from '@deft/core';
import {
  type BufferSpec,
  type Expression,
  makeNest,
  type Quantity,
  type SizedScatter,
  scatterSource,
} from '@deft/kernel';
import { decoded, encoded, storedType } from './c-types.ts';
import { PointCode, quantityCode } from './point-code.ts';
import { binaryCode } from './scalar-code.ts';

/** A generated function: `static void name(void *const *b, const double *q)`. */
export interface ScatterFunction {
  readonly source: string;
  listFor(kernel: SizedScatter): Float64Array;
}

/** Writes the function of a scatter kernel, given for one or more sizes. */
export function emitScatter(
  name: string,
  samples: readonly SizedScatter[],
  buffers: readonly BufferSpec[],
): ScatterFunction {
  const { kernel } = samples[0] ?? internal('a function of no kernel');
  const { nest, quantities, sized } = makeNest(samples.map(scatterSource), buffers);
  const { dtype } = buffers[kernel.result] as BufferSpec;
  const type = storedType(dtype);
  const length = quantityCode(nest.further[0] as Quantity);
  let names = 0;
  const context = { nest, operands: nest.operands.map((_, i) => `p${i}`), newName: () => `v${names++}` };
  const indices = nest.kept.map((_, axis) => `i${axis}`);
  const point = new PointCode(context, indices);
  const offset = point.value(nest.expressions[0] as Expression);
  const value = point.value(nest.expressions[1] as Expression);
  const { combine } = kernel;
  const old = decoded(dtype, `r[${offset}]`);
  const next = combine === 'replace' ? value : binaryCode(combine, dtype, old, value);
  const lines = [
    `static __attribute__((hot)) void ${name}(void *const *b, const double *q) {`,
    ...kernel.operands.map(
      ({ buffer }, i) => `const ${storedType((buffers[buffer] as BufferSpec).dtype)} *p${i} = b[${buffer}];`,
    ),
    `${type} *r = b[${kernel.result}];`,
    `const long length = ${length};`,
    kernel.base === undefined
      ? `clear_bytes(r, (size_t)length * sizeof(${type}));`
      : `move_bytes(r, b[${kernel.base}], (size_t)length * sizeof(${type}));`,
    ...nest.kept.map((extent, axis) => `for (long i${axis} = 0; i${axis} < ${quantityCode(extent)}; i${axis}++)`),
    '{',
    ...point.lines,
    `if ((unsigned long)(long)${offset} < (unsigned long)length) r[${offset}] = ${encoded(dtype, next)};`,
    '}',
    '}',
  ];
  return { source: lines.join('\n'), listFor: (own) => quantities.listFor(sized(scatterSource(own))) };
}
