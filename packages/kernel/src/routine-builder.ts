/**
 * Writes routines as ordinary code: scalars have methods that build expressions, and control structures take functions that
 * write their bodies.
 */
import { type DType, internal } from '@deft/core';
import {
  type BinaryScalar,
  binaryExpression,
  type ComparisonScalar,
  castExpression,
  compareExpression,
  constantExpression,
  type Expression,
  gatherExpression,
  selectExpression,
  type UnaryScalar,
  unaryExpression,
  variableExpression,
} from './expression.ts';
import type { Routine, RoutineArray, Statement } from './routine.ts';

/** A scalar of a routine, or a number, which takes the dtype of the scalar that it meets. */
export type ScalarLike = Scalar | number;

/** A value within a routine. */
export class Scalar {
  readonly expression: Expression;

  constructor(expression: Expression) {
    this.expression = expression;
  }

  get dtype(): DType {
    return this.expression.dtype;
  }

  #like(value: ScalarLike): Expression {
    return value instanceof Scalar ? value.expression : constantExpression(this.dtype, value);
  }

  #binary(op: BinaryScalar, y: ScalarLike): Scalar {
    return new Scalar(binaryExpression(op, this.expression, this.#like(y)));
  }

  #compare(op: ComparisonScalar, y: ScalarLike): Scalar {
    return new Scalar(compareExpression(op, this.expression, this.#like(y)));
  }

  add(y: ScalarLike): Scalar {
    return this.#binary('add', y);
  }

  sub(y: ScalarLike): Scalar {
    return this.#binary('sub', y);
  }

  mul(y: ScalarLike): Scalar {
    return this.#binary('mul', y);
  }

  div(y: ScalarLike): Scalar {
    return this.#binary('div', y);
  }

  rem(y: ScalarLike): Scalar {
    return this.#binary('rem', y);
  }

  max(y: ScalarLike): Scalar {
    return this.#binary('max', y);
  }

  min(y: ScalarLike): Scalar {
    return this.#binary('min', y);
  }

  /** Logical on bool, bitwise on integers. */
  and(y: ScalarLike): Scalar {
    return this.#binary('and', y);
  }

  or(y: ScalarLike): Scalar {
    return this.#binary('or', y);
  }

  less(y: ScalarLike): Scalar {
    return this.#compare('less', y);
  }

  lessEqual(y: ScalarLike): Scalar {
    return this.#compare('lessEqual', y);
  }

  greater(y: ScalarLike): Scalar {
    return this.#compare('greater', y);
  }

  equal(y: ScalarLike): Scalar {
    return this.#compare('equal', y);
  }

  notEqual(y: ScalarLike): Scalar {
    return this.#compare('notEqual', y);
  }

  /** A function of one value. */
  apply(op: UnaryScalar): Scalar {
    return new Scalar(unaryExpression(op, this.expression));
  }

  /** `x` where this condition holds, else `y`, which may be a number if `x` is none. */
  select(x: Scalar, y: ScalarLike): Scalar {
    return new Scalar(
      selectExpression(
        this.expression,
        x.expression,
        y instanceof Scalar ? y.expression : constantExpression(x.dtype, y),
      ),
    );
  }

  to(dtype: DType): Scalar {
    return new Scalar(castExpression(this.expression, dtype));
  }
}

/** A variable: a scalar that can be assigned. */
export class Variable extends Scalar {
  readonly #assign: (value: Expression) => void;

  constructor(number: number, dtype: DType, assign: (value: Expression) => void) {
    super(variableExpression(dtype, number));
    this.#assign = assign;
  }

  set(value: ScalarLike): void {
    this.#assign(value instanceof Scalar ? value.expression : constantExpression(this.dtype, value));
  }
}

/** An array within a routine: a vector, or a matrix whose rows are `columns` long. */
export class ArrayReference {
  readonly dtype: DType;
  readonly #number: number;
  readonly #columns: number;
  readonly #store: (array: number, offset: Expression, value: Expression) => void;

  constructor(
    number: number,
    dtype: DType,
    columns: number,
    store: (array: number, offset: Expression, value: Expression) => void,
  ) {
    this.#number = number;
    this.dtype = dtype;
    this.#columns = columns;
    this.#store = store;
  }

  #offset(i: ScalarLike, j: ScalarLike | undefined): Expression {
    const first = i instanceof Scalar ? i : new Scalar(constantExpression('int32', i));
    return (j === undefined ? first : first.mul(this.#columns).add(j)).expression;
  }

  /** Element `i`, or the one in row `i` and column `j`. */
  at(i: ScalarLike, j?: ScalarLike): Scalar {
    return new Scalar(gatherExpression(this.dtype, this.#number, this.#offset(i, j)));
  }

  /** Stores into element `i`. */
  set(i: ScalarLike, value: ScalarLike): void {
    this.#store(this.#number, this.#offset(i, undefined), this.#element(value));
  }

  /** Stores into row `i`, column `j`. */
  setAt(i: ScalarLike, j: ScalarLike, value: ScalarLike): void {
    this.#store(this.#number, this.#offset(i, j), this.#element(value));
  }

  /** Numbers and scalars of another dtype are converted. */
  #element(value: ScalarLike): Expression {
    return value instanceof Scalar
      ? castExpression(value.expression, this.dtype)
      : constantExpression(this.dtype, value);
  }
}

/** A vector or a matrix of one instance: dtype, and its rows and columns. */
export interface ArrayShape {
  readonly dtype: DType;
  readonly length: number;
  /** Elements of a row; the whole length if left out. */
  readonly columns?: number;
}

/** Writes statements, in the order of the calls. */
export class RoutineWriter {
  /** @internal What was written. */
  readonly variables: DType[] = [];
  #statements: Statement[] = [];

  /** @internal */
  written(body: () => void): Statement[] {
    const outer = this.#statements;
    const inner: Statement[] = [];
    this.#statements = inner;
    body();
    this.#statements = outer;
    return inner;
  }

  /** @internal */
  readonly store = (array: number, offset: Expression, value: Expression): void => {
    this.#statements.push({ kind: 'store', array, offset, value });
  };

  #variable(dtype: DType): { readonly number: number; readonly variable: Variable } {
    const number = this.variables.push(dtype) - 1;
    const variable = new Variable(number, dtype, (value) => {
      if (value.dtype !== dtype) internal(`a variable of ${dtype} is set to ${value.dtype}`);
      this.#statements.push({ kind: 'assign', variable: number, value });
    });
    return { number, variable };
  }

  /** A constant. */
  constant(dtype: DType, value: number): Scalar {
    return new Scalar(constantExpression(dtype, value));
  }

  /** A variable that holds a value; assigned each time the flow passes here. */
  let(value: Scalar): Variable {
    const { variable } = this.#variable(value.dtype);
    variable.set(value);
    return variable;
  }

  /** A variable that begins as a number. */
  variable(dtype: DType, value: number): Variable {
    return this.let(this.constant(dtype, value));
  }

  /** Runs `body` for `i` from `from` up to `to`, without `to`. */
  loop(from: ScalarLike, to: ScalarLike, body: (i: Scalar) => void): void {
    const { number, variable } = this.#variable('int32');
    const bound = (value: ScalarLike): Expression =>
      value instanceof Scalar ? value.expression : constantExpression('int32', value);
    const inner = this.written(() => body(variable));
    this.#statements.push({ kind: 'loop', variable: number, from: bound(from), to: bound(to), body: inner });
  }

  /** Runs `body` for `i` from `from − 1` down to `to`. */
  loopDown(from: ScalarLike, to: ScalarLike, body: (i: Scalar) => void): void {
    const start = from instanceof Scalar ? from : this.constant('int32', from);
    const last = start.sub(1);
    this.loop(to, start, (i) => body(this.let(last.add(to).sub(i))));
  }

  /** Runs `body` while the condition holds. */
  while(condition: Scalar, body: () => void): void {
    this.#statements.push({ kind: 'while', condition: condition.expression, body: this.written(body) });
  }

  if(condition: Scalar, then: () => void, otherwise: () => void = () => {}): void {
    this.#statements.push({
      kind: 'if',
      condition: condition.expression,
      body: this.written(then),
      otherwise: this.written(otherwise),
    });
  }

  /** The sum of `term(i)` from `from` up to `to` in `float64`. */
  sum(from: ScalarLike, to: ScalarLike, term: (i: Scalar) => Scalar, start?: Scalar): Variable {
    const total = start === undefined ? this.variable('float64', 0) : this.let(start.to('float64'));
    this.loop(from, to, (i) => total.set(total.add(term(i).to('float64'))));
    return total;
  }
}

/**
 * Writes a routine. Arrays stand in the order of `inputs`, `results`, `scratch`; scratch is a result that nobody reads
 * afterwards.
 *
 * @example
 * ```ts
 * import { buildRoutine } from '@deft/kernel';
 * const reverse = buildRoutine(
 *   'reverse',
 *   { inputs: [{ dtype: 'float32', length: 3 }], results: [{ dtype: 'float32', length: 3 }] },
 *   (r, [x], [y]) => {
 *     r.loop(0, 3, (i) => y.set(i, x.at(r.constant('int32', 2).sub(i))));
 *   },
 * );
 * console.log(reverse.body.length); // 1
 * ```
 */
export function buildRoutine<
  const I extends readonly ArrayShape[],
  const R extends readonly ArrayShape[],
  const S extends readonly ArrayShape[] = readonly [],
>(
  label: string,
  arrays: { readonly inputs: I; readonly results: R; readonly scratch?: S },
  body: (
    writer: RoutineWriter,
    inputs: { readonly [K in keyof I]: ArrayReference },
    results: { readonly [K in keyof R]: ArrayReference },
    scratch: { readonly [K in keyof S]: ArrayReference },
  ) => void,
): Routine {
  const writer = new RoutineWriter();
  const specs: RoutineArray[] = [];
  const declare =
    (role: RoutineArray['role']) =>
    ({ dtype, length, columns = length }: ArrayShape): ArrayReference =>
      new ArrayReference(specs.push({ dtype, length, role }) - 1, dtype, columns, writer.store);
  const inputs = arrays.inputs.map(declare('input')) as { readonly [K in keyof I]: ArrayReference };
  const results = arrays.results.map(declare('result')) as { readonly [K in keyof R]: ArrayReference };
  const scratch = (arrays.scratch ?? []).map(declare('result')) as { readonly [K in keyof S]: ArrayReference };
  const statements = writer.written(() => body(writer, inputs, results, scratch));
  return { label, arrays: specs, variables: writer.variables, body: statements };
}
