/**
 * Random programs give the same in every mode and have the derivatives that differences show.
 *
 * How far results may be apart depends on the program: eight times what rounding does to it (float32 against float64, and
 * float64 with inputs moved by a few units in the last place), or 64 units of its largest intermediate value.
 */
import {
  allOperations,
  isFloating,
  type NdArray,
  ndFilled,
  randomNumbers,
  sizeOf,
  type Tensor,
  tensorOfCopy,
} from '@deft/core';
import { add, grad, sum } from '@deft/tensor';
import { type GradFailure, gradcheck } from '@deft/transforms';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inFloat } from './calls.ts';
import { fetch, modes, on, oracle, slowModes, type TensorsFunction } from './modes.ts';
import { anyProgram, applyProgram, type Program, programText } from './programs.ts';
import { runSized } from './sized-capture.ts';
import { isSmooth } from './smoothness.ts';

/** How many programs each law is tried on. */
const runs = Number(process.env['DEFT_RUNS'] ?? 60);

/** A program's results, or something made of them, for floats of the given dtype. */
type Evaluated = (program: Program, dtype: 'float32' | 'float64') => TensorsFunction;

const results: Evaluated = (program, dtype) => (tensors) => applyProgram(program, tensors, dtype);

/** The gradient of the sum of the results by all inputs, which are floats. */
const gradients: Evaluated = (program, dtype) => (tensors) => {
  const argnums = tensors.map((_, i) => i);
  const loss = (...inputs: Tensor[]): Tensor => {
    const [first, second] = applyProgram(program, inputs, dtype).map((x) => sum(x) as Tensor);
    return add(first as Tensor, second as Tensor) as Tensor;
  };
  return (grad as (f: unknown, options: unknown) => (...inputs: Tensor[]) => Tensor[])(loss, { argnums })(...tensors);
};

function largest(arrays: readonly NdArray[]): number {
  let most = 0;
  for (const { data } of arrays) for (const x of data) if (Number.isFinite(x)) most = Math.max(most, Math.abs(x));
  return most;
}

/** The greatest distance of elements; NaN counts as infinitely far from a number. */
function greatestDistance(a: NdArray, b: NdArray): number {
  return Array.from(a.data).reduce((most, x, i) => {
    const far = Object.is(x, b.data[i]) ? 0 : Math.abs(x - (b.data[i] as number));
    return Number.isNaN(far) ? Number.POSITIVE_INFINITY : Math.max(most, far);
  }, 0);
}

/** How far each result may be from the float64 one. */
function allowances(program: Program, evaluated: Evaluated, trials: number): { exact: NdArray[]; allowed: number[] } {
  const run = (dtype: 'float32' | 'float64', inputs: readonly NdArray[]): NdArray[] =>
    on(oracle, () => fetch(evaluated(program, dtype)(inputs.map((input) => tensorOfCopy(inFloat(input, dtype))))));
  const random = randomNumbers(3);
  const moved = (): NdArray[] =>
    program.inputs.map((input) =>
      isFloating(input.dtype)
        ? ndFilled(input.shape, 'float64', (i) => (input.data[i] as number) * (1 + 4e-7 * random()))
        : input,
    );
  const exact = run('float64', program.inputs);
  const others = [run('float32', program.inputs), ...Array.from({ length: trials }, () => run('float64', moved()))];
  const scale = largest([...exact, ...program.inputs, ...on(oracle, () => fetch(intermediates(program)))]);
  const allowed = exact.map((result, i) => {
    const rounding = Math.max(...others.map((results) => greatestDistance(result, results[i] as NdArray)));
    return 8 * rounding + 64 * 2 ** -24 * scale;
  });
  return { exact, allowed };
}

function intermediates(program: Program): Tensor[] {
  return applyProgram(
    program,
    program.inputs.map((input) => tensorOfCopy(inFloat(input, 'float64'))),
    'float64',
    true,
  );
}

/** A jump (an order, a rounding) that a few trials miss shows in many. */
function expectAgreement(program: Program, evaluated: Evaluated): void {
  try {
    compareModes(program, evaluated, 2);
  } catch {
    compareModes(program, evaluated, 16);
  }
}

/** Programs that were run by code for every size. */
let sizedCount = 0;
/** Programs that were run, of which every so many is run in the modes that take long as well. */
let evaluatedCount = 0;
const slowEvery = 16;

/** What a program gives in every mode, and by code for every size of each of its axes. */
function* inAllModes(program: Program, f: TensorsFunction): Generator<{ name: string; found: readonly NdArray[] }> {
  const all = evaluatedCount++ % slowEvery === 0 ? [...modes, ...slowModes] : modes;
  for (const mode of all) yield { name: mode.name, found: mode.run(f, program.inputs) };
  for (const dim of new Set(program.inputs.flatMap(({ shape }) => shape))) {
    const found = runSized(f, program.inputs, dim);
    if (found === undefined) continue;
    sizedCount++;
    yield { name: `captured for every size in place of ${dim}`, found };
  }
}

function compareModes(program: Program, evaluated: Evaluated, trials: number): void {
  const { exact, allowed } = allowances(program, evaluated, trials);
  for (const { name, found } of inAllModes(program, evaluated(program, 'float32'))) {
    exact.forEach((want, i) => {
      const got = found[i] as NdArray;
      if (String(want.shape) !== String(got.shape))
        throw new Error(`${name}: result ${i} has shape [${got.shape}], expected [${want.shape}]`);
      const most = isFloating(want.dtype) ? (allowed[i] as number) : 0;
      for (let k = 0; k < sizeOf(want.shape); k++) {
        const [a, b] = [want.data[k] as number, got.data[k] as number];
        // Where rounding alone makes a number of NaN or of infinity (the sign of a determinant that is 0) there is nothing to compare.
        if (most === Number.POSITIVE_INFINITY || Math.abs(a - b) <= most || Object.is(a, b)) continue;
        throw new Error(
          `${name}: result ${i}, element ${k}: expected ${a} ± ${most}, got ${b}\n${programText(program)}`,
        );
      }
    });
  }
}

/** The array a little off its round numbers, which are where kinks like to be. */
function generic(input: NdArray): NdArray {
  const random = randomNumbers(17);
  if (!isFloating(input.dtype)) return input;
  return ndFilled(input.shape, input.dtype, (i) => (input.data[i] as number) + 1e-3 * random());
}

describe('random programs', () => {
  it('are of many kinds', () => {
    const texts = fc.sample(anyProgram(), { numRuns: 200, seed: 1 }).map(programText);
    const calls = texts.map((text) => text.match(/ = [a-zA-Z0-9]+\(/g) ?? []);
    // Ops of a program are made of primitives; a program of thirty is long.
    expect(Math.max(...calls.map(({ length }) => length))).toBeGreaterThan(60);
    const primitives = allOperations().filter(({ kind }) => kind === 'primitive').length;
    expect(new Set(calls.flat()).size).toBeGreaterThan(primitives / 2);
    const names = new Set(texts.flatMap((text) => [...text.matchAll(/ = ([a-zA-Z0-9]+)\(/g)].map(([, name]) => name)));
    for (const name of [
      'add',
      'sum',
      'max',
      'exp',
      'where',
      'transpose',
      'broadcastTo',
      'dotGeneral',
      'concat',
      'slice',
      'cast',
    ]) {
      expect([...names]).toContain(name);
    }
    expect(texts.some((text) => text.split('\n').length > 20)).toBe(true);
  });

  it('give the same at once, captured, and on every backend', () => {
    fc.assert(
      fc.property(anyProgram(), (program) => expectAgreement(program, results)),
      { numRuns: runs },
    );
  });

  it('have the same gradients at once, captured, and on every backend', () => {
    fc.assert(
      fc.property(anyProgram({ smooth: true }), (program) => expectAgreement(program, gradients)),
      { numRuns: runs / 2 },
    );
  });

  it('are run by code for every size, too', () => {
    expect(sizedCount).toBeGreaterThan(runs / 2);
  });

  it('have the gradients that differences show, first and second', () => {
    let [tried, compared] = [0, 0];
    const isSecond = ({ check }: GradFailure): boolean => check.startsWith('second order');
    fc.assert(
      fc.property(anyProgram({ smooth: true }), (program) => {
        const scale = largest(on(oracle, () => fetch(intermediates(program))));
        const f = (...inputs: Tensor[]): Tensor[] => applyProgram(program, inputs, 'float64');
        const options = { fastMode: true, secondOrder: true, eps: 1e-5, atol: 1e-5 + 1e-7 * scale, raise: false };
        const inputs = program.inputs.map(generic);
        const values = on(oracle, () => fetch(f(...inputs.map((input) => tensorOfCopy(inFloat(input, 'float64'))))));
        tried++;
        // Where a function is not finite, or has a kink, differences say nothing.
        if (!values.every(({ data }) => Array.from(data).every(Number.isFinite))) return;
        const report = on(oracle, () => gradcheck(f, inputs, options));
        if (report.passed) compared++;
        else if (on(oracle, () => isSmooth(f, inputs, report.failures.every(isSecond) ? 2 : 1)))
          throw new Error(`${report.text}\n${programText({ ...program, inputs })}`);
      }),
      { numRuns: runs },
    );
    expect(compared / tried).toBeGreaterThan(0.7);
  });
});
