/**
 * What values expressions have, found by following them through the file: the names that are imported from Deft, what
 * their calls give, and where that goes. Needs no types, so it works in JavaScript and in linters without a type checker.
 * What it cannot follow is unknown, and nothing is reported of it.
 */
import { annotatedValue, valueOfType } from './annotations.ts';
import { CallValues } from './call-values.ts';
import type { DeftNames } from './deft-names.ts';
import type { Flow } from './flow.ts';
import type { Reference, Variable } from './host.ts';
import { bare, isFunction, propertyName, type VisitorKeys, walk } from './navigation.ts';
import { ParameterValues } from './parameter-values.ts';
import { definitionOf, isReassigned, type Scopes } from './scopes.ts';
import type { FunctionNode, Identifier, MemberExpression, Node } from './syntax.ts';
import * as values from './values.ts';
import { join, nothing, optional, pending, plain, present, unknown, type Value } from './values.ts';

/** What a tensor has besides its methods. */
const plainMembers: ReadonlySet<string> = new Set(['shape', 'dtype', 'rank', 'size']);

/** How many values that depend on each other are followed; the stack of calls has an end. */
const deepest = 300;

/** The values of one file. */
export class DataFlow implements Flow {
  readonly names: DeftNames;
  readonly scopes: Scopes;
  readonly #keys: VisitorKeys;
  readonly #found = new Map<Node | Variable, Value>();
  readonly #results = new Map<Node | Variable, Value>();
  #depth = 0;
  readonly #calls: CallValues;
  readonly #parameters: ParameterValues;

  constructor(names: DeftNames, scopes: Scopes, keys: VisitorKeys) {
    this.names = names;
    this.scopes = scopes;
    this.#keys = keys;
    this.#calls = new CallValues(this);
    this.#parameters = new ParameterValues(this);
  }

  /** The value of an expression. */
  valueOf(node: Node): Value {
    return this.#once(node, () => this.#valueOf(node));
  }

  /** The value of a variable, whenever it is read. */
  valueOfVariable(variable: Variable): Value {
    return this.#once(variable, () => this.#valueOfVariable(variable));
  }

  /** What calls of a function give. */
  resultOf(node: FunctionNode): Value {
    if (node.generator) return unknown;
    if (node.returnType) return valueOfType(node.returnType.typeAnnotation, this.names);
    const value = this.#once(node, () => this.#returnedBy(node), this.#results);
    return node.async ? { kind: 'promise', value } : value;
  }

  #once(key: Node | Variable, find: () => Value, found: Map<Node | Variable, Value> = this.#found): Value {
    const known = found.get(key);
    if (known !== undefined) return known;
    if (this.#depth > deepest) return unknown;
    found.set(key, pending);
    this.#depth++;
    const value = find();
    this.#depth--;
    if (value.kind === 'pending') found.delete(key);
    else found.set(key, value);
    return value;
  }

  #valueOf(node: Node): Value {
    switch (node.type) {
      case 'Identifier': {
        const variable = this.scopes.variableOf(node);
        if (variable !== undefined) return this.valueOfVariable(variable);
        return node.name === 'undefined' ? nothing : unknown;
      }
      case 'Literal':
        return node.value === null && !('regex' in node) && !('bigint' in node) ? nothing : plain;
      case 'TemplateLiteral':
      case 'BinaryExpression':
      case 'UpdateExpression':
        return plain;
      case 'UnaryExpression':
        return node.operator === 'void' ? nothing : plain;
      case 'ArrayExpression':
        return this.#list(node.elements);
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return { kind: 'function', call: () => this.resultOf(node) };
      case 'CallExpression':
        return this.#calls.valueOf(node);
      case 'MemberExpression':
        return this.#member(node);
      case 'ConditionalExpression':
        return join([this.valueOf(node.consequent), this.valueOf(node.alternate)]);
      case 'LogicalExpression': {
        const [left, right] = [this.valueOf(node.left), this.valueOf(node.right)];
        if (node.operator === '&&') return left.kind === 'plain' ? unknown : join([left, right]);
        return join([left.kind === 'nothing' ? pending : present(left), right]);
      }
      case 'AssignmentExpression':
        return node.operator === '='
          ? this.valueOf(node.right)
          : /^(?:\|\||&&|\?\?)=$/.test(node.operator)
            ? unknown
            : plain;
      case 'SequenceExpression':
        return this.valueOf(node.expressions.at(-1) as Node);
      case 'AwaitExpression': {
        const awaited = node.argument ? this.valueOf(node.argument) : nothing;
        return awaited.kind === 'promise' ? awaited.value : awaited;
      }
      case 'TSNonNullExpression':
        return present(this.valueOf(node.expression));
      case 'ChainExpression':
      case 'TSSatisfiesExpression':
        return this.valueOf(node.expression);
      case 'TSAsExpression':
      case 'TSTypeAssertion': {
        // A tensor that is said to be a number is a tensor.
        const value = this.valueOf(node.expression);
        const isKnown = value.kind !== 'unknown' && value.kind !== 'pending';
        return isKnown || !node.typeAnnotation ? value : valueOfType(node.typeAnnotation, this.names);
      }
      default:
        return unknown;
    }
  }

  #list(elements: readonly (Node | null)[]): Value {
    const isSpread = elements.some((element) => element?.type === 'SpreadElement');
    const found = elements.map((element) => {
      if (element?.type !== 'SpreadElement') return element ? this.valueOf(element) : nothing;
      return element.argument ? values.elementOf(this.valueOf(element.argument)) : unknown;
    });
    if (found.length === 0) return values.listOf(unknown);
    return { kind: 'list', element: join(found), ...(isSpread ? {} : { elements: found }) };
  }

  #member(node: MemberExpression): Value {
    const object = this.valueOf(node.object);
    const name = propertyName(node);
    if (name !== undefined) {
      if (object.kind === 'tensor') return plainMembers.has(name) ? plain : unknown;
      const value = values.propertyOf(object, name);
      return node.optional ? optional(value) : value;
    }
    // There may be nothing at a position of a list.
    const position = node.property.type === 'Literal' ? node.property.value : undefined;
    const isKnown = object.kind === 'list' && typeof position === 'number' && object.elements?.[position] !== undefined;
    return isKnown ? values.elementOf(object, position) : optional(values.elementOf(object));
  }

  #returnedBy(node: FunctionNode): Value {
    if (node.body.type !== 'BlockStatement') return this.valueOf(node.body);
    const returned: Value[] = [];
    for (const inner of walk(node.body, this.#keys, (below) => !isFunction(below))) {
      if (inner.type === 'ReturnStatement') returned.push(inner.argument ? this.valueOf(inner.argument) : nothing);
    }
    return returned.length === 0 ? nothing : join(returned);
  }

  #valueOfVariable(variable: Variable): Value {
    const definition = definitionOf(variable);
    if (definition === undefined) return unknown;
    const { node, name, type } = definition;
    if (name.type !== 'Identifier') return unknown;
    if (type === 'FunctionName' && isFunction(node)) return { kind: 'function', call: () => this.resultOf(node) };
    const annotated = annotatedValue(name, this.names);
    if (annotated !== undefined && annotated.kind !== 'unknown') return annotated;
    if (type === 'Parameter' && isFunction(node)) {
      return join([this.#parameters.valueOf(node, name), ...this.#assignedTo(variable)]);
    }
    if (type !== 'Variable' || node.type !== 'VariableDeclarator') return unknown;
    return join([this.#initial(node.id, node.init, node, name), ...this.#assignedTo(variable)]);
  }

  /** What a declaration assigns to one of its names. */
  #initial(pattern: Node, init: Node | null, declarator: Node, name: Identifier): Value {
    if (init !== null) return this.bound(pattern, this.valueOf(init), name);
    const loop = declarator.parent?.parent;
    if (loop?.type === 'ForOfStatement' && loop.left === declarator.parent) {
      return this.bound(pattern, values.elementOf(this.valueOf(loop.right)), name);
    }
    return loop?.type === 'ForInStatement' ? plain : nothing;
  }

  /** The part of a value that a pattern gives to a name. */
  bound(pattern: Node, value: Value, name: Identifier): Value {
    const below = (inner: Node | null, part: Value): Value | undefined =>
      inner !== null && inner.range[0] <= name.range[0] && name.range[1] <= inner.range[1]
        ? this.bound(inner, part, name)
        : undefined;
    switch (pattern.type) {
      case 'Identifier':
        return value;
      case 'AssignmentPattern':
        return below(pattern.left, this.#orDefault(value, pattern.right)) ?? unknown;
      case 'ArrayPattern': {
        const found = pattern.elements.map((element, i) => below(element, values.elementOf(value, i)));
        return found.find((part) => part !== undefined) ?? unknown;
      }
      case 'ObjectPattern': {
        const found = pattern.properties.map((property) =>
          property.type === 'Property'
            ? below(
                property.value,
                values.propertyOf(value, property.key.type === 'Identifier' ? property.key.name : undefined),
              )
            : undefined,
        );
        return found.find((part) => part !== undefined) ?? unknown;
      }
      default:
        return unknown;
    }
  }

  #orDefault(value: Value, otherwise: Node): Value {
    return value.kind === 'tensor'
      ? join([present(value), this.valueOf(otherwise)])
      : join([value, this.valueOf(otherwise)]);
  }

  /** What is assigned to a variable after its declaration. */
  #assignedTo(variable: Variable): Value[] {
    return variable.references.filter(isReassigned).map((reference) => this.#assignedBy(reference));
  }

  #assignedBy({ identifier }: Reference): Value {
    const assignment = identifier.parent;
    // `x += y` and `x++` throw for a tensor; a rule says so, and what it would be does not matter.
    if (assignment?.type === 'UpdateExpression') return pending;
    if (assignment?.type !== 'AssignmentExpression' || assignment.left !== identifier) return unknown;
    const isPassedOn = /^(?:\|\||&&|\?\?)?=$/.test(assignment.operator);
    return isPassedOn ? this.valueOf(bare(assignment.right)) : pending;
  }
}
