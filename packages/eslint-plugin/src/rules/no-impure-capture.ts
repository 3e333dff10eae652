/** `no-impure-capture`: what a captured function does besides applying ops happens once, when it is traced. */
import type { RuleContext, RuleModule } from '../host.ts';
import { bare, functionAround, isFunction, propertyName } from '../navigation.ts';
import type {
  CallExpression,
  ForEachStatement,
  FunctionNode,
  MemberExpression,
  Node,
  WithArgument,
} from '../syntax.ts';
import { type FileFacts, factsOf } from '../tensors.ts';

const messages = {
  random:
    '`{{code}}` is called once, when this function is captured, and gives the same number ever after. Draw with randomUniform(…) and its kin, which draw in every call, or pass the number as an argument.',
  time: '`{{code}}` is read once, when this function is captured, and is the same ever after. Pass it as an argument, or read it with hostCall(…).',
  console:
    '`{{code}}` runs once, when this function is captured. Write print(…), which prints whenever the program runs.',
  effect:
    '`{{code}}` happens once, when this function is captured. Do it outside, or with hostCall(…), which runs whenever the program does.',
  await:
    'A captured function cannot wait: what comes after `await` is not captured. Wait outside, and pass what came as an argument.',
  async: 'An async function cannot be captured: it gives a promise. Wait outside, and pass what came as an argument.',
  generator: 'A generator cannot be captured: its body runs when it is iterated. Give the results back in an array.',
  iterator:
    '`{{code}}` takes one element, when this function is captured, and never another. Pass the element as an argument.',
} as const;

type Message = keyof typeof messages;

/** What members of global objects do, by object and name; `*` stands for all. */
const globalMembers: Readonly<Record<string, Readonly<Record<string, Message>>>> = {
  Math: { random: 'random' },
  Date: { now: 'time' },
  performance: { now: 'time', mark: 'effect', measure: 'effect' },
  process: { hrtime: 'time', uptime: 'time', cwd: 'time' },
  crypto: { getRandomValues: 'random', randomUUID: 'random' },
  console: { '*': 'console' },
  localStorage: { '*': 'effect' },
  sessionStorage: { '*': 'effect' },
};

const globalFunctions: Readonly<Record<string, Message>> = {
  Date: 'time',
  alert: 'effect',
  fetch: 'effect',
  queueMicrotask: 'effect',
  requestAnimationFrame: 'effect',
  setImmediate: 'effect',
  setInterval: 'effect',
  setTimeout: 'effect',
};

export const noImpureCapture: RuleModule = {
  meta: {
    type: 'problem',
    docs: {
      description: 'Effects, clocks and random numbers are frozen when a function is captured.',
      recommended: true,
    },
    schema: [],
    messages,
  },
  create: (context) => new Impurities(context).listener,
};

class Impurities {
  readonly #context: RuleContext;
  readonly #facts: FileFacts;

  constructor(context: RuleContext) {
    this.#context = context;
    this.#facts = factsOf(context.sourceCode);
  }

  readonly listener = {
    MemberExpression: (node: MemberExpression): void => this.#member(node),
    CallExpression: (node: CallExpression): void => {
      this.#globalCall(node);
      this.#iteratorStep(node);
    },
    NewExpression: (node: CallExpression): void => {
      if (node.arguments.length === 0 && this.#isGlobal(node.callee, 'Date')) this.#report(node, 'time');
    },
    AwaitExpression: (node: WithArgument): void => {
      // Reading elements is another rule's.
      const call = node.argument && bare(node.argument);
      const isRead = call?.type === 'CallExpression' && propertyName(bare(call.callee)) === 'data';
      if (!isRead && !this.#isRoot(functionAround(node))) this.#report(node, 'await');
    },
    ForOfStatement: (node: ForEachStatement): void => {
      if (node.await) this.#report(node, 'await');
    },
    FunctionDeclaration: (node: FunctionNode): void => this.#function(node),
    FunctionExpression: (node: FunctionNode): void => this.#function(node),
    ArrowFunctionExpression: (node: FunctionNode): void => this.#function(node),
  };

  #member(node: MemberExpression): void {
    const { object } = node;
    const name = propertyName(node);
    if (object.type !== 'Identifier' || name === undefined) return;
    const members = Object.hasOwn(globalMembers, object.name) ? globalMembers[object.name] : undefined;
    const messageId = members && (Object.hasOwn(members, name) ? members[name] : members['*']);
    if (messageId === undefined || !this.#isGlobal(object, object.name)) return;
    const { parent } = node;
    const isCalled = parent?.type === 'CallExpression' && parent.callee === node;
    // `console` may be handed on to what runs later; a source of numbers that is handed on is called here.
    if (isCalled || messageId === 'random') this.#report(isCalled ? parent : node, messageId);
  }

  #globalCall(node: CallExpression): void {
    const { callee } = node;
    if (callee.type !== 'Identifier' || !Object.hasOwn(globalFunctions, callee.name)) return;
    if (this.#isGlobal(callee, callee.name)) this.#report(node, globalFunctions[callee.name] as Message);
  }

  /** `iterator.next()` on an iterator from outside. */
  #iteratorStep(node: CallExpression): void {
    const callee = bare(node.callee);
    if (node.arguments.length > 0 || propertyName(callee) !== 'next' || callee.type !== 'MemberExpression') return;
    const iterator = bare(callee.object);
    const capture = this.#facts.captures.around(node);
    if (capture === undefined || iterator.type !== 'Identifier') return;
    const definition = this.#facts.scopes.variableOf(iterator)?.defs[0];
    if (definition === undefined || definition.type === 'Parameter') return;
    if (!this.#facts.captures.hold(definition.name)) this.#report(node, 'iterator');
  }

  #function(node: FunctionNode): void {
    if (!this.#isRoot(node)) return;
    if (node.async) this.#context.report({ node, messageId: 'async' });
    else if (node.generator) this.#context.report({ node, messageId: 'generator' });
  }

  /** Whether `jit` is given this very function. */
  #isRoot(node: FunctionNode | undefined): boolean {
    return isFunction(node) && this.#facts.captures.of(node)?.root === node;
  }

  #isGlobal(node: Node, name: string): boolean {
    return this.#facts.scopes.isGlobal(node, name);
  }

  #report(node: Node, messageId: Message): void {
    if (this.#facts.captures.around(node) === undefined) return;
    this.#context.report({ node, messageId, data: { code: this.#facts.quote(node) } });
  }
}
