/** How the interpreter accumulates the values of a reduction, one per place of the kept axes. */
import { allocate, dtypes, isFloating, type TypedArray, toElement } from '@deft/core';
import type { Combine, Reduction } from './kernel.ts';
import { binaryFunction, extremes } from './scalar-functions.ts';

/** Accumulates values that come in row-major order. */
export interface Accumulator {
  /** Takes in the value at place `at` of the kept axes and `position` of the reduced ones. */
  accept(at: number, position: number, value: number): void;
  /** The accumulated values; those of a place that got none are the identity of the combination. */
  values(): TypedArray;
}

/** An accumulator for every place of the kept axes. */
export function accumulatorOf(reduction: Reduction, places: number): Accumulator {
  return accumulators[reduction.combine](reduction, places);
}

const accumulators: Readonly<Record<Combine, (reduction: Reduction, places: number) => Accumulator>> = {
  sum: ({ dtype }, places) =>
    isFloating(dtype) ? compensatedSum(dtype, places) : folding(dtype, places, 0, binaryFunction('add', dtype)),
  prod: ({ dtype }, places) =>
    isFloating(dtype)
      ? rounded(
          dtype,
          folding('float64', places, 1, (a, b) => a * b),
        )
      : folding(dtype, places, 1, binaryFunction('mul', dtype)),
  max: ({ dtype }, places) => folding(dtype, places, extremes[dtype][0], binaryFunction('max', dtype)),
  min: ({ dtype }, places) => folding(dtype, places, extremes[dtype][1], binaryFunction('min', dtype)),
  argMax: ({ value }, places) => firstExtreme(value.dtype, places, (element, best) => element > best),
  argMin: ({ value }, places) => firstExtreme(value.dtype, places, (element, best) => element < best),
};

type Kind = Reduction['dtype'];

function folding(dtype: Kind, places: number, start: number, f: (a: number, b: number) => number): Accumulator {
  const totals = allocate(dtype, places).fill(toElement(dtype, start)) as TypedArray;
  return {
    accept: (at, _, value) => {
      totals[at] = f(totals[at] as number, value);
    },
    values: () => totals,
  };
}

function rounded(dtype: Kind, inner: Accumulator): Accumulator {
  return { accept: inner.accept, values: () => new dtypes[dtype].array(inner.values()) };
}

/**
 * A sum in double precision that carries its rounding errors along: A. Neumaier, "Rundungsfehleranalyse einiger
 * Verfahren zur Summation endlicher Summen", ZAMM 54 (1974), 39–51.
 */
function compensatedSum(dtype: Kind, places: number): Accumulator {
  const totals = new Float64Array(places);
  const errors = new Float64Array(places);
  return {
    accept: (at, _, value) => {
      const total = totals[at] as number;
      const next = total + value;
      totals[at] = next;
      if (!Number.isFinite(next)) return;
      errors[at] =
        (errors[at] as number) + (Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total);
    },
    values: () => {
      const results = allocate(dtype, places);
      for (let at = 0; at < places; at++) {
        const total = totals[at] as number;
        results[at] = Number.isFinite(total) ? total + (errors[at] as number) : total;
      }
      return results;
    },
  };
}

/** The first position whose value beats all before it; the first NaN beats everything. */
function firstExtreme(dtype: Kind, places: number, beats: (value: number, best: number) => boolean): Accumulator {
  const positions = new Int32Array(places);
  const best = allocate(dtype, places);
  return {
    accept: (at, position, value) => {
      const current = best[at] as number;
      if (position > 0 && (Number.isNaN(current) || !(Number.isNaN(value) || beats(value, current)))) return;
      best[at] = value;
      positions[at] = position;
    },
    values: () => positions,
  };
}
