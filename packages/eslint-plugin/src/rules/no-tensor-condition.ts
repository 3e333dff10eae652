/** `no-tensor-condition`: a tensor is an object, and every object is true. */
import type { RuleContext, RuleModule, Suggestion } from '../host.ts';
import { bare, isFunction, propertyName } from '../navigation.ts';
import { writeCall } from '../rewriting.ts';
import type {
  BinaryExpression,
  CallExpression,
  ConditionalExpression,
  ConditionStatement,
  ForStatement,
  Node,
  SwitchStatement,
  UnaryExpression,
} from '../syntax.ts';
import { type FileFacts, factsOf } from '../tensors.ts';

/** Methods of lists that take what a function gives for true or false. */
const predicateMethods: ReadonlySet<string> = new Set([
  'every',
  'filter',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'some',
]);

export const noTensorCondition: RuleModule = {
  meta: {
    type: 'problem',
    docs: { description: 'A tensor as a condition is always true.', recommended: true },
    hasSuggestions: true,
    schema: [],
    messages: {
      always:
        '`{{code}}` is a tensor, and an object is always true. Choose elements with where(condition, a, b), run one of two functions with cond(condition, f, g), or read the value first: {{code}}.item(), or await {{code}}.data().',
      alwaysInCapture:
        '`{{code}}` is a tensor, and an object is always true; its elements are not known when this function is captured. Choose elements with where(condition, a, b), or run one of two functions with cond(condition, f, g); a loop is whileLoop(condition, body, state).',
      never:
        '`switch` on `{{code}}`, a tensor, never finds an equal case. Use switchCase(index, branches), or read the value first: {{code}}.item().',
      negated: '`!{{code}}` is always false, because `{{code}}` is a tensor. Write logicalNot({{code}}).',
      useOp: 'Write {{op}}(…).',
      useItem: 'Read the one element: {{code}}.item().',
    },
  },
  create: (context) => new Conditions(context).listener,
};

class Conditions {
  readonly #context: RuleContext;
  readonly #facts: FileFacts;
  readonly #seen = new Set<Node>();

  constructor(context: RuleContext) {
    this.#context = context;
    this.#facts = factsOf(context.sourceCode);
  }

  readonly listener = {
    IfStatement: (node: ConditionStatement): void => this.#check(node.test),
    WhileStatement: (node: ConditionStatement): void => this.#check(node.test),
    DoWhileStatement: (node: ConditionStatement): void => this.#check(node.test),
    ForStatement: (node: ForStatement): void => {
      if (node.test) this.#check(node.test);
    },
    ConditionalExpression: (node: ConditionalExpression): void => this.#check(node.test, () => this.#choice(node)),
    LogicalExpression: (node: BinaryExpression): void => {
      if (node.operator !== '??') this.#check(node.left, () => this.#logic(node));
    },
    UnaryExpression: (node: UnaryExpression): void => {
      if (node.operator === '!')
        this.#check(node.argument, () => this.#rewritten(node, 'logicalNot', [node.argument]), 'negated');
    },
    SwitchStatement: (node: SwitchStatement): void => this.#check(node.discriminant, () => [], 'never'),
    CallExpression: (node: CallExpression): void => this.#checkCall(node),
  };

  #checkCall(node: CallExpression): void {
    const [first] = node.arguments;
    if (first === undefined) return;
    if (this.#facts.scopes.isGlobal(node.callee, 'Boolean')) this.#check(first);
    const callee = bare(node.callee);
    const f = bare(first);
    if (!predicateMethods.has(propertyName(callee) ?? '') || !isFunction(f) || f.body.type === 'BlockStatement') return;
    if (callee.type === 'MemberExpression' && !this.#facts.isTensor(callee.object)) this.#check(f.body);
  }

  /** Checks an expression that is asked for true or false. */
  #check(node: Node, suggest: () => Suggestion[] = () => [], messageId = 'always'): void {
    const condition = bare(node);
    if (this.#seen.has(condition)) return;
    this.#seen.add(condition);
    if (condition.type === 'LogicalExpression' && condition.operator !== '??') {
      this.#seen.delete(condition);
      this.#check(condition.left, () => this.#logic(condition));
      this.#check(condition.right);
      return;
    }
    if (!this.#facts.isTensor(node)) return;
    const isCaptured = this.#facts.captures.around(node) !== undefined;
    const code = this.#facts.quote(condition);
    const suggestions = suggest();
    if (!isCaptured && messageId === 'always') suggestions.push(this.#item(condition));
    this.#context.report({
      node,
      messageId: messageId === 'always' && isCaptured ? 'alwaysInCapture' : messageId,
      data: { code },
      suggest: suggestions,
    });
  }

  /** `c ? a : b` as `where(c, a, b)`, where both are tensors or numbers. */
  #choice(node: ConditionalExpression): Suggestion[] {
    const { test, consequent, alternate } = node;
    if (!this.#isOperand(consequent) || !this.#isOperand(alternate)) return [];
    return this.#rewritten(node, 'where', [test, consequent, alternate]);
  }

  #logic(node: BinaryExpression): Suggestion[] {
    if (!this.#facts.isTensor(node.left) || !this.#facts.isTensor(node.right)) return [];
    return this.#rewritten(node, node.operator === '&&' ? 'logicalAnd' : 'logicalOr', [node.left, node.right]);
  }

  #isOperand(node: Node): boolean {
    return this.#facts.isTensor(node) || (node.type === 'Literal' && /^(?:number|boolean)$/.test(typeof node.value));
  }

  #rewritten(node: Node, op: string, args: readonly Node[]): Suggestion[] {
    const call = writeCall(this.#facts, node, op, args);
    if (call === undefined) return [];
    return [
      {
        messageId: 'useOp',
        data: { op },
        fix: (fixer) => [...call.imports(fixer), fixer.replaceText(node, call.text)],
      },
    ];
  }

  #item(node: Node): Suggestion {
    return {
      messageId: 'useItem',
      data: { code: this.#facts.quote(node) },
      fix: (fixer) => {
        if (/^(?:Identifier|CallExpression|MemberExpression)$/.test(node.type))
          return fixer.insertTextAfter(node, '.item()');
        return fixer.replaceText(node, `(${this.#facts.sourceCode.getText(node)}).item()`);
      },
    };
  }
}
