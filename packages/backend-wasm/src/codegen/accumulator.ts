/**
 * Accumulators of reductions, scalar and in vectors. Sums of float32 are kept in float64, so their error does not grow with
 * the length, and results do not depend on whether an element was met in a vector or alone.
 *
 * A vector accumulator either holds four results (its vector axis is kept) and is finished lane by lane, or four parts of
 * one result (its vector axis is reduced) and is folded into a scalar accumulator.
 */
import { type DType, internal, isFloating } from '@deft/core';
import { extremes, type Reduction } from '@deft/kernel';
import {
  type Expression as Code,
  type FunctionBuilder,
  f32,
  f32x4,
  f64,
  f64x2,
  i32,
  i32x4,
  type Local,
  type ModuleBuilder,
  select,
  shuffle32,
  v128,
} from '../assembler/index.ts';
import { scalarBinary, scalarCompare, scalarConstant } from './scalar-code.ts';
import { extract, lanes, vectorBinary, vectorCompare, vectorConstant } from './vector-code.ts';

/** Accumulates one value of a reduction. */
export interface Accumulator {
  /** Takes an element, or four; `position` counts the reduced points. */
  add(value: Local, position: Local<'i32'>): void;
  /** The result, in a local; one or four. */
  finish(): Local;
}

/** What adds a vector's lanes to a scalar accumulator. */
export interface FoldingAccumulator extends Accumulator {
  fold(into: Accumulator): void;
}

const isPosition = (reduction: Reduction): boolean => reduction.combine === 'argMax' || reduction.combine === 'argMin';

/** The value that a reduction of nothing gives, and starts from. */
function startOf({ combine, value }: Reduction): number {
  if (combine === 'sum') return 0;
  if (combine === 'prod') return 1;
  const [lowest, highest] = extremes[value.dtype];
  return combine === 'max' || combine === 'argMax' ? lowest : highest;
}

const scalarOp = { sum: 'add', prod: 'mul', max: 'max', min: 'min' } as const;

/** An accumulator of single elements; vectors of the same reduction can be folded into it. */
export function scalarAccumulator(module: ModuleBuilder, f: FunctionBuilder, reduction: Reduction): Accumulator {
  const { dtype } = reduction.value;
  const { combine } = reduction;
  if (combine === 'sum' && dtype === 'float32') return floatTotal(f);
  const best = f.let(scalarConstant(dtype, startOf(reduction)), combine);
  if (combine === 'argMax' || combine === 'argMin') {
    const at = f.let(i32.const(0), 'at');
    const order = combine === 'argMax' ? 'greater' : 'less';
    return {
      add: (value, position) => {
        let better = scalarCompare(order, dtype, value, best);
        if (isFloating(dtype)) {
          const [becomesNaN, wasNumber] = [
            scalarCompare('notEqual', dtype, value, value),
            scalarCompare('equal', dtype, best, best),
          ];
          better = i32.or(better, i32.and(becomesNaN, wasNumber));
        }
        const take = f.let(better, 'take');
        f.set(best, select(take, value, best));
        f.set(at, select(take, position, at));
      },
      finish: () => at,
    };
  }
  const op = dtype === 'bool' ? (combine === 'max' ? 'or' : 'and') : scalarOp[combine];
  return {
    add: (value) => f.set(best, scalarBinary(module, f, op, dtype, best, value)),
    finish: () => best,
  };
}

/** Whether four parts of one result can be accumulated side by side. */
export function canFold(reduction: Reduction): boolean {
  return !isPosition(reduction);
}

/** An accumulator of vectors. */
export function vectorAccumulator(module: ModuleBuilder, f: FunctionBuilder, reduction: Reduction): FoldingAccumulator {
  const { dtype } = reduction.value;
  const { combine } = reduction;
  if (combine === 'sum' && dtype === 'float32') return floatSum(f);
  const best = f.let(vectorConstant(dtype, startOf(reduction)), combine);
  if (combine === 'argMax' || combine === 'argMin') return vectorPosition(f, combine, dtype, best);
  const op = dtype === 'bool' ? (combine === 'max' ? 'or' : 'and') : scalarOp[combine];
  return {
    add: (value) => f.set(best, vectorBinary(module, f, op, dtype, best, value as Local<'v128'>)),
    finish: () => best,
    fold: (into) => foldLanes(f, dtype, best, into),
  };
}

function foldLanes(f: FunctionBuilder, dtype: DType, vector: Local<'v128'>, into: Accumulator): void {
  const nowhere = f.let(i32.const(0));
  for (let lane = 0; lane < lanes; lane++) into.add(f.let(extract(dtype, vector, lane)), nowhere);
}

function floatSum(f: FunctionBuilder): FoldingAccumulator {
  const low = f.let(f64x2.const(0), 'low');
  const high = f.let(f64x2.const(0), 'high');
  return {
    add: (value) => {
      const vector = value as Local<'v128'>;
      f.set(low, f64x2.add(low, f64x2.promoteLowF32x4(vector)));
      f.set(high, f64x2.add(high, f64x2.promoteLowF32x4(shuffle32(vector, vector, [2, 3, 2, 3]))));
    },
    finish: () => f.let(shuffle32(f32x4.demoteF64x2Zero(low), f32x4.demoteF64x2Zero(high), [0, 1, 4, 5])),
    fold: (into) => {
      const both = f.let(f64x2.add(low, high));
      const total = f64.add(f64x2.extractLane(both, 0), f64x2.extractLane(both, 1));
      (into as FloatTotal).addTotal(total);
    },
  };
}

/** A scalar sum of float32 that takes a float64 part. */
interface FloatTotal extends Accumulator {
  addTotal(part: Code<'f64'>): void;
}

function floatTotal(f: FunctionBuilder): FloatTotal {
  const total = f.let(f64.const(0), 'total');
  return {
    add: (value) => f.set(total, f64.add(total, f64.promoteF32(value as Local<'f32'>))),
    addTotal: (part) => f.set(total, f64.add(total, part)),
    finish: () => f.let(f32.demoteF64(total)),
  };
}

function vectorPosition(
  f: FunctionBuilder,
  combine: 'argMax' | 'argMin',
  dtype: DType,
  best: Local<'v128'>,
): FoldingAccumulator {
  const at = f.let(i32x4.const(0), 'at');
  const order = combine === 'argMax' ? 'greater' : 'less';
  return {
    add: (element, position) => {
      const value = element as Local<'v128'>;
      let better = vectorCompare(order, dtype, value, best);
      if (dtype === 'float32') better = v128.or(better, v128.and(f32x4.ne(value, value), f32x4.eq(best, best)));
      const take = f.let(better, 'take');
      f.set(best, v128.bitselect(value, best, take));
      f.set(at, v128.bitselect(i32x4.splat(position), at, take));
    },
    finish: () => at,
    fold: () => internal('positions cannot be folded'),
  };
}
