/** `muon`: momentum made orthogonal for matrices, Adam for everything else, in Keras's formulation. */
import type { Tensor } from '@deft/core';
import { add, div, matmul, mul, norm, sqrt, square, sub, transpose } from '@deft/tensor';
import { defineOptimizer, type Leaf, zerosLikeParameter } from '../define-optimizer.ts';
import { checkCount, checkFinite, checkHyperParameter, checkPathParts } from '../hyper-parameters.ts';
import type { Optimizer } from '../optimizer.ts';
import type { OptimizerOptions } from '../optimizer-options.ts';
import { correctedRate } from './adam.ts';
import { averaged } from './moments.ts';

/** Options of `muon`. */
export interface MuonOptions extends OptimizerOptions {
  /** Share of the momentum that a step keeps; 0.95 unless told. */
  readonly momentum?: number;
  /** Whether the gradient is looked at from where the momentum would carry the parameters; true unless told. */
  readonly nesterov?: boolean;
  /** How many Newton–Schulz iterations make a matrix orthogonal; 5 unless told. */
  readonly nsSteps?: number;
  /** Coefficients of the iteration; 3.4445, −4.775 and 2.0315 unless told. */
  readonly muonA?: number;
  readonly muonB?: number;
  readonly muonC?: number;
  /** The root mean square that a move of a matrix has before the learning rate; 0.2 unless told, `null` leaves it as it is. */
  readonly rmsRate?: number | null;
  /** Matrices whose path contains one of these texts are stepped by Adam: name the output layer. None unless told. */
  readonly excludeLayers?: readonly string[];
  /** Whether matrices with `embedding` in their path are stepped by Adam; true unless told. */
  readonly excludeEmbeddings?: boolean;
  /** Adam's learning rate as a multiple of the learning rate; 1 unless told. */
  readonly adamLrRatio?: number;
  /** Adam's β₁; 0.9 unless told. */
  readonly adamBeta1?: number;
  /** Adam's β₂; 0.999 unless told. */
  readonly adamBeta2?: number;
  /** Adam's ε; 1e-7 unless told. */
  readonly epsilon?: number;
  /** Decay of what Adam steps; 0.004 unless told. `weightDecay`, of the matrices, is 0.004 too. */
  readonly adamWeightDecay?: number;
}

/**
 * A matrix whose singular values are near 1 and whose singular vectors are those of `x`: the quintic Newton–Schulz
 * iteration `x ← a·x + (b·xxᵀ + c·(xxᵀ)²)·x`, on the side with fewer rows.
 */
function orthogonalized(matrix: Tensor, steps: number, [a, b, c]: readonly [number, number, number]): Tensor {
  const [rows = 0, columns = 0] = matrix.shape;
  const isTall = rows > columns;
  let x = isTall ? (transpose(matrix) as Tensor) : matrix;
  x = div(x, add(norm(x) as Tensor, 1e-7));
  for (let i = 0; i < steps; i++) {
    const squares = matmul(x, transpose(x) as Tensor) as Tensor;
    const correction = add(mul(squares, b), mul(matmul(squares, squares) as Tensor, c));
    x = add(mul(x, a), matmul(correction, x) as Tensor);
  }
  return isTall ? (transpose(x) as Tensor) : x;
}

type Slot = 'mean' | 'square';

/**
 * Muon (Jordan et al., 2024; scaled as by Liu et al., 2025), as Keras states it. Matrices: `m ← μ·m + g`, then
 * `p ← p − η·0.2·√max(rows, columns)·orthogonalised(g + μ·m)`. Parameters of another rank, embeddings and
 * `excludeLayers`: `adam`. `learningRate` is 0.001 unless told.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { muon } from '@deft/optim';
 * import { ones, tensor, zeros } from '@deft/tensor';
 * const optimizer = muon({ excludeLayers: ['output'] });
 * const parameters = { hidden: { kernel: ones([3, 2]), bias: zeros([2]) }, output: { kernel: ones([2, 1]) } };
 * const next = optimizer.update(parameters, optimizer.initialize(parameters), parameters, tensor(0.01));
 * console.log(next.parameters.hidden.kernel.shape); // [3, 2]
 * ```
 */
export function muon(options: MuonOptions = {}): Optimizer {
  const { momentum = 0.95, nesterov = true, nsSteps = 5, muonA = 3.4445, muonB = -4.775, muonC = 2.0315 } = options;
  const { rmsRate = 0.2, excludeLayers = [], excludeEmbeddings = true, adamLrRatio = 1 } = options;
  const { adamBeta1 = 0.9, adamBeta2 = 0.999, epsilon = 1e-7, adamWeightDecay = 0.004 } = options;
  const { weightDecay = 0.004 } = options;
  for (const [argument, value] of Object.entries({ momentum, adamBeta1, adamBeta2 })) {
    checkHyperParameter('muon', argument, value, 0, 1);
  }
  for (const [argument, value] of Object.entries({ adamLrRatio, epsilon, adamWeightDecay, rmsRate: rmsRate ?? 0 })) {
    checkHyperParameter('muon', argument, value, 0, Infinity);
  }
  for (const [argument, value] of Object.entries({ muonA, muonB, muonC })) checkFinite('muon', argument, value);
  checkCount('muon', 'nsSteps', nsSteps);
  checkPathParts('muon', 'excludeLayers', excludeLayers);
  const isAdams = ({ path, shape }: Leaf): boolean =>
    shape.length !== 2 ||
    (excludeEmbeddings && path.toLowerCase().includes('embedding')) ||
    excludeLayers.some((part) => path.includes(part));
  return defineOptimizer<Slot, { readonly rate: Tensor; readonly adamRate: Tensor }>(
    {
      name: 'muon',
      learningRate: 0.001,
      config: {
        ...{ momentum, nesterov, nsSteps, muonA, muonB, muonC, excludeLayers, excludeEmbeddings },
        ...{ adamLrRatio, adamBeta1, adamBeta2, epsilon, adamWeightDecay, rmsRate },
      },
      slots: {
        mean: zerosLikeParameter,
        square: (leaf) => (isAdams(leaf) ? zerosLikeParameter(leaf) : { shape: [], value: 0 }),
      },
      decay: (leaf) => (isAdams(leaf) ? adamWeightDecay : weightDecay),
      scalars: (now) => ({
        rate: now.rate,
        adamRate: mul(correctedRate(now, { beta1: adamBeta1, beta2: adamBeta2, epsilon }), adamLrRatio),
      }),
      step(leaf, { rate, adamRate }) {
        const { parameter, gradient, slots } = leaf;
        if (isAdams(leaf)) {
          const mean = averaged(slots.mean, gradient, adamBeta1);
          const squares = averaged(slots.square, square(gradient), adamBeta2);
          const move = div(mul(mean, adamRate), add(sqrt(squares), epsilon));
          return { parameter: sub(parameter, move), slots: { mean, square: squares } };
        }
        const mean = add(mul(slots.mean, momentum), gradient);
        const direction = nesterov ? add(gradient, mul(mean, momentum)) : mean;
        const move = orthogonalized(direction, nsSteps, [muonA, muonB, muonC]);
        const size = rmsRate === null ? 1 : rmsRate * Math.sqrt(Math.max(...leaf.shape));
        return { parameter: sub(parameter, mul(move, mul(rate, size))), slots: { mean, square: slots.square } };
      },
    },
    { ...options, weightDecay },
  );
}
