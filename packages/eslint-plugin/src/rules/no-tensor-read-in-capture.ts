/** `no-tensor-read-in-capture`: while a function is captured, its tensors have no elements. */
import type { RuleContext, RuleModule } from '../host.ts';
import { bare, propertyName } from '../navigation.ts';
import type { CallExpression, Node } from '../syntax.ts';
import { type FileFacts, factsOf } from '../tensors.ts';

/** Methods that read elements; those that others have, too, are reported only of what is known to be a tensor. */
const readers: Readonly<Record<string, 'own' | 'common'>> = {
  item: 'own',
  dataSync: 'own',
  data: 'common',
  toArray: 'common',
};

const conversions: readonly string[] = ['Number', 'BigInt', 'parseFloat', 'parseInt'];

export const noTensorReadInCapture: RuleModule = {
  meta: {
    type: 'problem',
    docs: { description: 'Elements are not known while a function is captured.', recommended: true },
    schema: [],
    messages: {
      read: '`{{code}}` reads elements, which are not known when this function is captured. Compute with ops instead, as in where(condition, a, b); give the tensor back and read it outside; or look at it with print(…).',
      convert:
        '`{{code}}` asks a tensor for a number, which is not known when this function is captured. Compute with ops, or cast(x, dtype) for another dtype.',
    },
  },
  create: (context) => new Reads(context).listener,
};

class Reads {
  readonly #context: RuleContext;
  readonly #facts: FileFacts;

  constructor(context: RuleContext) {
    this.#context = context;
    this.#facts = factsOf(context.sourceCode);
  }

  readonly listener = {
    CallExpression: (node: CallExpression): void => {
      const callee = bare(node.callee);
      const name = propertyName(callee);
      if (callee.type === 'MemberExpression' && name !== undefined && Object.hasOwn(readers, name)) {
        if (node.arguments.length === 0 && this.#isTensor(callee.object, readers[name] === 'own')) {
          this.#report(node, callee.object, 'read');
        }
        return;
      }
      const [first] = node.arguments;
      const isConversion = first && conversions.some((one) => this.#facts.scopes.isGlobal(callee, one));
      if (isConversion && this.#isTensor(first, false)) this.#report(node, first, 'convert');
    },
  };

  #isTensor(node: Node, isLikely: boolean): boolean {
    if (this.#facts.tensornessOf(node) !== undefined) return true;
    return isLikely && !this.#facts.isKnownOtherwise(node);
  }

  #report(node: CallExpression, tensor: Node, messageId: string): void {
    if (this.#facts.captures.around(node) === undefined || this.#isFromOutside(tensor)) return;
    this.#context.report({ node, messageId, data: { code: this.#facts.quote(node) } });
  }

  /** Whether a tensor was there before the capture: its elements are known, and become constants. */
  #isFromOutside(node: Node): boolean {
    let root = bare(node);
    while (root.type === 'MemberExpression') root = bare(root.object);
    const definition = root.type === 'Identifier' ? this.#facts.scopes.variableOf(root)?.defs[0] : undefined;
    return definition !== undefined && !this.#facts.captures.hold(definition.name);
  }
}
