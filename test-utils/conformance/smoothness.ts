/**
 * Whether differences say something at a point: at a kink or a jump the slope to one side is another than to the other, and
 * where a function bends strongly it depends on the step. A wrong derivative at a smooth point is not excused by this.
 */
import { isFloating, type NdArray, ndFilled, randomNumbers, type Tensor, tensorOfCopy } from '@deft/core';
import { jvp, vjp } from '@deft/tensor';
import { inFloat } from './calls.ts';
import { fetch } from './modes.ts';

type Values = (point: readonly NdArray[]) => NdArray[];

const steps = [1e-5, 1e-6];
const directions = 4;

function isStraight(values: Values, point: readonly NdArray[], random: () => number): boolean {
  const direction = point.map(({ data }) => Float64Array.from({ length: data.length }, random));
  const at = (by: number): NdArray[] =>
    values(
      point.map((input, k) =>
        isFloating(input.dtype)
          ? ndFilled(
              input.shape,
              'float64',
              (i) => (input.data[i] as number) + by * ((direction[k] as Float64Array)[i] as number),
            )
          : input,
      ),
    );
  const here = at(0);
  const slopes = steps.flatMap((step) => [step, -step]).map((by) => ({ by, there: at(by) }));
  return here.every(({ data, dtype }, o) =>
    Array.from(data).every((value, i) => {
      if (!isFloating(dtype)) return true;
      const found = slopes.map(({ by, there }) => (((there[o] as NdArray).data[i] as number) - value) / by);
      const most = Math.max(...found.map(Math.abs));
      const spread = Math.max(...found) - Math.min(...found);
      return Number.isFinite(most) && spread <= 1e-3 * (0.1 + most);
    }),
  );
}

/** Whether the function (order 1), and its derivatives too (order 2), are smooth around the inputs, in float64. */
export function isSmooth(
  f: (...inputs: Tensor[]) => readonly Tensor[],
  inputs: readonly NdArray[],
  order: 1 | 2,
): boolean {
  const point = inputs.map((input) => inFloat(input, 'float64'));
  const random = randomNumbers(9);
  const floats = point.flatMap(({ dtype }, i) => (isFloating(dtype) ? [i] : []));
  const onFloats = (...variables: Tensor[]): Tensor[] => {
    const all = point.map((input, i) => variables[floats.indexOf(i)] ?? tensorOfCopy(input));
    return f(...all).filter(({ dtype }) => isFloating(dtype));
  };
  const values: Values = (arrays) => fetch(onFloats(...floats.map((i) => tensorOfCopy(arrays[i] as NdArray))));
  const cotangents = values(point).map((result) => ndFilled(result.shape, result.dtype, random));
  const gradient: Values = (arrays) => {
    const [, pull] = vjp(onFloats, ...floats.map((i) => tensorOfCopy(arrays[i] as NdArray)));
    return fetch((pull as unknown as (cotangents: Tensor[]) => Tensor[])(cotangents.map(tensorOfCopy)));
  };
  const tangent: Values = (arrays) => {
    const variables = floats.map((i) => arrays[i] as NdArray);
    const along = randomNumbers(13);
    const run = jvp as unknown as (f: unknown, point: Tensor[], tangents: Tensor[]) => [Tensor[], Tensor[]];
    return fetch(
      run(
        onFloats,
        variables.map(tensorOfCopy),
        variables.map((input) => tensorOfCopy(ndFilled(input.shape, input.dtype, along))),
      )[1],
    );
  };
  return (order === 1 ? [values] : [values, gradient, tangent]).every((function_) =>
    Array.from({ length: directions }).every(() => isStraight(function_, point, random)),
  );
}
