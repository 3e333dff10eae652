/**
 * Which functions of a file are captured: those given to `jit`, by themselves or through `grad` and the like, methods under
 * `@jit()`, and what these call in the same file. What happens in them happens when they are traced.
 */
import type { DeftNames } from './deft-names.ts';
import {
  bare,
  classAround,
  functionsAround,
  isFunction,
  memberName,
  type VisitorKeys,
  walk,
  wrapped,
} from './navigation.ts';
import { constantOf, functionOf, type Scopes } from './scopes.ts';
import type { ClassMember, FunctionNode, Node } from './syntax.ts';

/** How a function came to be captured. */
export interface Capture {
  /** The function that is given to `jit`, or that stands under `@jit()`. */
  readonly root: FunctionNode;
  /** The calls of `jit` and the decorators that capture it. */
  readonly made: readonly Node[];
}

/** Functions that are given to these run when the program does, with what it has computed. */
const runOnHost: ReadonlySet<string> = new Set(['hostCall']);

/** Whether a function is a method under `@jit()`. */
export function isCapturedMethod(node: FunctionNode, names: DeftNames): boolean {
  return jitDecorator(node, names) !== undefined;
}

function jitDecorator(node: FunctionNode, names: DeftNames): Node | undefined {
  const member = node.parent;
  if (member?.type !== 'MethodDefinition') return undefined;
  return member.decorators?.find((decorator) => {
    const expression = decorator.type === 'Decorator' ? bare(decorator.expression) : undefined;
    return expression?.type === 'CallExpression' && names.isJit(expression.callee);
  });
}

/** The captured functions of one file. */
export class Captures {
  readonly #names: DeftNames;
  readonly #scopes: Scopes;
  readonly #keys: VisitorKeys;
  readonly #captures = new Map<FunctionNode, { root: FunctionNode; made: Node[] }>();

  constructor(names: DeftNames, scopes: Scopes, keys: VisitorKeys) {
    this.#names = names;
    this.#scopes = scopes;
    this.#keys = keys;
    for (const call of this.#jitCalls()) {
      const { parent } = call;
      if (parent?.type === 'Decorator') {
        const method = parent.parent?.type === 'MethodDefinition' ? parent.parent.value : undefined;
        if (isFunction(method)) this.#add(method, parent);
      } else if (call.type === 'CallExpression' && call.arguments[0]) {
        const captured = this.#functionGivenAs(call.arguments[0]);
        if (captured) this.#add(captured, call);
      }
    }
  }

  /** The capture that a node is part of. */
  around(node: Node): Capture | undefined {
    for (const one of functionsAround(node)) {
      if (this.#runsOnHost(one)) return undefined;
      const capture = this.#captures.get(one);
      if (capture !== undefined) return capture;
    }
    return undefined;
  }

  /** Whether a node is part of a captured function, one of its parameters included. */
  hold(node: Node): boolean {
    for (let at: Node | null | undefined = node; at; at = at.parent) {
      if (isFunction(at) && this.#captures.has(at)) return true;
    }
    return false;
  }

  /** The capture that a function is, or is called by. */
  of(node: FunctionNode): Capture | undefined {
    return this.#captures.get(node);
  }

  /** The captured functions. */
  get functions(): Iterable<FunctionNode> {
    return this.#captures.keys();
  }

  /** Every call of `jit` in the file, in decorators, too. */
  *#jitCalls(): Generator<Node> {
    for (const scope of this.#scopes.all) {
      for (const { identifier } of scope.references) {
        const { parent } = identifier;
        const callee = parent?.type === 'MemberExpression' && parent.object === identifier ? parent : identifier;
        const call = callee.parent;
        if (call?.type === 'CallExpression' && call.callee === callee && this.#names.isJit(callee)) yield call;
      }
    }
  }

  /** The function that an argument of `jit` is in the end. */
  #functionGivenAs(argument: Node): FunctionNode | undefined {
    const node = bare(argument);
    if (isFunction(node)) return node;
    if (node.type === 'CallExpression') {
      const isThrough = this.#names.transformOf(node.callee) !== undefined || this.#names.isJit(node.callee);
      return isThrough && node.arguments[0] ? this.#functionGivenAs(node.arguments[0]) : undefined;
    }
    if (node.type === 'MemberExpression') return this.#methodOf(node);
    if (node.type !== 'Identifier') return undefined;
    const variable = this.#scopes.variableOf(node);
    if (variable === undefined) return undefined;
    const constant = constantOf(variable);
    return functionOf(variable) ?? (constant?.type === 'CallExpression' ? this.#functionGivenAs(constant) : undefined);
  }

  /** Notes that a function is captured, and with it all that it calls. */
  #add(root: FunctionNode, made: Node): void {
    const open = [root];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      const known = this.#captures.get(node);
      if (known?.made.includes(made)) continue;
      if (known === undefined) this.#captures.set(node, { root, made: [made] });
      else known.made.push(made);
      open.push(...this.#calledBy(node));
    }
  }

  /** The file's functions that a function calls, or hands on to what calls them. */
  *#calledBy(node: FunctionNode): Generator<FunctionNode> {
    for (const { identifier, resolved } of this.#scopes.referencesIn(node)) {
      const use = wrapped(identifier);
      if (resolved === null || use.parent?.type !== 'CallExpression' || this.#isBelowHost(use, node)) continue;
      const called = functionOf(resolved);
      if (called !== undefined && !this.#names.isJit(use.parent.callee) && !this.#isHostCall(use.parent)) yield called;
    }
    for (const inner of walk(node.body, this.#keys)) {
      if (inner.type !== 'CallExpression' || bare(inner.callee).type !== 'MemberExpression') continue;
      const method = this.#methodOf(bare(inner.callee));
      if (method !== undefined) yield method;
    }
  }

  /** The method of the class around it that `this.name` stands for. */
  #methodOf(node: Node): FunctionNode | undefined {
    if (node.type !== 'MemberExpression' || node.object.type !== 'ThisExpression') return undefined;
    const name = memberName(node, node.property);
    const members = (classAround(node)?.body.body ?? []) as readonly ClassMember[];
    const member = members.find((one) => 'key' in one && memberName(one, one.key) === name);
    return isFunction(member?.value) ? member.value : undefined;
  }

  #isBelowHost(node: Node, outer: FunctionNode): boolean {
    for (const one of functionsAround(node)) {
      if (one === outer) return false;
      if (this.#runsOnHost(one)) return true;
    }
    return false;
  }

  #runsOnHost(node: FunctionNode): boolean {
    const { parent } = wrapped(node);
    return parent?.type === 'CallExpression' && parent.callee !== node && this.#isHostCall(parent);
  }

  #isHostCall(call: Node): boolean {
    return call.type === 'CallExpression' && runOnHost.has(this.#names.opsExportOf(call.callee) ?? '');
  }
}
