/**
 * What the parameters of functions are, where no type says it: what the calls in the file give them, and for functions that
 * are captured or differentiated without a call in sight, what their bodies do with them. A captured function may have plain
 * parameters, too, which are fixed with each signature, so a parameter is a tensor only if something speaks for it.
 */
import { isCapturedMethod } from './captures.ts';
import { resultOf } from './deft-names.ts';
import type { Flow } from './flow.ts';
import type { Reference } from './host.ts';
import { bare, propertyName, wrapped } from './navigation.ts';
import { methodNames } from './op-names.ts';
import type { FunctionNode, Identifier, Node } from './syntax.ts';
import { aTensor, elementOf, join, pending, present, unknown, type Value } from './values.ts';

/** How a function is used in the file. */
interface Uses {
  readonly calls: (readonly Node[])[];
  /** Whether it is given to `jit` or to a transform. */
  isTransformed: boolean;
}

/** What functions that are given to control flow are called with, by their place among the arguments. */
const callbacks: Readonly<Record<string, Readonly<Record<number, readonly ('tensor' | number)[]>>>> = {
  associativeScan: { 0: [1, 1] },
  cond: { 1: [3, 4, 5, 6], 2: [3, 4, 5, 6] },
  foriLoop: { 2: ['tensor', 3] },
  map: { 0: [1] },
  scan: { 0: [1, 2] },
  whileLoop: { 0: [2], 1: [2] },
};

/** Methods of lists that call a function with an element first. */
const listMethods: ReadonlySet<string> = new Set([
  'every',
  'filter',
  'find',
  'findIndex',
  'findLast',
  'flatMap',
  'forEach',
  'map',
  'some',
]);

/** What only tensors have. */
const tensorMembers: ReadonlySet<string> = new Set(['shape', 'dtype', 'item', 'dataSync']);

/** Finds what parameters are. */
export class ParameterValues {
  readonly #flow: Flow;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  /** What the calls of a function give to one of the names of its parameters. */
  valueOf(node: FunctionNode, name: Identifier): Value {
    const place = node.params.findIndex(({ range }) => range[0] <= name.range[0] && name.range[1] <= range[1]);
    const parameter = node.params[place];
    if (parameter === undefined || parameter.type === 'RestElement') return unknown;
    const given = this.#given(node, place, parameter);
    return given.kind === 'pending' ? given : this.#flow.bound(parameter, given, name);
  }

  #given(node: FunctionNode, place: number, parameter: Node): Value {
    const callback = this.#ofCallback(node, place);
    if (callback !== undefined) return callback;
    const uses = this.#usesOf(node, { calls: [], isTransformed: isCapturedMethod(node, this.#flow.names) }, 0);
    const given = uses.calls.map((args) => {
      if (args.some(({ type }) => type === 'SpreadElement')) return unknown;
      return args[place] ? this.#flow.valueOf(args[place]) : pending;
    });
    const value = join(given);
    if (given.length > 0 && value.kind !== 'unknown' && value.kind !== 'pending') return value;
    // A default that is no tensor, a call with a plain argument: it need not be a tensor.
    const isOpen = parameter.type === 'Identifier' && !given.some(({ kind }) => kind === 'plain');
    return uses.isTransformed && isOpen && this.#isUsedAsTensor(node, place, parameter) ? aTensor : unknown;
  }

  /** Parameters of functions that stand where their caller is known: `scan((state, x) => …, …)`, `list.map((x) => …)`. */
  #ofCallback(node: FunctionNode, place: number): Value | undefined {
    const argument = wrapped(node);
    const call = argument.parent;
    if (call?.type !== 'CallExpression') return undefined;
    const position = call.arguments.indexOf(argument);
    const callee = bare(call.callee);
    const source = callbacks[this.#flow.names.opsExportOf(callee) ?? '']?.[position]?.[place];
    if (source !== undefined) return source === 'tensor' ? aTensor : this.#asOperand(call.arguments[source]);
    const isList = callee.type === 'MemberExpression' && listMethods.has(propertyName(callee) ?? '');
    if (!isList || position !== 0 || place !== 0) return undefined;
    return elementOf(this.#flow.valueOf(callee.object));
  }

  /** A number that is given as an operand is a tensor inside. */
  #asOperand(node: Node | undefined): Value {
    const value = node ? this.#flow.valueOf(node) : unknown;
    return value.kind === 'plain' ? aTensor : present(value);
  }

  /** Follows a function from where it stands to its calls. */
  #usesOf(node: Node, uses: Uses, depth: number): Uses {
    if (depth > 8) return uses;
    const expression = wrapped(node);
    const { parent } = expression;
    if (node.type === 'FunctionDeclaration' && node.id) return this.#usesOfName(node.id, uses, depth);
    if (parent?.type === 'VariableDeclarator' && parent.init === expression && parent.id.type === 'Identifier') {
      return this.#usesOfName(parent.id, uses, depth);
    }
    if (parent?.type !== 'CallExpression') return uses;
    if (parent.callee === expression) {
      uses.calls.push(parent.arguments);
      return uses;
    }
    const { names } = this.#flow;
    if (parent.arguments[0] !== expression) return uses;
    if (!names.isJit(parent.callee) && names.transformOf(parent.callee) === undefined) return uses;
    uses.isTransformed = true;
    return this.#usesOf(parent, uses, depth + 1);
  }

  #usesOfName(name: Identifier, uses: Uses, depth: number): Uses {
    for (const { identifier } of this.#flow.scopes.variableOf(name)?.references ?? []) {
      if (identifier !== name) this.#usesOf(identifier, uses, depth + 1);
    }
    return uses;
  }

  /** Whether the body of a function uses a parameter as it would use a tensor. */
  #isUsedAsTensor(node: FunctionNode, place: number, parameter: Identifier): boolean {
    const references = this.#flow.scopes.variableOf(parameter)?.references.filter((one) => one.isRead()) ?? [];
    if (references.some((one) => this.#isUsedAsNumber(one))) return false;
    if (references.some((one) => this.#speaksForTensor(one, place === 0))) return true;
    // What a function of one parameter is captured for is that parameter.
    const isAlone = node.params.length === 1 && node.type !== 'FunctionDeclaration';
    return isAlone && references.every(({ identifier }) => identifier.parent?.type !== 'MemberExpression');
  }

  #speaksForTensor({ identifier }: Reference, isFirst: boolean): boolean {
    const { parent } = wrapped(identifier);
    if (parent?.type === 'MemberExpression' && parent.object === wrapped(identifier)) {
      const name = propertyName(parent) ?? '';
      const isCalled = parent.parent?.type === 'CallExpression' && parent.parent.callee === parent;
      return tensorMembers.has(name) || (isCalled && resultOf(methodNames, name) !== undefined);
    }
    if (parent?.type !== 'CallExpression' || this.#flow.names.opOf(parent.callee) === undefined) return false;
    const position = parent.arguments.indexOf(wrapped(identifier));
    // Further operands may well be numbers.
    return position === 0 || (isFirst && position > 0);
  }

  /** Whether a list is given to an op as a shape, rather than as a list of tensors. */
  #isShape(list: Node): boolean {
    const { parent } = list;
    if (parent?.type !== 'CallExpression') return false;
    const op = this.#flow.names.opOf(parent.callee)?.name ?? '';
    return parent.arguments[0] === list
      ? /^(?:zeros|ones|full|fill|eye|random\w*|truncatedNormal)$/.test(op)
      : op !== '';
  }

  /** Indices, counts, sizes and names of modes. */
  #isUsedAsNumber({ identifier }: Reference): boolean {
    const { parent } = identifier;
    if (parent?.type === 'MemberExpression') return parent.computed && parent.property === identifier;
    if (parent?.type === 'ArrayExpression') return this.#isShape(parent);
    if (parent?.type !== 'BinaryExpression') return false;
    const other = bare(parent.left === identifier ? parent.right : parent.left);
    if (other.type === 'Literal') return typeof other.value === 'string';
    return parent.parent?.type === 'ForStatement' && parent.parent.test === parent;
  }
}
