/** The page on numerics: written from measured figures, and read again by the tests that hold its bounds. */
import type { Contract } from './contract.ts';
import type { Measured, MeasuredDType } from './measure.ts';
import type { KnownResult } from './sums.ts';

/** The worst of a function in a dtype on every backend, eager and captured. */
export interface FunctionFigures {
  readonly contract: Contract;
  readonly dtype: MeasuredDType;
  readonly samples: number;
  readonly byBackend: ReadonlyMap<string, Measured>;
}

/** A known result on every backend. */
export interface SumFigures {
  readonly result: KnownResult;
  readonly byBackend: ReadonlyMap<string, number>;
}

const shown = (ulps: number): string => ulps.toFixed(2);

function functionRow({ contract, dtype, byBackend }: FunctionFigures, backends: readonly string[]): string {
  const figures = backends.map((name) => byBackend.get(name) as Measured);
  const worst = figures.reduce((a, b) => (b.ulps > a.ulps ? b : a));
  const cells = [
    contract.name,
    dtype,
    String(contract[dtype]),
    ...figures.map(({ ulps }) => shown(ulps)),
    worst.at.join(', '),
  ];
  return `| ${[...cells, contract.note ?? ''].join(' | ')} |`;
}

/** The whole page. */
export function numericsPage(
  functions: readonly FunctionFigures[],
  sums: readonly SumFigures[],
  backends: readonly string[],
): string {
  const count = functions.reduce((total, { samples }) => total + samples, 0);
  const names = backends.map((name) => ` ${name} |`).join('');
  const lines = backends.map(() => ' ---: |').join('');
  return `# Numerics

<!-- Written by \`npm run numerics\`; the tests hold smaller samples to the bounds below. -->

How far results may be from the truth, and how far they were. Errors are counted in units in the last place of the true value (ULP):
the distance between neighbouring numbers of the dtype at that value. A correctly rounded result is off by at most 0.5.

## The truth

True values are calculated with some 300 bits by \`test-utils/numerics\`: Taylor series behind reductions of the argument, π with 1,500
bits, so that the largest doubles have a sine. These functions are held to published decimals and to each other's inverses. They
share no code with what is measured.

Half of the samples are evenly spaced over the stated intervals, half have random bits between their ends, so that every
magnitude occurs. ${count.toLocaleString('en-US')} operands were measured on each backend, at once and captured; the
figure is the worse of the two. A worst sample is no proof: the bound is what we promise and fix when it is broken.

## Functions

| function | dtype | bound |${names} worst at | |
| --- | --- | ---: |${lines} --- | --- |
${functions.map((figures) => functionRow(figures, backends)).join('\n')}

float64 functions of the WebAssembly backend, and those of float32 that are not in its vector library (exp, expm1, log, log1p, sin, cos, tan, tanh, erf),
call the JavaScript engine's in double precision; the figures are of V8.

Special values are exact: signed zeros, infinities, NaN and the edges of domains (\`test-utils/numerics/special-values.ts\`).

## Sums, moments and shares in float32

Sums are blocked, so that the error does not grow with the length; variances take two passes; softmax and logSumExp take
the largest element off first.

| result | exact | bound |${names}
| --- | ---: | ---: |${lines}
${sums
  .map(({ result, byBackend }) => {
    const cells = [result.name, String(Number(result.exact.toPrecision(12))), String(result.bound)];
    return `| ${[...cells, ...backends.map((name) => shown(byBackend.get(name) as number))].join(' | ')} |`;
  })
  .join('\n')}

Reductions give the same bits whatever the number of threads.

## Small dtypes and conversions

A result in float16 or bfloat16 is the float32 result of the whole op, rounded once: at most half a unit of the small dtype and the bound
above, which is 1/8192 of such a unit in float16 and 1/65536 in bfloat16. Sums are taken in float32 before they are rounded. Conversions
into a float give the nearest number, half to even, whatever the dtype they come from; an int64 beyond 2⁵³ is rounded to a double first.
Floats become integers by cutting off, limited to the range; integers wrap. The parts of complex numbers are float32: products have the
rounding of their terms, and quotients are scaled so that nothing overflows on the way.
`;
}

/** Bounds of functions as the page states them, by name and dtype. */
export function statedBounds(page: string): ReadonlyMap<string, number> {
  return new Map(
    [...page.matchAll(/^\| ([^|]+) \| (float\d+) \| ([\d.]+) \|/gm)].map(([, name, dtype, bound]) => [
      `${name} ${dtype}`,
      Number(bound),
    ]),
  );
}

/** The figures of functions that the page states as measured, by name and dtype. */
export function statedFigures(page: string): ReadonlyMap<string, readonly number[]> {
  return new Map(
    [...page.matchAll(/^\| ([^|]+) \| (float\d+) \| [\d.]+ \| ([\d.]+) \| ([\d.]+) \|/gm)].map(
      ([, name, dtype, first, second]) => [`${name} ${dtype}`, [Number(first), Number(second)]],
    ),
  );
}
