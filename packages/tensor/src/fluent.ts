/**
 * `@deft/tensor/fluent`: ops as methods of `Tensor`: `import '@deft/tensor/fluent'` once, then `x.add(1).relu()`. A method
 * is the free function with the tensor as its first argument.
 *
 * Written by scripts/generate-ops.mjs; run it after adding an op.
 */
import {
  type Axes,
  type Broadcast,
  type CheckAxes,
  type CheckBroadcast,
  type CheckMatrixProduct,
  type CheckNewAxis,
  type CheckPermutation,
  type CheckSqueeze,
  type Dim,
  type DimAt,
  type DType,
  type Filled,
  type InsertAxis,
  type ListOf,
  type MatrixProduct,
  type Permuted,
  type Reduced,
  type ReplaceAxes,
  type ReversedShape,
  type SameRank,
  type Shape,
  type Squeezed,
  type SwappedLast,
  Tensor,
} from '@deft/core';
import {
  type AdaptiveAveragePoolOptions,
  type AdaptiveMaxPoolOptions,
  type AllCloseOptions,
  type AlongAxisOptions,
  type AsMatrix,
  type AsVolume,
  type AttentionOptions,
  type AxisPairs,
  abs,
  absoluteDifference,
  acos,
  acosh,
  adaptiveAveragePool,
  adaptiveMaxPool,
  add,
  affineTransform,
  all,
  allClose,
  angle,
  any,
  argMax,
  argMin,
  argPartition,
  argSort,
  argSortRows,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  atLeast1d,
  atLeast2d,
  atLeast3d,
  average,
  avgPool,
  avgPool1d,
  avgPool3d,
  bandPart,
  basicLSTMCell,
  batchNorm,
  batchToSpaceND,
  binaryCrossentropy,
  bincount,
  bitcast,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  broadcastTo,
  type CeluOptions,
  type CheckChannels,
  type CheckRank,
  type CheckSameShape,
  type CheckTensordot,
  type Conv1dOptions,
  type Convolved,
  type CropAndResizeOptions,
  type CumulativeOptions,
  cast,
  categoricalCrossentropy,
  cbrt,
  ceil,
  celu,
  cholesky,
  choleskyInverse,
  clip,
  complex,
  computeWeightedLoss,
  confusionMatrix,
  conj,
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  conv3d,
  conv3dTranspose,
  convolve,
  copySign,
  corrcoef,
  correlate,
  cos,
  cosh,
  cosineDistance,
  countNonZero,
  cropAndResize,
  cropImages,
  cross,
  ctcLoss,
  cumMax,
  cumMin,
  cumProd,
  cumSum,
  type Dilation2dOptions,
  type DTypeOf,
  type DTypeOfOne,
  deg2rad,
  denseBincount,
  depthToSpace,
  depthwiseConv2d,
  det,
  diag,
  diagonal,
  diagPart,
  diff,
  digamma,
  digitize,
  dilation2d,
  div,
  divNoNan,
  dot,
  dotGeneral,
  dotProductAttention,
  dropout,
  type EluOptions,
  type ExtractPatchesOptions,
  eigh,
  elu,
  ensureShape,
  entr,
  equal,
  erf,
  erfc,
  erfInv,
  euclideanNorm,
  exp,
  exp2,
  expandDims,
  expm,
  expm1,
  extractPatches,
  type FloatOf,
  type FloatOfAll,
  fft,
  fft2,
  fillDiagonal,
  flatten,
  flip,
  flipLeftRight,
  flipUpDown,
  floor,
  floorDiv,
  fmod,
  fourierTransform,
  frame,
  fullLike,
  type Gathered,
  type GatherOptions,
  type GaussianBlurOptions,
  type GeluOptions,
  gammaPathwise,
  gather,
  gatherND,
  gaussianBlur,
  gcd,
  gelu,
  globalAveragePool,
  globalMaxPool,
  glu,
  gramSchmidt,
  grayscaleToRGB,
  greater,
  greaterEqual,
  type HardShrinkOptions,
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardTanh,
  heaviside,
  hingeLoss,
  histogram,
  householderQr,
  hsvToRgb,
  huberLoss,
  hypot,
  type ImageResizeOptions,
  type InterpOptions,
  type IsCloseOptions,
  i0,
  i0e,
  i1,
  i1e,
  ifft,
  ifft2,
  imag,
  inner,
  inTopK,
  interp,
  inv,
  irfft,
  isClose,
  isFinite,
  isIn,
  isInf,
  isNaN,
  isNegInf,
  isPosInf,
  isReal,
  istft,
  kron,
  type LeakyReluOptions,
  type LinearRecurrenceOptions,
  type LocalResponseNormalizationOptions,
  type Looked,
  type LossOptions,
  type LossReduction,
  layerNormalization,
  lcm,
  ldexp,
  leakyRelu,
  leftShift,
  less,
  lessEqual,
  lgamma,
  linearRecurrence,
  localResponseNormalization,
  log,
  log1p,
  log2,
  log10,
  logAddExp,
  logAddExp2,
  logCumSumExp,
  logdet,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  logit,
  logLoss,
  logSigmoid,
  logSoftmax,
  logSumExp,
  lowerBound,
  lowRankCofactors,
  lstsq,
  lu,
  luFactor,
  type MapCoordinatesOptions,
  type MatmulOptions,
  type MaxPoolWithArgmaxOptions,
  mapCoordinates,
  matmul,
  matrixPower,
  max,
  maximum,
  maxPool,
  maxPool1d,
  maxPool3d,
  maxPoolWithArgmax,
  mean,
  meanSquaredError,
  median,
  min,
  minimum,
  mirrorPad,
  mish,
  mod,
  moments,
  moveAxis,
  mul,
  multiHot,
  type NanToNumOptions,
  nanArgMax,
  nanArgMin,
  nanMax,
  nanMean,
  nanMin,
  nanProd,
  nanStd,
  nanSum,
  nanToNum,
  nanVar,
  neg,
  nextAfter,
  norm,
  normalize,
  notEqual,
  type OneHotOptions,
  type Open1,
  type Open2,
  oneHot,
  onesLike,
  optimizationBarrier,
  outer,
  overlapAdd,
  overlapSum,
  type Paddings,
  type PadMode,
  type PadOptions,
  type Pooled,
  pad,
  padImages,
  perspectiveTransform,
  pinv,
  polar,
  polyval,
  pow,
  prelu,
  prod,
  psnr,
  ptp,
  putAlongAxis,
  type QuantileOptions,
  qr,
  quantile,
  type ReductionOptions,
  type RotateWithOffsetOptions,
  rad2deg,
  ravel,
  real,
  rearrange,
  reciprocal,
  relu,
  relu6,
  remainder,
  repeat,
  reshape,
  resize,
  resizeBicubic,
  resizeBilinear,
  resizeNearestNeighbor,
  reverse,
  rfft,
  rgbToGrayscale,
  rgbToHsv,
  rightShift,
  rmsNormalization,
  roll,
  rot90,
  rotateWithOffset,
  round,
  rsqrt,
  type ShapeOf,
  type Sliced,
  type SoftShrinkOptions,
  type SortOptions,
  type SparseSoftmaxCrossEntropyOptions,
  type SquareplusOptions,
  type StepOptions,
  type SumOf,
  type SvdOptions,
  saturateCast,
  scatterAdd,
  scatterMax,
  scatterMin,
  scatterND,
  scatterUpdate,
  searchSorted,
  segmentMax,
  segmentMean,
  segmentMin,
  segmentProd,
  segmentSum,
  select,
  selu,
  separableConv2d,
  shiftRight,
  shuffle,
  sigmoid,
  sigmoidCrossEntropy,
  sign,
  signbit,
  silu,
  sin,
  sinc,
  sinh,
  slice,
  slidingWindows,
  slogdet,
  softmax,
  softmaxCrossEntropy,
  softplus,
  softShrink,
  softsign,
  solve,
  sort,
  sortRows,
  spaceToBatchND,
  spaceToDepth,
  sparseCategoricalCrossentropy,
  sparsemax,
  sparsePlus,
  sparseSigmoid,
  sparseSoftmaxCrossEntropy,
  split,
  sqrt,
  square,
  squaredDifference,
  squareplus,
  squeeze,
  std,
  step,
  stft,
  stridedSlice,
  sub,
  sum,
  sumTo,
  svd,
  swapAxes,
  type TensordotShape,
  type TensorLike,
  type ThresholdOptions,
  type TriangularSolveOptions,
  type Turned,
  take,
  takeAlongAxis,
  tallSvd,
  tan,
  tanh,
  tanhShrink,
  tensordot,
  tensorScatterUpdate,
  threshold,
  tile,
  topK,
  trace,
  transform,
  transpose,
  trapezoid,
  triangularSolve,
  tril,
  triu,
  trunc,
  unravelIndex,
  unsortedSegmentSum,
  unstack,
  upperBound,
  type VanderOptions,
  type VarianceOptions,
  vander,
  variance,
  vdot,
  viewAsComplex,
  viewAsReal,
  where,
  windows,
  xlog1py,
  xlogy,
  zerosLike,
} from '@deft/ops';

// biome-ignore lint/suspicious/noExplicitAny: the first parameter is the tensor itself, whatever it is declared as
type Rest<F> = F extends (x: any, ...rest: infer R) => unknown ? R : never;

declare module '@deft/core' {
  interface Tensor<out S extends Shape = Shape, out D extends DType = DType> {
    /** The absolute value of every element. */
    abs<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** The absolute difference of labels and predictions, weighted. */
    absoluteDifference(...rest: Rest<typeof absoluteDifference>): ReturnType<typeof absoluteDifference>;
    /** The angle whose cosine every element is, from 0 to π. */
    acos<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The inverse hyperbolic cosine of every element, not negative. */
    acosh<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The mean of a given number of parts along each spatial axis. */
    adaptiveAveragePool<const X extends Tensor>(
      this: X,
      outputSize: number | readonly number[],
      options?: AdaptiveAveragePoolOptions,
    ): Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;
    /** The largest element of a given number of parts along each spatial axis. */
    adaptiveMaxPool<const X extends Tensor>(
      this: X,
      outputSize: number | readonly number[],
      options?: AdaptiveMaxPoolOptions,
    ): Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;
    /** Elementwise sum, with broadcasting. */
    add<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** Images turned, stretched, sheared and moved. */
    affineTransform(...rest: Rest<typeof affineTransform>): ReturnType<typeof affineTransform>;
    /** Whether every element is true, over axes (all of them unless told). */
    all<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, 'bool'>;
    /** Whether all elements are nearly equal, with broadcasting: one boolean. */
    allClose<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
      options?: AllCloseOptions,
    ): Tensor<[], 'bool'>;
    /** The angle between complex numbers and the positive real axis. */
    angle(...rest: Rest<typeof angle>): ReturnType<typeof angle>;
    /** Whether at least one element is true, over axes (all of them unless told). */
    any<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, 'bool'>;
    /** The position of the largest element along an axis, or in row-major order over several. */
    argMax<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, 'int32'>;
    /** The position of the smallest element along an axis, or in row-major order over several. */
    argMin<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, 'int32'>;
    /** The places of elements in an order with the smallest ones in front. */
    argPartition<const X extends Tensor>(this: X, kth: number, axis?: number): Tensor<ShapeOf<X>, 'int32'>;
    /** The places that the elements of the sorted axis come from. */
    argSort<const X extends Tensor, const A extends number = -1>(
      this: X,
      options?: SortOptions<A> & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ShapeOf<X>, 'int32'>;
    /** The places that the elements of the sorted last axis come from. */
    argSortRows<const X extends Tensor>(
      this: X,
      options?: { readonly descending?: boolean },
    ): Tensor<ShapeOf<X>, 'int32'>;
    /** The angle whose sine every element is, from −π/2 to π/2. */
    asin<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The inverse hyperbolic sine of every element. */
    asinh<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The tensor with at least 1 axis. A scalar becomes a vector. */
    atLeast1d<const X extends Tensor>(this: X): Tensor<ShapeOf<X> extends [] ? [1] : ShapeOf<X>, DTypeOfOne<X>>;
    /** The tensor with at least 2 axes. A vector becomes a row. */
    atLeast2d<const X extends Tensor>(this: X): Tensor<AsMatrix<ShapeOf<X>>, DTypeOfOne<X>>;
    /** The tensor with at least 3 axes. A vector of n elements becomes [1, n, 1], a matrix gets an axis behind. */
    atLeast3d<const X extends Tensor>(this: X): Tensor<AsVolume<ShapeOf<X>>, DTypeOfOne<X>>;
    /** The angle whose tangent every element is, from −π/2 to π/2. */
    atan<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The angle of the point (x, y), from −π to π; the ordinate comes first. */
    atan2<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, FloatOf<DTypeOf<A, B>>>;
    /** The inverse hyperbolic tangent of every element. */
    atanh<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The mean over axes, weighted. */
    average<
      const X extends Tensor,
      const W extends TensorLike = number,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: X,
      weights?: W,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
    ): Tensor<Reduced<ShapeOf<X>, Axis, Keep>, FloatOfAll<X | W>>;
    /** The mean of every window of images. */
    avgPool(...rest: Rest<typeof avgPool>): ReturnType<typeof avgPool>;
    /** The mean of every window of sequences. */
    avgPool1d(...rest: Rest<typeof avgPool1d>): ReturnType<typeof avgPool1d>;
    /** The mean of every window of volumes. */
    avgPool3d(...rest: Rest<typeof avgPool3d>): ReturnType<typeof avgPool3d>;
    /** Matrices with 0 outside of a band around the main diagonal. */
    bandPart(...rest: Rest<typeof bandPart>): ReturnType<typeof bandPart>;
    /** One step of a long short-term memory. */
    basicLSTMCell(...rest: Rest<typeof basicLSTMCell>): ReturnType<typeof basicLSTMCell>;
    /** Elements brought to mean 0 and variance 1 by given moments, then scaled and moved. */
    batchNorm<
      const X extends Tensor,
      const M extends TensorLike,
      const V extends TensorLike,
      const O extends TensorLike = number,
      const C extends TensorLike = number,
    >(
      this: X,
      mean: M & CheckBroadcast<ShapeOf<X>, ShapeOf<M>>,
      variance: V & CheckBroadcast<ShapeOf<X>, ShapeOf<V>>,
      offset?: O & CheckBroadcast<ShapeOf<X>, ShapeOf<O>>,
      scale?: C & CheckBroadcast<ShapeOf<X>, ShapeOf<C>>,
      varianceEpsilon?: number,
    ): Tensor<ShapeOf<X>, FloatOfAll<X | M | V | O | C>>;
    /** The batch moved into blocks of space. */
    batchToSpaceND<const X extends Tensor>(
      this: X,
      blockShape: readonly number[],
      crops: Paddings,
    ): Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;
    /** Cross-entropy of labels and probabilities of one class, element by element. */
    binaryCrossentropy<const T extends Tensor, const O extends TensorLike>(
      this: T,
      output: O & CheckBroadcast<ShapeOf<T>, ShapeOf<O>>,
      fromLogits?: boolean,
    ): Tensor<Broadcast<ShapeOf<T>, ShapeOf<O>>, FloatOfAll<T | O>>;
    /** How often each of the numbers 0 to size − 1 occurs, or the sums of their weights. */
    bincount(...rest: Rest<typeof bincount>): ReturnType<typeof bincount>;
    /** The same bits read as another dtype of 4 bytes. */
    bitcast(...rest: Rest<typeof bitcast>): ReturnType<typeof bitcast>;
    /** The bits that both have of two integers or booleans, with broadcasting. */
    bitwiseAnd<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** Every bit of integers or booleans turned. */
    bitwiseNot<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** The bits that either has of two integers or booleans, with broadcasting. */
    bitwiseOr<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** The bits that exactly one has of two integers or booleans, with broadcasting. */
    bitwiseXor<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** Repeats axes of size 1, and adds leading axes, so that the result has the given shape. */
    broadcastTo<const X extends Tensor, const T extends readonly Dim[]>(
      this: X,
      shape: T & CheckBroadcast<ShapeOf<X>, Filled<T>>,
    ): Tensor<Filled<T>, DTypeOfOne<X>>;
    /** The elements in another dtype. */
    cast(...rest: Rest<typeof cast>): ReturnType<typeof cast>;
    /** Cross-entropy of probabilities of classes, per example. */
    categoricalCrossentropy<const T extends Tensor, const O extends TensorLike, const A extends number = -1>(
      this: T,
      output: O,
      fromLogits?: boolean,
      axis?: A & CheckAxes<ShapeOf<O>, A>,
    ): Tensor<ReplaceAxes<ShapeOf<O>, A, []>, FloatOfAll<T | O>>;
    /** The cube root, of negative elements too. */
    cbrt<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The smallest whole number that is not less than the element. */
    ceil<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** The continuously differentiable exponential linear unit. */
    celu<S extends Shape, D extends DType>(this: Tensor<S, D>, options?: CeluOptions): Tensor<S, FloatOf<D>>;
    /** The lower triangle whose product with its transpose is a positive definite matrix. */
    cholesky<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The inverse of a matrix from its Cholesky factor. */
    choleskyInverse<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Every element limited to a range. */
    clip(...rest: Rest<typeof clip>): ReturnType<typeof clip>;
    /** Complex numbers of their real and imaginary parts. */
    complex<const A extends Tensor, const B extends TensorLike>(
      this: A,
      im: B,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, 'complex64'>;
    /** Losses times weights, reduced. */
    computeWeightedLoss<
      const L extends Tensor,
      const W extends TensorLike = number,
      const R extends LossReduction = 'sum',
    >(this: L, weights?: W, options?: LossOptions<R>): Tensor<'none' extends R ? Shape : [], FloatOfAll<L | W>>;
    /** How often each true class (rows) was predicted as each class (columns). */
    confusionMatrix(...rest: Rest<typeof confusionMatrix>): ReturnType<typeof confusionMatrix>;
    /** Complex numbers mirrored at the real axis. */
    conj<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** Slides filters over sequences (cross-correlation). */
    conv1d<
      const X extends Tensor,
      const K extends TensorLike,
      const F extends 'NWC' | 'NCW' = 'NWC',
      const G extends number = 1,
    >(
      this: X,
      filter: K & CheckRank<ShapeOf<K>, 3> & CheckChannels<ShapeOf<X>, ShapeOf<K>, F, G, -2>,
      options?: Conv1dOptions<F, G>,
    ): Tensor<Convolved<ShapeOf<X>, DimAt<ShapeOf<K>, -1>, F, Open1>, FloatOfAll<X | K>>;
    /** The adjoint of a convolution of sequences: filters laid at steps and added up. */
    conv1dTranspose(...rest: Rest<typeof conv1dTranspose>): ReturnType<typeof conv1dTranspose>;
    /** Slides filters over images (cross-correlation). */
    conv2d(...rest: Rest<typeof conv2d>): ReturnType<typeof conv2d>;
    /** The adjoint of a convolution of images: filters laid at steps and added up. */
    conv2dTranspose(...rest: Rest<typeof conv2dTranspose>): ReturnType<typeof conv2dTranspose>;
    /** Slides filters over volumes (cross-correlation). */
    conv3d(...rest: Rest<typeof conv3d>): ReturnType<typeof conv3d>;
    /** The adjoint of a convolution of volumes: filters laid at steps and added up. */
    conv3dTranspose(...rest: Rest<typeof conv3dTranspose>): ReturnType<typeof conv3dTranspose>;
    /** The convolution of two vectors. */
    convolve(...rest: Rest<typeof convolve>): ReturnType<typeof convolve>;
    /** The size of `a` with the sign of `b`, with broadcasting. */
    copySign<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, FloatOf<DTypeOf<A, B>>>;
    /** Correlations of the rows of a matrix. */
    corrcoef<const X extends Tensor>(
      this: X,
    ): Tensor<[DimAt<ShapeOf<X>, 0>, DimAt<ShapeOf<X>, 0>], FloatOf<DTypeOfOne<X>>>;
    /** The cross-correlation of two vectors. */
    correlate(...rest: Rest<typeof correlate>): ReturnType<typeof correlate>;
    /** The cosine of every element, in radians. */
    cos<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The hyperbolic cosine of every element. */
    cosh<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** 1 minus the products of labels and predictions along an axis, weighted. */
    cosineDistance(...rest: Rest<typeof cosineDistance>): ReturnType<typeof cosineDistance>;
    /** How many elements over axes (all of them unless told) are not 0. */
    countNonZero<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, 'int32'>;
    /** Boxes cut out of images, all resized to one size. */
    cropAndResize<
      const X extends Tensor,
      const B extends TensorLike,
      const Height extends number,
      const Width extends number,
    >(
      this: X,
      boxes: B,
      boxIndices: TensorLike,
      size: readonly [height: Height, width: Width],
      options?: CropAndResizeOptions,
    ): Tensor<[DimAt<ShapeOf<B>, 0>, Height, Width, DimAt<ShapeOf<X>, -1>], DType>;
    /** Images without their margins. */
    cropImages(...rest: Rest<typeof cropImages>): ReturnType<typeof cropImages>;
    /** The cross product of vectors of three elements. */
    cross<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
      axis?: number,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, DTypeOf<A, B>>;
    /** How unlikely a sequence of labels is, given logits for every step of a longer sequence. */
    ctcLoss(...rest: Rest<typeof ctcLoss>): ReturnType<typeof ctcLoss>;
    /** The largest of every element and those before it, along an axis (the first unless told). */
    cumMax<const X extends Tensor, const A extends number = 0>(
      this: X,
      options?: CumulativeOptions<A> & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ShapeOf<X>, DTypeOfOne<X>>;
    /** The smallest of every element and those before it, along an axis (the first unless told). */
    cumMin<const X extends Tensor, const A extends number = 0>(
      this: X,
      options?: CumulativeOptions<A> & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ShapeOf<X>, DTypeOfOne<X>>;
    /** The product of every element and those before it, along an axis (the first unless told). */
    cumProd<const X extends Tensor, const A extends number = 0>(
      this: X,
      options?: CumulativeOptions<A> & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ShapeOf<X>, DTypeOfOne<X>>;
    /** The sum of every element and those before it, along an axis (the first unless told). */
    cumSum<const X extends Tensor, const A extends number = 0>(
      this: X,
      options?: CumulativeOptions<A> & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ShapeOf<X>, DTypeOfOne<X>>;
    /** Degrees as radians. */
    deg2rad<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** How often each number occurs along the last axis. */
    denseBincount<const X extends Tensor, const N extends number>(
      this: X,
      size: N,
      binary?: boolean,
    ): Tensor<ReplaceAxes<ShapeOf<X>, -1, [N]>, 'int32'>;
    /** Channels spread out into blocks of space: [N, H, W, b² C] becomes [N, b H, b W, C]. */
    depthToSpace<const X extends Tensor>(
      this: X,
      blockSize: number,
      dataFormat?: 'channelsLast' | 'channelsFirst',
    ): Tensor<ReplaceAxes<ShapeOf<X>, 1 | 2 | 3, [number]>, DTypeOfOne<X>>;
    /** Slides filters over every channel of images by itself. */
    depthwiseConv2d(...rest: Rest<typeof depthwiseConv2d>): ReturnType<typeof depthwiseConv2d>;
    /** The determinant of square matrices. */
    det<const X extends Tensor>(this: X): Tensor<ReplaceAxes<ShapeOf<X>, -1 | -2, []>, FloatOf<DTypeOfOne<X>>>;
    /** The matrices that have the given elements on a diagonal. */
    diag<const X extends Tensor>(
      this: X,
      k?: number,
    ): Tensor<ReplaceAxes<ShapeOf<X>, -1, [number, number]>, DTypeOfOne<X>>;
    /** The elements on a diagonal of matrices. */
    diagPart<const X extends Tensor>(
      this: X,
      k?: number,
    ): Tensor<ReplaceAxes<ReplaceAxes<ShapeOf<X>, -1, []>, -1, [number]>, DTypeOfOne<X>>;
    /** The elements on a diagonal of the planes of two axes, along a new last axis. */
    diagonal<const X extends Tensor, const I extends number = 0, const J extends number = 1>(
      this: X,
      k?: number,
      axis1?: I & CheckAxes<ShapeOf<X>, I>,
      axis2?: J & CheckAxes<ShapeOf<X>, J>,
    ): Tensor<InsertAxis<ReplaceAxes<ShapeOf<X>, I | J, []>, -1, number>, DTypeOfOne<X>>;
    /** The differences of neighbours along an axis. */
    diff<const X extends Tensor, const A extends number = -1>(
      this: X,
      n?: number,
      axis?: A & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ReplaceAxes<ShapeOf<X>, A, [number]>, DTypeOfOne<X>>;
    /** The derivative of the logarithm of the gamma function. */
    digamma<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The number of the interval between ascending bounds that every element lies in. */
    digitize<const X extends Tensor>(this: X, bins: TensorLike): Tensor<ShapeOf<X>, 'int32'>;
    /** The largest sum of image and filter in every window. */
    dilation2d<const X extends Tensor, const K extends TensorLike>(
      this: X,
      filter: K & CheckRank<ShapeOf<K>, 3> & CheckChannels<ShapeOf<X>, ShapeOf<K>, 'NHWC', 1, -1>,
      options?: Dilation2dOptions,
    ): Tensor<Pooled<ShapeOf<X>, 'NHWC', Open2>, FloatOfAll<X | K>>;
    /** Elementwise quotient, with broadcasting. */
    div<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, FloatOf<DTypeOf<A, B>>>;
    /** The quotient, and 0 where the divisor is 0, with broadcasting. */
    divNoNan<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, FloatOf<DTypeOf<A, B>>>;
    /** The inner product of two vectors. */
    dot<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckRank<ShapeOf<B>, 1> & CheckTensordot<ShapeOf<A>, ShapeOf<B>, 1>,
    ): Tensor<[], DTypeOf<A, B>>;
    /** Multiplies two tensors and sums over pairs of axes. */
    dotGeneral(...rest: Rest<typeof dotGeneral>): ReturnType<typeof dotGeneral>;
    /** Values weighted by how queries and keys agree. */
    dotProductAttention<const Q extends Tensor, const K extends TensorLike, const V extends TensorLike>(
      this: Q,
      key: K,
      value: V,
      mask?: TensorLike,
      options?: AttentionOptions,
    ): Tensor<ReplaceAxes<ShapeOf<Q>, -1, [DimAt<ShapeOf<V>, -1>]>, FloatOfAll<Q | K | V>>;
    /** Zeroes elements at random and scales the others so that the expected sum stays. */
    dropout(...rest: Rest<typeof dropout>): ReturnType<typeof dropout>;
    /** Eigenvalues and eigenvectors of symmetric matrices. */
    eigh<const X extends Tensor>(
      this: X,
    ): readonly [
      eigenvalues: Tensor<ReplaceAxes<ShapeOf<X>, -1, []>, FloatOf<DTypeOfOne<X>>>,
      eigenvectors: Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>,
    ];
    /** The exponential linear unit. */
    elu<S extends Shape, D extends DType>(this: Tensor<S, D>, options?: EluOptions): Tensor<S, FloatOf<D>>;
    /** The tensor as it is, if it has the given shape. */
    ensureShape(...rest: Rest<typeof ensureShape>): ReturnType<typeof ensureShape>;
    /** What a probability adds to an entropy. */
    entr<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Whether each element of `a` equals that of `b`. */
    equal<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, 'bool'>;
    /** The error function of every element. */
    erf<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The inverse of the error function. */
    erfInv<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The complementary error function. */
    erfc<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The Euclidean length over axes (all of them unless told). The same as norm. */
    euclideanNorm<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The exponential of every element. */
    exp<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** 2 to the power of every element. */
    exp2<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** A new axis of size 1. */
    expandDims<const X extends Tensor, const A extends number>(
      this: X,
      axis: A & CheckNewAxis<ShapeOf<X>, A>,
    ): Tensor<InsertAxis<ShapeOf<X>, A, 1>, DTypeOfOne<X>>;
    /** The exponential of square matrices. */
    expm<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The exponential of every element, less one, exact near 0. */
    expm1<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The patches of images, each as one vector. */
    extractPatches<const X extends Tensor>(
      this: X,
      size: number | readonly [number, number],
      options?: ExtractPatchesOptions,
    ): Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;
    /** The discrete Fourier transform along an axis. */
    fft<const X extends Tensor, const Y extends TensorLike = number>(
      this: X,
      imaginary?: Y & CheckBroadcast<ShapeOf<X>, ShapeOf<Y>>,
      axis?: number,
    ): readonly [
      real: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
      imaginary: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
    ];
    /** The discrete Fourier transform over the last two axes. */
    fft2<const X extends Tensor, const Y extends TensorLike = number>(
      this: X,
      imaginary?: Y & CheckBroadcast<ShapeOf<X>, ShapeOf<Y>>,
    ): readonly [
      real: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
      imaginary: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
    ];
    /** The matrices with one value on the main diagonal. */
    fillDiagonal<const X extends Tensor>(this: X, value: number): Tensor<ShapeOf<X>, DTypeOfOne<X>>;
    /** Merges neighbouring axes (all of them unless told) into one. */
    flatten(...rest: Rest<typeof flatten>): ReturnType<typeof flatten>;
    /** The elements in reverse order along the given axes, or all of them. */
    flip(...rest: Rest<typeof flip>): ReturnType<typeof flip>;
    /** Images mirrored: their columns in reverse order. */
    flipLeftRight<const X extends Tensor>(this: X): Tensor<ShapeOf<X>, DTypeOfOne<X>>;
    /** Images upside down: their rows in reverse order. */
    flipUpDown<const X extends Tensor>(this: X): Tensor<ShapeOf<X>, DTypeOfOne<X>>;
    /** The largest whole number that is not greater than the element. */
    floor<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** Elementwise quotient rounded down to a whole number, in the dtype of the operands. */
    floorDiv<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** The remainder of the division that rounds towards 0; it has the sign of the dividend, as in C. */
    fmod<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** The discrete Fourier transform along the last axis, of real and imaginary parts. */
    fourierTransform<const X extends Tensor, const Y extends TensorLike>(
      this: X,
      imaginary: Y,
    ): readonly [real: Tensor<ShapeOf<X>, FloatOfAll<X | Y>>, imaginary: Tensor<ShapeOf<X>, FloatOfAll<X | Y>>];
    /** The overlapping pieces of a signal. */
    frame<const X extends Tensor, const N extends number>(
      this: X,
      frameLength: N,
      frameStep: number,
      padEnd?: boolean,
      padValue?: number,
    ): Tensor<ReplaceAxes<ShapeOf<X>, -1, [number, N]>, DTypeOfOne<X>>;
    /** One value in the shape (and dtype, unless told) of another tensor. */
    fullLike(...rest: Rest<typeof fullLike>): ReturnType<typeof fullLike>;
    /** A gamma distributed number that follows its shape parameter. */
    gammaPathwise<const A extends Tensor, const X extends TensorLike, const E extends TensorLike>(
      this: A,
      number: X,
      exponent: E,
    ): Tensor<Broadcast<Broadcast<ShapeOf<A>, ShapeOf<X>>, ShapeOf<E>>, FloatOfAll<A | X | E>>;
    /** The slices at the given positions along an axis. */
    gather<
      const X extends Tensor,
      const I extends TensorLike,
      const Shared extends number = 0,
      const Axis extends number = Shared,
    >(
      this: X,
      indices: I,
      options?: GatherOptions<Axis, Shared> & CheckAxes<ShapeOf<X>, Axis>,
    ): Tensor<Gathered<ShapeOf<X>, ShapeOf<I>, Axis, Shared>, DTypeOfOne<X>>;
    /** The slices at positions in the first axes. */
    gatherND<const X extends Tensor, const I extends TensorLike>(
      this: X,
      indices: I,
    ): Tensor<Looked<ShapeOf<X>, ShapeOf<I>>, DTypeOfOne<X>>;
    /** Images out of focus: means with the weights of a bell curve. */
    gaussianBlur<const X extends Tensor>(
      this: X,
      options?: GaussianBlurOptions,
    ): Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;
    /** The greatest common divisor of two integers, with broadcasting. */
    gcd<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** The Gaussian error linear unit. */
    gelu<S extends Shape, D extends DType>(this: Tensor<S, D>, options?: GeluOptions): Tensor<S, FloatOf<D>>;
    /** The mean over the rows and columns of images. */
    globalAveragePool(...rest: Rest<typeof globalAveragePool>): ReturnType<typeof globalAveragePool>;
    /** The largest element over the rows and columns of images. */
    globalMaxPool(...rest: Rest<typeof globalMaxPool>): ReturnType<typeof globalMaxPool>;
    /** The first half of an axis times the logistic function of the second half. */
    glu<const X extends Tensor, const A extends number = -1>(
      this: X,
      axis?: A & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ReplaceAxes<ShapeOf<X>, A, [number]>, FloatOf<DTypeOfOne<X>>>;
    /** Rows made orthonormal one after the other. */
    gramSchmidt<const X extends Tensor>(this: X): Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;
    /** Images of one channel as images of three equal ones. */
    grayscaleToRGB<const X extends Tensor>(this: X): Tensor<ReplaceAxes<ShapeOf<X>, -1, [3]>, DTypeOfOne<X>>;
    /** Whether each element of `a` is greater than that of `b`. */
    greater<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, 'bool'>;
    /** Whether each element of `a` is at least that of `b`. */
    greaterEqual<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, 'bool'>;
    /** Elements within a threshold of 0 become 0, others stay. */
    hardShrink<S extends Shape, D extends DType>(
      this: Tensor<S, D>,
      options?: HardShrinkOptions,
    ): Tensor<S, FloatOf<D>>;
    /** A piecewise linear form of the logistic function. */
    hardSigmoid<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** A piecewise quadratic form of silu, also called hard swish. */
    hardSilu<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** A piecewise linear form of tanh. */
    hardTanh<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** 0 below 0, 1 above it, and `atZero` at it, with broadcasting. */
    heaviside<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, FloatOf<DTypeOf<A, B>>>;
    /** The hinge loss of labels 0 and 1, weighted. */
    hingeLoss(...rest: Rest<typeof hingeLoss>): ReturnType<typeof hingeLoss>;
    /** How many elements fall into each of several intervals of equal width, and their ends. */
    histogram(...rest: Rest<typeof histogram>): ReturnType<typeof histogram>;
    /** A matrix as one with orthonormal columns times an upper triangle. */
    householderQr<const X extends Tensor>(
      this: X,
      complete?: boolean,
    ): readonly [
      q: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
      r: Tensor<ReplaceAxes<ShapeOf<X>, -2, [number]>, FloatOf<DTypeOfOne<X>>>,
    ];
    /** Colours in red, green and blue of hue, saturation and value. */
    hsvToRgb<const X extends Tensor>(this: X): Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;
    /** Squared for small differences, linear beyond, weighted. */
    huberLoss(...rest: Rest<typeof huberLoss>): ReturnType<typeof huberLoss>;
    /** The length of the hypotenuse, without overflow, with broadcasting. */
    hypot<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, FloatOf<DTypeOf<A, B>>>;
    /** The modified Bessel function of the first kind of order 0. */
    i0<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The modified Bessel function of order 0 divided by e^|x|. */
    i0e<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The modified Bessel function of the first kind of order 1. */
    i1<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The modified Bessel function of order 1 divided by e^|x|. */
    i1e<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The inverse discrete Fourier transform along an axis. */
    ifft<const X extends Tensor, const Y extends TensorLike = number>(
      this: X,
      imaginary?: Y & CheckBroadcast<ShapeOf<X>, ShapeOf<Y>>,
      axis?: number,
    ): readonly [
      real: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
      imaginary: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
    ];
    /** The inverse discrete Fourier transform over the last two axes. */
    ifft2<const X extends Tensor, const Y extends TensorLike = number>(
      this: X,
      imaginary?: Y & CheckBroadcast<ShapeOf<X>, ShapeOf<Y>>,
    ): readonly [
      real: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
      imaginary: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
    ];
    /** The imaginary part of complex numbers. */
    imag(...rest: Rest<typeof imag>): ReturnType<typeof imag>;
    /** Whether the prediction for the target class is among the k largest of its row. */
    inTopK<const P extends Tensor>(
      this: P,
      targets: TensorLike,
      k?: number,
    ): Tensor<ReplaceAxes<ShapeOf<P>, -1, []>, 'bool'>;
    /** The sums of products over the last axes of two tensors. */
    inner<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckTensordot<ShapeOf<A>, ShapeOf<B>, [[-1], [-1]]>,
    ): Tensor<TensordotShape<ShapeOf<A>, ShapeOf<B>, [[-1], [-1]]>, DTypeOf<A, B>>;
    /** Values between those of a table. */
    interp<const X extends Tensor>(
      this: X,
      places: TensorLike,
      values: TensorLike,
      options?: InterpOptions,
    ): Tensor<ShapeOf<X>>;
    /** The inverse of square matrices. */
    inv<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The inverse of the Fourier transform of real numbers. */
    irfft<const X extends Tensor, const Y extends TensorLike>(
      this: X,
      imaginary: Y & CheckBroadcast<ShapeOf<X>, ShapeOf<Y>>,
      fftLength?: number,
    ): Tensor<ReplaceAxes<Broadcast<ShapeOf<X>, ShapeOf<Y>>, -1, [number]>, FloatOfAll<X | Y>>;
    /** Whether two elements are nearly equal, with broadcasting. */
    isClose<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
      options?: IsCloseOptions,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, 'bool'>;
    /** Whether each element is neither NaN nor an infinity. */
    isFinite<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, 'bool'>;
    /** Whether every element occurs anywhere in another tensor. */
    isIn<const X extends Tensor>(this: X, among: TensorLike): Tensor<ShapeOf<X>, 'bool'>;
    /** Whether each element is Infinity or −Infinity. */
    isInf<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, 'bool'>;
    /** Whether each element is NaN. */
    isNaN<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, 'bool'>;
    /** Whether an element is −∞. */
    isNegInf<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, 'bool'>;
    /** Whether an element is +∞. */
    isPosInf<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, 'bool'>;
    /** Whether numbers lie on the real axis. */
    isReal<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, 'bool'>;
    /** The signal from the Fourier transforms of its pieces. */
    istft(...rest: Rest<typeof istft>): ReturnType<typeof istft>;
    /** The Kronecker product: blocks of b scaled by every element of a. */
    kron<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B,
    ): Tensor<ShapeOf<A>['length'] extends ShapeOf<B>['length'] ? SameRank<ShapeOf<A>, number> : Shape, DTypeOf<A, B>>;
    /** Brings the elements along axes to mean 0 and variance 1, then scales and moves them. */
    layerNormalization(...rest: Rest<typeof layerNormalization>): ReturnType<typeof layerNormalization>;
    /** The least common multiple of two integers, with broadcasting. */
    lcm<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** Numbers times powers of 2, with broadcasting. */
    ldexp<const X extends Tensor, const E extends TensorLike>(
      this: X,
      exponent: E & CheckBroadcast<ShapeOf<X>, ShapeOf<E>>,
    ): Tensor<Broadcast<ShapeOf<X>, ShapeOf<E>>, FloatOf<DTypeOfOne<X>>>;
    /** The rectified linear unit with a small slope for negative elements. */
    leakyRelu<S extends Shape, D extends DType>(this: Tensor<S, D>, options?: LeakyReluOptions): Tensor<S, FloatOf<D>>;
    /** The bits of `a` moved to the left by `b` places, with broadcasting. */
    leftShift<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** Whether each element of `a` is less than that of `b`. */
    less<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, 'bool'>;
    /** Whether each element of `a` is at most that of `b`. */
    lessEqual<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, 'bool'>;
    /** The logarithm of the absolute value of the gamma function. */
    lgamma<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Every element is the one before it times `a`, plus `b`, along an axis (the first unless told). */
    linearRecurrence<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckSameShape<ShapeOf<A>, ShapeOf<B>>,
      options?: LinearRecurrenceOptions,
    ): Tensor<ShapeOf<B>, DTypeOf<A, B>>;
    /** Every channel divided by the strength of its neighbours. */
    localResponseNormalization<const X extends Tensor>(
      this: X,
      options?: LocalResponseNormalizationOptions,
    ): Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;
    /** The natural logarithm of every element. */
    log<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The logarithm to base 10. */
    log10<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The natural logarithm of one plus every element, exact near 0. */
    log1p<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The logarithm to base 2. */
    log2<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The logarithm of the sum of two exponentials, without overflow, with broadcasting. */
    logAddExp<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, FloatOf<DTypeOf<A, B>>>;
    /** The logarithm to base 2 of the sum of two powers of 2, without overflow, with broadcasting. */
    logAddExp2<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, FloatOf<DTypeOf<A, B>>>;
    /** The logarithm of the sum of exponentials of every element and those before it, along an axis (the first unless told). */
    logCumSumExp<const X extends Tensor, const A extends number = 0>(
      this: X,
      options?: CumulativeOptions<A> & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;
    /** The logarithmic loss of probabilities, weighted. */
    logLoss(...rest: Rest<typeof logLoss>): ReturnType<typeof logLoss>;
    /** The logarithm of the logistic function, without loss of digits. */
    logSigmoid<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Logarithms of the shares that the exponentials of the elements have in their sum along an axis. */
    logSoftmax<const X extends Tensor, const A extends Axes = -1>(
      this: X,
      options?: AlongAxisOptions<A> & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;
    /** The logarithm of the sum of exponentials over axes (all of them unless told), without overflow. */
    logSumExp<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The logarithm of the determinant. */
    logdet<const X extends Tensor>(this: X): Tensor<ReplaceAxes<ShapeOf<X>, -1 | -2, []>, FloatOf<DTypeOfOne<X>>>;
    /** Whether both elements are true. */
    logicalAnd<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, 'bool'>;
    /** Whether each element is false. */
    logicalNot<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, 'bool'>;
    /** Whether at least one of the elements is true. */
    logicalOr<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, 'bool'>;
    /** Whether exactly one of the elements is true. */
    logicalXor<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, 'bool'>;
    /** The inverse of the sigmoid. */
    logit<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The cofactors of square matrices whose rank is below n − 1: zeros with a derivative. */
    lowRankCofactors<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The place in a sorted sequence before all elements equal to a value. */
    lowerBound(...rest: Rest<typeof lowerBound>): ReturnType<typeof lowerBound>;
    /** The solution of linear equations with the least square error. */
    lstsq<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B,
      tolerance?: number,
    ): Tensor<MatrixProduct<SwappedLast<ShapeOf<A>>, ShapeOf<B>>, FloatOfAll<A | B>>;
    /** A matrix as a permutation times a lower and an upper triangle. */
    lu<const X extends Tensor>(
      this: X,
    ): readonly [
      p: Tensor<ReplaceAxes<ShapeOf<X>, -1, [DimAt<ShapeOf<X>, -2>]>, FloatOf<DTypeOfOne<X>>>,
      l: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
      u: Tensor<ReplaceAxes<ShapeOf<X>, -2, [number]>, FloatOf<DTypeOfOne<X>>>,
    ];
    /** LU decomposition with row exchanges, packed in one matrix, with pivots and permutation. */
    luFactor<const X extends Tensor>(
      this: X,
    ): readonly [
      lu: Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>,
      pivots: Tensor<ReplaceAxes<ReplaceAxes<ShapeOf<X>, -1, []>, -1, [number]>, 'int32'>,
      permutation: Tensor<ReplaceAxes<ShapeOf<X>, -1, []>, 'int32'>,
    ];
    /** A tensor read at computed places, interpolated between its elements. */
    mapCoordinates<const X extends Tensor, const C extends TensorLike>(
      this: X,
      coordinates: C,
      options?: MapCoordinatesOptions,
    ): Tensor<ReplaceAxes<ShapeOf<C>, 0, []>, FloatOfAll<X | C>>;
    /** The product of matrices, or of stacks of them. */
    matmul<
      const A extends Tensor,
      const B extends TensorLike,
      const TransposeA extends boolean = false,
      const TransposeB extends boolean = false,
    >(
      this: A,
      b: B & CheckMatrixProduct<Turned<ShapeOf<A>, TransposeA>, Turned<ShapeOf<B>, TransposeB>>,
      options?: MatmulOptions<TransposeA, TransposeB>,
    ): Tensor<MatrixProduct<Turned<ShapeOf<A>, TransposeA>, Turned<ShapeOf<B>, TransposeB>>, DTypeOf<A, B>>;
    /** Whole powers of square matrices. */
    matrixPower<const X extends Tensor>(this: X, exponent: number): Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;
    /** The largest element over axes (all of them unless told). */
    max<const X extends Tensor, const Axis extends Axes | undefined = undefined, const Keep extends boolean = false>(
      this: X,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
    ): Tensor<Reduced<ShapeOf<X>, Axis, Keep>, DTypeOfOne<X>>;
    /** The largest element of every window of images. */
    maxPool(...rest: Rest<typeof maxPool>): ReturnType<typeof maxPool>;
    /** The largest element of every window of sequences. */
    maxPool1d(...rest: Rest<typeof maxPool1d>): ReturnType<typeof maxPool1d>;
    /** The largest element of every window of volumes. */
    maxPool3d(...rest: Rest<typeof maxPool3d>): ReturnType<typeof maxPool3d>;
    /** The largest element of every window of images, and its position in the flattened image. */
    maxPoolWithArgmax<const X extends Tensor>(
      this: X,
      options?: MaxPoolWithArgmaxOptions,
    ): readonly [
      values: Tensor<Pooled<ShapeOf<X>, 'NHWC', Open2>, DTypeOfOne<X>>,
      positions: Tensor<Pooled<ShapeOf<X>, 'NHWC', Open2>, 'int32'>,
    ];
    /** The larger of two elements, with broadcasting. */
    maximum<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** The arithmetic mean over axes (all of them unless told). */
    mean<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The squared difference of labels and predictions, weighted. */
    meanSquaredError(...rest: Rest<typeof meanSquaredError>): ReturnType<typeof meanSquaredError>;
    /** The middle of the sorted elements over axes (all of them unless told); between two, their mean. */
    median<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The smallest element over axes (all of them unless told). */
    min<const X extends Tensor, const Axis extends Axes | undefined = undefined, const Keep extends boolean = false>(
      this: X,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
    ): Tensor<Reduced<ShapeOf<X>, Axis, Keep>, DTypeOfOne<X>>;
    /** The smaller of two elements, with broadcasting. */
    minimum<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** A border of the tensor’s own elements, mirrored or repeated. */
    mirrorPad<const X extends Tensor>(
      this: X,
      paddings: Paddings,
      mode: PadMode,
    ): Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;
    /** A smooth, self-gated activation. */
    mish<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Elementwise remainder of the division that rounds down; it has the sign of the divisor. */
    mod<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** The mean and the variance over axes (all of them unless told). */
    moments<
      const X extends Tensor,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: X,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
    ): readonly [
      mean: Tensor<Reduced<ShapeOf<X>, Axis, Keep>, FloatOf<DTypeOfOne<X>>>,
      variance: Tensor<Reduced<ShapeOf<X>, Axis, Keep>, FloatOf<DTypeOfOne<X>>>,
    ];
    /** One axis in another place; the others keep their order. */
    moveAxis<const X extends Tensor, const From extends number, const To extends number>(
      this: X,
      from: From & CheckAxes<ShapeOf<X>, From>,
      to: To & CheckAxes<ShapeOf<X>, To>,
    ): Tensor<InsertAxis<ReplaceAxes<ShapeOf<X>, From, []>, To, DimAt<ShapeOf<X>, From>>, DTypeOfOne<X>>;
    /** Elementwise product, with broadcasting. */
    mul<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** Ones at several positions. */
    multiHot<const I extends Tensor, const N extends number>(
      this: I,
      depth: N,
    ): Tensor<ReplaceAxes<ShapeOf<I>, -1, [N]>, 'float32'>;
    /** The position of the largest of the elements that are not NaN. */
    nanArgMax<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, 'int32'>;
    /** The position of the smallest of the elements that are not NaN. */
    nanArgMin<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, 'int32'>;
    /** The largest of the elements that are not NaN. */
    nanMax<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The mean of the elements that are not NaN. */
    nanMean<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The smallest of the elements that are not NaN. */
    nanMin<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The product of the elements that are not NaN. */
    nanProd<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The standard deviation of the elements that are not NaN. */
    nanStd<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The sum of the elements that are not NaN. */
    nanSum<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** Numbers in place of NaN and the infinities. */
    nanToNum<S extends Shape, D extends DType>(this: Tensor<S, D>, options?: NanToNumOptions): Tensor<S, FloatOf<D>>;
    /** The variance of the elements that are not NaN. */
    nanVar<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The negative of every element. */
    neg<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** The number next to `a` in the direction of `b`, with broadcasting. */
    nextAfter<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, FloatOf<DTypeOf<A, B>>>;
    /** The Euclidean length over axes (all of them unless told). */
    norm<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** Elements divided by the length of their vector. */
    normalize<const X extends Tensor, const A extends Axes = -1>(
      this: X,
      options?: AlongAxisOptions<A> & { readonly order?: number; readonly epsilon?: number } & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;
    /** Whether each element of `a` differs from that of `b`. */
    notEqual<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, 'bool'>;
    /** For every position a vector that is 1 there and 0 elsewhere. */
    oneHot<const I extends Tensor, const N extends number, D extends DType = 'float32', const Axis extends number = -1>(
      this: I,
      depth: N,
      options?: OneHotOptions<D, Axis> & CheckNewAxis<ShapeOf<I>, Axis>,
    ): Tensor<InsertAxis<ShapeOf<I>, Axis, N>, D>;
    /** Ones in the shape (and dtype, unless told) of another tensor. */
    onesLike(...rest: Rest<typeof onesLike>): ReturnType<typeof onesLike>;
    /** The same value, which the compiler takes for another one: equal work on both sides is not shared. */
    optimizationBarrier<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** All products of the elements of two vectors. */
    outer<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckRank<ShapeOf<B>, 1>,
    ): Tensor<[DimAt<ShapeOf<A>, 0>, DimAt<ShapeOf<B>, 0>], DTypeOf<A, B>>;
    /** Windows added up at the places they were taken from. */
    overlapAdd(...rest: Rest<typeof overlapAdd>): ReturnType<typeof overlapAdd>;
    /** Windows added up where they overlap, in groups of one stride. */
    overlapSum(...rest: Rest<typeof overlapSum>): ReturnType<typeof overlapSum>;
    /** Adds a border of one value. */
    pad<const X extends Tensor>(
      this: X,
      paddings: Paddings,
      options?: PadOptions,
    ): Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;
    /** Images with margins of zeros around them. */
    padImages(...rest: Rest<typeof padImages>): ReturnType<typeof padImages>;
    /** Images seen from another point: four points brought to four others. */
    perspectiveTransform(...rest: Rest<typeof perspectiveTransform>): ReturnType<typeof perspectiveTransform>;
    /** The pseudo-inverse of matrices. */
    pinv<const X extends Tensor>(
      this: X,
      tolerance?: number,
    ): Tensor<
      ReplaceAxes<ReplaceAxes<ShapeOf<X>, -1, [DimAt<ShapeOf<X>, -2>]>, -2, [DimAt<ShapeOf<X>, -1>]>,
      FloatOf<DTypeOfOne<X>>
    >;
    /** Complex numbers of their length and direction. */
    polar<const A extends Tensor, const B extends TensorLike>(
      this: A,
      angle: B,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, 'complex64'>;
    /** The values of a polynomial. */
    polyval(...rest: Rest<typeof polyval>): ReturnType<typeof polyval>;
    /** Elementwise power, with broadcasting. */
    pow<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** The elements, and `alpha` times those below 0, with broadcasting. */
    prelu<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, FloatOf<DTypeOf<A, B>>>;
    /** The product of the elements over axes (all of them unless told). */
    prod<const X extends Tensor, const Axis extends Axes | undefined = undefined, const Keep extends boolean = false>(
      this: X,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
    ): Tensor<Reduced<ShapeOf<X>, Axis, Keep>, DTypeOfOne<X>>;
    /** The ratio of peak signal to noise, in decibels. */
    psnr<const X extends Tensor, const Y extends TensorLike>(
      this: X,
      y: Y & CheckBroadcast<ShapeOf<X>, ShapeOf<Y>>,
      maxValue: number,
    ): Tensor<[], FloatOfAll<X | Y>>;
    /** The largest element less the smallest, over axes (all of them unless told). */
    ptp<const X extends Tensor, const Axis extends Axes | undefined = undefined, const Keep extends boolean = false>(
      this: X,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
    ): Tensor<Reduced<ShapeOf<X>, Axis, Keep>, DTypeOfOne<X>>;
    /** Elements replaced at positions along an axis that differ from row to row. */
    putAlongAxis(...rest: Rest<typeof putAlongAxis>): ReturnType<typeof putAlongAxis>;
    /** A matrix as one with orthonormal columns times an upper triangle. */
    qr<const X extends Tensor>(
      this: X,
      fullMatrices?: boolean,
    ): readonly [
      q: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
      r: Tensor<ReplaceAxes<ShapeOf<X>, -2, [number]>, FloatOf<DTypeOfOne<X>>>,
    ];
    /** The value below which a given part of the elements over axes lies. */
    quantile<
      const X extends Tensor,
      const Q extends number | readonly number[],
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: X,
      q: Q,
      options?: Omit<QuantileOptions, keyof ReductionOptions> &
        ReductionOptions<Axis, Keep> &
        CheckAxes<ShapeOf<X>, Axis>,
    ): Tensor<
      Q extends readonly number[]
        ? InsertAxis<Reduced<ShapeOf<X>, Axis, Keep>, 0, Q['length']>
        : Reduced<ShapeOf<X>, Axis, Keep>,
      FloatOf<DTypeOfOne<X>>
    >;
    /** Radians as degrees. */
    rad2deg<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** All elements in one axis, in row-major order. */
    ravel<const X extends Tensor>(this: X): Tensor<[number], DTypeOfOne<X>>;
    /** The real part of complex numbers. */
    real(...rest: Rest<typeof real>): ReturnType<typeof real>;
    /** Axes split, reordered and joined as a pattern says. */
    rearrange(...rest: Rest<typeof rearrange>): ReturnType<typeof rearrange>;
    /** One over every element. */
    reciprocal<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Zeroes every negative element. */
    relu<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** The rectified linear unit with a ceiling of 6. */
    relu6<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** The remainder of the division that rounds down; it has the sign of the divisor, as in Python. The same as mod. */
    remainder<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** Every slice along an axis several times in a row. */
    repeat<const X extends Tensor, const A extends number = 0>(
      this: X,
      times: number,
      axis?: A & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ReplaceAxes<ShapeOf<X>, A, [number]>, DTypeOfOne<X>>;
    /** The same elements, in row-major order, in another shape. */
    reshape<const X extends Tensor, const T extends readonly Dim[]>(
      this: X,
      shape: T,
    ): Tensor<Filled<T>, DTypeOfOne<X>>;
    /** Images in another size, by a choice of filters. */
    resize<const X extends Tensor, const Height extends number, const Width extends number>(
      this: X,
      size: readonly [height: Height, width: Width],
      options?: ImageResizeOptions,
    ): Tensor<ReplaceAxes<ReplaceAxes<ShapeOf<X>, -3, [Height]>, -2, [Width]>, DType>;
    /** Images in another size, between pixels by cubic polynomials. */
    resizeBicubic(...rest: Rest<typeof resizeBicubic>): ReturnType<typeof resizeBicubic>;
    /** Images in another size, between pixels linearly. */
    resizeBilinear(...rest: Rest<typeof resizeBilinear>): ReturnType<typeof resizeBilinear>;
    /** Images in another size, made of the old pixels. */
    resizeNearestNeighbor(...rest: Rest<typeof resizeNearestNeighbor>): ReturnType<typeof resizeNearestNeighbor>;
    /** The elements in reverse order along the given axes, or all of them. */
    reverse(...rest: Rest<typeof reverse>): ReturnType<typeof reverse>;
    /** The first half of the discrete Fourier transform of real numbers. */
    rfft<const X extends Tensor>(
      this: X,
      fftLength?: number,
    ): readonly [
      real: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
      imaginary: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
    ];
    /** The brightness of coloured images. */
    rgbToGrayscale<const X extends Tensor>(this: X): Tensor<ReplaceAxes<ShapeOf<X>, -1, [1]>, FloatOf<DTypeOfOne<X>>>;
    /** Hue, saturation and value of colours. */
    rgbToHsv<const X extends Tensor>(this: X): Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;
    /** The bits of `a` moved to the right by `b` places, with broadcasting. The same as shiftRight. */
    rightShift<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** Elements divided by the root of their mean square. */
    rmsNormalization<const X extends Tensor, const C extends TensorLike = number, const A extends Axes = -1>(
      this: X,
      scale?: C,
      options?: AlongAxisOptions<A> & { readonly epsilon?: number } & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ShapeOf<X>, FloatOfAll<X | C>>;
    /** Elements moved along an axis; those that fall off one end come in at the other. */
    roll(...rest: Rest<typeof roll>): ReturnType<typeof roll>;
    /** The plane of two axes turned by quarter turns. */
    rot90<const X extends Tensor>(
      this: X,
      times?: number,
      axes?: readonly [number, number],
    ): Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;
    /** Images turned around a point. */
    rotateWithOffset<const X extends Tensor>(
      this: X,
      radians: number,
      options?: RotateWithOffsetOptions,
    ): Tensor<ShapeOf<X>, DTypeOfOne<X>>;
    /** The nearest whole number; halves go to the even one. */
    round<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** One over the square root of every element. */
    rsqrt<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The elements in another dtype, limited to its range. */
    saturateCast<const X extends Tensor, const E extends DType>(this: X, dtype: E): Tensor<ShapeOf<X>, E>;
    /** Slices added at the given positions along an axis. */
    scatterAdd(...rest: Rest<typeof scatterAdd>): ReturnType<typeof scatterAdd>;
    /** Slices at the given positions along an axis, where the larger element stays. */
    scatterMax(...rest: Rest<typeof scatterMax>): ReturnType<typeof scatterMax>;
    /** Slices at the given positions along an axis, where the smaller element stays. */
    scatterMin(...rest: Rest<typeof scatterMin>): ReturnType<typeof scatterMin>;
    /** Slices added up at positions in the first axes of zeros. */
    scatterND(...rest: Rest<typeof scatterND>): ReturnType<typeof scatterND>;
    /** Slices replaced at the given positions along an axis. */
    scatterUpdate(...rest: Rest<typeof scatterUpdate>): ReturnType<typeof scatterUpdate>;
    /** Where values belong in a sorted sequence. */
    searchSorted(...rest: Rest<typeof searchSorted>): ReturnType<typeof searchSorted>;
    /** The largest elements of the slices along the first axis that have the same segment number. */
    segmentMax<const X extends Tensor, const N extends number>(
      this: X,
      segmentIds: TensorLike,
      numSegments: N,
    ): Tensor<ReplaceAxes<ShapeOf<X>, 0, [N]>, DTypeOfOne<X>>;
    /** The means of the slices along the first axis that have the same segment number. */
    segmentMean<const X extends Tensor, const N extends number>(
      this: X,
      segmentIds: TensorLike,
      numSegments: N,
    ): Tensor<ReplaceAxes<ShapeOf<X>, 0, [N]>, FloatOf<DTypeOfOne<X>>>;
    /** The smallest elements of the slices along the first axis that have the same segment number. */
    segmentMin<const X extends Tensor, const N extends number>(
      this: X,
      segmentIds: TensorLike,
      numSegments: N,
    ): Tensor<ReplaceAxes<ShapeOf<X>, 0, [N]>, DTypeOfOne<X>>;
    /** The products of the slices along the first axis that have the same segment number. */
    segmentProd<const X extends Tensor, const N extends number>(
      this: X,
      segmentIds: TensorLike,
      numSegments: N,
    ): Tensor<ReplaceAxes<ShapeOf<X>, 0, [N]>, DTypeOfOne<X>>;
    /** The sums of the slices along the first axis that have the same segment number. */
    segmentSum<const X extends Tensor, const N extends number>(
      this: X,
      segmentIds: TensorLike,
      numSegments: N,
    ): Tensor<ReplaceAxes<ShapeOf<X>, 0, [N]>, DTypeOfOne<X>>;
    /** Elements of `x` where the condition holds, else of `y`. */
    select<const C extends Tensor, const A extends TensorLike, const B extends TensorLike>(
      this: C,
      x: A & CheckBroadcast<ShapeOf<C>, ShapeOf<A>>,
      y: B & CheckBroadcast<Broadcast<ShapeOf<C>, ShapeOf<A>>, ShapeOf<B>>,
    ): Tensor<Broadcast<Broadcast<ShapeOf<C>, ShapeOf<A>>, ShapeOf<B>>, DTypeOf<A, B>>;
    /** The scaled exponential linear unit, which keeps mean and variance through layers. */
    selu<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Every channel of images with filters of its own, then the channels mixed. */
    separableConv2d(...rest: Rest<typeof separableConv2d>): ReturnType<typeof separableConv2d>;
    /** The bits of `a` moved to the right by `b` places, with broadcasting. */
    shiftRight<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** The slices along an axis in random order. */
    shuffle(...rest: Rest<typeof shuffle>): ReturnType<typeof shuffle>;
    /** The logistic function, from 0 to 1. */
    sigmoid<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The cross-entropy of labels and the sigmoid of logits, weighted. */
    sigmoidCrossEntropy(...rest: Rest<typeof sigmoidCrossEntropy>): ReturnType<typeof sigmoidCrossEntropy>;
    /** −1, 0 or 1, by the sign of the element. */
    sign<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** Whether an element is negative; −0 is. */
    signbit<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, 'bool'>;
    /** The element times its sigmoid, also called swish. */
    silu<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The sine of every element, in radians. */
    sin<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The normalised sinc function. */
    sinc<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The hyperbolic sine of every element. */
    sinh<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The block that starts at `begin` and has `size` elements along each axis. */
    slice<const X extends Tensor, const Size extends readonly number[]>(
      this: X,
      begin: readonly number[],
      size: Size,
    ): Tensor<Sliced<ShapeOf<X>, Size>, DTypeOfOne<X>>;
    /** All windows of a size that lie inside of a tensor, as a view. */
    slidingWindows(...rest: Rest<typeof slidingWindows>): ReturnType<typeof slidingWindows>;
    /** Sign of the determinant, and logarithm of its magnitude. */
    slogdet<const X extends Tensor>(
      this: X,
    ): readonly [
      sign: Tensor<ReplaceAxes<ShapeOf<X>, -1 | -2, []>, FloatOf<DTypeOfOne<X>>>,
      logarithm: Tensor<ReplaceAxes<ShapeOf<X>, -1 | -2, []>, FloatOf<DTypeOfOne<X>>>,
    ];
    /** Elements brought nearer to 0 by a threshold; those within it become 0. */
    softShrink<S extends Shape, D extends DType>(
      this: Tensor<S, D>,
      options?: SoftShrinkOptions,
    ): Tensor<S, FloatOf<D>>;
    /** The shares that the exponentials of the elements have in their sum along an axis. */
    softmax<const X extends Tensor, const A extends Axes = -1>(
      this: X,
      options?: AlongAxisOptions<A> & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;
    /** Cross-entropy of probabilities and the softmax of logits, per example. */
    softmaxCrossEntropy<const X extends Tensor, const L extends TensorLike, const A extends Axes = -1>(
      this: X,
      labels: L & CheckSameShape<ShapeOf<X>, ShapeOf<L>>,
      options?: AlongAxisOptions<A> & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ReplaceAxes<ShapeOf<X>, ListOf<A>, []>, FloatOfAll<X | L>>;
    /** A smooth form of relu. */
    softplus<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** A gentle squashing function, from −1 to 1. */
    softsign<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Solves systems of linear equations. */
    solve<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckMatrixProduct<ShapeOf<A>, ShapeOf<B>, 'solve'>,
    ): Tensor<MatrixProduct<ShapeOf<A>, ShapeOf<B>>, FloatOfAll<A | B>>;
    /** The elements sorted along an axis. */
    sort<const X extends Tensor, const A extends number = -1>(
      this: X,
      options?: SortOptions<A> & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ShapeOf<X>, DTypeOfOne<X>>;
    /** Sorts along the last axis. */
    sortRows<const X extends Tensor>(
      this: X,
      options?: { readonly descending?: boolean },
    ): Tensor<ShapeOf<X>, DTypeOfOne<X>>;
    /** Blocks of space moved into the batch. */
    spaceToBatchND<const X extends Tensor>(
      this: X,
      blockShape: readonly number[],
      paddings: Paddings,
    ): Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;
    /** Blocks of space moved into the channels: [N, H, W, C] becomes [N, H / b, W / b, b² C]. */
    spaceToDepth<const X extends Tensor>(
      this: X,
      blockSize: number,
      dataFormat?: 'channelsLast' | 'channelsFirst',
    ): Tensor<ReplaceAxes<ShapeOf<X>, 1 | 2 | 3, [number]>, DTypeOfOne<X>>;
    /** Cross-entropy of positions of classes and probabilities, per example. */
    sparseCategoricalCrossentropy(
      ...rest: Rest<typeof sparseCategoricalCrossentropy>
    ): ReturnType<typeof sparseCategoricalCrossentropy>;
    /** A form of relu with a quadratic corner between −1 and 1. */
    sparsePlus<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** A sigmoid of straight pieces; the derivative of sparsePlus. */
    sparseSigmoid<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Cross-entropy of class positions and the softmax of logits, per example. */
    sparseSoftmaxCrossEntropy<const X extends Tensor, const A extends number = -1>(
      this: X,
      labels: TensorLike,
      options?: SparseSoftmaxCrossEntropyOptions<A> & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ReplaceAxes<ShapeOf<X>, A, []>, FloatOf<DTypeOfOne<X>>>;
    /** The nearest probabilities along an axis. */
    sparsemax<const X extends Tensor, const A extends number = -1>(
      this: X,
      axis?: A & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>;
    /** Cuts a tensor along an axis, into equal parts or parts of the given lengths. */
    split<const X extends Tensor, const A extends number = 0>(
      this: X,
      parts: number | readonly number[],
      axis?: A & CheckAxes<ShapeOf<X>, A>,
    ): readonly Tensor<ReplaceAxes<ShapeOf<X>, A, [number]>, DTypeOfOne<X>>[];
    /** The square root of every element. */
    sqrt<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The square of every element. */
    square<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** The square of the difference of two elements, with broadcasting. */
    squaredDifference<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** A smooth form of relu without exponentials. */
    squareplus<S extends Shape, D extends DType>(
      this: Tensor<S, D>,
      options?: SquareplusOptions,
    ): Tensor<S, FloatOf<D>>;
    /** Removes axes of size 1: the given ones, or all of them. */
    squeeze<const X extends Tensor, const A extends Axes | undefined = undefined>(
      this: X,
      axis?: A & CheckSqueeze<ShapeOf<X>, A>,
    ): Tensor<Squeezed<ShapeOf<X>, A>, DTypeOfOne<X>>;
    /** The square root of the variance, over axes (all of them unless told). */
    std<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: Omit<VarianceOptions, keyof ReductionOptions> & ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** 1 for elements above 0, else alpha. */
    step<S extends Shape, D extends DType>(this: Tensor<S, D>, options?: StepOptions): Tensor<S, FloatOf<D>>;
    /** The Fourier transforms of overlapping pieces of a signal. */
    stft(...rest: Rest<typeof stft>): ReturnType<typeof stft>;
    /** Every n-th element from `begin` towards `end`, along each axis. */
    stridedSlice(...rest: Rest<typeof stridedSlice>): ReturnType<typeof stridedSlice>;
    /** Elementwise difference, with broadcasting. */
    sub<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** Sum of the elements over axes (all of them unless told). */
    sum<const X extends Tensor, const Axis extends Axes | undefined = undefined, const Keep extends boolean = false>(
      this: X,
      options?: ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
    ): Tensor<Reduced<ShapeOf<X>, Axis, Keep>, SumOf<DTypeOfOne<X>>>;
    /** Sums over the axes along which `shape` would be broadcast to the shape of `x`. */
    sumTo(...rest: Rest<typeof sumTo>): ReturnType<typeof sumTo>;
    /** Singular values of a matrix and the rotations on both sides. */
    svd<const X extends Tensor>(
      this: X,
      options?: SvdOptions,
    ): readonly [
      u: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
      s: Tensor<ReplaceAxes<ReplaceAxes<ShapeOf<X>, -1, []>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
      vt: Tensor<ReplaceAxes<ShapeOf<X>, -2, [number]>, FloatOf<DTypeOfOne<X>>>,
    ];
    /** Two axes in each other’s place. */
    swapAxes<const X extends Tensor, const I extends number, const J extends number>(
      this: X,
      first: I & CheckAxes<ShapeOf<X>, I>,
      second: J & CheckAxes<ShapeOf<X>, J>,
    ): Tensor<
      ReplaceAxes<ReplaceAxes<ShapeOf<X>, I, [DimAt<ShapeOf<X>, J>]>, J, [DimAt<ShapeOf<X>, I>]>,
      DTypeOfOne<X>
    >;
    /** The slices at positions along an axis, or elements of the flattened tensor. */
    take<const X extends Tensor, const I extends TensorLike, const A extends number | undefined = undefined>(
      this: X,
      indices: I,
      axis?: A & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<A extends number ? ReplaceAxes<ShapeOf<X>, A, ShapeOf<I>> : ShapeOf<I>, DTypeOfOne<X>>;
    /** Elements at positions along an axis that differ from row to row. */
    takeAlongAxis(...rest: Rest<typeof takeAlongAxis>): ReturnType<typeof takeAlongAxis>;
    /** Singular values of matrices with at least as many rows as columns. */
    tallSvd<const X extends Tensor>(
      this: X,
    ): readonly [
      u: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
      s: Tensor<ReplaceAxes<ReplaceAxes<ShapeOf<X>, -1, []>, -1, [number]>, FloatOf<DTypeOfOne<X>>>,
      v: Tensor<SameRank<ShapeOf<X>, number>, FloatOf<DTypeOfOne<X>>>,
    ];
    /** The tangent of every element, in radians. */
    tan<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The hyperbolic tangent of every element. */
    tanh<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The difference between an element and its hyperbolic tangent. */
    tanhShrink<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Slices replaced at positions in the first axes. */
    tensorScatterUpdate(...rest: Rest<typeof tensorScatterUpdate>): ReturnType<typeof tensorScatterUpdate>;
    /** The product of two tensors summed over pairs of axes. */
    tensordot<const A extends Tensor, const B extends TensorLike, const Axes extends number | AxisPairs = 2>(
      this: A,
      b: B & CheckTensordot<ShapeOf<A>, ShapeOf<B>, Axes>,
      axes?: Axes,
    ): Tensor<TensordotShape<ShapeOf<A>, ShapeOf<B>, Axes>, DTypeOf<A, B>>;
    /** Elements up to a threshold are replaced by a value. */
    threshold<S extends Shape, D extends DType>(this: Tensor<S, D>, options?: ThresholdOptions): Tensor<S, FloatOf<D>>;
    /** A tensor laid side by side along its axes. */
    tile<const X extends Tensor>(
      this: X,
      repetitions: readonly number[],
    ): Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;
    /** The largest elements along the last axis and their positions. */
    topK<const X extends Tensor, const K extends number = 1>(
      this: X,
      k?: K,
    ): readonly [
      values: Tensor<ReplaceAxes<ShapeOf<X>, -1, [K]>, DTypeOfOne<X>>,
      indices: Tensor<ReplaceAxes<ShapeOf<X>, -1, [K]>, 'int32'>,
    ];
    /** The sum of the elements on a diagonal of matrices. */
    trace<const X extends Tensor>(this: X, k?: number): Tensor<ReplaceAxes<ShapeOf<X>, -1 | -2, []>, DTypeOfOne<X>>;
    /** Images seen through projective transforms. */
    transform(...rest: Rest<typeof transform>): ReturnType<typeof transform>;
    /** The axes in another order (reversed unless told). */
    transpose<const X extends Tensor, const A extends readonly number[] | undefined = undefined>(
      this: X,
      axes?: A & (A extends readonly number[] ? CheckPermutation<ShapeOf<X>, A> : unknown),
    ): Tensor<A extends readonly number[] ? Permuted<ShapeOf<X>, A> : ReversedShape<ShapeOf<X>>, DTypeOfOne<X>>;
    /** The integral of samples by the trapezoidal rule. */
    trapezoid<const X extends Tensor, const A extends number = -1>(
      this: X,
      dx?: number,
      axis?: A & CheckAxes<ShapeOf<X>, A>,
    ): Tensor<ReplaceAxes<ShapeOf<X>, A, []>, FloatOf<DTypeOfOne<X>>>;
    /** Solves systems of equations with a triangular matrix. */
    triangularSolve<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckMatrixProduct<ShapeOf<A>, ShapeOf<B>, 'triangularSolve'>,
      options?: TriangularSolveOptions,
    ): Tensor<MatrixProduct<ShapeOf<A>, ShapeOf<B>>, FloatOfAll<A | B>>;
    /** The lower triangle of matrices: elements above a diagonal become 0. */
    tril(...rest: Rest<typeof tril>): ReturnType<typeof tril>;
    /** The upper triangle of matrices: elements below a diagonal become 0. */
    triu(...rest: Rest<typeof triu>): ReturnType<typeof triu>;
    /** The element without its fraction. */
    trunc<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** The positions along every axis of a shape that flat positions stand for. */
    unravelIndex<const X extends Tensor>(
      this: X,
      shape: readonly number[],
    ): readonly Tensor<ShapeOf<X>, DTypeOfOne<X>>[];
    /** The sums of the slices along the first axis that have the same segment number. */
    unsortedSegmentSum<const X extends Tensor, const N extends number>(
      this: X,
      segmentIds: TensorLike,
      numSegments: N,
    ): Tensor<ReplaceAxes<ShapeOf<X>, 0, [N]>, DTypeOfOne<X>>;
    /** The slices along an axis, without that axis. */
    unstack<const X extends Tensor, const A extends number = 0>(
      this: X,
      axis?: A & CheckAxes<ShapeOf<X>, A>,
    ): readonly Tensor<ReplaceAxes<ShapeOf<X>, A, []>, DTypeOfOne<X>>[];
    /** The place in a sorted sequence behind all elements equal to a value. */
    upperBound(...rest: Rest<typeof upperBound>): ReturnType<typeof upperBound>;
    /** The powers of every element along a new last axis, from the highest to 0. */
    vander<const X extends Tensor>(this: X, options?: VanderOptions): Tensor<[...ShapeOf<X>, number]>;
    /** The mean squared distance from the mean, over axes (all of them unless told). */
    variance<
      S extends Shape,
      D extends DType,
      const Axis extends Axes | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: Omit<VarianceOptions, keyof ReductionOptions> & ReductionOptions<Axis, Keep> & CheckAxes<S, Axis>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The sum of the products of all elements of two tensors of one size. */
    vdot<const A extends Tensor, const B extends TensorLike>(this: A, b: B): Tensor<[], DTypeOf<A, B>>;
    /** Pairs of real numbers along the last axis as complex numbers. */
    viewAsComplex<const X extends Tensor>(this: X): Tensor<ReplaceAxes<ShapeOf<X>, -1, []>, 'complex64'>;
    /** Complex numbers as pairs of real numbers along a new last axis. */
    viewAsReal<const X extends Tensor>(this: X): Tensor<InsertAxis<ShapeOf<X>, -1, 2>, 'float32'>;
    /** Elements of `x` where `condition` holds, else of `y`. */
    where<const C extends Tensor, const A extends TensorLike, const B extends TensorLike>(
      this: C,
      x: A & CheckBroadcast<ShapeOf<C>, ShapeOf<A>>,
      y: B & CheckBroadcast<Broadcast<ShapeOf<C>, ShapeOf<A>>, ShapeOf<B>>,
    ): Tensor<Broadcast<Broadcast<ShapeOf<C>, ShapeOf<A>>, ShapeOf<B>>, DTypeOf<A, B>>;
    /** All windows of a size over some axes, with padding around. */
    windows(...rest: Rest<typeof windows>): ReturnType<typeof windows>;
    /** A number times the logarithm of one more than another, with broadcasting, and 0 where the first is 0. */
    xlog1py<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, FloatOf<DTypeOf<A, B>>>;
    /** A number times the logarithm of another, with broadcasting, and 0 where the first is 0. */
    xlogy<const A extends Tensor, const B extends TensorLike>(
      this: A,
      b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
    ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, FloatOf<DTypeOf<A, B>>>;
    /** Zeros in the shape (and dtype, unless told) of another tensor. */
    zerosLike(...rest: Rest<typeof zerosLike>): ReturnType<typeof zerosLike>;
  }
}

const methods = {
  abs,
  absoluteDifference,
  acos,
  acosh,
  adaptiveAveragePool,
  adaptiveMaxPool,
  add,
  affineTransform,
  all,
  allClose,
  angle,
  any,
  argMax,
  argMin,
  argPartition,
  argSort,
  argSortRows,
  asin,
  asinh,
  atLeast1d,
  atLeast2d,
  atLeast3d,
  atan,
  atan2,
  atanh,
  average,
  avgPool,
  avgPool1d,
  avgPool3d,
  bandPart,
  basicLSTMCell,
  batchNorm,
  batchToSpaceND,
  binaryCrossentropy,
  bincount,
  bitcast,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  broadcastTo,
  cast,
  categoricalCrossentropy,
  cbrt,
  ceil,
  celu,
  cholesky,
  choleskyInverse,
  clip,
  complex,
  computeWeightedLoss,
  confusionMatrix,
  conj,
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  conv3d,
  conv3dTranspose,
  convolve,
  copySign,
  corrcoef,
  correlate,
  cos,
  cosh,
  cosineDistance,
  countNonZero,
  cropAndResize,
  cropImages,
  cross,
  ctcLoss,
  cumMax,
  cumMin,
  cumProd,
  cumSum,
  deg2rad,
  denseBincount,
  depthToSpace,
  depthwiseConv2d,
  det,
  diag,
  diagPart,
  diagonal,
  diff,
  digamma,
  digitize,
  dilation2d,
  div,
  divNoNan,
  dot,
  dotGeneral,
  dotProductAttention,
  dropout,
  eigh,
  elu,
  ensureShape,
  entr,
  equal,
  erf,
  erfInv,
  erfc,
  euclideanNorm,
  exp,
  exp2,
  expandDims,
  expm,
  expm1,
  extractPatches,
  fft,
  fft2,
  fillDiagonal,
  flatten,
  flip,
  flipLeftRight,
  flipUpDown,
  floor,
  floorDiv,
  fmod,
  fourierTransform,
  frame,
  fullLike,
  gammaPathwise,
  gather,
  gatherND,
  gaussianBlur,
  gcd,
  gelu,
  globalAveragePool,
  globalMaxPool,
  glu,
  gramSchmidt,
  grayscaleToRGB,
  greater,
  greaterEqual,
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardTanh,
  heaviside,
  hingeLoss,
  histogram,
  householderQr,
  hsvToRgb,
  huberLoss,
  hypot,
  i0,
  i0e,
  i1,
  i1e,
  ifft,
  ifft2,
  imag,
  inTopK,
  inner,
  interp,
  inv,
  irfft,
  isClose,
  isFinite,
  isIn,
  isInf,
  isNaN,
  isNegInf,
  isPosInf,
  isReal,
  istft,
  kron,
  layerNormalization,
  lcm,
  ldexp,
  leakyRelu,
  leftShift,
  less,
  lessEqual,
  lgamma,
  linearRecurrence,
  localResponseNormalization,
  log,
  log10,
  log1p,
  log2,
  logAddExp,
  logAddExp2,
  logCumSumExp,
  logLoss,
  logSigmoid,
  logSoftmax,
  logSumExp,
  logdet,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  logit,
  lowRankCofactors,
  lowerBound,
  lstsq,
  lu,
  luFactor,
  mapCoordinates,
  matmul,
  matrixPower,
  max,
  maxPool,
  maxPool1d,
  maxPool3d,
  maxPoolWithArgmax,
  maximum,
  mean,
  meanSquaredError,
  median,
  min,
  minimum,
  mirrorPad,
  mish,
  mod,
  moments,
  moveAxis,
  mul,
  multiHot,
  nanArgMax,
  nanArgMin,
  nanMax,
  nanMean,
  nanMin,
  nanProd,
  nanStd,
  nanSum,
  nanToNum,
  nanVar,
  neg,
  nextAfter,
  norm,
  normalize,
  notEqual,
  oneHot,
  onesLike,
  optimizationBarrier,
  outer,
  overlapAdd,
  overlapSum,
  pad,
  padImages,
  perspectiveTransform,
  pinv,
  polar,
  polyval,
  pow,
  prelu,
  prod,
  psnr,
  ptp,
  putAlongAxis,
  qr,
  quantile,
  rad2deg,
  ravel,
  real,
  rearrange,
  reciprocal,
  relu,
  relu6,
  remainder,
  repeat,
  reshape,
  resize,
  resizeBicubic,
  resizeBilinear,
  resizeNearestNeighbor,
  reverse,
  rfft,
  rgbToGrayscale,
  rgbToHsv,
  rightShift,
  rmsNormalization,
  roll,
  rot90,
  rotateWithOffset,
  round,
  rsqrt,
  saturateCast,
  scatterAdd,
  scatterMax,
  scatterMin,
  scatterND,
  scatterUpdate,
  searchSorted,
  segmentMax,
  segmentMean,
  segmentMin,
  segmentProd,
  segmentSum,
  select,
  selu,
  separableConv2d,
  shiftRight,
  shuffle,
  sigmoid,
  sigmoidCrossEntropy,
  sign,
  signbit,
  silu,
  sin,
  sinc,
  sinh,
  slice,
  slidingWindows,
  slogdet,
  softShrink,
  softmax,
  softmaxCrossEntropy,
  softplus,
  softsign,
  solve,
  sort,
  sortRows,
  spaceToBatchND,
  spaceToDepth,
  sparseCategoricalCrossentropy,
  sparsePlus,
  sparseSigmoid,
  sparseSoftmaxCrossEntropy,
  sparsemax,
  split,
  sqrt,
  square,
  squaredDifference,
  squareplus,
  squeeze,
  std,
  step,
  stft,
  stridedSlice,
  sub,
  sum,
  sumTo,
  svd,
  swapAxes,
  take,
  takeAlongAxis,
  tallSvd,
  tan,
  tanh,
  tanhShrink,
  tensorScatterUpdate,
  tensordot,
  threshold,
  tile,
  topK,
  trace,
  transform,
  transpose,
  trapezoid,
  triangularSolve,
  tril,
  triu,
  trunc,
  unravelIndex,
  unsortedSegmentSum,
  unstack,
  upperBound,
  vander,
  variance,
  vdot,
  viewAsComplex,
  viewAsReal,
  where,
  windows,
  xlog1py,
  xlogy,
  zerosLike,
};

for (const [name, op] of Object.entries(methods)) {
  if (name in Tensor.prototype) continue;
  const call = op as unknown as (...args: readonly unknown[]) => unknown;
  const value = function (this: Tensor, ...rest: readonly unknown[]): unknown {
    return call(this, ...rest);
  };
  Object.defineProperty(Tensor.prototype, name, { value, configurable: true, writable: true });
}
