/** What is known of the tensors of a file, by types where a type checker is there, and else by following values. */
import { Captures } from './captures.ts';
import { DataFlow } from './data-flow.ts';
import { DeftNames } from './deft-names.ts';
import type { SourceCode } from './host.ts';
import { bare } from './navigation.ts';
import { definitionOf, Scopes } from './scopes.ts';
import type { Node } from './syntax.ts';
import { TensorTypes } from './tensor-types.ts';

/** Whether something is a tensor: certainly, or unless it is `null` or `undefined`; undefined for anything else. */
export type Tensorness = 'tensor' | 'nullable' | undefined;

/** The knowledge of one file, which all rules share. */
export class FileFacts {
  readonly sourceCode: SourceCode;
  readonly scopes: Scopes;
  readonly names: DeftNames;
  readonly flow: DataFlow;
  readonly #types: TensorTypes | undefined;
  #captures: Captures | undefined;

  constructor(sourceCode: SourceCode) {
    this.sourceCode = sourceCode;
    this.scopes = new Scopes(sourceCode);
    this.names = new DeftNames(this.scopes);
    this.flow = new DataFlow(this.names, this.scopes, sourceCode.visitorKeys);
    this.#types = TensorTypes.of(sourceCode);
  }

  /** The captured functions. */
  get captures(): Captures {
    this.#captures ??= new Captures(this.names, this.scopes, this.sourceCode.visitorKeys);
    return this.#captures;
  }

  /** Whether an expression is a tensor. */
  tensornessOf(node: Node): Tensorness {
    const value = this.flow.valueOf(node);
    const followed = value.kind === 'tensor' ? (value.nullable ? 'nullable' : 'tensor') : undefined;
    const types = this.#types;
    switch (types?.verdictOf(node)) {
      case 'tensor': {
        const promises = types.knowsUndefined && (types.checksPositions || !this.#isAtPosition(node));
        return promises ? 'tensor' : (followed ?? 'nullable');
      }
      case 'nullable':
        return 'nullable';
      case 'other':
        // An assertion changes the type and not the value.
        return isAssertion(node) ? this.tensornessOf(node.expression) : undefined;
      default:
        return followed;
    }
  }

  /** Whether an expression is a tensor and nothing else. */
  isTensor(node: Node): boolean {
    return this.tensornessOf(node) === 'tensor';
  }

  /** Whether types say that an expression is no tensor. */
  isKnownOtherwise(node: Node): boolean {
    return this.#types?.verdictOf(node) === 'other' || this.flow.valueOf(node).kind === 'plain';
  }

  /** Whether an expression is an element of a list, which need not be there whatever its type says. */
  #isAtPosition(node: Node): boolean {
    const expression = bare(node);
    if (expression.type === 'MemberExpression') return expression.computed;
    const variable = expression.type === 'Identifier' ? this.scopes.variableOf(expression) : undefined;
    const declarator = variable && definitionOf(variable)?.node;
    if (declarator?.type !== 'VariableDeclarator') return false;
    return declarator.id.type === 'ArrayPattern' || (declarator.init !== null && this.#isAtPosition(declarator.init));
  }

  /** The text of a node in one line, cut where it is long. */
  quote(node: Node): string {
    const text = this.sourceCode.getText(node).replace(/\s+/g, ' ');
    return text.length > 40 ? `${text.slice(0, 39)}…` : text;
  }
}

function isAssertion(node: Node): node is Node & { readonly expression: Node } {
  return node.type === 'TSAsExpression' || node.type === 'TSTypeAssertion';
}

const facts: WeakMap<Node, FileFacts> = new WeakMap();

/** What is known of a file. */
export function factsOf(sourceCode: SourceCode): FileFacts {
  // By the tree: a linter may use one object for the source code of all files.
  const known = facts.get(sourceCode.ast);
  if (known !== undefined) return known;
  const found = new FileFacts(sourceCode);
  facts.set(sourceCode.ast, found);
  return found;
}
