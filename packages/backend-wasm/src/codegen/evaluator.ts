/**
 * Values of expressions at one point of a nest, as code. Every node is computed once and kept in a local. Evaluators nest
 * like the loops: what does not depend on the axis of the innermost loop is computed by the evaluator outside of it
 * (`hoist`), and the one inside finds it there.
 *
 * Where a kernel runs in several passes, `reduced` are the totals of those before, and `kept` says which nodes an earlier
 * pass has left in memory, and under which pointer.
 *
 * A vector evaluator computes four points at once, consecutive along its vector axis; guards do not depend on that axis.
 */
import { bytesOf, internal } from '@deft/core';
import {
  type Affine,
  affineOf,
  constantOf,
  type Expression,
  foldExpression,
  type Nest,
  type NestOperand,
  partsOf,
  type Quantity,
  type Reduction,
} from '@deft/kernel';
import {
  type Expression as Code,
  type FunctionBuilder,
  i32,
  i32x4,
  type Local,
  type ModuleBuilder,
  select,
  v128,
} from '../assembler/index.ts';
import { applyVectorFunction } from './math-functions.ts';
import type { QuantityCode } from './quantity-code.ts';
import { loadScalar, scalarBinary, scalarBitcast, scalarCast, scalarCompare, scalarUnary } from './scalar-code.ts';
import {
  extract,
  insert,
  lanes,
  loadStrided,
  loadVector,
  splat,
  vectorBinary,
  vectorBitcast,
  vectorCast,
  vectorCompare,
  vectorConstant,
  vectorUnary,
} from './vector-code.ts';

/** Where the loops stand: an index for every axis that has begun, and the address of every operand's element. */
export interface Point {
  readonly indices: readonly (Local<'i32'> | undefined)[];
  readonly pointers: readonly Local<'i32'>[];
}

/** What all evaluators of a kernel share. */
export interface KernelContext {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly nest: Nest;
  /** The nest's numbers as code. */
  readonly numbers: QuantityCode;
  readonly reductions: readonly Reduction[];
  /** Start of each operand's buffer. */
  readonly bases: readonly Local<'i32'>[];
}

/** Four points at once along `axis`; `block` counts vectors from the point. */
export interface VectorMode {
  readonly axis: number;
  readonly block: number;
}

/** Whether an operand's element changes along an axis. */
export function operandDependsOn(operand: NestOperand, axis: number): boolean {
  return operand.strides[axis] !== 0 || operand.guards.some((guard) => guard.coefficients[axis] !== 0);
}

/** Whether a value is known not to be positive: the negative of a size, or what is below the largest of its kind. */
function isNonPositive(node: Expression, reductions: readonly Reduction[]): boolean {
  if (node.kind === 'unary') return node.op === 'neg' && node.x.kind === 'unary' && node.x.op === 'abs';
  if (node.kind !== 'binary' || node.op !== 'sub' || node.y.kind !== 'reduced') return false;
  const reduction = reductions[node.y.reduction];
  return reduction?.combine === 'max' && reduction.value === node.x;
}

/** The nodes below `roots` that depend on an axis. */
export function dependentNodes(nest: Nest, roots: readonly Expression[], axis: number): Set<Expression> {
  const dependent = new Set<Expression>();
  const memo = new Map<Expression, boolean>();
  const visit = (node: Expression, parts: readonly boolean[]): boolean => {
    const own =
      (node.kind === 'load' && operandDependsOn(nest.operands[node.operand] as NestOperand, axis)) ||
      (node.kind === 'index' && affineOf(nest, node).coefficients[axis] !== 0);
    const depends = own || parts.includes(true);
    if (depends) dependent.add(node);
    return depends;
  };
  for (const root of roots) foldExpression(root, visit, memo);
  return dependent;
}

/** What an evaluator knows besides its point. */
export interface EvaluatorOptions {
  readonly vector?: VectorMode | undefined;
  readonly outer?: Evaluator | undefined;
  /** The totals of reductions in passes before, one or four each. */
  readonly reduced?: readonly Local[];
  /** Pointers to what passes before have left in memory. */
  readonly kept?: ReadonlyMap<Expression, number>;
}

/** Computes expressions at a point. */
export class Evaluator {
  readonly #context: KernelContext;
  readonly point: Point;
  readonly vector: VectorMode | undefined;
  readonly #outer: Evaluator | undefined;
  readonly #reduced: readonly Local[];
  readonly #kept: ReadonlyMap<Expression, number>;
  readonly #values = new Map<Expression, Local>();
  readonly #guards = new Map<NestOperand, Local<'i32'>>();

  constructor(context: KernelContext, point: Point, options: EvaluatorOptions = {}) {
    this.#context = context;
    this.point = point;
    this.vector = options.vector;
    this.#outer = options.outer;
    this.#reduced = options.reduced ?? [];
    this.#kept = options.kept ?? new Map<Expression, number>();
  }

  /** Computes what does not depend on an axis, for the evaluators inside that axis's loop. */
  hoist(roots: readonly Expression[], axis: number): void {
    const { nest } = this.#context;
    const dependent = dependentNodes(nest, roots, axis);
    const seen = new Set<Expression>();
    const visit = (node: Expression): void => {
      if (seen.has(node)) return;
      seen.add(node);
      if (!dependent.has(node)) {
        if (node.kind !== 'constant') this.value(node);
        return;
      }
      if (this.#kept.has(node)) return;
      if (node.kind === 'load') {
        const operand = nest.operands[node.operand] as NestOperand;
        if (operand.guards.length > 0 && operand.guards.every((guard) => guard.coefficients[axis] === 0))
          this.#guard(operand);
      }
      partsOf(node).forEach(visit);
    };
    roots.forEach(visit);
  }

  /** The value of an expression, in a local. */
  value(node: Expression): Local {
    const known = this.#find(node);
    if (known !== undefined) return known;
    const code =
      this.#readBack(node) ?? (this.vector === undefined ? this.#scalar(node) : this.#lanes(node, this.vector));
    const local = this.#context.f.let(code, node.kind);
    this.#values.set(node, local);
    return local;
  }

  /** Loads a value that an earlier pass kept in memory. */
  #readBack(node: Expression): Code | undefined {
    const pointer = this.point.pointers[this.#kept.get(node) ?? -1];
    if (pointer === undefined) return undefined;
    if (this.vector === undefined) return loadScalar(this.#context.f, node.dtype, pointer);
    return loadVector(this.#context.f, node.dtype, pointer, this.vector.block * lanes * bytesOf(node.dtype));
  }

  #find(node: Expression): Local | undefined {
    return this.#values.get(node) ?? (this.#outer === undefined ? undefined : this.#outer.#find(node));
  }

  #findGuard(operand: NestOperand): Local<'i32'> | undefined {
    return this.#guards.get(operand) ?? (this.#outer === undefined ? undefined : this.#outer.#findGuard(operand));
  }

  /** Whether the point lies inside of a guarded operand's source. */
  #guard(operand: NestOperand): Local<'i32'> {
    const known = this.#findGuard(operand);
    if (known !== undefined) return known;
    const { f, numbers } = this.#context;
    let inside: Code<'i32'> | undefined;
    for (const guard of operand.guards) {
      // One unsigned comparison covers both ends.
      const test = i32.ltU(this.#affine(guard), numbers.index(guard.limit));
      inside = inside === undefined ? test : i32.and(inside, test);
    }
    const local = f.let(inside ?? i32.const(1), 'inside');
    this.#guards.set(operand, local);
    return local;
  }

  #affine({ offset, coefficients }: Affine<Quantity>): Code<'i32'> {
    const { numbers } = this.#context;
    let sum = numbers.index(offset);
    coefficients.forEach((coefficient, axis) => {
      if (coefficient === 0) return;
      const index = this.point.indices[axis] ?? internal(`axis ${axis} has not begun`);
      sum = i32.add(sum, coefficient === 1 ? index : i32.mul(index, numbers.index(coefficient)));
    });
    return sum;
  }

  /** An index node at four points, the first of them so many points behind this one. */
  #affineLanes(affine: Affine<Quantity>, axis: number, behind: number): Code<'v128'> {
    const { numbers } = this.#context;
    const coefficient = affine.coefficients[axis] as Quantity;
    if (typeof coefficient !== 'number' || typeof affine.offset !== 'number') {
      const step = numbers.index(coefficient);
      const base = i32x4.splat(i32.add(this.#affine(affine), i32.mul(step, behind)));
      return i32x4.add(base, i32x4.mul(i32x4.splat(step), i32x4.const(0, 1, 2, 3)));
    }
    const base = i32x4.splat(this.#affine({ ...affine, offset: affine.offset + coefficient * behind }));
    if (coefficient === 0) return base;
    return i32x4.add(base, i32x4.const(0, coefficient, 2 * coefficient, 3 * coefficient));
  }

  #scalar(node: Expression): Code {
    const { module, f, nest, numbers, bases } = this.#context;
    switch (node.kind) {
      case 'constant':
        return numbers.element(node.dtype, constantOf(nest, node));
      case 'load': {
        const operand = nest.operands[node.operand] as NestOperand;
        const pointer = this.point.pointers[node.operand] as Local<'i32'>;
        if (operand.guards.length === 0) return loadScalar(f, node.dtype, pointer);
        const inside = this.#guard(operand);
        const element = loadScalar(f, node.dtype, select(inside, pointer, bases[node.operand] as Local<'i32'>));
        return select(inside, element, numbers.element(node.dtype, operand.fill));
      }
      case 'gather': {
        const offset = this.value(node.offset) as Local<'i32'>;
        const address = i32.add(bases[node.operand] as Local<'i32'>, i32.mul(offset, bytesOf(node.dtype)));
        return loadScalar(f, node.dtype, address);
      }
      case 'index':
        return this.#affine(affineOf(nest, node));
      case 'unary':
        return scalarUnary(module, f, node.op, node.x.dtype, this.value(node.x));
      case 'binary':
        return scalarBinary(module, f, node.op, node.dtype, this.value(node.x), this.value(node.y));
      case 'compare':
        return scalarCompare(node.op, node.x.dtype, this.value(node.x), this.value(node.y));
      case 'select':
        return select(this.value(node.condition) as Local<'i32'>, this.value(node.x), this.value(node.y));
      case 'cast':
        return scalarCast(f, node.x.dtype, node.dtype, this.value(node.x));
      case 'bitcast':
        return scalarBitcast(f, node.x.dtype, node.dtype, this.value(node.x));
      case 'reduced':
        return this.#reduced[node.reduction] ?? internal('a reduced value before its reduction');
      case 'variable':
        return internal('a variable outside of a routine');
    }
  }

  #lanes(node: Expression, { axis, block }: VectorMode): Code<'v128'> {
    const { module, f, nest, numbers, bases } = this.#context;
    const constant = (dtype: Expression['dtype'], value: Quantity): Code<'v128'> =>
      typeof value === 'number' ? vectorConstant(dtype, value) : splat(dtype, numbers.element(dtype, value));
    const operandValue = (part: Expression): Local<'v128'> => this.value(part) as Local<'v128'>;
    switch (node.kind) {
      case 'constant':
        return constant(node.dtype, constantOf(nest, node));
      case 'load': {
        const operand = nest.operands[node.operand] as NestOperand;
        const stride = numbers.scaled(operand.strides[axis] as Quantity, bytesOf(node.dtype));
        const pointer = this.point.pointers[node.operand] as Local<'i32'>;
        const inside = operand.guards.length === 0 ? undefined : this.#guard(operand);
        const address = f.let(
          inside === undefined ? pointer : select(inside, pointer, bases[node.operand] as Local<'i32'>),
        );
        const loaded = this.#loadLanes(node.dtype, address, stride, block);
        if (inside === undefined) return loaded;
        return v128.bitselect(loaded, constant(node.dtype, operand.fill), i32x4.splat(i32.sub(0, inside)));
      }
      case 'gather': {
        const offsets = operandValue(node.offset);
        const base = bases[node.operand] as Local<'i32'>;
        const result = f.let(v128.const(new Array<number>(16).fill(0)), 'gathered');
        for (let lane = 0; lane < lanes; lane++) {
          const offset = i32.mul(extract('int32', offsets, lane) as Code<'i32'>, bytesOf(node.dtype));
          f.set(result, insert(node.dtype, result, lane, loadScalar(f, node.dtype, i32.add(base, offset))));
        }
        return result;
      }
      case 'index':
        return this.#affineLanes(affineOf(nest, node), axis, block * lanes);
      case 'unary':
        return this.#unaryLanes(node);
      case 'binary': {
        const count = node.y.kind === 'constant' ? constantOf(nest, node.y) : undefined;
        const shift = typeof count === 'number' ? count : undefined;
        return vectorBinary(module, f, node.op, node.dtype, operandValue(node.x), operandValue(node.y), shift);
      }
      case 'compare':
        return vectorCompare(node.op, node.x.dtype, operandValue(node.x), operandValue(node.y));
      case 'select':
        return v128.bitselect(operandValue(node.x), operandValue(node.y), operandValue(node.condition));
      case 'cast':
        return vectorCast(f, node.x.dtype, node.dtype, operandValue(node.x));
      case 'bitcast':
        return vectorBitcast(f, node.x.dtype, node.dtype, operandValue(node.x));
      case 'reduced': {
        const total = this.#reduced[node.reduction] ?? internal('a reduced value before its reduction');
        return total.type === 'v128' ? (total as Local<'v128'>) : splat(node.dtype, total);
      }
      case 'variable':
        return internal('a variable outside of a routine');
    }
  }

  /** Two instructions in one for the negative of a size, and the exponential of what cannot overflow. */
  #unaryLanes({ op, x }: Extract<Expression, { kind: 'unary' }>): Code<'v128'> {
    const { module, f, reductions } = this.#context;
    const value = (part: Expression): Local<'v128'> => this.value(part) as Local<'v128'>;
    if (op === 'neg' && x.kind === 'unary' && x.op === 'abs' && x.dtype === 'float32') {
      return v128.or(value(x.x), i32x4.const(-0x80000000));
    }
    if (op === 'exp' && isNonPositive(x, reductions)) {
      const code = applyVectorFunction(module, f, 'expNonPositive', x.dtype, value(x));
      if (code !== undefined) return code;
    }
    return vectorUnary(module, f, op, x.dtype, value(x));
  }

  #loadLanes(dtype: Expression['dtype'], address: Local<'i32'>, stride: Quantity, block: number): Code<'v128'> {
    const { f, numbers } = this.#context;
    if (stride === 0) return splat(dtype, loadScalar(f, dtype, address));
    if (stride === bytesOf(dtype)) return loadVector(f, dtype, address, block * lanes * stride);
    const start = block === 0 ? address : f.let(i32.add(address, numbers.index(numbers.scaled(stride, block * lanes))));
    const laneSteps = Array.from({ length: lanes }, (_, lane) => numbers.index(numbers.scaled(stride, lane)));
    return loadStrided(f, dtype, start, laneSteps);
  }
}
