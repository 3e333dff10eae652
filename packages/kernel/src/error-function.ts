/**
 * The error function in double precision. JavaScript has none; the interpreter, and anything else on the host that needs
 * it, takes this one.
 *
 * Source of the approximations and their coefficients: W. J. Cody, "Rational Chebyshev approximations for the error
 * function", Mathematics of Computation 23 (1969), 631–637.
 */

/** `x · P(x²) / Q(x²)` approximates erf for |x| ≤ 0.46875; highest power first. */
const smallNumerator = [
  0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694,
];
const smallDenominator = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];

/** `exp(−x²) · P(x) / Q(x)` approximates 1 − erf for 0.46875 ≤ x ≤ 4. */
const middleNumerator: readonly number[] = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const middleDenominator: readonly number[] = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
];

/** `exp(−x²) / x · (1/√π − x⁻² · P(x⁻²) / Q(x⁻²))` approximates 1 − erf for x ≥ 4. */
const largeNumerator: readonly number[] = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
];
const largeDenominator: readonly number[] = [
  1, 2.568520192289822, 1.8729528499234604, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
];
const inverseRootPi = 0.5641895835477563;

/** Coefficients of the two approximations of 1 − erf, highest power first, for those who compute it on tensors. */
export const complementCoefficients: {
  readonly middle: readonly [numerator: readonly number[], denominator: readonly number[]];
  readonly large: readonly [numerator: readonly number[], denominator: readonly number[]];
} = { middle: [middleNumerator, middleDenominator], large: [largeNumerator, largeDenominator] };

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}

/** `exp(−x²)` without the rounding error of the square, by splitting x at sixteenths. */
function expOfMinusSquare(x: number): number {
  const coarse = Math.trunc(x * 16) / 16;
  return Math.exp(-coarse * coarse) * Math.exp(-(x - coarse) * (x + coarse));
}

/** The error function `2/√π ∫₀ˣ exp(−t²) dt`. */
export function errorFunction(x: number): number {
  const size = Math.abs(x);
  if (size <= 0.46875) {
    const square = x * x;
    return (x * polynomial(smallNumerator, square)) / polynomial(smallDenominator, square);
  }
  if (Number.isNaN(x)) return x;
  if (size >= 6) return Math.sign(x);
  let complement: number;
  if (size <= 4) {
    complement = (expOfMinusSquare(size) * polynomial(middleNumerator, size)) / polynomial(middleDenominator, size);
  } else {
    const z = 1 / (size * size);
    const correction = (z * polynomial(largeNumerator, z)) / polynomial(largeDenominator, z);
    complement = (expOfMinusSquare(size) * (inverseRootPi - correction)) / size;
  }
  return Math.sign(x) * (1 - complement);
}
