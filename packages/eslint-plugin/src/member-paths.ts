/** Chains of names: `model.head.scale`, `this.#weights`. */
import { bare, propertyName } from './navigation.ts';
import type { Identifier, Node } from './syntax.ts';

/** A chain of names, with what it begins with. */
export interface MemberPath {
  /** A name, or `this`. */
  readonly root: Identifier | (Node & { readonly type: 'ThisExpression' });
  /** The names behind it. */
  readonly names: readonly string[];
}

/** The chain that an expression is. Stops before a part that is computed. */
export function pathOf(node: Node): MemberPath | undefined {
  const expression = bare(node);
  if (expression.type === 'Identifier' || isThis(expression)) return { root: expression, names: [] };
  const name = propertyName(expression);
  if (expression.type !== 'MemberExpression' || name === undefined) return undefined;
  const object = pathOf(expression.object);
  return object && { root: object.root, names: [...object.names, name] };
}

/** The longest chain that an expression begins: of `state` in `state.a.b[i]` the chain `state.a.b`. */
export function pathFrom(start: Node): { readonly node: Node; readonly names: readonly string[] } {
  let node = start;
  const names: string[] = [];
  for (;;) {
    const { parent } = node;
    const name = parent?.type === 'MemberExpression' && parent.object === node ? propertyName(parent) : undefined;
    if (!parent || name === undefined) return { node, names };
    names.push(name);
    node = parent;
  }
}

/** Whether an assignment of one chain changes what another reads. */
export function isWithin(read: readonly string[], written: readonly string[]): boolean {
  return written.length <= read.length && written.every((name, i) => read[i] === name);
}

/** Whether an expression is assigned, by `=`, `+=`, `++` or `delete`. */
export function isTarget(node: Node): boolean {
  const { parent } = node;
  if (parent?.type === 'AssignmentExpression') return parent.left === node;
  if (parent?.type === 'UpdateExpression') return true;
  return parent?.type === 'UnaryExpression' && parent.operator === 'delete';
}

function isThis(node: Node): node is Node & { readonly type: 'ThisExpression' } {
  return node.type === 'ThisExpression';
}
