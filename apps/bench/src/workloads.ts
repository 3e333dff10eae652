/**
 * The workloads by name: each makes its tensors and gives what is to be timed, in either mode.
 */
import {
  add,
  conv2d,
  div,
  exp,
  gelu,
  jit,
  key,
  matmul,
  mean,
  mul,
  ones,
  randomNormal,
  rsqrt,
  softmax,
  sub,
  sum,
  type Tensor,
  tanh,
  transpose,
  variance,
} from '@deft/tensor';
import { gptBlock } from './gpt-block.ts';
import type { Repetitions } from './measure.ts';
import { cnnStep, gptStep, lstmStep, mlpStep } from './networks.ts';

/** `eager` runs every op at once, `jit` the captured function. */
export type Mode = 'eager' | 'jit';

/** One thing to time. */
export interface Workload {
  readonly repetitions: Repetitions;
  /** What is timed; it leaves nothing behind. */
  prepare(mode: Mode): () => unknown;
}

const often: Repetitions = { warmUp: 5, runs: 20 };
const seldom: Repetitions = { warmUp: 3, runs: 10 };
const million = 1 << 20;

const random = (shape: readonly number[], seed = 0): Tensor => randomNormal([...shape], { key: key(seed) }) as Tensor;

/** Times one function of tensors, captured or not, without reading its result. */
function call(
  f: (...inputs: Tensor[]) => Tensor,
  shapes: readonly (readonly number[])[],
  repetitions = often,
): Workload {
  return {
    repetitions,
    prepare: (mode) => {
      const inputs = shapes.map((shape, i) => random(shape, i));
      const run = mode === 'jit' ? jit(f) : f;
      return () => run(...inputs).dispose();
    },
  };
}

const product = (m: number, k: number, n: number): Workload =>
  call(
    (a, b) => matmul(a as Tensor, b as Tensor) as Tensor,
    [
      [m, k],
      [k, n],
    ],
  );

const layerNorm = (x: Tensor): Tensor => {
  const centred = sub(x, mean(x, { axis: -1, keepDims: true }) as Tensor) as Tensor;
  return mul(centred, rsqrt(add(variance(x, { axis: -1, keepDims: true }) as Tensor, 1e-5))) as Tensor;
};

/** Every workload that runs today. */
export const workloads: { readonly [name: string]: Workload } = {
  matmul256: product(256, 256, 256),
  matmul1024: product(1024, 1024, 1024),
  matmul511: product(511, 511, 511),
  matmul513: product(513, 513, 513),
  matmul_100x300x50: product(100, 300, 50),
  matmul_128x256x10: product(128, 256, 10),
  gelu_chain1M: call((x) => mul(gelu(add(mul(x, 1.5), 0.25), { approximate: true }), x) as Tensor, [[million]]),
  softmax512x1024: call((x) => softmax(x) as Tensor, [[512, 1024]]),
  layernorm512x1024: call(layerNorm, [[512, 1024]]),
  add8_x1000: {
    repetitions: often,
    prepare: () => {
      const a = ones([8]) as Tensor;
      return () => {
        for (let i = 0; i < 1000; i++) add(a, a);
      };
    },
  },
  exp1M: call((x) => exp(x) as Tensor, [[million]]),
  tanh1M: call((x) => tanh(x) as Tensor, [[million]]),
  div1M: call((x, y) => div(x, y) as Tensor, [[million], [million]]),
  sum1M: call((x) => sum(x) as Tensor, [[million]]),
  transpose1024: call((x) => transpose(x) as Tensor, [[1024, 1024]]),
  conv_56_32_64_same: call(
    (x, k) => conv2d(x as Tensor, k as Tensor, { padding: 'same' }) as Tensor,
    [
      [1, 56, 56, 32],
      [3, 3, 32, 64],
    ],
  ),
  conv_56_64_64_1x1: call(
    (x, k) => conv2d(x as Tensor, k as Tensor) as Tensor,
    [
      [1, 56, 56, 64],
      [1, 1, 64, 64],
    ],
  ),
  conv_224_3_32_s2: call(
    (x, k) => conv2d(x as Tensor, k as Tensor, { strides: 2, padding: 'same' }) as Tensor,
    [
      [1, 224, 224, 3],
      [3, 3, 3, 32],
    ],
  ),
  mlp_step_b64: { repetitions: often, prepare: (mode) => mlpStep(mode === 'jit') },
  lstm_step_b32_t64_h128: { repetitions: seldom, prepare: (mode) => lstmStep(mode === 'jit') },
  gpt_step_b16_t64_d128_l2: { repetitions: seldom, prepare: (mode) => gptStep(mode === 'jit') },
  gpt_block_b12: { repetitions: often, prepare: (mode) => gptBlock(true, mode === 'jit') },
  gpt_block_by_hand_b12: { repetitions: often, prepare: (mode) => gptBlock(false, mode === 'jit') },
  cnn_step_b64: { repetitions: seldom, prepare: (mode) => cnnStep(mode === 'jit') },
};
