/**
 * A pre-norm block of a GPT forward and backward, of the layers of `@deft/nn` and of ops by hand, so that one run shows what
 * layers cost. Width 128, 4 causal heads, 12 sequences of 64 steps; the gelu is the exact one, which layers take.
 */
import { transformerDecoder } from '@deft/nn';
import {
  add,
  dotProductAttention,
  gelu,
  jit,
  key,
  layerNormalization,
  matmul,
  mean,
  randomNormal,
  reshape,
  square,
  type Tensor,
  valueAndGrad,
} from '@deft/tensor';
import type { Step } from './networks.ts';

const [batch, steps, width, heads] = [12, 64, 128, 4] as const;

type Weights = ReturnType<ReturnType<typeof transformerDecoder>['initialize']>['parameters'];

const layer = transformerDecoder(4 * width, heads, { normalizeFirst: true, activation: 'gelu' });

/** The layer's formula, by its weights. */
function byHand(weights: Weights, x: Tensor): Tensor {
  const at = (...path: string[]): Tensor =>
    path.reduce((tree: Weights | Tensor, name) => (tree as Weights)[name] as Tensor, weights) as Tensor;
  const flat = (tensor: Tensor, rows: number): Tensor => reshape(tensor, [rows, -1]) as Tensor;
  const dense = (y: Tensor, name: string, rows: number): Tensor =>
    add(
      matmul(y, flat(at(...name.split('/'), 'kernel'), rows)),
      reshape(at(...name.split('/'), 'bias'), [-1]),
    ) as Tensor;
  const norm = (y: Tensor, name: string): Tensor =>
    layerNormalization(y, at(name, 'gamma'), at(name, 'beta'), { epsilon: 1e-5 }) as Tensor;
  const normal = norm(x, 'selfAttentionLayerNorm');
  const [q, k, v] = ['query', 'key', 'value'].map(
    (part) => reshape(dense(normal, `selfAttention/${part}`, width), [batch, steps, heads, width / heads]) as Tensor,
  ) as [Tensor, Tensor, Tensor];
  const mixed = reshape(dotProductAttention(q, k, v, true, { isCausal: true }), [batch, steps, width]) as Tensor;
  const first = add(x, dense(mixed, 'selfAttention/attentionOutput', width)) as Tensor;
  const up = dense(norm(first, 'feedforwardLayerNorm'), 'feedforwardIntermediateDense', width);
  return add(first, dense(gelu(up, { approximate: false }), 'feedforwardOutputDense', 4 * width)) as Tensor;
}

/** A forward and a backward pass; gives the loss. */
export function gptBlock(ofLayers: boolean, captured: boolean): Step {
  const { parameters, state } = layer.initialize(key(0), [steps, width]);
  const apply = ofLayers
    ? (weights: Weights, x: Tensor): Tensor => layer.apply(weights, state, x, { training: true }).output
    : byHand;
  const loss = (weights: Weights, x: Tensor): Tensor => mean(square(apply(weights, x))) as Tensor;
  const both = (weights: Weights, x: Tensor) => valueAndGrad(loss)(weights, x);
  const run = captured ? jit(both) : both;
  const x = randomNormal([batch, steps, width], { key: key(9) }) as Tensor;
  return () => (run(parameters, x)[0] as Tensor).item() as number;
}
