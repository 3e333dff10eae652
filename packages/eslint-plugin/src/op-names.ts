/**
 * The names of ops by what calls of them give.
 *
 * Written by scripts/generate-lint-names.mjs; run it after adding an op.
 */

/** What a call gives: a tensor, a list of tensors, or an object whose properties are tensors. */
export type ResultKind = 'tensor' | 'list' | 'record';

const words = (text: string): ReadonlySet<string> => new Set(text.match(/\w+/g));

/** Functions of `@deft/ops`, which `@deft/tensor` has, too. */
export const functionNames: Readonly<Record<ResultKind, ReadonlySet<string>>> = {
  tensor: words(`
    abs absoluteDifference acos acosh adaptiveAveragePool adaptiveMaxPool add addN affineTransform all allClose angle
    any arange argMax argMin argPartition argSort argSortRows argWhere asin asinh atLeast1d atLeast2d atLeast3d atan
    atan2 atanh average avgPool avgPool1d avgPool3d axisIndex bandPart bartlett batchNorm batchToSpaceND
    binaryCrossentropy bincount bitcast bitwiseAnd bitwiseNot bitwiseOr bitwiseXor blackman booleanMask broadcastTo cast
    categoricalCrossentropy cbrt ceil celu cholesky choleskyInverse clip clipByValue columnStack complex
    computeWeightedLoss concat concatenate confusionMatrix conj conv1d conv1dTranspose conv2d conv2dTranspose conv3d
    conv3dTranspose convolve copySign corrcoef correlate cos cosh cosineDistance countNonZero cropAndResize cropImages
    cross ctcLoss cumMax cumMin cumProd cumSum cumprod cumsum deg2rad denseBincount depthToSpace depthwiseConv2d det
    diag diagPart diagonal diff digamma digitize dilation2d div divNoNan divide dot dotGeneral dotProductAttention
    dropout dstack einsum elu ensureShape entr equal erf erfInv erfc euclideanNorm exp exp2 expandDims expm expm1
    extractPatches eye fill fillDiagonal flatten flip flipLeftRight flipUpDown floor floorDiv floorDivide fmod foldIn
    frame full fullLike gammaPathwise gather gatherND gaussianBlur gcd gelu globalAveragePool globalMaxPool glu
    gramSchmidt grayscaleToRGB greater greaterEqual hammingWindow hannWindow hardShrink hardSigmoid hardSilu hardSwish
    hardTanh heaviside hingeLoss hstack hsvToRgb huberLoss hypot i0 i0e i1 i1e identity imag inTopK inner interp inv
    irfft isClose isFinite isIn isInf isNaN isNegInf isPosInf isReal istft kaiser key kron layerNormalization lcm ldexp
    leakyRelu leftShift less lessEqual lgamma linearRecurrence linspace localResponseNormalization log log10 log1p log2
    logAddExp logAddExp2 logCumSumExp logLoss logSigmoid logSoftmax logSumExp logdet logicalAnd logicalNot logicalOr
    logicalXor logit logspace lowRankCofactors lowerBound lstsq mapCoordinates matMul matmul matrixPower max maxPool
    maxPool1d maxPool3d maximum mean meanSquaredError median min minimum mirrorPad mish mod moveAxis mul multiHot
    multinomial multiply nanArgMax nanArgMin nanMax nanMean nanMin nanProd nanStd nanSum nanToNum nanVar neg negative
    nextAfter nonMaxSuppression norm normalize notEqual oneHot ones onesLike optimizationBarrier outer outerProduct
    overlapAdd overlapSum pad padImages perspectiveTransform pinv polar polyval pow prelu prod psnr ptp putAlongAxis
    quantile rad2deg randomBernoulli randomBeta randomBinomial randomBits randomCategorical randomCauchy
    randomExponential randomGamma randomGumbel randomInteger randomLaplace randomNormal randomPermutation randomPoisson
    randomStandardGamma randomStandardNormal randomStudentT randomUniform randomUniformInt range ravel real rearrange
    reciprocal relu relu6 remainder repeat reshape resize resizeBicubic resizeBilinear resizeNearestNeighbor reverse
    rgbToGrayscale rgbToHsv rightShift rmsNormalization roll rot90 rotateWithOffset round rsqrt saturateCast scalar
    scatterAdd scatterMax scatterMin scatterND scatterUpdate searchSorted segmentMax segmentMean segmentMin segmentProd
    segmentSum select selu separableConv2d shiftRight shuffle sigmoid sigmoidCrossEntropy sign signbit silu sin sinc
    sinh slice slidingWindows softShrink softmax softmaxCrossEntropy softplus softsign solve sort sortRows
    spaceToBatchND spaceToDepth sparseCategoricalCrossentropy sparsePlus sparseSigmoid sparseSoftmaxCrossEntropy
    sparsemax splitKey sqrt square squaredDifference squareplus squeeze stack std step stridedSlice sub subtract sum
    sumTo swapAxes swish take takeAlongAxis tan tanh tanhShrink tensor tensorScatterUpdate tensordot threefry threshold
    tile trace transform transpose trapezoid tri triangularSolve tril triu trunc truncatedNormal unsortedSegmentMax
    unsortedSegmentSum upperBound vander variance vdot viewAsComplex viewAsReal vstack where windows xlog1py xlogy zeros
    zerosLike
  `),
  list: words(`
    basicLSTMCell broadcastArrays ctcDecode eigh fft fft2 fourierTransform histogram householderQr ifft ifft2 lu
    luFactor maxPoolWithArgmax meshgrid moments qr rfft slogdet split stft svd tallSvd topK topk unravelIndex unstack
  `),
  record: words(`
    nonMaxSuppressionPadded nonMaxSuppressionWithScore setDiff1d unique
  `),
};

/** Methods of tensors that `@deft/tensor/fluent` adds. */
export const methodNames: Readonly<Record<ResultKind, ReadonlySet<string>>> = {
  tensor: words(`
    abs absoluteDifference acos acosh adaptiveAveragePool adaptiveMaxPool add affineTransform all allClose angle any
    argMax argMin argPartition argSort argSortRows asin asinh atLeast1d atLeast2d atLeast3d atan atan2 atanh average
    avgPool avgPool1d avgPool3d bandPart batchNorm batchToSpaceND binaryCrossentropy bincount bitcast bitwiseAnd
    bitwiseNot bitwiseOr bitwiseXor broadcastTo cast categoricalCrossentropy cbrt ceil celu cholesky choleskyInverse
    clip complex computeWeightedLoss confusionMatrix conj conv1d conv1dTranspose conv2d conv2dTranspose conv3d
    conv3dTranspose convolve copySign corrcoef correlate cos cosh cosineDistance countNonZero cropAndResize cropImages
    cross ctcLoss cumMax cumMin cumProd cumSum deg2rad denseBincount depthToSpace depthwiseConv2d det diag diagPart
    diagonal diff digamma digitize dilation2d div divNoNan dot dotGeneral dotProductAttention dropout elu ensureShape
    entr equal erf erfInv erfc euclideanNorm exp exp2 expandDims expm expm1 extractPatches fillDiagonal flatten flip
    flipLeftRight flipUpDown floor floorDiv fmod frame fullLike gammaPathwise gather gatherND gaussianBlur gcd gelu
    globalAveragePool globalMaxPool glu gramSchmidt grayscaleToRGB greater greaterEqual hardShrink hardSigmoid hardSilu
    hardTanh heaviside hingeLoss hsvToRgb huberLoss hypot i0 i0e i1 i1e imag inTopK inner interp inv irfft isClose
    isFinite isIn isInf isNaN isNegInf isPosInf isReal istft kron layerNormalization lcm ldexp leakyRelu leftShift less
    lessEqual lgamma linearRecurrence localResponseNormalization log log10 log1p log2 logAddExp logAddExp2 logCumSumExp
    logLoss logSigmoid logSoftmax logSumExp logdet logicalAnd logicalNot logicalOr logicalXor logit lowRankCofactors
    lowerBound lstsq mapCoordinates matmul matrixPower max maxPool maxPool1d maxPool3d maximum mean meanSquaredError
    median min minimum mirrorPad mish mod moveAxis mul multiHot nanArgMax nanArgMin nanMax nanMean nanMin nanProd nanStd
    nanSum nanToNum nanVar neg nextAfter norm normalize notEqual oneHot onesLike optimizationBarrier outer overlapAdd
    overlapSum pad padImages perspectiveTransform pinv polar polyval pow prelu prod psnr ptp putAlongAxis quantile
    rad2deg ravel real rearrange reciprocal relu relu6 remainder repeat reshape resize resizeBicubic resizeBilinear
    resizeNearestNeighbor reverse rgbToGrayscale rgbToHsv rightShift rmsNormalization roll rot90 rotateWithOffset round
    rsqrt saturateCast scatterAdd scatterMax scatterMin scatterND scatterUpdate searchSorted segmentMax segmentMean
    segmentMin segmentProd segmentSum select selu separableConv2d shiftRight shuffle sigmoid sigmoidCrossEntropy sign
    signbit silu sin sinc sinh slice slidingWindows softShrink softmax softmaxCrossEntropy softplus softsign solve sort
    sortRows spaceToBatchND spaceToDepth sparseCategoricalCrossentropy sparsePlus sparseSigmoid
    sparseSoftmaxCrossEntropy sparsemax sqrt square squaredDifference squareplus squeeze std step stridedSlice sub sum
    sumTo swapAxes take takeAlongAxis tan tanh tanhShrink tensorScatterUpdate tensordot threshold tile trace transform
    transpose trapezoid triangularSolve tril triu trunc unsortedSegmentSum upperBound vander variance vdot viewAsComplex
    viewAsReal where windows xlog1py xlogy zerosLike
  `),
  list: words(`
    basicLSTMCell eigh fft fft2 fourierTransform histogram householderQr ifft ifft2 lu luFactor maxPoolWithArgmax
    moments qr rfft slogdet split stft svd tallSvd topK unravelIndex unstack
  `),
  record: words(`
  `),
};
