/**
 * `@deft/ops`: the registry's entries, one file each, and the constructors they are made with.
 *
 * Written by scripts/generate-ops.mjs; run it after adding an op.
 */
import './algebra.ts';

export { abs } from './abs.ts';
export { absoluteDifference } from './absolute-difference.ts';
export { acos } from './acos.ts';
export { acosh } from './acosh.ts';
export { type AdaptiveAveragePoolOptions, adaptiveAveragePool } from './adaptive-average-pool.ts';
export { type AdaptiveMaxPoolOptions, adaptiveMaxPool } from './adaptive-max-pool.ts';
export { add } from './add.ts';
export { addN } from './add-n.ts';
export { affineTransform } from './affine-transform.ts';
export { all } from './all.ts';
export { type AllCloseOptions, allClose } from './all-close.ts';
export { type AllGatherOptions, allGather, type GatheredTree } from './all-gather.ts';
export { angle } from './angle.ts';
export { any } from './any.ts';
export { arange } from './arange.ts';
export { argMax } from './arg-max.ts';
export { argMin } from './arg-min.ts';
export { argPartition } from './arg-partition.ts';
export { argSort } from './arg-sort.ts';
export { argSortRows } from './arg-sort-rows.ts';
export { argWhere } from './arg-where.ts';
export { asin } from './asin.ts';
export { asinh } from './asinh.ts';
export { assert } from './assert.ts';
export { type AssociativeScanOptions, associativeScan } from './associative-scan.ts';
export { atLeast1d } from './at-least1d.ts';
export { atLeast2d } from './at-least2d.ts';
export { atLeast3d } from './at-least3d.ts';
export { atan } from './atan.ts';
export { atan2 } from './atan2.ts';
export { atanh } from './atanh.ts';
export { average } from './average.ts';
export { avgPool } from './avg-pool.ts';
export { avgPool1d } from './avg-pool1d.ts';
export { avgPool3d } from './avg-pool3d.ts';
export { axisIndex } from './axis-index.ts';
export { bandPart } from './band-part.ts';
export { bartlett } from './bartlett.ts';
export { basicLSTMCell } from './basic-lstmcell.ts';
export { batchNorm } from './batch-norm.ts';
export { batchToSpaceND } from './batch-to-space-nd.ts';
export { binaryCrossentropy } from './binary-crossentropy.ts';
export { bincount } from './bincount.ts';
export { bitcast } from './bitcast.ts';
export { bitwiseAnd } from './bitwise-and.ts';
export { bitwiseNot } from './bitwise-not.ts';
export { bitwiseOr } from './bitwise-or.ts';
export { bitwiseXor } from './bitwise-xor.ts';
export { blackman } from './blackman.ts';
export { booleanMask } from './boolean-mask.ts';
export { broadcastArrays } from './broadcast-arrays.ts';
export { broadcastTo } from './broadcast-to.ts';
export { cast } from './cast.ts';
export { categoricalCrossentropy } from './categorical-crossentropy.ts';
export { cbrt } from './cbrt.ts';
export { ceil } from './ceil.ts';
export { type CeluOptions, celu } from './celu.ts';
export { cholesky } from './cholesky.ts';
export { choleskyInverse } from './cholesky-inverse.ts';
export { clip } from './clip.ts';
export { columnStack } from './column-stack.ts';
export { complex } from './complex.ts';
export { computeWeightedLoss } from './compute-weighted-loss.ts';
export { concat } from './concat.ts';
export { cond } from './cond.ts';
export { confusionMatrix } from './confusion-matrix.ts';
export { conj } from './conj.ts';
export { type Conv1dOptions, conv1d } from './conv1d.ts';
export { conv1dTranspose } from './conv1d-transpose.ts';
export { type ConvolutionOptions, conv2d } from './conv2d.ts';
export { conv2dTranspose } from './conv2d-transpose.ts';
export { type Conv3dOptions, conv3d } from './conv3d.ts';
export { conv3dTranspose } from './conv3d-transpose.ts';
export { convolve } from './convolve.ts';
export { copySign } from './copy-sign.ts';
export { corrcoef } from './corrcoef.ts';
export { correlate } from './correlate.ts';
export { cos } from './cos.ts';
export { cosh } from './cosh.ts';
export { cosineDistance } from './cosine-distance.ts';
export { countNonZero } from './count-non-zero.ts';
export { type CropAndResizeOptions, cropAndResize } from './crop-and-resize.ts';
export { cropImages } from './crop-images.ts';
export { cross } from './cross.ts';
export { type CtcDecodeOptions, ctcDecode } from './ctc-decode.ts';
export { ctcLoss } from './ctc-loss.ts';
export { cumMax } from './cum-max.ts';
export { cumMin } from './cum-min.ts';
export { cumProd } from './cum-prod.ts';
export { cumSum } from './cum-sum.ts';
export type { AlongAxis, AlongAxisOptions } from './definition/along-axis.ts';
export type { TensorLike } from './definition/convert.ts';
export type {
  CheckChannels,
  CheckRank,
  Convolved,
  Open1,
  Open2,
  Open3,
  Pooled,
} from './definition/convolution-types.ts';
export { defineComposite, definePrimitive } from './definition/define.ts';
export type { CheckEinsum, EinsumShape } from './definition/einsum-types.ts';
export type {
  AfterFirst,
  AsMatrix,
  AsVolume,
  BroadcastOfAll,
  CheckCommonShape,
  CheckJoined,
  CheckJoiningAxis,
  CheckStackingAxis,
  CommonShape,
  FirstShape,
  Gathered,
  Joined,
  Looked,
  Sliced,
  Stacked,
} from './definition/joining-types.ts';
export type { CheckTensordot, TensordotShape, Turned } from './definition/product-types.ts';
export type { Key, KeyOptions } from './definition/random.ts';
export type {
  ExtremesOf,
  FloatReduction,
  Reduction,
  ReductionAttributes,
  ReductionOptions,
  ReductionTo,
  SumOf,
  SumReduction,
} from './definition/reduction.ts';
export type { ScanDirection } from './definition/run-scan.ts';
export type { CumulativeOptions, FloatScan, Scan, ScanAttributes } from './definition/scan.ts';
export type {
  Binary,
  BinaryFloat,
  BinaryTest,
  CheckSameShape,
  DTypeOf,
  DTypeOfAll,
  DTypeOfOne,
  FloatingDType,
  FloatOf,
  FloatOfAll,
  ShapeOf,
  Unary,
  UnaryFloat,
  UnaryFloatWith,
  UnaryTest,
} from './definition/signatures.ts';
export type { Sort, SortedPlaces, SortOptions } from './definition/sorting.ts';
export type { Loss, LossOptions, LossReduction } from './definition/weighted-loss.ts';
export { deg2rad } from './deg2rad.ts';
export { denseBincount } from './dense-bincount.ts';
export { depthToSpace } from './depth-to-space.ts';
export { depthwiseConv2d } from './depthwise-conv2d.ts';
export { det } from './det.ts';
export { diag } from './diag.ts';
export { diagPart } from './diag-part.ts';
export { diagonal } from './diagonal.ts';
export { diff } from './diff.ts';
export { digamma } from './digamma.ts';
export { digitize } from './digitize.ts';
export { type Dilation2dOptions, dilation2d } from './dilation2d.ts';
export { div } from './div.ts';
export { divNoNan } from './div-no-nan.ts';
export { dot } from './dot.ts';
export { type AxisPairs, type DotGeneralOptions, dotGeneral } from './dot-general.ts';
export { type AttentionOptions, dotProductAttention } from './dot-product-attention.ts';
export { type DropoutOptions, dropout } from './dropout.ts';
export { dstack } from './dstack.ts';
export { eigh } from './eigh.ts';
export { einsum } from './einsum.ts';
export { type EluOptions, elu } from './elu.ts';
export { ensureShape } from './ensure-shape.ts';
export { entr } from './entr.ts';
export { equal } from './equal.ts';
export { erf } from './erf.ts';
export { erfInv } from './erf-inv.ts';
export { erfc } from './erfc.ts';
export { euclideanNorm } from './euclidean-norm.ts';
export { exp } from './exp.ts';
export { exp2 } from './exp2.ts';
export { expandDims } from './expand-dims.ts';
export { expm } from './expm.ts';
export { expm1 } from './expm1.ts';
export { type ExtractPatchesOptions, extractPatches } from './extract-patches.ts';
export { eye } from './eye.ts';
export { fft } from './fft.ts';
export { fft2 } from './fft2.ts';
export { fill } from './fill.ts';
export { fillDiagonal } from './fill-diagonal.ts';
export { flatten } from './flatten.ts';
export { flip } from './flip.ts';
export { flipLeftRight } from './flip-left-right.ts';
export { flipUpDown } from './flip-up-down.ts';
export { floor } from './floor.ts';
export { floorDiv } from './floor-div.ts';
export { fmod } from './fmod.ts';
export { foldIn } from './fold-in.ts';
export { foriLoop } from './fori-loop.ts';
export { fourierTransform } from './fourier-transform.ts';
export { frame } from './frame.ts';
export { full } from './full.ts';
export { fullLike } from './full-like.ts';
export { gammaPathwise } from './gamma-pathwise.ts';
export { type GatherOptions, gather } from './gather.ts';
export { gatherND } from './gather-nd.ts';
export { type GaussianBlurOptions, gaussianBlur } from './gaussian-blur.ts';
export { gcd } from './gcd.ts';
export { type GeluOptions, gelu } from './gelu.ts';
export { type GlobalAveragePoolOptions, globalAveragePool } from './global-average-pool.ts';
export { type GlobalMaxPoolOptions, globalMaxPool } from './global-max-pool.ts';
export { glu } from './glu.ts';
export { gramSchmidt } from './gram-schmidt.ts';
export { grayscaleToRGB } from './grayscale-to-rgb.ts';
export { greater } from './greater.ts';
export { greaterEqual } from './greater-equal.ts';
export { hammingWindow } from './hamming-window.ts';
export { hannWindow } from './hann-window.ts';
export { type HardShrinkOptions, hardShrink } from './hard-shrink.ts';
export { hardSigmoid } from './hard-sigmoid.ts';
export { hardSilu } from './hard-silu.ts';
export { hardTanh } from './hard-tanh.ts';
export { heaviside } from './heaviside.ts';
export { hingeLoss } from './hinge-loss.ts';
export { type HistogramOptions, histogram } from './histogram.ts';
export { type HostCallOptions, hostCall, type ResultsOf } from './host-call.ts';
export { householderQr } from './householder-qr.ts';
export { hstack } from './hstack.ts';
export { hsvToRgb } from './hsv-to-rgb.ts';
export { huberLoss } from './huber-loss.ts';
export { hypot } from './hypot.ts';
export { i0 } from './i0.ts';
export { i0e } from './i0e.ts';
export { i1 } from './i1.ts';
export { i1e } from './i1e.ts';
export { identity } from './identity.ts';
export { ifft } from './ifft.ts';
export { ifft2 } from './ifft2.ts';
export { imag } from './imag.ts';
export { inTopK } from './in-top-k.ts';
export { inner } from './inner.ts';
export { type InterpOptions, interp } from './interp.ts';
export { inv } from './inv.ts';
export { irfft } from './irfft.ts';
export { type IsCloseOptions, isClose } from './is-close.ts';
export { isFinite } from './is-finite.ts';
export { isIn } from './is-in.ts';
export { isInf } from './is-inf.ts';
export { isNaN } from './is-nan.ts';
export { isNegInf } from './is-neg-inf.ts';
export { isPosInf } from './is-pos-inf.ts';
export { isReal } from './is-real.ts';
export { istft } from './istft.ts';
export { kaiser } from './kaiser.ts';
export { key } from './key.ts';
export { kron } from './kron.ts';
export { type LayerNormalizationOptions, layerNormalization } from './layer-normalization.ts';
export { lcm } from './lcm.ts';
export { ldexp } from './ldexp.ts';
export { type LeakyReluOptions, leakyRelu } from './leaky-relu.ts';
export { leftShift } from './left-shift.ts';
export { less } from './less.ts';
export { lessEqual } from './less-equal.ts';
export { lgamma } from './lgamma.ts';
export { type LinearRecurrenceOptions, linearRecurrence } from './linear-recurrence.ts';
export { linspace } from './linspace.ts';
export { type LocalResponseNormalizationOptions, localResponseNormalization } from './local-response-normalization.ts';
export { log } from './log.ts';
export { logAddExp } from './log-add-exp.ts';
export { logAddExp2 } from './log-add-exp2.ts';
export { logCumSumExp } from './log-cum-sum-exp.ts';
export { logLoss } from './log-loss.ts';
export { logSigmoid } from './log-sigmoid.ts';
export { logSoftmax } from './log-softmax.ts';
export { logSumExp } from './log-sum-exp.ts';
export { log1p } from './log1p.ts';
export { log2 } from './log2.ts';
export { log10 } from './log10.ts';
export { logdet } from './logdet.ts';
export { logicalAnd } from './logical-and.ts';
export { logicalNot } from './logical-not.ts';
export { logicalOr } from './logical-or.ts';
export { logicalXor } from './logical-xor.ts';
export { logit } from './logit.ts';
export { logspace } from './logspace.ts';
export { lowRankCofactors } from './low-rank-cofactors.ts';
export { lowerBound } from './lower-bound.ts';
export { lstsq } from './lstsq.ts';
export { lu } from './lu.ts';
export { luFactor } from './lu-factor.ts';
export { map } from './map.ts';
export { type MapCoordinatesOptions, mapCoordinates } from './map-coordinates.ts';
export { type MatmulOptions, matmul } from './matmul.ts';
export { matrixPower } from './matrix-power.ts';
export { max } from './max.ts';
export { maxPool } from './max-pool.ts';
export { type MaxPoolWithArgmaxOptions, maxPoolWithArgmax } from './max-pool-with-argmax.ts';
export { maxPool1d } from './max-pool1d.ts';
export { maxPool3d } from './max-pool3d.ts';
export { maximum } from './maximum.ts';
export { mean } from './mean.ts';
export { meanSquaredError } from './mean-squared-error.ts';
export { median } from './median.ts';
export { type MeshgridOptions, meshgrid } from './meshgrid.ts';
export { min } from './min.ts';
export { minimum } from './minimum.ts';
export { mirrorPad, type PadMode } from './mirror-pad.ts';
export { mish } from './mish.ts';
export { mod } from './mod.ts';
export { moments } from './moments.ts';
export { moveAxis } from './move-axis.ts';
export { mul } from './mul.ts';
export { multiHot } from './multi-hot.ts';
export { multiRNNCell, type RecurrentCell } from './multi-rnncell.ts';
export { type MultinomialOptions, multinomial } from './multinomial.ts';
export { nanArgMax } from './nan-arg-max.ts';
export { nanArgMin } from './nan-arg-min.ts';
export { nanMax } from './nan-max.ts';
export { nanMean } from './nan-mean.ts';
export { nanMin } from './nan-min.ts';
export { nanProd } from './nan-prod.ts';
export { nanStd } from './nan-std.ts';
export { nanSum } from './nan-sum.ts';
export { type NanToNumOptions, nanToNum } from './nan-to-num.ts';
export { nanVar } from './nan-var.ts';
export { neg } from './neg.ts';
export { nextAfter } from './next-after.ts';
export { nonMaxSuppression } from './non-max-suppression.ts';
export { nonMaxSuppressionPadded, type PaddedSuppressionOptions } from './non-max-suppression-padded.ts';
export { nonMaxSuppressionPaddedAsync } from './non-max-suppression-padded-async.ts';
export {
  nonMaxSuppressionWithScore,
  type ScoredBoxes,
  type SoftSuppressionOptions,
} from './non-max-suppression-with-score.ts';
export { norm } from './norm.ts';
export { normalize } from './normalize.ts';
export { notEqual } from './not-equal.ts';
export { type OneHotOptions, oneHot } from './one-hot.ts';
export { ones } from './ones.ts';
export { onesLike } from './ones-like.ts';
export { optimizationBarrier } from './optimization-barrier.ts';
export { outer } from './outer.ts';
export { type OverlapAddOptions, overlapAdd } from './overlap-add.ts';
export { type OverlapSumOptions, overlapSum } from './overlap-sum.ts';
export { type Paddings, type PadOptions, pad } from './pad.ts';
export { padImages } from './pad-images.ts';
export { type FourPoints, perspectiveTransform } from './perspective-transform.ts';
export { pinv } from './pinv.ts';
export { pmax } from './pmax.ts';
export { type MeansOf, pmean } from './pmean.ts';
export { pmin } from './pmin.ts';
export { polar } from './polar.ts';
export { polyval } from './polyval.ts';
export { pow } from './pow.ts';
export { prelu } from './prelu.ts';
export { print } from './print.ts';
export { prod } from './prod.ts';
export { psnr } from './psnr.ts';
export { psum, type SumsOf } from './psum.ts';
export { ptp } from './ptp.ts';
export { putAlongAxis } from './put-along-axis.ts';
export { qr } from './qr.ts';
export { type QuantileOptions, quantile } from './quantile.ts';
export { rad2deg } from './rad2deg.ts';
export { type RandomBernoulliOptions, randomBernoulli } from './random-bernoulli.ts';
export { type RandomBetaOptions, randomBeta } from './random-beta.ts';
export { type RandomBinomialOptions, randomBinomial } from './random-binomial.ts';
export { randomBits } from './random-bits.ts';
export { randomCategorical } from './random-categorical.ts';
export { type RandomCauchyOptions, randomCauchy } from './random-cauchy.ts';
export { type RandomExponentialOptions, randomExponential } from './random-exponential.ts';
export { type RandomGammaOptions, randomGamma } from './random-gamma.ts';
export { type RandomGumbelOptions, randomGumbel } from './random-gumbel.ts';
export { type RandomIntegerOptions, randomInteger } from './random-integer.ts';
export { type RandomLaplaceOptions, randomLaplace } from './random-laplace.ts';
export { type RandomNormalOptions, randomNormal } from './random-normal.ts';
export { randomPermutation } from './random-permutation.ts';
export { type RandomPoissonOptions, randomPoisson } from './random-poisson.ts';
export { type RandomStandardGammaOptions, randomStandardGamma } from './random-standard-gamma.ts';
export { randomStandardNormal } from './random-standard-normal.ts';
export { type RandomStudentTOptions, randomStudentT } from './random-student-t.ts';
export { type RandomUniformOptions, randomUniform } from './random-uniform.ts';
export { randomUniformInt } from './random-uniform-int.ts';
export { ravel } from './ravel.ts';
export { real } from './real.ts';
export { rearrange } from './rearrange.ts';
export { reciprocal } from './reciprocal.ts';
export { relu } from './relu.ts';
export { relu6 } from './relu6.ts';
export { remainder } from './remainder.ts';
export { repeat } from './repeat.ts';
export { reshape } from './reshape.ts';
export { type ImageResizeOptions, type Interpolation, resize } from './resize.ts';
export { resizeBicubic } from './resize-bicubic.ts';
export { resizeBilinear } from './resize-bilinear.ts';
export { resizeNearestNeighbor } from './resize-nearest-neighbor.ts';
export { reverse } from './reverse.ts';
export { rfft } from './rfft.ts';
export { rgbToGrayscale } from './rgb-to-grayscale.ts';
export { rgbToHsv } from './rgb-to-hsv.ts';
export { rightShift } from './right-shift.ts';
export { rmsNormalization } from './rms-normalization.ts';
export { roll } from './roll.ts';
export { rot90 } from './rot90.ts';
export { type RotateWithOffsetOptions, rotateWithOffset } from './rotate-with-offset.ts';
export { round } from './round.ts';
export { rsqrt } from './rsqrt.ts';
export { saturateCast } from './saturate-cast.ts';
export { scalar } from './scalar.ts';
export { type ScanOptions, type SliceOf, type StackOf, scan } from './scan.ts';
export { scatterAdd } from './scatter-add.ts';
export { scatterMax } from './scatter-max.ts';
export { scatterMin } from './scatter-min.ts';
export { scatterND } from './scatter-nd.ts';
export { scatterUpdate } from './scatter-update.ts';
export { searchSorted } from './search-sorted.ts';
export { seed } from './seed.ts';
export { segmentMax } from './segment-max.ts';
export { segmentMean } from './segment-mean.ts';
export { segmentMin } from './segment-min.ts';
export { segmentProd } from './segment-prod.ts';
export { segmentSum } from './segment-sum.ts';
export { select } from './select.ts';
export { selu } from './selu.ts';
export { separableConv2d } from './separable-conv2d.ts';
export { type SetDifference, setDiff1d } from './set-diff1d.ts';
export { shiftRight } from './shift-right.ts';
export { type ShuffleOptions, shuffle } from './shuffle.ts';
export { sigmoid } from './sigmoid.ts';
export { sigmoidCrossEntropy } from './sigmoid-cross-entropy.ts';
export { sign } from './sign.ts';
export { signbit } from './signbit.ts';
export { silu } from './silu.ts';
export { sin } from './sin.ts';
export { sinc } from './sinc.ts';
export { sinh } from './sinh.ts';
export { slice } from './slice.ts';
export { type SlidingWindowsOptions, slidingWindows } from './sliding-windows.ts';
export { slogdet } from './slogdet.ts';
export { type SoftShrinkOptions, softShrink } from './soft-shrink.ts';
export { softmax } from './softmax.ts';
export { softmaxCrossEntropy } from './softmax-cross-entropy.ts';
export { softplus } from './softplus.ts';
export { softsign } from './softsign.ts';
export { solve } from './solve.ts';
export { sort } from './sort.ts';
export { sortRows } from './sort-rows.ts';
export { spaceToBatchND } from './space-to-batch-nd.ts';
export { spaceToDepth } from './space-to-depth.ts';
export { sparseCategoricalCrossentropy } from './sparse-categorical-crossentropy.ts';
export { sparsePlus } from './sparse-plus.ts';
export { sparseSigmoid } from './sparse-sigmoid.ts';
export { type SparseSoftmaxCrossEntropyOptions, sparseSoftmaxCrossEntropy } from './sparse-softmax-cross-entropy.ts';
export { sparsemax } from './sparsemax.ts';
export { split } from './split.ts';
export { splitKey } from './split-key.ts';
export { sqrt } from './sqrt.ts';
export { square } from './square.ts';
export { squaredDifference } from './squared-difference.ts';
export { type SquareplusOptions, squareplus } from './squareplus.ts';
export { squeeze } from './squeeze.ts';
export { stack } from './stack.ts';
export { std } from './std.ts';
export { type StepOptions, step } from './step.ts';
export { stft } from './stft.ts';
export { stridedSlice } from './strided-slice.ts';
export { sub } from './sub.ts';
export { sum } from './sum.ts';
export { sumTo } from './sum-to.ts';
export { type SvdOptions, svd } from './svd.ts';
export { swapAxes } from './swap-axes.ts';
export { switchCase } from './switch-case.ts';
export { take } from './take.ts';
export { takeAlongAxis } from './take-along-axis.ts';
export { tallSvd } from './tall-svd.ts';
export { tan } from './tan.ts';
export { tanh } from './tanh.ts';
export { tanhShrink } from './tanh-shrink.ts';
export { type NumericArray, type ShapeOfNested, type TensorOptions, tensor } from './tensor.ts';
export { tensorScatterUpdate } from './tensor-scatter-update.ts';
export { tensordot } from './tensordot.ts';
export {
  clipByValue,
  concatenate,
  cumprod,
  cumsum,
  divide,
  floorDivide,
  hardSwish,
  matMul,
  multiply,
  negative,
  outerProduct,
  range,
  subtract,
  swish,
  topk,
  unsortedSegmentMax,
} from './tensorflow-names.ts';
export { type ThreefryOptions, threefry } from './threefry.ts';
export { type ThresholdOptions, threshold } from './threshold.ts';
export { tile } from './tile.ts';
export { topK } from './top-k.ts';
export { trace } from './trace.ts';
export { type TransformOptions, transform } from './transform.ts';
export { transpose } from './transpose.ts';
export { trapezoid } from './trapezoid.ts';
export { tri } from './tri.ts';
export { type TriangularSolveOptions, triangularSolve } from './triangular-solve.ts';
export { tril } from './tril.ts';
export { triu } from './triu.ts';
export { trunc } from './trunc.ts';
export { type TruncatedNormalOptions, truncatedNormal } from './truncated-normal.ts';
export { type Unique, unique } from './unique.ts';
export { unravelIndex } from './unravel-index.ts';
export { unsortedSegmentSum } from './unsorted-segment-sum.ts';
export { unstack } from './unstack.ts';
export { upperBound } from './upper-bound.ts';
export { type VanderOptions, vander } from './vander.ts';
export { Variable, type VariableOptions, variable } from './variable.ts';
export { type VarianceOptions, variance } from './variance.ts';
export { vdot } from './vdot.ts';
export { viewAsComplex } from './view-as-complex.ts';
export { viewAsReal } from './view-as-real.ts';
export { vstack } from './vstack.ts';
export { where } from './where.ts';
export { type WhileLoopOptions, whileLoop } from './while-loop.ts';
export { type WindowsOptions, windows } from './windows.ts';
export { xlog1py } from './xlog1py.ts';
export { xlogy } from './xlogy.ts';
export { zeros } from './zeros.ts';
export { zerosLike } from './zeros-like.ts';
