/**
 * Routines: what index spaces don't say well (factorisations, transforms, searches), as a small imperative program over
 * arrays and variables. A routine is data like every other kernel, so it prints, parses and is checked, and each backend
 * makes code of it. It runs once for every instance of a batch; instances know nothing of each other.
 *
 * Expressions are those of other kernels with two leaves of their own meaning: `variable` reads a variable, and `gather` from
 * operand `n` reads an element of array `n` at an offset within the instance. `load`, `index` and `reduced` do not occur. Both
 * branches of a `select` are evaluated, so the offsets in both are in range.
 */
import type { DType } from '@deft/core';
import type { Expression } from './expression.ts';

/** One array of a routine, as long as one instance's part of it. */
export interface RoutineArray {
  readonly dtype: DType;
  /** Elements of one instance. */
  readonly length: number;
  /** `input`: read only. `result`: read and written; elements are unknown until they are stored. */
  readonly role: 'input' | 'result';
}

/** One step of a routine. */
export type Statement =
  | { readonly kind: 'assign'; readonly variable: number; readonly value: Expression }
  | { readonly kind: 'store'; readonly array: number; readonly offset: Expression; readonly value: Expression }
  /** Counts an `int32` variable up from `from` while it is less than `to`, which is evaluated once. */
  | {
      readonly kind: 'loop';
      readonly variable: number;
      readonly from: Expression;
      readonly to: Expression;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'while'; readonly condition: Expression; readonly body: readonly Statement[] }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    };

/** A routine: for every instance the body is run once. Variables begin as 0. */
export interface Routine {
  /** For people; letters only. */
  readonly label: string;
  readonly arrays: readonly RoutineArray[];
  readonly variables: readonly DType[];
  readonly body: readonly Statement[];
}

/** The expressions of one statement itself, not those of statements inside of it. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'assign':
      return [statement.value];
    case 'store':
      return [statement.offset, statement.value];
    case 'loop':
      return [statement.from, statement.to];
    case 'while':
    case 'if':
      return [statement.condition];
  }
}
