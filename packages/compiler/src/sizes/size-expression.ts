/**
 * Numbers as functions of sizes. A compiled program holds extents, strides, offsets and lengths that follow from a few named
 * sizes (a batch, the length of a sequence): products and sums of them. Which function a number is follows from what it is at
 * some sizes. Sizes that are different primes leave no doubt in practice: a function with fewer coefficients than there
 * are samples either meets all of them or is not it. What meets none is not known.
 */

/** `(Σ coefficient · Π sizeᵖ + constant) / divisor`, where that is an integer. */
export interface SizeExpression {
  readonly terms: readonly SizeTerm[];
  readonly constant: number;
  readonly divisor: number;
}

interface SizeTerm {
  readonly coefficient: number;
  readonly powers: readonly number[];
}

/** A number at one size that is the same at every size. */
interface Fixed {
  readonly fixed: number;
}

/** A number for every size. */
export type SizedNumber = Fixed | SizeExpression;

/** Powers of one size, and of all together, up to this. */
const [highestPower, highestDegree] = [3, 3];
/** Quotients of sizes are by at most this. */
const largestDivisor = 16;

const product = (powers: readonly number[], sizes: readonly number[]): number =>
  powers.reduce((value, power, i) => value * (sizes[i] as number) ** power, 1);

/** The number at these sizes; `undefined` where it would not be an integer. */
export function numberAt(number: SizedNumber, sizes: readonly number[]): number | undefined {
  if ('fixed' in number) return number.fixed;
  const { terms, constant, divisor } = number;
  const value = terms.reduce((sum, { coefficient, powers }) => sum + coefficient * product(powers, sizes), constant);
  return Number.isInteger(value / divisor) ? value / divisor : undefined;
}

/** All products of powers of so many sizes, lowest degree first. */
function monomials(count: number): number[][] {
  let all: number[][] = [[]];
  for (let i = 0; i < count; i++) {
    all = all.flatMap((powers) => Array.from({ length: highestPower + 1 }, (_, power) => [...powers, power]));
  }
  const degree = (powers: readonly number[]): number => powers.reduce((a, b) => a + b, 0);
  return all
    .filter((powers) => degree(powers) > 0 && degree(powers) <= highestDegree)
    .sort((a, b) => degree(a) - degree(b));
}

/** Finds what numbers are as functions of sizes. */
export class SizeFitter {
  readonly #sizes: readonly (readonly number[])[];
  /** Products of powers, with their value in every sample. */
  readonly #monomials: readonly { readonly powers: readonly number[]; readonly values: readonly number[] }[];
  readonly #found = new Map<string, SizedNumber | undefined>();

  /** The sizes of every sample. Four samples tell functions of one size, one more is needed for each further size. */
  constructor(sizes: readonly (readonly number[])[]) {
    this.#sizes = sizes;
    this.#monomials = monomials(sizes[0]?.length ?? 0).map((powers) => ({
      powers,
      values: sizes.map((each) => product(powers, each)),
    }));
  }

  /** The function whose values in the samples are these; `undefined` if none is found. */
  fit(values: readonly number[]): SizedNumber | undefined {
    const first = values[0] as number;
    if (values.every((value) => Object.is(value, first))) return { fixed: first };
    if (!values.every(Number.isSafeInteger)) return undefined;
    const key = values.join();
    if (!this.#found.has(key)) this.#found.set(key, this.#one(values) ?? this.#two(values));
    return this.#found.get(key);
  }

  #holds(expression: SizeExpression, values: readonly number[]): boolean {
    return values.every((value, i) => numberAt(expression, this.#sizes[i] as readonly number[]) === value);
  }

  /** One product of sizes, scaled and shifted. */
  #one(values: readonly number[]): SizeExpression | undefined {
    const [v0, v1] = values as [number, number];
    for (const { powers, values: m } of this.#monomials) {
      const [m0, m1] = m as [number, number];
      const slope = (v1 - v0) / (m1 - m0);
      for (let divisor = 1; divisor <= largestDivisor; divisor++) {
        const coefficient = Math.round(slope * divisor);
        const constant = v0 * divisor - coefficient * m0;
        const found = { terms: [{ coefficient, powers }], constant, divisor };
        if (this.#holds(found, values)) return found;
      }
    }
    return undefined;
  }

  /** Two products of sizes, with whole coefficients. */
  #two(values: readonly number[]): SizeExpression | undefined {
    const [v0, v1, v2] = values as [number, number, number];
    for (const [i, { powers: p, values: a }] of this.#monomials.entries()) {
      for (const { powers: q, values: b } of this.#monomials.slice(i + 1)) {
        const [a0, a1, a2] = a as [number, number, number];
        const [b0, b1, b2] = b as [number, number, number];
        const determinant = (a1 - a0) * (b2 - b0) - (a2 - a0) * (b1 - b0);
        if (determinant === 0) continue;
        const first = Math.round(((v1 - v0) * (b2 - b0) - (v2 - v0) * (b1 - b0)) / determinant);
        const second = Math.round(((a1 - a0) * (v2 - v0) - (a2 - a0) * (v1 - v0)) / determinant);
        const terms = [
          { coefficient: first, powers: p },
          { coefficient: second, powers: q },
        ];
        const found = { terms, constant: v0 - first * a0 - second * b0, divisor: 1 };
        if (this.#holds(found, values)) return found;
      }
    }
    return undefined;
  }
}
