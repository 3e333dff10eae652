/** What the tests of a rule are stated as. They run in JavaScript, in TypeScript, and in TypeScript with a type checker. */

/** A program and what the rule says of it. */
export interface RuleCase {
  /** What it shows; the code itself unless told. */
  readonly name?: string;
  readonly code: string;
  /**
   * How it is read: `all` ways, the default; `ts` with and without types, for code that JavaScript's parsers do not take; `untyped` by
   * following values alone, `typed` where only types know, `loose` with types that do not tell `undefined` apart.
   */
  readonly modes?: 'all' | 'ts' | 'untyped' | 'typed' | 'loose';
}

/** A suggestion: its message, what it replaces in the program and by what, and the name that it imports. */
export type SuggestedChange = readonly [messageId: string, before: string, after: string, imported?: string];

/** A report: its message, what it quotes, and what is suggested. */
export interface ExpectedReport {
  readonly messageId: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly line?: number;
  /** None unless told; a number where other cases show what they change. */
  readonly suggestions?: readonly SuggestedChange[] | number;
}

/** The tests of a rule. */
export interface RuleCases {
  readonly valid: readonly (string | RuleCase)[];
  readonly invalid: readonly (RuleCase & { readonly reports: readonly ExpectedReport[] })[];
}

/** A program that imports names from `@deft/tensor`. */
export function withImports(names: string, code: string): string {
  return `import { ${names} } from '@deft/tensor';\n${code}`;
}

/** The program that a suggestion makes. */
export function changed(code: string, [, before, after, imported]: SuggestedChange): string {
  if (!code.includes(before)) throw new Error(`there is no ${before} in ${code}`);
  const text = code.replace(before, () => after);
  return imported === undefined ? text : text.replace(' } from', `, ${imported} } from`);
}
