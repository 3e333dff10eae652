/**
 * Names that TensorFlow.js and Keras use for ops which have another name here: the same functions, so that code moves over as
 * it is. They are no ops of their own.
 */
import { arange } from './arange.ts';
import { clip } from './clip.ts';
import { concat } from './concat.ts';
import { cumProd } from './cum-prod.ts';
import { cumSum } from './cum-sum.ts';
import { div } from './div.ts';
import { floorDiv } from './floor-div.ts';
import { hardSilu } from './hard-silu.ts';
import { matmul } from './matmul.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { outer } from './outer.ts';
import { segmentMax } from './segment-max.ts';
import { silu } from './silu.ts';
import { sub } from './sub.ts';
import { topK } from './top-k.ts';

/** `clip` under the name of TensorFlow.js. */
export const clipByValue: typeof clip = clip;

/** `cumProd` under the name of TensorFlow.js. */
export const cumprod: typeof cumProd = cumProd;

/** `cumSum` under the name of TensorFlow.js. */
export const cumsum: typeof cumSum = cumSum;

/** `matmul` under the name of TensorFlow.js. */
export const matMul: typeof matmul = matmul;

/** `outer` under the name of TensorFlow.js. */
export const outerProduct: typeof outer = outer;

/** `arange` under the name of TensorFlow.js. */
export const range: typeof arange = arange;

/** `topK` under the name of TensorFlow.js. */
export const topk: typeof topK = topK;

/** `segmentMax` under the name of TensorFlow: the slices may come in any order. */
export const unsortedSegmentMax: typeof segmentMax = segmentMax;

/** `concat` under the name of Keras. */
export const concatenate: typeof concat = concat;

/** `div` under the name of Keras. */
export const divide: typeof div = div;

/** `floorDiv` under the name of Keras. */
export const floorDivide: typeof floorDiv = floorDiv;

/** `hardSilu` under the name of Keras. */
export const hardSwish: typeof hardSilu = hardSilu;

/** `mul` under the name of Keras. */
export const multiply: typeof mul = mul;

/** `neg` under the name of Keras. */
export const negative: typeof neg = neg;

/** `sub` under the name of Keras. */
export const subtract: typeof sub = sub;

/** `silu` under the name of Keras. */
export const swish: typeof silu = silu;
