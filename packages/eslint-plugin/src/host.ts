/**
 * What a linter gives to a rule: the part of ESLint's interface that this package uses, which oxlint has as well. Stated
 * here, so that the declarations of this package stand alone.
 */
import type { VisitorKeys } from './navigation.ts';
import type { Identifier, Node, Range } from './syntax.ts';

/** A use of a variable. */
export interface Reference {
  readonly identifier: Identifier;
  readonly resolved: Variable | null;
  readonly writeExpr?: Node | null;
  /** Whether it is the assignment of a declaration. */
  readonly init?: boolean;
  isWrite(): boolean;
  isRead(): boolean;
}

/** Where a variable comes from. */
export interface Definition {
  readonly type: string;
  readonly node: Node;
  readonly name: Node;
  readonly parent?: Node | null;
}

/** A variable. */
export interface Variable {
  readonly name: string;
  readonly defs: readonly Definition[];
  readonly references: readonly Reference[];
  readonly scope: Scope;
}

/** A stretch of the program in which names have the same meaning. */
export interface Scope {
  readonly type: string;
  readonly block: Node;
  readonly upper: Scope | null;
  readonly childScopes: readonly Scope[];
  readonly references: readonly Reference[];
  readonly variables: readonly Variable[];
  readonly set: ReadonlyMap<string, Variable>;
}

/** The scopes of a file. */
export interface ScopeManager {
  readonly scopes: readonly Scope[];
  acquire(node: Node, inner?: boolean): Scope | null;
}

/** A file. */
export interface SourceCode {
  readonly ast: Node;
  readonly scopeManager: ScopeManager | null;
  readonly visitorKeys: VisitorKeys;
  readonly parserServices?: unknown;
  getText(node?: Node): string;
  getScope(node: Node): Scope;
}

/** One replacement of text. */
export interface Fix {
  readonly range: Range;
  readonly text: string;
}

/** Makes replacements. */
export interface Fixer {
  replaceText(node: Node, text: string): Fix;
  insertTextAfter(node: Node, text: string): Fix;
  insertTextBefore(node: Node, text: string): Fix;
}

/** Text of the file that a message quotes. */
export type MessageData = Readonly<Record<string, string>>;

/** A change that is offered with a report. */
export interface Suggestion {
  readonly messageId: string;
  readonly data?: MessageData;
  fix(fixer: Fixer): Fix | Fix[];
}

/** A problem. */
export interface Report {
  readonly node: Node;
  readonly messageId: string;
  readonly data?: MessageData;
  readonly suggest?: readonly Suggestion[];
}

/** What a rule works with. */
export interface RuleContext {
  readonly sourceCode: SourceCode;
  report(report: Report): void;
}

/** What a rule does at nodes of a kind; a method, so that each may take its own kind. */
export type NodeListener = { at(node: object): void }['at'];

/** What a rule does, by the kinds of nodes. */
export type RuleListener = { readonly [selector: string]: NodeListener };

/** What a rule says of itself. */
export interface RuleMeta {
  readonly type: 'problem';
  readonly docs: { readonly description: string; readonly recommended: boolean };
  readonly hasSuggestions?: boolean;
  readonly schema: [];
  readonly messages: Record<string, string>;
}

/** A rule. */
export interface RuleModule {
  readonly meta: RuleMeta;
  create(context: RuleContext): RuleListener;
}
