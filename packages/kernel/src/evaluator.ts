/**
 * Evaluates expressions on the host, a block of points at a time: every distinct node of the DAG gets a register (a typed
 * array of its dtype, as long as a block) and one step that fills it from the registers of its parts. Storing into the
 * typed array is what rounds or wraps each scalar op's result.
 */
import { allocate, type Dims, type DType, internal, sizeOf, type TypedArray, toElement } from '@deft/core';
import { reinterpretElements } from './bitcast.ts';
import { type Expression, foldExpression } from './expression.ts';
import type { Operand } from './kernel.ts';
import { binaryFunction, castFunction, comparisonFunctions, unaryFunction } from './scalar-functions.ts';
import { affineAt, pointAt, readView } from './view-reading.ts';

const blockLength = 512;

/** The elements of a buffer, and what they are. */
export interface Elements {
  readonly dtype: DType;
  readonly data: TypedArray;
}

/** What the leaves of expressions refer to. */
export interface EvaluationContext {
  /** Points at which the expressions are evaluated. */
  readonly space: Dims;
  readonly operands: readonly Operand[];
  /** The elements of each operand's buffer. */
  readonly sources: readonly Elements[];
  /** The accumulated value of each reduction that is finished, at every place. */
  readonly reduced: readonly TypedArray[];
  /** How many points in a row belong to one place; 1 unless given. */
  readonly pointsPerPlace?: number;
}

type Step = (start: number, count: number) => void;

/**
 * Evaluates `roots` at every point of the space in row-major order. `consume` gets blocks: the values of each root at
 * points `start … start + count − 1` stand in the first places of its array, until `consume` returns.
 */
export function evaluate(
  roots: readonly Expression[],
  context: EvaluationContext,
  consume: (values: readonly TypedArray[], start: number, count: number) => void,
): void {
  const points = sizeOf(context.space);
  const length = Math.min(blockLength, points);
  if (points === 0) return;
  const steps: Step[] = [];
  const memo = new Map<Expression, TypedArray>();
  const registers = roots.map((root) =>
    foldExpression<TypedArray>(
      root,
      (node, parts) => {
        const register = allocate(node.dtype, length);
        const step = stepOf(node, parts, register, context);
        if (step) steps.push(step);
        return register;
      },
      memo,
    ),
  );
  for (let start = 0; start < points; start += length) {
    const count = Math.min(length, points - start);
    for (const step of steps) step(start, count);
    consume(registers, start, count);
  }
}

/** The step that fills a node's register; none where it is filled already. */
function stepOf(
  node: Expression,
  parts: readonly TypedArray[],
  out: TypedArray,
  context: EvaluationContext,
): Step | undefined {
  const [a, b, c] = parts as readonly [TypedArray, TypedArray, TypedArray];
  switch (node.kind) {
    case 'constant':
      out.fill(toElement(node.dtype, node.value));
      return undefined;
    case 'bitcast':
      return (_, count) => out.set(reinterpretElements(a.subarray(0, count), node.x.dtype, node.dtype));
    case 'load': {
      const { view } = context.operands[node.operand] ?? internal(`there is no operand ${node.operand}`);
      if (view.shape.length !== context.space.length) internal(`operand ${node.operand} is not a view over the space`);
      const source = sourceOf(context, node);
      // Results are evaluated where every reduced axis has one place, so the space may be smaller than the view.
      const shown = { ...view, shape: context.space, fill: toElement(node.dtype, view.fill) };
      return (start, count) => readView(shown, source, start, count, out);
    }
    case 'gather': {
      const source = sourceOf(context, node);
      return (_, count) => {
        for (let i = 0; i < count; i++) {
          const offset = a[i] as number;
          if (offset < 0 || offset >= source.length) internal(`a gather reads element ${offset} of ${source.length}`);
          out[i] = source[offset] as number;
        }
      };
    }
    case 'index':
      return (start, count) => {
        for (let i = 0; i < count; i++) {
          out[i] = affineAt(node.offset, node.coefficients, pointAt(context.space, start + i));
        }
      };
    case 'reduced': {
      const values = context.reduced[node.reduction] ?? internal(`there is no reduction ${node.reduction}`);
      const { pointsPerPlace = 1 } = context;
      return (start, count) => {
        for (let i = 0; i < count; i++) out[i] = values[Math.floor((start + i) / pointsPerPlace)] as number;
      };
    }
    case 'variable':
      return internal('a variable outside of a routine');
    case 'unary':
      return mapStep(unaryFunction(node.op, node.x.dtype), a, out);
    case 'cast':
      return mapStep(castFunction(node.x.dtype, node.dtype), a, out);
    case 'binary': {
      const f = binaryFunction(node.op, node.dtype);
      return (_, count) => {
        for (let i = 0; i < count; i++) out[i] = f(a[i] as number, b[i] as number);
      };
    }
    case 'compare': {
      const f = comparisonFunctions[node.op];
      return (_, count) => {
        for (let i = 0; i < count; i++) out[i] = f(a[i] as number, b[i] as number) ? 1 : 0;
      };
    }
    case 'select':
      return (_, count) => {
        for (let i = 0; i < count; i++) out[i] = (a[i] !== 0 ? b[i] : c[i]) as number;
      };
  }
}

function mapStep(f: (x: number) => number, source: TypedArray, out: TypedArray): Step {
  return (_, count) => {
    for (let i = 0; i < count; i++) out[i] = f(source[i] as number);
  };
}

function sourceOf(context: EvaluationContext, node: { readonly operand: number; readonly dtype: DType }): TypedArray {
  const source = context.sources[node.operand] ?? internal(`there is no operand ${node.operand}`);
  if (source.dtype !== node.dtype) internal(`operand ${node.operand} is not ${node.dtype}`);
  return source.data;
}
