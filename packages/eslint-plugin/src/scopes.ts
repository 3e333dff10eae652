/** What names mean: from an identifier to its variable, from a variable to what defines it. */
import type { Reference, Scope, SourceCode, Variable } from './host.ts';
import { bare, isFunction } from './navigation.ts';
import type { FunctionNode, Identifier, Node } from './syntax.ts';

/** Looks up the variables of one file. */
export class Scopes {
  readonly #sourceCode: SourceCode;
  readonly #resolved = new Map<Node, Variable | null>();

  constructor(sourceCode: SourceCode) {
    this.#sourceCode = sourceCode;
    for (const scope of sourceCode.scopeManager?.scopes ?? []) {
      for (const { identifier, resolved } of scope.references) this.#resolved.set(identifier, resolved);
    }
  }

  /** Every scope of the file. */
  get all(): readonly Scope[] {
    return this.#sourceCode.scopeManager?.scopes ?? [];
  }

  /** The variable that an identifier uses or declares; undefined for one that the file does not declare. */
  variableOf(node: Identifier): Variable | undefined {
    const resolved = this.#resolved.get(node);
    if (resolved !== undefined) return resolved?.defs.length === 0 ? undefined : (resolved ?? undefined);
    return this.visible(node.name, node);
  }

  /** The variable of a name as it is seen from a node, if the file declares it. */
  visible(name: string, node: Node): Variable | undefined {
    for (let scope: Scope | null = this.#sourceCode.getScope(node); scope; scope = scope.upper) {
      const variable = scope.set.get(name);
      if (variable !== undefined) return variable.defs.length === 0 ? undefined : variable;
    }
    return undefined;
  }

  /** Whether an expression is a name that the language or its host provides: `Math`, `console`, … */
  isGlobal(node: Node, name: string): boolean {
    return node.type === 'Identifier' && node.name === name && this.variableOf(node) === undefined;
  }

  /** The uses of variables inside of a function, nested functions and parameters included. */
  *referencesIn(node: FunctionNode): Generator<Reference> {
    const manager = this.#sourceCode.scopeManager;
    const outermost = manager?.acquire(node);
    if (outermost) yield* referencesBelow(outermost);
  }
}

function* referencesBelow(scope: Scope): Generator<Reference> {
  yield* scope.references;
  for (const child of scope.childScopes) yield* referencesBelow(child);
}

/** The function that a variable stands for: a declaration, or a constant that a function expression is assigned to. */
export function functionOf(variable: Variable): FunctionNode | undefined {
  const definition = definitionOf(variable);
  if (definition?.type === 'FunctionName' && isFunction(definition.node)) return definition.node;
  const initial = constantOf(variable);
  return initial !== undefined && isFunction(initial) ? initial : undefined;
}

/** What a variable is assigned once and for all: `const name = this`. */
export function constantOf(variable: Variable): Node | undefined {
  const definition = definitionOf(variable);
  if (definition?.type !== 'Variable' || definition.node.type !== 'VariableDeclarator') return undefined;
  const { id, init } = definition.node;
  if (init === null || id.type !== 'Identifier' || variable.references.some(isReassigned)) return undefined;
  return bare(init);
}

/** The one definition of a variable. */
export function definitionOf(variable: Variable): Variable['defs'][number] | undefined {
  return variable.defs.length === 1 ? variable.defs[0] : undefined;
}

/** Whether a use of a variable assigns it after its declaration. */
export function isReassigned(reference: Reference): boolean {
  return reference.isWrite() && reference.init !== true;
}
