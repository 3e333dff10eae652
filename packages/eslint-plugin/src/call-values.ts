/** What calls give: of ops, of methods of tensors and of lists, of functions that a transform made, of the file's own. */

import { resultOf } from './deft-names.ts';
import type { Flow } from './flow.ts';
import { bare, isFunction, propertyName } from './navigation.ts';
import { methodNames, type ResultKind } from './op-names.ts';
import type { CallExpression, MemberExpression, Node } from './syntax.ts';
import { aTensor, elementOf, join, listOf, optional, plain, present, unknown, type Value } from './values.ts';

const byResult: Readonly<Record<ResultKind, Value>> = {
  tensor: aTensor,
  list: { kind: 'list', element: aTensor, isWhole: true },
  record: { kind: 'record' },
};

/** Functions that give what they are given. */
const passOn: ReadonlySet<string> = new Set([
  'checkpointName',
  'gradientHook',
  'pmax',
  'pmean',
  'pmin',
  'psum',
  'stopGradient',
]);

/** The place of the state that loops give back. */
const statePlaces: ReadonlyMap<string, number> = new Map([
  ['foriLoop', 3],
  ['whileLoop', 2],
]);

/** Finds what calls give. */
export class CallValues {
  readonly #flow: Flow;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  /** What a call gives. */
  valueOf(call: CallExpression): Value {
    const callee = bare(call.callee);
    const named = this.#ofDeft(callee, call.arguments);
    if (named !== undefined) return named;
    if (callee.type === 'MemberExpression') {
      const value = this.#ofMethod(callee, call.arguments);
      return callee.optional ? optional(value) : value;
    }
    const called = this.#flow.valueOf(callee);
    return called.kind === 'function' ? called.call(call.arguments) : unknown;
  }

  /** A number that is given as a state or an operand is a tensor inside. */
  asTensor(node: Node | undefined): Value {
    const value = node ? this.#flow.valueOf(node) : unknown;
    return value.kind === 'plain' ? aTensor : present(value);
  }

  #ofDeft(callee: Node, args: readonly Node[]): Value | undefined {
    const { names } = this.#flow;
    const found = names.exportOf(callee);
    if (found === undefined) return undefined;
    const [first] = args;
    const transform = names.isJit(callee) ? 'jit' : names.transformOf(callee);
    if (transform !== undefined) return first ? this.#transformed(transform, first, args.length > 1) : unknown;
    const result = names.opOf(callee)?.result;
    if (result !== undefined) return byResult[result];
    if (passOn.has(found.name)) return first ? this.#flow.valueOf(first) : unknown;
    const place = statePlaces.get(found.name);
    if (place !== undefined) return this.asTensor(args[place]);
    if (names.isVariable(callee)) return { kind: 'variable' };
    if (found.name === 'cond') return join(args.slice(1, 3).map((branch) => this.#called(branch, args.slice(3))));
    if (found.name === 'map' && first) return present(this.#called(first, []));
    return unknown;
  }

  /** The function that a transform makes of another. */
  #transformed(transform: string, f: Node, hasOptions: boolean): Value {
    const inner = this.#flow.valueOf(bare(f));
    const result = (args: readonly Node[]): Value => (inner.kind === 'function' ? inner.call(args) : unknown);
    // A derivative has the structure of what it is taken by: the first argument, unless options say otherwise.
    const slope = (args: readonly Node[]): Value =>
      args[0] && !hasOptions ? this.#onlyTensor(this.#flow.valueOf(args[0])) : unknown;
    switch (transform) {
      case 'jit':
      case 'vmap':
      case 'checkpoint':
      case 'customJvp':
      case 'customVjp':
        return { kind: 'function', call: result };
      case 'valueAndGrad':
        return {
          kind: 'function',
          call: (args) => {
            const elements = hasOptions ? [unknown, unknown] : [result(args), slope(args)];
            return { kind: 'list', element: join(elements), elements };
          },
        };
      default:
        return { kind: 'function', call: slope };
    }
  }

  #onlyTensor(value: Value): Value {
    return value.kind === 'tensor' ? aTensor : unknown;
  }

  #called(f: Node, args: readonly Node[]): Value {
    const value = this.#flow.valueOf(bare(f));
    return value.kind === 'function' ? value.call(args) : unknown;
  }

  #ofMethod(callee: MemberExpression, args: readonly Node[]): Value {
    const object = this.#flow.valueOf(callee.object);
    const name = propertyName(callee);
    if (name === undefined) return unknown;
    if (object.kind === 'tensor') {
      const result = resultOf(methodNames, name);
      if (result !== undefined) return byResult[result];
      return name === 'data' ? { kind: 'promise', value: plain } : plain;
    }
    return object.kind === 'list' ? this.#ofListMethod(object, name, args) : unknown;
  }

  #ofListMethod(list: Value, name: string, args: readonly Node[]): Value {
    const element = elementOf(list);
    switch (name) {
      case 'at':
      case 'find':
      case 'findLast':
      case 'pop':
      case 'shift':
        return optional(element);
      case 'filter':
      case 'slice':
      case 'toReversed':
      case 'reverse':
        return listOf(element);
      case 'map':
        return args[0] && isFunction(bare(args[0])) ? listOf(this.#called(args[0], [])) : unknown;
      case 'reduce':
        return args[0] ? join([args[1] ? this.#flow.valueOf(args[1]) : element, this.#called(args[0], [])]) : unknown;
      default:
        return unknown;
    }
  }
}
