/** `no-jit-in-loop`: every call of `jit` makes a cache of its own. */
import type { RuleContext, RuleModule } from '../host.ts';
import {
  bare,
  functionAround,
  functionsAround,
  holds,
  isFunction,
  loopsAround,
  memberName,
  propertyName,
  walk,
  wrapped,
} from '../navigation.ts';
import type { CallExpression, FunctionNode, Identifier, Node } from '../syntax.ts';
import { type FileFacts, factsOf } from '../tensors.ts';

/** Methods of lists that call a function once for each element. */
const iterationMethods: ReadonlySet<string> = new Set([
  'every',
  'filter',
  'flatMap',
  'forEach',
  'map',
  'reduce',
  'some',
]);

/** Functions that test runners give, whose callbacks run once. */
const testFunctions: ReadonlySet<string> = new Set([
  'after',
  'afterAll',
  'afterEach',
  'before',
  'beforeAll',
  'beforeEach',
  'bench',
  'describe',
  'it',
  'suite',
  'test',
]);

export const noJitInLoop: RuleModule = {
  meta: {
    type: 'problem',
    docs: {
      description: 'Every call of jit traces and compiles anew, so it is made once and kept.',
      recommended: true,
    },
    schema: [],
    messages: {
      loop: 'This captures anew in every iteration: each call of jit has a cache of its own, so it traces and compiles again. Call jit once, before the loop, and pass what changes as an argument.',
      repeated:
        'This captures anew whenever {{name}} is called, which is in a loop: each call of jit has a cache of its own, so it traces and compiles again. Call jit once, outside of {{name}}.',
      render:
        'This captures anew with every rendering: each call of jit has a cache of its own, so it traces and compiles again. Call jit once, outside of the component.',
      immediate:
        'What was compiled is thrown away after this one call, and the next call of the function around compiles again. Keep the captured function: const f = jit(…), outside of the function.',
    },
  },
  create: (context) => new Creations(context).listener,
};

class Creations {
  readonly #context: RuleContext;
  readonly #facts: FileFacts;

  constructor(context: RuleContext) {
    this.#context = context;
    this.#facts = factsOf(context.sourceCode);
  }

  readonly listener = {
    CallExpression: (node: CallExpression): void => {
      if (!this.#facts.names.isJit(node.callee) || node.parent?.type === 'Decorator') return;
      // Inside of a capture a captured function is a plain one.
      if (this.#facts.captures.around(node) !== undefined) return;
      const around = functionAround(node);
      const loop = this.#loopAround(node);
      if (loop !== undefined) {
        if (!this.#isGivenBy(loop, node) && !isMadeOnce(node)) this.#report(node, 'loop');
      } else if (around === undefined) return;
      else if (this.#isRendered(around)) this.#report(node, 'render');
      else if (this.#isCalledAtOnce(node)) {
        if (![...functionsAround(node)].some(isTest)) this.#report(node, 'immediate');
      } else if (!this.#isKept(node, around)) this.#checkCallsOf(around, node);
    },
  };

  /** The loop, or the function that a method of lists calls for each element, around a node. */
  #loopAround(node: Node): Node | undefined {
    const [loop] = loopsAround(node);
    if (loop !== undefined) return loop;
    const around = functionAround(node);
    const call = around && wrapped(around).parent;
    if (call?.type !== 'CallExpression' || call.arguments[0] !== (around && wrapped(around))) return undefined;
    return iterationMethods.has(propertyName(bare(call.callee)) ?? '') ? around : undefined;
  }

  /** Whether each iteration captures a function of its own: `for (const f of functions) captured.push(jit(f))`. */
  #isGivenBy(loop: Node, { arguments: [first] }: CallExpression): boolean {
    if (first === undefined) return false;
    let root = bare(first);
    for (let next: Node | undefined = root; next; next = partOf(root)) root = bare(next);
    const definition = root.type === 'Identifier' ? this.#facts.scopes.variableOf(root)?.defs[0] : undefined;
    if (definition === undefined) return false;
    const isFixed =
      definition.type === 'FunctionName' ||
      (definition.node.type === 'VariableDeclarator' && isFunction(definition.node.init));
    return !isFixed && holds(loop, definition.name);
  }

  /** Whether a function is a component, or the method of a class that renders. */
  #isRendered(node: FunctionNode): boolean {
    const { parent } = node;
    if (parent?.type === 'MethodDefinition') return memberName(parent, parent.key) === 'render';
    const name = node.id ?? (parent?.type === 'VariableDeclarator' ? parent.id : undefined);
    if (name?.type !== 'Identifier' || !/^[A-Z]/.test(name.name)) return false;
    for (const inner of walk(node.body, this.#context.sourceCode.visitorKeys)) {
      if (inner.type === 'JSXElement' || inner.type === 'JSXFragment') return true;
    }
    return false;
  }

  /** `jit(f)(x)`, and `jit(f).graphText(x)`. */
  #isCalledAtOnce(node: CallExpression): boolean {
    const { parent } = wrapped(node);
    return parent?.type === 'CallExpression' && parent.callee === wrapped(node);
  }

  /** Whether a captured function outlives the function that made it. */
  #isKept(node: CallExpression, around: FunctionNode): boolean {
    const { parent } = wrapped(node);
    if (parent?.type !== 'VariableDeclarator' || parent.id.type !== 'Identifier') return true;
    const references = this.#facts.scopes.variableOf(parent.id)?.references ?? [];
    return references.some(({ identifier }) => {
      if (identifier === parent.id) return false;
      const use = wrapped(identifier).parent;
      const isCalled = use?.type === 'CallExpression' && use.callee === wrapped(identifier);
      const isRead = use?.type === 'MemberExpression' && use.object === identifier;
      return functionAround(identifier) !== around || !(isCalled || isRead);
    });
  }

  #checkCallsOf(around: FunctionNode, node: CallExpression): void {
    const name = nameOf(around);
    const variable = name && this.#facts.scopes.variableOf(name);
    const isRepeated = variable?.references.some(({ identifier }) => {
      const call = wrapped(identifier).parent;
      const isCalled = call?.type === 'CallExpression' && call.callee === wrapped(identifier);
      return isCalled && this.#loopAround(call) !== undefined;
    });
    if (name && isRepeated) this.#report(node, 'repeated', name.name);
  }

  #report(node: Node, messageId: string, name = ''): void {
    this.#context.report({ node, messageId, data: { name } });
  }
}

/** What an expression is made of first: the object of a member, the argument of a call. */
function partOf(node: Node): Node | undefined {
  if (node.type === 'MemberExpression') return node.object;
  return node.type === 'CallExpression' ? (node.arguments[0] ?? node.callee) : undefined;
}

/** `cache[key] ??= jit(…)`, which is made when it is not there yet. */
function isMadeOnce(node: Node): boolean {
  const { parent } = wrapped(node);
  if (parent?.type === 'AssignmentExpression') return /^(?:\?\?|\|\|)=$/.test(parent.operator);
  return parent?.type === 'LogicalExpression' && parent.operator !== '&&';
}

/** Whether a function is the body of a test, which runs once. */
function isTest(node: FunctionNode): boolean {
  const { parent } = node;
  let callee = parent?.type === 'CallExpression' ? bare(parent.callee) : undefined;
  while (callee?.type === 'MemberExpression' || callee?.type === 'CallExpression') {
    callee = bare(callee.type === 'MemberExpression' ? callee.object : callee.callee);
  }
  return callee?.type === 'Identifier' && testFunctions.has(callee.name);
}

/** The name that a function is called by in its file. */
function nameOf(node: FunctionNode): Identifier | undefined {
  if (node.type === 'FunctionDeclaration') return node.id ?? undefined;
  const { parent } = node;
  return parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id : undefined;
}
