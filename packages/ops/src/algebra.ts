/** Gives core the functions on tensors that transforms and conversions are written with. Loaded for this effect. */
import { type DType, provideAlgebra, sameShape, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { broadcastTo } from './broadcast-to.ts';
import { cast } from './cast.ts';
import { complex } from './complex.ts';
import { concat } from './concat.ts';
import { conj } from './conj.ts';
import { fill } from './fill.ts';
import { imag } from './imag.ts';
import { moveAxis } from './move-axis.ts';
import { optimizationBarrier } from './optimization-barrier.ts';
import { real } from './real.ts';
import { reshape } from './reshape.ts';
import { stack } from './stack.ts';
import { sumTo } from './sum-to.ts';
import { unstack } from './unstack.ts';

provideAlgebra({
  add: (a, b) => add(a, b) as Tensor,
  zeros: (shape, dtype) => fill(shape, 0, dtype),
  ones: (shape, dtype) => fill(shape, 1, dtype),
  cast: (x, dtype: DType) => (x.dtype === dtype ? x : cast(x, dtype)),
  reshape: (x, shape) => (sameShape(x.abstract.shape, shape) ? x : reshape(x, shape as number[])),
  broadcastTo: (x, shape) => (sameShape(x.abstract.shape, shape) ? x : broadcastTo(x, shape as number[])),
  sumTo: (x, shape) => (sameShape(x.abstract.shape, shape) ? x : sumTo(x, shape as number[])),
  parts: (x) => [real(x) as Tensor, imag(x) as Tensor],
  fromParts: (re, im) => complex(re, im) as Tensor,
  conjugate: (x) => conj(x) as Tensor,
  moveAxis: (x, from, to) => (from === to ? x : (moveAxis(x, from, to) as Tensor)),
  concat: (tensors) => concat(tensors) as Tensor,
  stack: (tensors) => stack(tensors) as Tensor,
  unstack: (x) => unstack(x) as readonly Tensor[],
  barrier: optimizationBarrier,
});
