/** What the parts that follow values through a file ask of each other. */
import type { DeftNames } from './deft-names.ts';
import type { Scopes } from './scopes.ts';
import type { Identifier, Node } from './syntax.ts';
import type { Value } from './values.ts';

/** The values of one file. */
export interface Flow {
  readonly names: DeftNames;
  readonly scopes: Scopes;
  /** The value of an expression. */
  valueOf(node: Node): Value;
  /** The part of a value that a pattern gives to a name. */
  bound(pattern: Node, value: Value, name: Identifier): Value;
}
