/** Ways through a syntax tree: up to what encloses a node, down to what it holds, through what changes types alone. */
import type { ClassNode, FunctionNode, Node } from './syntax.ts';

/** The kinds of a node's children by the kind of the node, as parsers hand them to linters. */
export type VisitorKeys = Readonly<Record<string, readonly string[]>>;

/** Whether the node is a function. */
export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return (
    node?.type === 'FunctionDeclaration' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'ArrowFunctionExpression'
  );
}

/** Whether the node is a loop. */
export function isLoop(node: Node): boolean {
  return /^(?:For|While|DoWhile|ForOf|ForIn)Statement$/.test(node.type);
}

/** The expression below type assertions, optional chains and the like, which is the value at run time. */
export function bare(node: Node): Node {
  switch (node.type) {
    case 'ChainExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
      return bare(node.expression);
    default:
      return node;
  }
}

/** The node together with the type assertions and optional chains around it. */
export function wrapped(node: Node): Node {
  const { parent } = node;
  return parent && parent !== bare(parent) && bare(parent) === bare(node) ? wrapped(parent) : node;
}

/** The functions around a node, from the inside out; a function is not around itself. */
export function* functionsAround(node: Node): Generator<FunctionNode> {
  for (let at = node.parent; at; at = at.parent) if (isFunction(at)) yield at;
}

/** The innermost function around a node; undefined at the top of the module. */
export function functionAround(node: Node): FunctionNode | undefined {
  return functionsAround(node).next().value ?? undefined;
}

/** The innermost class around a node. */
export function classAround(node: Node): ClassNode | undefined {
  let at: Node | null | undefined = node;
  while (at && at.type !== 'ClassDeclaration' && at.type !== 'ClassExpression') at = at.parent;
  return at ?? undefined;
}

/** Whether `outer` is `inner` or stands around it. */
export function holds(outer: Node, inner: Node): boolean {
  let at: Node | null | undefined = inner;
  while (at && at !== outer) at = at.parent;
  return at === outer;
}

/** The loops of the same function around a node whose repeated part holds it, from the inside out. */
export function* loopsAround(node: Node): Generator<Node> {
  let below = node;
  for (let at = node.parent; at && !isFunction(at); below = at, at = at.parent) {
    if (!isLoop(at)) continue;
    // What comes first in a loop is computed once.
    const once = at.type === 'ForStatement' ? at.init : at.type === 'ForOfStatement' ? at.right : undefined;
    if (below !== once) yield at;
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** The children of a node, in order. */
export function childrenOf(node: Node, keys: VisitorKeys): Node[] {
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  return (keys[node.type] ?? []).flatMap((key) => {
    const value = fields[key];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

/** The node and all below it, in order; nothing below a node for which `enters` is false. */
export function* walk(node: Node, keys: VisitorKeys, enters: (node: Node) => boolean = () => true): Generator<Node> {
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    if (enters(next)) open.push(...childrenOf(next, keys).reverse());
  }
}

/** The name of a member where the program states it: `a.name`, `a['name']`, `#name`. */
export function memberName(node: { readonly computed: boolean }, key: Node): string | undefined {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  if (key.type === 'Identifier' && !node.computed) return key.name;
  if (key.type === 'Literal' && typeof key.value === 'string') return key.value;
  return undefined;
}

/** The name of the property that an expression reads of an object, if it states one. */
export function propertyName(node: Node): string | undefined {
  return node.type === 'MemberExpression' ? memberName(node, node.property) : undefined;
}
