/**
 * `@deft/tensor/fluent`: ops as methods of `Tensor`: `import '@deft/tensor/fluent'` once, then `x.add(1).relu()`. A method
 * is the free function with the tensor as its first argument.
 *
 * Written by scripts/generate-ops.mjs; run it after adding an op.
 */
import { type Broadcast, type CheckBroadcast, type DType, type Reduced, type Shape, Tensor } from '@deft/core';
import {
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
  copySign,
  corrcoef,
  cos,
  cosh,
  cosineDistance,
  countNonZero,
  cropAndResize,
  cropImages,
  cross,
  cumMax,
  cumMin,
  cumProd,
  cumSum,
  type DTypeOf,
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
  eigh,
  elu,
  ensureShape,
  equal,
  erf,
  erfInv,
  euclideanNorm,
  exp,
  exp2,
  expandDims,
  expm,
  expm1,
  extractPatches,
  type FloatOf,
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
  type GeluOptions,
  gather,
  gatherND,
  gaussianBlur,
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
  ifft,
  ifft2,
  imag,
  inner,
  inTopK,
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
  layerNormalization,
  leakyRelu,
  leftShift,
  less,
  lessEqual,
  lgamma,
  localResponseNormalization,
  log,
  log1p,
  log2,
  log10,
  logAddExp,
  logCumSumExp,
  logdet,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  logLoss,
  logSigmoid,
  logSoftmax,
  logSumExp,
  lowerBound,
  lstsq,
  lu,
  luFactor,
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
  outer,
  overlapAdd,
  overlapSum,
  pad,
  padImages,
  perspectiveTransform,
  pinv,
  polar,
  pow,
  prelu,
  prod,
  psnr,
  ptp,
  putAlongAxis,
  qr,
  quantile,
  type ReductionOptions,
  rad2deg,
  ravel,
  real,
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
  type SoftShrinkOptions,
  type SquareplusOptions,
  type StepOptions,
  scatterAdd,
  scatterND,
  scatterUpdate,
  searchSorted,
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
  type TensorLike,
  type ThresholdOptions,
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
  unsortedSegmentSum,
  unstack,
  upperBound,
  type VarianceOptions,
  variance,
  vdot,
  viewAsComplex,
  viewAsReal,
  where,
  windows,
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
    adaptiveAveragePool(...rest: Rest<typeof adaptiveAveragePool>): ReturnType<typeof adaptiveAveragePool>;
    /** The largest element of a given number of parts along each spatial axis. */
    adaptiveMaxPool(...rest: Rest<typeof adaptiveMaxPool>): ReturnType<typeof adaptiveMaxPool>;
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
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, 'bool'>;
    /** Whether all elements are nearly equal, with broadcasting: one boolean. */
    allClose(...rest: Rest<typeof allClose>): ReturnType<typeof allClose>;
    /** The angle between complex numbers and the positive real axis. */
    angle(...rest: Rest<typeof angle>): ReturnType<typeof angle>;
    /** Whether at least one element is true, over axes (all of them unless told). */
    any<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, 'bool'>;
    /** The position of the largest element along an axis, or in row-major order over several. */
    argMax<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, 'int32'>;
    /** The position of the smallest element along an axis, or in row-major order over several. */
    argMin<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, 'int32'>;
    /** The places that the elements of the sorted axis come from. */
    argSort(...rest: Rest<typeof argSort>): ReturnType<typeof argSort>;
    /** The places that the elements of the sorted last axis come from. */
    argSortRows(...rest: Rest<typeof argSortRows>): ReturnType<typeof argSortRows>;
    /** The angle whose sine every element is, from −π/2 to π/2. */
    asin<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The inverse hyperbolic sine of every element. */
    asinh<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The tensor with at least 1 axis. A scalar becomes a vector. */
    atLeast1d(...rest: Rest<typeof atLeast1d>): ReturnType<typeof atLeast1d>;
    /** The tensor with at least 2 axes. A vector becomes a row. */
    atLeast2d(...rest: Rest<typeof atLeast2d>): ReturnType<typeof atLeast2d>;
    /** The tensor with at least 3 axes. A vector of n elements becomes [1, n, 1], a matrix gets an axis behind. */
    atLeast3d(...rest: Rest<typeof atLeast3d>): ReturnType<typeof atLeast3d>;
    /** The angle whose tangent every element is, from −π/2 to π/2. */
    atan<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The angle of the point (x, y), from −π to π; the ordinate comes first. */
    atan2<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, FloatOf<DTypeOf<Tensor<S, D>, B>>>;
    /** The inverse hyperbolic tangent of every element. */
    atanh<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The mean over axes, weighted. */
    average(...rest: Rest<typeof average>): ReturnType<typeof average>;
    /** The mean of every window of images. */
    avgPool(...rest: Rest<typeof avgPool>): ReturnType<typeof avgPool>;
    /** The mean of every window of sequences. */
    avgPool1d(...rest: Rest<typeof avgPool1d>): ReturnType<typeof avgPool1d>;
    /** The mean of every window of volumes. */
    avgPool3d(...rest: Rest<typeof avgPool3d>): ReturnType<typeof avgPool3d>;
    /** Matrices with 0 outside of a band around the main diagonal. */
    bandPart(...rest: Rest<typeof bandPart>): ReturnType<typeof bandPart>;
    /** Elements brought to mean 0 and variance 1 by given moments, then scaled and moved. */
    batchNorm(...rest: Rest<typeof batchNorm>): ReturnType<typeof batchNorm>;
    /** The batch moved into blocks of space. */
    batchToSpaceND(...rest: Rest<typeof batchToSpaceND>): ReturnType<typeof batchToSpaceND>;
    /** Cross-entropy of labels and probabilities of one class, element by element. */
    binaryCrossentropy(...rest: Rest<typeof binaryCrossentropy>): ReturnType<typeof binaryCrossentropy>;
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
    broadcastTo(...rest: Rest<typeof broadcastTo>): ReturnType<typeof broadcastTo>;
    /** The elements in another dtype. */
    cast(...rest: Rest<typeof cast>): ReturnType<typeof cast>;
    /** Cross-entropy of probabilities of classes, per example. */
    categoricalCrossentropy(...rest: Rest<typeof categoricalCrossentropy>): ReturnType<typeof categoricalCrossentropy>;
    /** The cube root, of negative elements too. */
    cbrt<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The smallest whole number that is not less than the element. */
    ceil<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** The continuously differentiable exponential linear unit. */
    celu<S extends Shape, D extends DType>(this: Tensor<S, D>, options?: CeluOptions): Tensor<S, FloatOf<D>>;
    /** The lower triangle whose product with its transpose is a positive definite matrix. */
    cholesky(...rest: Rest<typeof cholesky>): ReturnType<typeof cholesky>;
    /** The inverse of a matrix from its Cholesky factor. */
    choleskyInverse(...rest: Rest<typeof choleskyInverse>): ReturnType<typeof choleskyInverse>;
    /** Every element limited to a range. */
    clip(...rest: Rest<typeof clip>): ReturnType<typeof clip>;
    /** Complex numbers of their real and imaginary parts. */
    complex(...rest: Rest<typeof complex>): ReturnType<typeof complex>;
    /** Losses times weights, reduced. */
    computeWeightedLoss(...rest: Rest<typeof computeWeightedLoss>): ReturnType<typeof computeWeightedLoss>;
    /** How often each true class (rows) was predicted as each class (columns). */
    confusionMatrix(...rest: Rest<typeof confusionMatrix>): ReturnType<typeof confusionMatrix>;
    /** Complex numbers mirrored at the real axis. */
    conj<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** Slides filters over sequences (cross-correlation). */
    conv1d(...rest: Rest<typeof conv1d>): ReturnType<typeof conv1d>;
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
    /** The size of `a` with the sign of `b`, with broadcasting. */
    copySign<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, FloatOf<DTypeOf<Tensor<S, D>, B>>>;
    /** Correlations of the rows of a matrix. */
    corrcoef(...rest: Rest<typeof corrcoef>): ReturnType<typeof corrcoef>;
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
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, 'int32'>;
    /** Boxes cut out of images, all resized to one size. */
    cropAndResize(...rest: Rest<typeof cropAndResize>): ReturnType<typeof cropAndResize>;
    /** Images without their margins. */
    cropImages(...rest: Rest<typeof cropImages>): ReturnType<typeof cropImages>;
    /** The cross product of vectors of three elements. */
    cross(...rest: Rest<typeof cross>): ReturnType<typeof cross>;
    /** The largest of every element and those before it, along an axis (the first unless told). */
    cumMax(...rest: Rest<typeof cumMax>): ReturnType<typeof cumMax>;
    /** The smallest of every element and those before it, along an axis (the first unless told). */
    cumMin(...rest: Rest<typeof cumMin>): ReturnType<typeof cumMin>;
    /** The product of every element and those before it, along an axis (the first unless told). */
    cumProd(...rest: Rest<typeof cumProd>): ReturnType<typeof cumProd>;
    /** The sum of every element and those before it, along an axis (the first unless told). */
    cumSum(...rest: Rest<typeof cumSum>): ReturnType<typeof cumSum>;
    /** Degrees as radians. */
    deg2rad<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** How often each number occurs along the last axis. */
    denseBincount(...rest: Rest<typeof denseBincount>): ReturnType<typeof denseBincount>;
    /** Channels spread out into blocks of space: [N, H, W, b² C] becomes [N, b H, b W, C]. */
    depthToSpace(...rest: Rest<typeof depthToSpace>): ReturnType<typeof depthToSpace>;
    /** Slides filters over every channel of images by itself. */
    depthwiseConv2d(...rest: Rest<typeof depthwiseConv2d>): ReturnType<typeof depthwiseConv2d>;
    /** The determinant of square matrices. */
    det(...rest: Rest<typeof det>): ReturnType<typeof det>;
    /** The matrices that have the given elements on a diagonal. */
    diag(...rest: Rest<typeof diag>): ReturnType<typeof diag>;
    /** The elements on a diagonal of matrices. */
    diagPart(...rest: Rest<typeof diagPart>): ReturnType<typeof diagPart>;
    /** The elements on a diagonal of the planes of two axes, along a new last axis. */
    diagonal(...rest: Rest<typeof diagonal>): ReturnType<typeof diagonal>;
    /** The differences of neighbours along an axis. */
    diff(...rest: Rest<typeof diff>): ReturnType<typeof diff>;
    /** The derivative of the logarithm of the gamma function. */
    digamma<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The number of the interval between ascending bounds that every element lies in. */
    digitize(...rest: Rest<typeof digitize>): ReturnType<typeof digitize>;
    /** The largest sum of image and filter in every window. */
    dilation2d(...rest: Rest<typeof dilation2d>): ReturnType<typeof dilation2d>;
    /** Elementwise quotient, with broadcasting. */
    div<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, FloatOf<DTypeOf<Tensor<S, D>, B>>>;
    /** The quotient, and 0 where the divisor is 0, with broadcasting. */
    divNoNan<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, FloatOf<DTypeOf<Tensor<S, D>, B>>>;
    /** The inner product of two vectors. */
    dot(...rest: Rest<typeof dot>): ReturnType<typeof dot>;
    /** Multiplies two tensors and sums over pairs of axes. */
    dotGeneral(...rest: Rest<typeof dotGeneral>): ReturnType<typeof dotGeneral>;
    /** Values weighted by how queries and keys agree. */
    dotProductAttention(...rest: Rest<typeof dotProductAttention>): ReturnType<typeof dotProductAttention>;
    /** Zeroes elements at random and scales the others so that the expected sum stays. */
    dropout(...rest: Rest<typeof dropout>): ReturnType<typeof dropout>;
    /** Eigenvalues and eigenvectors of symmetric matrices. */
    eigh(...rest: Rest<typeof eigh>): ReturnType<typeof eigh>;
    /** The exponential linear unit. */
    elu<S extends Shape, D extends DType>(this: Tensor<S, D>, options?: EluOptions): Tensor<S, FloatOf<D>>;
    /** The tensor as it is, if it has the given shape. */
    ensureShape(...rest: Rest<typeof ensureShape>): ReturnType<typeof ensureShape>;
    /** Whether each element of `a` equals that of `b`. */
    equal<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, 'bool'>;
    /** The error function of every element. */
    erf<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The inverse of the error function. */
    erfInv<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The Euclidean length over axes (all of them unless told). The same as norm. */
    euclideanNorm<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The exponential of every element. */
    exp<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** 2 to the power of every element. */
    exp2<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** A new axis of size 1. */
    expandDims(...rest: Rest<typeof expandDims>): ReturnType<typeof expandDims>;
    /** The exponential of square matrices. */
    expm(...rest: Rest<typeof expm>): ReturnType<typeof expm>;
    /** The exponential of every element, less one, exact near 0. */
    expm1<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The patches of images, each as one vector. */
    extractPatches(...rest: Rest<typeof extractPatches>): ReturnType<typeof extractPatches>;
    /** The discrete Fourier transform along an axis. */
    fft(...rest: Rest<typeof fft>): ReturnType<typeof fft>;
    /** The discrete Fourier transform over the last two axes. */
    fft2(...rest: Rest<typeof fft2>): ReturnType<typeof fft2>;
    /** The matrices with one value on the main diagonal. */
    fillDiagonal(...rest: Rest<typeof fillDiagonal>): ReturnType<typeof fillDiagonal>;
    /** Merges neighbouring axes (all of them unless told) into one. */
    flatten(...rest: Rest<typeof flatten>): ReturnType<typeof flatten>;
    /** The elements in reverse order along the given axes, or all of them. */
    flip(...rest: Rest<typeof flip>): ReturnType<typeof flip>;
    /** Images mirrored: their columns in reverse order. */
    flipLeftRight(...rest: Rest<typeof flipLeftRight>): ReturnType<typeof flipLeftRight>;
    /** Images upside down: their rows in reverse order. */
    flipUpDown(...rest: Rest<typeof flipUpDown>): ReturnType<typeof flipUpDown>;
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
    fourierTransform(...rest: Rest<typeof fourierTransform>): ReturnType<typeof fourierTransform>;
    /** The overlapping pieces of a signal. */
    frame(...rest: Rest<typeof frame>): ReturnType<typeof frame>;
    /** One value in the shape (and dtype, unless told) of another tensor. */
    fullLike(...rest: Rest<typeof fullLike>): ReturnType<typeof fullLike>;
    /** The slices at the given positions along an axis. */
    gather(...rest: Rest<typeof gather>): ReturnType<typeof gather>;
    /** The slices at positions in the first axes. */
    gatherND(...rest: Rest<typeof gatherND>): ReturnType<typeof gatherND>;
    /** Images out of focus: means with the weights of a bell curve. */
    gaussianBlur(...rest: Rest<typeof gaussianBlur>): ReturnType<typeof gaussianBlur>;
    /** The Gaussian error linear unit. */
    gelu<S extends Shape, D extends DType>(this: Tensor<S, D>, options?: GeluOptions): Tensor<S, FloatOf<D>>;
    /** The mean over the rows and columns of images. */
    globalAveragePool(...rest: Rest<typeof globalAveragePool>): ReturnType<typeof globalAveragePool>;
    /** The largest element over the rows and columns of images. */
    globalMaxPool(...rest: Rest<typeof globalMaxPool>): ReturnType<typeof globalMaxPool>;
    /** The first half of an axis times the logistic function of the second half. */
    glu(...rest: Rest<typeof glu>): ReturnType<typeof glu>;
    /** Rows made orthonormal one after the other. */
    gramSchmidt(...rest: Rest<typeof gramSchmidt>): ReturnType<typeof gramSchmidt>;
    /** Images of one channel as images of three equal ones. */
    grayscaleToRGB(...rest: Rest<typeof grayscaleToRGB>): ReturnType<typeof grayscaleToRGB>;
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
    heaviside<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, FloatOf<DTypeOf<Tensor<S, D>, B>>>;
    /** The hinge loss of labels 0 and 1, weighted. */
    hingeLoss(...rest: Rest<typeof hingeLoss>): ReturnType<typeof hingeLoss>;
    /** How many elements fall into each of several intervals of equal width, and their ends. */
    histogram(...rest: Rest<typeof histogram>): ReturnType<typeof histogram>;
    /** A matrix as one with orthonormal columns times an upper triangle. */
    householderQr(...rest: Rest<typeof householderQr>): ReturnType<typeof householderQr>;
    /** Colours in red, green and blue of hue, saturation and value. */
    hsvToRgb(...rest: Rest<typeof hsvToRgb>): ReturnType<typeof hsvToRgb>;
    /** Squared for small differences, linear beyond, weighted. */
    huberLoss(...rest: Rest<typeof huberLoss>): ReturnType<typeof huberLoss>;
    /** The length of the hypotenuse, without overflow, with broadcasting. */
    hypot<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, FloatOf<DTypeOf<Tensor<S, D>, B>>>;
    /** The inverse discrete Fourier transform along an axis. */
    ifft(...rest: Rest<typeof ifft>): ReturnType<typeof ifft>;
    /** The inverse discrete Fourier transform over the last two axes. */
    ifft2(...rest: Rest<typeof ifft2>): ReturnType<typeof ifft2>;
    /** The imaginary part of complex numbers. */
    imag(...rest: Rest<typeof imag>): ReturnType<typeof imag>;
    /** Whether the prediction for the target class is among the k largest of its row. */
    inTopK(...rest: Rest<typeof inTopK>): ReturnType<typeof inTopK>;
    /** The sums of products over the last axes of two tensors. */
    inner(...rest: Rest<typeof inner>): ReturnType<typeof inner>;
    /** The inverse of square matrices. */
    inv(...rest: Rest<typeof inv>): ReturnType<typeof inv>;
    /** The inverse of the Fourier transform of real numbers. */
    irfft(...rest: Rest<typeof irfft>): ReturnType<typeof irfft>;
    /** Whether two elements are nearly equal, with broadcasting. */
    isClose(...rest: Rest<typeof isClose>): ReturnType<typeof isClose>;
    /** Whether each element is neither NaN nor an infinity. */
    isFinite<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, 'bool'>;
    /** Whether every element occurs anywhere in another tensor. */
    isIn(...rest: Rest<typeof isIn>): ReturnType<typeof isIn>;
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
    kron(...rest: Rest<typeof kron>): ReturnType<typeof kron>;
    /** Brings the elements along axes to mean 0 and variance 1, then scales and moves them. */
    layerNormalization(...rest: Rest<typeof layerNormalization>): ReturnType<typeof layerNormalization>;
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
    /** Every channel divided by the strength of its neighbours. */
    localResponseNormalization(
      ...rest: Rest<typeof localResponseNormalization>
    ): ReturnType<typeof localResponseNormalization>;
    /** The natural logarithm of every element. */
    log<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The logarithm to base 10. */
    log10<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The natural logarithm of one plus every element, exact near 0. */
    log1p<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The logarithm to base 2. */
    log2<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The logarithm of the sum of two exponentials, without overflow, with broadcasting. */
    logAddExp<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, FloatOf<DTypeOf<Tensor<S, D>, B>>>;
    /** The logarithm of the sum of exponentials of every element and those before it, along an axis (the first unless told). */
    logCumSumExp(...rest: Rest<typeof logCumSumExp>): ReturnType<typeof logCumSumExp>;
    /** The logarithmic loss of probabilities, weighted. */
    logLoss(...rest: Rest<typeof logLoss>): ReturnType<typeof logLoss>;
    /** The logarithm of the logistic function, without loss of digits. */
    logSigmoid<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Logarithms of the shares that the exponentials of the elements have in their sum along an axis. */
    logSoftmax(...rest: Rest<typeof logSoftmax>): ReturnType<typeof logSoftmax>;
    /** The logarithm of the sum of exponentials over axes (all of them unless told), without overflow. */
    logSumExp<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The logarithm of the determinant. */
    logdet(...rest: Rest<typeof logdet>): ReturnType<typeof logdet>;
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
    /** The place in a sorted sequence before all elements equal to a value. */
    lowerBound(...rest: Rest<typeof lowerBound>): ReturnType<typeof lowerBound>;
    /** The solution of linear equations with the least square error. */
    lstsq(...rest: Rest<typeof lstsq>): ReturnType<typeof lstsq>;
    /** A matrix as a permutation times a lower and an upper triangle. */
    lu(...rest: Rest<typeof lu>): ReturnType<typeof lu>;
    /** LU decomposition with row exchanges, packed in one matrix, with pivots and permutation. */
    luFactor(...rest: Rest<typeof luFactor>): ReturnType<typeof luFactor>;
    /** A tensor read at computed places, interpolated between its elements. */
    mapCoordinates(...rest: Rest<typeof mapCoordinates>): ReturnType<typeof mapCoordinates>;
    /** The product of matrices, or of stacks of them. */
    matmul(...rest: Rest<typeof matmul>): ReturnType<typeof matmul>;
    /** Whole powers of square matrices. */
    matrixPower(...rest: Rest<typeof matrixPower>): ReturnType<typeof matrixPower>;
    /** The largest element over axes (all of them unless told). */
    max<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, D>;
    /** The largest element of every window of images. */
    maxPool(...rest: Rest<typeof maxPool>): ReturnType<typeof maxPool>;
    /** The largest element of every window of sequences. */
    maxPool1d(...rest: Rest<typeof maxPool1d>): ReturnType<typeof maxPool1d>;
    /** The largest element of every window of volumes. */
    maxPool3d(...rest: Rest<typeof maxPool3d>): ReturnType<typeof maxPool3d>;
    /** The largest element of every window of images, and its position in the flattened image. */
    maxPoolWithArgmax(...rest: Rest<typeof maxPoolWithArgmax>): ReturnType<typeof maxPoolWithArgmax>;
    /** The larger of two elements, with broadcasting. */
    maximum<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** The arithmetic mean over axes (all of them unless told). */
    mean<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The squared difference of labels and predictions, weighted. */
    meanSquaredError(...rest: Rest<typeof meanSquaredError>): ReturnType<typeof meanSquaredError>;
    /** The middle of the sorted elements over axes (all of them unless told); between two, their mean. */
    median<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The smallest element over axes (all of them unless told). */
    min<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, D>;
    /** The smaller of two elements, with broadcasting. */
    minimum<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** A border of the tensor’s own elements, mirrored or repeated. */
    mirrorPad(...rest: Rest<typeof mirrorPad>): ReturnType<typeof mirrorPad>;
    /** A smooth, self-gated activation. */
    mish<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Elementwise remainder of the division that rounds down; it has the sign of the divisor. */
    mod<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** The mean and the variance over axes (all of them unless told). */
    moments(...rest: Rest<typeof moments>): ReturnType<typeof moments>;
    /** One axis in another place; the others keep their order. */
    moveAxis(...rest: Rest<typeof moveAxis>): ReturnType<typeof moveAxis>;
    /** Elementwise product, with broadcasting. */
    mul<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** Ones at several positions. */
    multiHot(...rest: Rest<typeof multiHot>): ReturnType<typeof multiHot>;
    /** The largest of the elements that are not NaN. */
    nanMax(...rest: Rest<typeof nanMax>): ReturnType<typeof nanMax>;
    /** The mean of the elements that are not NaN. */
    nanMean(...rest: Rest<typeof nanMean>): ReturnType<typeof nanMean>;
    /** The smallest of the elements that are not NaN. */
    nanMin(...rest: Rest<typeof nanMin>): ReturnType<typeof nanMin>;
    /** The product of the elements that are not NaN. */
    nanProd(...rest: Rest<typeof nanProd>): ReturnType<typeof nanProd>;
    /** The standard deviation of the elements that are not NaN. */
    nanStd(...rest: Rest<typeof nanStd>): ReturnType<typeof nanStd>;
    /** The sum of the elements that are not NaN. */
    nanSum(...rest: Rest<typeof nanSum>): ReturnType<typeof nanSum>;
    /** Numbers in place of NaN and the infinities. */
    nanToNum<S extends Shape, D extends DType>(this: Tensor<S, D>, options?: NanToNumOptions): Tensor<S, FloatOf<D>>;
    /** The variance of the elements that are not NaN. */
    nanVar(...rest: Rest<typeof nanVar>): ReturnType<typeof nanVar>;
    /** The negative of every element. */
    neg<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** The number next to `a` in the direction of `b`, with broadcasting. */
    nextAfter<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, FloatOf<DTypeOf<Tensor<S, D>, B>>>;
    /** The Euclidean length over axes (all of them unless told). */
    norm<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** Elements divided by the length of their vector. */
    normalize(...rest: Rest<typeof normalize>): ReturnType<typeof normalize>;
    /** Whether each element of `a` differs from that of `b`. */
    notEqual<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, 'bool'>;
    /** For every position a vector that is 1 there and 0 elsewhere. */
    oneHot(...rest: Rest<typeof oneHot>): ReturnType<typeof oneHot>;
    /** Ones in the shape (and dtype, unless told) of another tensor. */
    onesLike(...rest: Rest<typeof onesLike>): ReturnType<typeof onesLike>;
    /** All products of the elements of two vectors. */
    outer(...rest: Rest<typeof outer>): ReturnType<typeof outer>;
    /** Windows added up at the places they were taken from. */
    overlapAdd(...rest: Rest<typeof overlapAdd>): ReturnType<typeof overlapAdd>;
    /** Windows added up where they overlap, in groups of one stride. */
    overlapSum(...rest: Rest<typeof overlapSum>): ReturnType<typeof overlapSum>;
    /** Adds a border of one value. */
    pad(...rest: Rest<typeof pad>): ReturnType<typeof pad>;
    /** Images with margins of zeros around them. */
    padImages(...rest: Rest<typeof padImages>): ReturnType<typeof padImages>;
    /** Images seen from another point: four points brought to four others. */
    perspectiveTransform(...rest: Rest<typeof perspectiveTransform>): ReturnType<typeof perspectiveTransform>;
    /** The pseudo-inverse of matrices. */
    pinv(...rest: Rest<typeof pinv>): ReturnType<typeof pinv>;
    /** Complex numbers of their length and direction. */
    polar(...rest: Rest<typeof polar>): ReturnType<typeof polar>;
    /** Elementwise power, with broadcasting. */
    pow<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** The elements, and `alpha` times those below 0, with broadcasting. */
    prelu<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, FloatOf<DTypeOf<Tensor<S, D>, B>>>;
    /** The product of the elements over axes (all of them unless told). */
    prod<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, D>;
    /** The ratio of peak signal to noise, in decibels. */
    psnr(...rest: Rest<typeof psnr>): ReturnType<typeof psnr>;
    /** The largest element less the smallest, over axes (all of them unless told). */
    ptp<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, D>;
    /** Elements replaced at positions along an axis that differ from row to row. */
    putAlongAxis(...rest: Rest<typeof putAlongAxis>): ReturnType<typeof putAlongAxis>;
    /** A matrix as one with orthonormal columns times an upper triangle. */
    qr(...rest: Rest<typeof qr>): ReturnType<typeof qr>;
    /** The value below which a given part of the elements over axes lies. */
    quantile(...rest: Rest<typeof quantile>): ReturnType<typeof quantile>;
    /** Radians as degrees. */
    rad2deg<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** All elements in one axis, in row-major order. */
    ravel(...rest: Rest<typeof ravel>): ReturnType<typeof ravel>;
    /** The real part of complex numbers. */
    real(...rest: Rest<typeof real>): ReturnType<typeof real>;
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
    repeat(...rest: Rest<typeof repeat>): ReturnType<typeof repeat>;
    /** The same elements, in row-major order, in another shape. */
    reshape(...rest: Rest<typeof reshape>): ReturnType<typeof reshape>;
    /** Images in another size, by a choice of filters. */
    resize(...rest: Rest<typeof resize>): ReturnType<typeof resize>;
    /** Images in another size, between pixels by cubic polynomials. */
    resizeBicubic(...rest: Rest<typeof resizeBicubic>): ReturnType<typeof resizeBicubic>;
    /** Images in another size, between pixels linearly. */
    resizeBilinear(...rest: Rest<typeof resizeBilinear>): ReturnType<typeof resizeBilinear>;
    /** Images in another size, made of the old pixels. */
    resizeNearestNeighbor(...rest: Rest<typeof resizeNearestNeighbor>): ReturnType<typeof resizeNearestNeighbor>;
    /** The elements in reverse order along the given axes, or all of them. */
    reverse(...rest: Rest<typeof reverse>): ReturnType<typeof reverse>;
    /** The first half of the discrete Fourier transform of real numbers. */
    rfft(...rest: Rest<typeof rfft>): ReturnType<typeof rfft>;
    /** The brightness of coloured images. */
    rgbToGrayscale(...rest: Rest<typeof rgbToGrayscale>): ReturnType<typeof rgbToGrayscale>;
    /** Hue, saturation and value of colours. */
    rgbToHsv(...rest: Rest<typeof rgbToHsv>): ReturnType<typeof rgbToHsv>;
    /** The bits of `a` moved to the right by `b` places, with broadcasting. The same as shiftRight. */
    rightShift<S extends Shape, D extends DType, const B extends TensorLike>(
      this: Tensor<S, D>,
      b: B & CheckBroadcast<S, ShapeOf<B>>,
    ): Tensor<Broadcast<S, ShapeOf<B>>, DTypeOf<Tensor<S, D>, B>>;
    /** Elements divided by the root of their mean square. */
    rmsNormalization(...rest: Rest<typeof rmsNormalization>): ReturnType<typeof rmsNormalization>;
    /** Elements moved along an axis; those that fall off one end come in at the other. */
    roll(...rest: Rest<typeof roll>): ReturnType<typeof roll>;
    /** The plane of two axes turned by quarter turns. */
    rot90(...rest: Rest<typeof rot90>): ReturnType<typeof rot90>;
    /** Images turned around a point. */
    rotateWithOffset(...rest: Rest<typeof rotateWithOffset>): ReturnType<typeof rotateWithOffset>;
    /** The nearest whole number; halves go to the even one. */
    round<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** One over the square root of every element. */
    rsqrt<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Slices added at the given positions along an axis. */
    scatterAdd(...rest: Rest<typeof scatterAdd>): ReturnType<typeof scatterAdd>;
    /** Slices added up at positions in the first axes of zeros. */
    scatterND(...rest: Rest<typeof scatterND>): ReturnType<typeof scatterND>;
    /** Slices replaced at the given positions along an axis. */
    scatterUpdate(...rest: Rest<typeof scatterUpdate>): ReturnType<typeof scatterUpdate>;
    /** Where values belong in a sorted sequence. */
    searchSorted(...rest: Rest<typeof searchSorted>): ReturnType<typeof searchSorted>;
    /** The sums of the slices along the first axis that have the same segment number. */
    segmentSum(...rest: Rest<typeof segmentSum>): ReturnType<typeof segmentSum>;
    /** Elements of `x` where the condition holds, else of `y`. */
    select(...rest: Rest<typeof select>): ReturnType<typeof select>;
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
    slice(...rest: Rest<typeof slice>): ReturnType<typeof slice>;
    /** All windows of a size that lie inside of a tensor, as a view. */
    slidingWindows(...rest: Rest<typeof slidingWindows>): ReturnType<typeof slidingWindows>;
    /** Sign of the determinant, and logarithm of its magnitude. */
    slogdet(...rest: Rest<typeof slogdet>): ReturnType<typeof slogdet>;
    /** Elements brought nearer to 0 by a threshold; those within it become 0. */
    softShrink<S extends Shape, D extends DType>(
      this: Tensor<S, D>,
      options?: SoftShrinkOptions,
    ): Tensor<S, FloatOf<D>>;
    /** The shares that the exponentials of the elements have in their sum along an axis. */
    softmax(...rest: Rest<typeof softmax>): ReturnType<typeof softmax>;
    /** Cross-entropy of probabilities and the softmax of logits, per example. */
    softmaxCrossEntropy(...rest: Rest<typeof softmaxCrossEntropy>): ReturnType<typeof softmaxCrossEntropy>;
    /** A smooth form of relu. */
    softplus<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** A gentle squashing function, from −1 to 1. */
    softsign<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Solves systems of linear equations. */
    solve(...rest: Rest<typeof solve>): ReturnType<typeof solve>;
    /** The elements sorted along an axis. */
    sort(...rest: Rest<typeof sort>): ReturnType<typeof sort>;
    /** Sorts along the last axis. */
    sortRows(...rest: Rest<typeof sortRows>): ReturnType<typeof sortRows>;
    /** Blocks of space moved into the batch. */
    spaceToBatchND(...rest: Rest<typeof spaceToBatchND>): ReturnType<typeof spaceToBatchND>;
    /** Blocks of space moved into the channels: [N, H, W, C] becomes [N, H / b, W / b, b² C]. */
    spaceToDepth(...rest: Rest<typeof spaceToDepth>): ReturnType<typeof spaceToDepth>;
    /** Cross-entropy of positions of classes and probabilities, per example. */
    sparseCategoricalCrossentropy(
      ...rest: Rest<typeof sparseCategoricalCrossentropy>
    ): ReturnType<typeof sparseCategoricalCrossentropy>;
    /** A form of relu with a quadratic corner between −1 and 1. */
    sparsePlus<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** A sigmoid of straight pieces; the derivative of sparsePlus. */
    sparseSigmoid<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Cross-entropy of class positions and the softmax of logits, per example. */
    sparseSoftmaxCrossEntropy(
      ...rest: Rest<typeof sparseSoftmaxCrossEntropy>
    ): ReturnType<typeof sparseSoftmaxCrossEntropy>;
    /** The nearest probabilities along an axis. */
    sparsemax(...rest: Rest<typeof sparsemax>): ReturnType<typeof sparsemax>;
    /** Cuts a tensor along an axis, into equal parts or parts of the given lengths. */
    split(...rest: Rest<typeof split>): ReturnType<typeof split>;
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
    squeeze(...rest: Rest<typeof squeeze>): ReturnType<typeof squeeze>;
    /** The square root of the variance, over axes (all of them unless told). */
    std<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: Omit<VarianceOptions, keyof ReductionOptions> & ReductionOptions<Axis, Keep>,
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
    sum<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(this: Tensor<S, D>, options?: ReductionOptions<Axis, Keep>): Tensor<Reduced<S, Axis, Keep>, D>;
    /** Sums over the axes along which `shape` would be broadcast to the shape of `x`. */
    sumTo(...rest: Rest<typeof sumTo>): ReturnType<typeof sumTo>;
    /** Singular values of a matrix and the rotations on both sides. */
    svd(...rest: Rest<typeof svd>): ReturnType<typeof svd>;
    /** Two axes in each other’s place. */
    swapAxes(...rest: Rest<typeof swapAxes>): ReturnType<typeof swapAxes>;
    /** The slices at positions along an axis, or elements of the flattened tensor. */
    take(...rest: Rest<typeof take>): ReturnType<typeof take>;
    /** Elements at positions along an axis that differ from row to row. */
    takeAlongAxis(...rest: Rest<typeof takeAlongAxis>): ReturnType<typeof takeAlongAxis>;
    /** Singular values of matrices with at least as many rows as columns. */
    tallSvd(...rest: Rest<typeof tallSvd>): ReturnType<typeof tallSvd>;
    /** The tangent of every element, in radians. */
    tan<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The hyperbolic tangent of every element. */
    tanh<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** The difference between an element and its hyperbolic tangent. */
    tanhShrink<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, FloatOf<D>>;
    /** Slices replaced at positions in the first axes. */
    tensorScatterUpdate(...rest: Rest<typeof tensorScatterUpdate>): ReturnType<typeof tensorScatterUpdate>;
    /** The product of two tensors summed over pairs of axes. */
    tensordot(...rest: Rest<typeof tensordot>): ReturnType<typeof tensordot>;
    /** Elements up to a threshold are replaced by a value. */
    threshold<S extends Shape, D extends DType>(this: Tensor<S, D>, options?: ThresholdOptions): Tensor<S, FloatOf<D>>;
    /** A tensor laid side by side along its axes. */
    tile(...rest: Rest<typeof tile>): ReturnType<typeof tile>;
    /** The largest elements along the last axis and their positions. */
    topK(...rest: Rest<typeof topK>): ReturnType<typeof topK>;
    /** The sum of the elements on a diagonal of matrices. */
    trace(...rest: Rest<typeof trace>): ReturnType<typeof trace>;
    /** Images seen through projective transforms. */
    transform(...rest: Rest<typeof transform>): ReturnType<typeof transform>;
    /** The axes in another order (reversed unless told). */
    transpose(...rest: Rest<typeof transpose>): ReturnType<typeof transpose>;
    /** The integral of samples by the trapezoidal rule. */
    trapezoid(...rest: Rest<typeof trapezoid>): ReturnType<typeof trapezoid>;
    /** Solves systems of equations with a triangular matrix. */
    triangularSolve(...rest: Rest<typeof triangularSolve>): ReturnType<typeof triangularSolve>;
    /** The lower triangle of matrices: elements above a diagonal become 0. */
    tril(...rest: Rest<typeof tril>): ReturnType<typeof tril>;
    /** The upper triangle of matrices: elements below a diagonal become 0. */
    triu(...rest: Rest<typeof triu>): ReturnType<typeof triu>;
    /** The element without its fraction. */
    trunc<S extends Shape, D extends DType>(this: Tensor<S, D>): Tensor<S, D>;
    /** The sums of the slices along the first axis that have the same segment number. */
    unsortedSegmentSum(...rest: Rest<typeof unsortedSegmentSum>): ReturnType<typeof unsortedSegmentSum>;
    /** The slices along an axis, without that axis. */
    unstack(...rest: Rest<typeof unstack>): ReturnType<typeof unstack>;
    /** The place in a sorted sequence behind all elements equal to a value. */
    upperBound(...rest: Rest<typeof upperBound>): ReturnType<typeof upperBound>;
    /** The mean squared distance from the mean, over axes (all of them unless told). */
    variance<
      S extends Shape,
      D extends DType,
      const Axis extends number | readonly number[] | undefined = undefined,
      const Keep extends boolean = false,
    >(
      this: Tensor<S, D>,
      options?: Omit<VarianceOptions, keyof ReductionOptions> & ReductionOptions<Axis, Keep>,
    ): Tensor<Reduced<S, Axis, Keep>, FloatOf<D>>;
    /** The sum of the products of all elements of two tensors of one size. */
    vdot(...rest: Rest<typeof vdot>): ReturnType<typeof vdot>;
    /** Pairs of real numbers along the last axis as complex numbers. */
    viewAsComplex(...rest: Rest<typeof viewAsComplex>): ReturnType<typeof viewAsComplex>;
    /** Complex numbers as pairs of real numbers along a new last axis. */
    viewAsReal(...rest: Rest<typeof viewAsReal>): ReturnType<typeof viewAsReal>;
    /** Elements of `x` where `condition` holds, else of `y`. */
    where(...rest: Rest<typeof where>): ReturnType<typeof where>;
    /** All windows of a size over some axes, with padding around. */
    windows(...rest: Rest<typeof windows>): ReturnType<typeof windows>;
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
  copySign,
  corrcoef,
  cos,
  cosh,
  cosineDistance,
  countNonZero,
  cropAndResize,
  cropImages,
  cross,
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
  equal,
  erf,
  erfInv,
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
  gather,
  gatherND,
  gaussianBlur,
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
  ifft,
  ifft2,
  imag,
  inTopK,
  inner,
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
  leakyRelu,
  leftShift,
  less,
  lessEqual,
  lgamma,
  localResponseNormalization,
  log,
  log10,
  log1p,
  log2,
  logAddExp,
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
  outer,
  overlapAdd,
  overlapSum,
  pad,
  padImages,
  perspectiveTransform,
  pinv,
  polar,
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
  scatterAdd,
  scatterND,
  scatterUpdate,
  searchSorted,
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
  unsortedSegmentSum,
  unstack,
  upperBound,
  variance,
  vdot,
  viewAsComplex,
  viewAsReal,
  where,
  windows,
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
