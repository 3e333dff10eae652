/**
 * What an op's `lower` says: which kernel form it is, as a function of its operands' shapes and its attributes. The
 * compiler turns these statements into kernels, composing views and fusing maps on the way.
 */
import type { AbstractValue, Attributes, Dims } from '@deft/core';
import { type Expression, indexExpression } from './expression.ts';
import type { Combine, ScatterCombine } from './kernel.ts';
import type { Routine } from './routine.ts';
import type { IndexMap } from './view.ts';

/** The index space at whose points a lowering's expressions are evaluated. */
export interface Space {
  readonly shape: Dims;
  /** The index along `axis` as an `int32` expression. */
  index(axis: number): Expression;
}

/** The form of one application of an op. */
export type Form =
  /** Another view of input 0. */
  | { readonly form: 'view'; readonly map: IndexMap }
  /** Input 0 in another shape of the same size. */
  | { readonly form: 'reshape' }
  /**
   * A scalar expression at every point of the result. Each input is read through its entry of `maps`, or broadcast to
   * the result where there is none.
   */
  | {
      readonly form: 'map';
      readonly value: (inputs: readonly Expression[], space: Space) => Expression;
      readonly maps?: readonly (IndexMap | undefined)[];
    }
  /**
   * Input 0 accumulated over axes. With `map`, input 0 is first read through it. `axes` are axes of the mapped space.
   * The result's shape is that of the op (reduced axes may be kept as 1).
   */
  | { readonly form: 'reduce'; readonly combine: Combine; readonly axes: readonly number[]; readonly map?: IndexMap }
  /** Product of inputs 0 and 1; result axes are batch, left's free ones, right's free ones. */
  | {
      readonly form: 'contract';
      readonly batch: readonly (readonly [number, number])[];
      readonly contracted: readonly (readonly [number, number])[];
    }
  /**
   * Elements of input 0 (as a flat array) at computed offsets, which must be in range. `offset` gets the other inputs, each
   * read through its entry of `maps`.
   */
  | {
      readonly form: 'gather';
      readonly offset: (others: readonly Expression[], space: Space) => Expression;
      readonly maps: readonly IndexMap[];
    }
  /**
   * Elements of input 1 combined with those of a copy of input 0, at `offset` computed from the other inputs (from the
   * third on), for every point of input 1. Offsets out of range are skipped.
   */
  | {
      readonly form: 'scatter';
      readonly combine: ScatterCombine;
      readonly offset: (others: readonly Expression[], space: Space) => Expression;
      readonly maps: readonly IndexMap[];
    }
  /** Input 0 sorted along its last axis. */
  | { readonly form: 'sort'; readonly descending: boolean; readonly gives: 'values' | 'positions' }
  /**
   * Result `result` of a routine, which all results of the op share. Its arrays are the inputs in order, the results in order,
   * and scratch, which are results that nobody gets.
   */
  | {
      readonly form: 'routine';
      readonly routine: Routine;
      readonly instances: number;
      readonly result: number;
      /** The results are sums over the operands, whose terms may cancel. */
      readonly sums: boolean;
    }
  /**
   * Result `result` of a loop over the op's regions (body, and condition if there is one), which all results of the op share.
   * Inputs: the number of steps (if `counted`), what the regions close over, carried values, stacks to take slices of.
   * Results: carried values, stacks, and with a condition the number of steps taken.
   */
  | {
      readonly form: 'repeat';
      readonly result: number;
      /** Steps at most; infinity for no bound. */
      readonly steps: number;
      readonly counted: boolean;
      readonly closedOver: number;
      readonly carries: number;
      readonly stacked: number;
      readonly reverse: boolean;
    }
  /** Result `result` of the op's `reference`, which the host computes. */
  | { readonly form: 'call'; readonly result: number }
  /** Result `result` of the region that input 0 numbers; the other inputs are inputs of all regions. */
  | { readonly form: 'branch'; readonly result: number };

/** An op's lowering: one form per result. */
export type Lowering = (
  inputs: readonly AbstractValue[],
  attributes: Attributes,
  outputs: readonly AbstractValue[],
) => readonly Form[];

/** The forms of an op whose `results` results come from one routine. */
export function routineForms(routine: Routine, instances: number, results: number, sums = false): readonly Form[] {
  return Array.from({ length: results }, (_, result) => ({ form: 'routine', routine, instances, result, sums }));
}

/** A space of that shape. */
export function spaceOf(shape: Dims): Space {
  return { shape, index: (axis) => indexExpression(axis, shape.length) };
}
