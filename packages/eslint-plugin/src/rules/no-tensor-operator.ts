/** `no-tensor-operator`: JavaScript's operators do not know tensors. */
import type { MessageData, RuleContext, RuleModule, Suggestion } from '../host.ts';
import { bare, propertyName } from '../navigation.ts';
import { binaryOps, mathOp, unaryOps } from '../operator-ops.ts';
import { writeCall } from '../rewriting.ts';
import type {
  AssignmentExpression,
  BinaryExpression,
  CallExpression,
  ForEachStatement,
  MemberExpression,
  Node,
  UnaryExpression,
  VariableDeclarator,
  WithArgument,
} from '../syntax.ts';
import { type FileFacts, factsOf } from '../tensors.ts';

const messages = {
  operator: '`{{operator}}` does not know tensors: it throws, and types may not see it. Write {{op}}({{operands}}).',
  withoutOp:
    '`{{operator}}` does not know tensors. Apply an op, or read the element outside of capture: {{code}}.item().',
  identity:
    '`{{operator}}` compares which objects these are, not their elements. Write {{op}}({{operands}}), which gives a tensor; or Object.is({{operands}}) where the objects are meant.',
  iteration:
    '`{{code}}` is a tensor, which is not iterable. Write unstack({{code}}) for its slices along the first axis, or {{code}}.toArray() for plain numbers outside of capture.',
  position:
    '`{{code}}` is undefined: the elements of a tensor are no properties of it. Write slice(…), take(…) or gather(…), or unstack({{object}}).',
  length:
    '`{{code}}` is undefined: a tensor has {{object}}.size elements, and {{object}}.shape[0] along its first axis.',
  math: '`Math.{{name}}` does not know tensors. Write {{op}}(…).',
  text: 'The text of a tensor is its dtype and shape, so this is no number. Read the element outside of capture: {{code}}.item().',
  useOp: 'Write {{op}}(…).',
} as const;

type Message = keyof typeof messages;

export const noTensorOperator: RuleModule = {
  meta: {
    type: 'problem',
    docs: { description: 'Operators, loops and indices of JavaScript do not know tensors.', recommended: true },
    hasSuggestions: true,
    schema: [],
    messages,
  },
  create: (context) => new Operators(context).listener,
};

class Operators {
  readonly #context: RuleContext;
  readonly #facts: FileFacts;

  constructor(context: RuleContext) {
    this.#context = context;
    this.#facts = factsOf(context.sourceCode);
  }

  readonly listener = {
    BinaryExpression: (node: BinaryExpression): void => this.#binary(node),
    UnaryExpression: (node: UnaryExpression): void => {
      if (/^[-+~]$/.test(node.operator)) this.#unary(node);
    },
    UpdateExpression: (node: UnaryExpression): void => {
      const op = node.operator === '++' ? 'add' : 'sub';
      if (this.#isTensor(node.argument)) this.#assigned(node, node.argument, node.operator, op, '1');
    },
    AssignmentExpression: (node: AssignmentExpression): void => {
      const op = binaryOps[node.operator.slice(0, -1)];
      const isTensor = this.#isTensor(node.left) || this.#isTensor(node.right);
      if (op !== undefined && isTensor) this.#assigned(node, node.left, node.operator, op, node.right);
      if (node.operator === '=' && node.left.type === 'ArrayPattern') this.#iteration(node.right);
    },
    ForOfStatement: (node: ForEachStatement): void => this.#iteration(node.right),
    SpreadElement: (node: WithArgument): void => {
      if (node.argument && node.parent?.type !== 'ObjectExpression') this.#iteration(node.argument);
    },
    YieldExpression: (node: WithArgument): void => {
      if (node.delegate && node.argument) this.#iteration(node.argument);
    },
    VariableDeclarator: (node: VariableDeclarator): void => {
      if (node.init && node.id.type === 'ArrayPattern') this.#iteration(node.init);
    },
    MemberExpression: (node: MemberExpression): void => this.#member(node),
    CallExpression: (node: CallExpression): void => this.#call(node),
    NewExpression: (node: CallExpression): void => {
      const [first] = node.arguments;
      const isCollection = ['Set', 'Map', 'WeakSet', 'WeakMap'].some((name) => this.#isGlobal(node.callee, name));
      if (first && isCollection) this.#iteration(first);
    },
  };

  #binary(node: BinaryExpression): void {
    const { operator, left, right } = node;
    const texts = [left, right].filter((one) => this.#isTensorText(one));
    const [left_, right_] = [this.#isTensor(left), this.#isTensor(right)];
    if (!left_ && !right_) {
      // `+` with a text makes a text; with any other operator a number is meant.
      if (operator !== '+' && /^(?:[-*/%<>]|\*\*|[<>]=)$/.test(operator) && texts[0]) this.#text(texts[0]);
      return;
    }
    const op = binaryOps[operator];
    if (/^[!=]==?$/.test(operator)) {
      // Comparing with `null`, or with what is not known, may well ask for the object.
      const other = left_ ? right : left;
      const isCompared = (left_ && right_) || this.#isNumber(other);
      if (isCompared)
        this.#report(node, 'identity', { operator, op: op as string, ...this.#operands(node) }, op, [left, right]);
      return;
    }
    if (/^(?:in|instanceof)$/.test(operator)) return;
    if (op === undefined)
      this.#report(node, 'withoutOp', { operator, code: this.#facts.quote(bare(left_ ? left : right)) });
    else if (this.#isText(left) || this.#isText(right)) {
      this.#report(node, 'withoutOp', { operator, code: this.#facts.quote(bare(left_ ? left : right)) });
    } else this.#report(node, 'operator', { operator, op, ...this.#operands(node) }, op, [left, right]);
  }

  #unary(node: UnaryExpression): void {
    const { operator, argument } = node;
    if (this.#isTensorText(argument)) this.#text(argument);
    if (!this.#isTensor(argument)) return;
    const op = unaryOps[operator];
    const code = this.#facts.quote(bare(argument));
    if (op === undefined) this.#report(node, 'withoutOp', { operator, code });
    else this.#report(node, 'operator', { operator, op, operands: code }, op, [argument]);
  }

  /** `x += y` and `x++`, which assign. */
  #assigned(node: Node, target: Node, operator: string, op: string, right: Node | string): void {
    const operands = `${this.#facts.quote(target)}, ${typeof right === 'string' ? right : this.#facts.quote(right)}`;
    const call = target.type === 'Identifier' ? writeCall(this.#facts, node, op, [target, right]) : undefined;
    const text = call && `${this.#facts.sourceCode.getText(target)} = ${call.text}`;
    this.#context.report({
      node,
      messageId: 'operator',
      data: { operator, op, operands },
      suggest:
        call && text && node.parent?.type === 'ExpressionStatement'
          ? [
              {
                messageId: 'useOp',
                data: { op },
                fix: (fixer) => [...call.imports(fixer), fixer.replaceText(node, text)],
              },
            ]
          : [],
    });
  }

  #iteration(node: Node): void {
    if (!this.#isTensor(node)) return;
    this.#report(node, 'iteration', { code: this.#facts.quote(bare(node)) }, 'unstack', [node]);
  }

  #member(node: MemberExpression): void {
    const name = propertyName(node);
    const isPosition = node.computed && (name === undefined || /^-?\d+$/.test(name));
    if (!isPosition && name !== 'length') return;
    if (!this.#isTensor(node.object) || (isPosition && !this.#isNumber(node.property))) return;
    const data = { code: this.#facts.quote(node), object: this.#facts.quote(bare(node.object)) };
    this.#report(node, isPosition ? 'position' : 'length', data);
  }

  #call(node: CallExpression): void {
    const callee = bare(node.callee);
    const [first] = node.arguments;
    if (first === undefined) return;
    if (callee.type === 'MemberExpression' && this.#isGlobal(callee.object, 'Math')) {
      const op = mathOp(propertyName(callee) ?? 'random');
      const isTensor = node.arguments.some((argument) => this.#isTensor(argument));
      const data = { name: propertyName(callee) ?? '', op: op ?? '' };
      if (op !== undefined && isTensor) this.#report(node, 'math', data, op, node.arguments);
      return;
    }
    const isArrayFrom =
      callee.type === 'MemberExpression' && propertyName(callee) === 'from' && this.#isGlobal(callee.object, 'Array');
    if (isArrayFrom && node.arguments.length === 1) {
      if (this.#isTensor(first))
        this.#report(node, 'iteration', { code: this.#facts.quote(bare(first)) }, 'unstack', [first]);
    } else if (isArrayFrom) this.#iteration(first);
    else if (this.#isGlobal(callee, 'Number') || this.#isGlobal(callee, 'parseFloat')) {
      // In a captured function another rule says so.
      const isRead = this.#isTensor(first) && this.#facts.captures.around(node) === undefined;
      if (isRead || this.#isTensorText(first)) this.#text(first);
    }
  }

  #text(node: Node): void {
    const inner = bare(node);
    const tensor = inner.type === 'TemplateLiteral' ? (inner.expressions[0] as Node) : inner;
    this.#report(node, 'text', { code: this.#facts.quote(bare(tensor)) });
  }

  #isTensor(node: Node): boolean {
    return this.#facts.isTensor(node);
  }

  #isGlobal(node: Node, name: string): boolean {
    return this.#facts.scopes.isGlobal(node, name);
  }

  /** Whether an expression is a text, with which `+` makes a longer one. */
  #isText(node: Node): boolean {
    const inner = bare(node);
    return inner.type === 'TemplateLiteral' || (inner.type === 'Literal' && typeof inner.value === 'string');
  }

  /** Whether an expression is `${tensor}` and nothing else. */
  #isTensorText(node: Node): boolean {
    const inner = bare(node);
    return (
      inner.type === 'TemplateLiteral' && inner.expressions.length === 1 && this.#isTensor(inner.expressions[0] as Node)
    );
  }

  /** Whether an expression may be a number: no text, no symbol. */
  #isNumber(node: Node): boolean {
    const inner = bare(node);
    if (inner.type === 'Literal') return /^(?:number|bigint|boolean)$/.test(typeof inner.value);
    if (inner.type === 'UnaryExpression') return /^[-+]$/.test(inner.operator);
    return inner.type === 'Identifier' && this.#facts.flow.valueOf(inner).kind === 'plain';
  }

  #operands({ left, right }: BinaryExpression): { operands: string } {
    return { operands: `${this.#facts.quote(bare(left))}, ${this.#facts.quote(bare(right))}` };
  }

  #report(node: Node, messageId: Message, data: MessageData, op?: string, args: readonly Node[] = []): void {
    const call = op === undefined ? undefined : writeCall(this.#facts, node, op, args);
    const suggest: Suggestion[] =
      call && op
        ? [
            {
              messageId: 'useOp',
              data: { op },
              fix: (fixer) => [...call.imports(fixer), fixer.replaceText(node, call.text)],
            },
          ]
        : [];
    this.#context.report({ node, messageId, data, suggest });
  }
}
