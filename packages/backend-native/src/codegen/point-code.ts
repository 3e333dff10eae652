/**
 * Values of expressions at one point of a nest, as lines of C. Every node is computed once and has a name; the C compiler moves
 * what does not change out of loops, and computes many points at once where a loop lets it.
 */
import { internal, isFloating } from '@deft/core';
import {
  type Affine,
  affineOf,
  constantOf,
  type Expression,
  foldExpression,
  type Nest,
  type NestOperand,
  type Quantity,
} from '@deft/kernel';
import { decoded, literal, valueType } from './c-types.ts';
import { operationCode } from './scalar-code.ts';

/** What all points of a kernel share. */
export interface KernelContext {
  readonly nest: Nest;
  /** Names of the pointers to the operands' buffers. */
  readonly operands: readonly string[];
  /** A name that no other value of the kernel has. */
  readonly newName: () => string;
}

/** A number as a C expression: unknown ones stand in the list `q`. */
export const quantityCode = (quantity: Quantity): string =>
  typeof quantity === 'number' ? (quantity < 0 ? `(${quantity})` : String(quantity)) : `((long)q[${quantity.slot}])`;

/** `offset + Σ coefficients · indices`. */
export function affineCode({ offset, coefficients }: Affine<Quantity>, indices: readonly string[]): string {
  const terms = coefficients.flatMap((coefficient, axis) => {
    if (coefficient === 0) return [];
    const index = indices[axis] ?? internal(`axis ${axis} has not begun`);
    return [coefficient === 1 ? index : `${quantityCode(coefficient)} * ${index}`];
  });
  if (offset !== 0 || terms.length === 0) terms.unshift(quantityCode(offset));
  return terms.join(' + ');
}

/** Elements of operands that were read before, by the operand. */
export type StagedOperands = Pick<ReadonlyMap<number, string>, 'get'>;

/** What is known at a point besides its place. */
export interface PointOptions {
  /** The total of a reduction of a pass before. */
  readonly total?: (reduction: number) => string;
  /** Elements of operands that were read before, as they are stored. */
  readonly staged?: StagedOperands;
  /** Where passes before have left values: lvalues. */
  readonly kept?: ReadonlyMap<Expression, string>;
}

/** Writes the values at a point. */
export class PointCode {
  readonly lines: string[] = [];
  readonly #context: KernelContext;
  readonly #indices: readonly string[];
  readonly #options: PointOptions;
  readonly #values = new Map<Expression, string>();

  constructor(context: KernelContext, indices: readonly string[], options: PointOptions = {}) {
    this.#context = context;
    this.#indices = indices;
    this.#options = options;
  }

  /** The name of a value, or a constant. */
  value(root: Expression): string {
    // Nodes that are kept are not looked into.
    const { kept } = this.#options;
    const known = this.#values.get(root);
    if (known !== undefined) return known;
    const visit = (node: Expression, parts: readonly string[]): string => {
      const code = this.#node(node, parts);
      if (node.kind === 'constant' || node.kind === 'reduced') return code;
      const name = this.#context.newName();
      this.lines.push(`const ${valueType(node.dtype)} ${name} = ${code};`);
      return name;
    };
    if (kept !== undefined) {
      for (const [node, place] of kept) {
        if (this.#values.has(node)) continue;
        const name = this.#context.newName();
        this.lines.push(`const ${valueType(node.dtype)} ${name} = ${decoded(node.dtype, place)};`);
        this.#values.set(node, name);
      }
    }
    return foldExpression(root, visit, this.#values);
  }

  #inside({ guards }: NestOperand): string {
    return guards
      .map(
        (guard) => `(unsigned long)(${affineCode(guard, this.#indices)}) < (unsigned long)${quantityCode(guard.limit)}`,
      )
      .join(' && ');
  }

  /** The larger or smaller of a value and a known number: one comparison, where neither NaN nor the other zero can be that number. */
  #extreme(node: Expression, [x = '', y = '']: readonly string[]): string | undefined {
    if (node.kind !== 'binary' || !isFloating(node.dtype) || (node.op !== 'max' && node.op !== 'min')) return undefined;
    const boundIsFirst = node.x.kind === 'constant';
    const bound = boundIsFirst ? node.x : node.y;
    const value = bound.kind === 'constant' ? constantOf(this.#context.nest, bound) : undefined;
    const otherZero = node.op === 'max' ? -0 : 0;
    if (typeof value !== 'number' || Number.isNaN(value) || Object.is(value, otherZero)) return undefined;
    const [own, limit] = boundIsFirst ? [y, x] : [x, y];
    return `!(${own} ${node.op === 'max' ? '<=' : '>='} ${limit}) ? ${own} : ${limit}`;
  }

  #node(node: Expression, parts: readonly string[]): string {
    const operation = this.#extreme(node, parts) ?? operationCode(node, parts);
    if (operation !== undefined) return operation;
    const { nest, operands } = this.#context;
    switch (node.kind) {
      case 'constant': {
        const value = constantOf(nest, node);
        return typeof value === 'number' ? literal(node.dtype, value) : `((${valueType(node.dtype)})q[${value.slot}])`;
      }
      case 'load': {
        const staged = this.#options.staged?.get(node.operand);
        if (staged !== undefined) return decoded(node.dtype, staged);
        const operand = nest.operands[node.operand] as NestOperand;
        const place = `${operands[node.operand]}[${affineCode({ offset: operand.offset, coefficients: operand.strides }, this.#indices)}]`;
        const element = decoded(node.dtype, place);
        if (operand.guards.length === 0) return element;
        const fill =
          typeof operand.fill === 'number'
            ? literal(node.dtype, operand.fill)
            : `((${valueType(node.dtype)})q[${operand.fill.slot}])`;
        return `(${this.#inside(operand)}) ? ${element} : ${fill}`;
      }
      case 'gather':
        return decoded(node.dtype, `${operands[node.operand]}[${parts[0]}]`);
      case 'index':
        return `(int32_t)(${affineCode(affineOf(nest, node), this.#indices)})`;
      case 'reduced':
        return this.#options.total?.(node.reduction) ?? internal('a reduced value before its reduction');
      default:
        return internal(`${node.kind} outside of a routine`);
    }
  }
}
