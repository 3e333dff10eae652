/**
 * What the import rules need to know of one source file: every module it names, whether as a type or as a value,
 * and every use of an environment global that is written as a property (`Math.random`, `globalThis.x`). Read from
 * oxc-parser's syntax tree, because TypeScript 7 has no JavaScript interface to ask.
 */
import { parseSync } from 'oxc-parser';

/** One mention of another module. */
export interface ModuleMention {
  readonly specifier: string;
  /** True when the mention disappears from the emitted JavaScript. */
  readonly typeOnly: boolean;
  /** True for `import(…)` expressions. */
  readonly dynamic: boolean;
  readonly line: number;
}

/** One use of a property that reads the environment. */
export interface EnvironmentUse {
  readonly name: string;
  readonly line: number;
}

/** The facts of one file. */
export interface SourceFacts {
  readonly mentions: readonly ModuleMention[];
  readonly environment: readonly EnvironmentUse[];
}

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function visit(value: unknown, onNode: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, onNode);
  } else if (isNode(value)) {
    onNode(value);
    for (const field of Object.values(value)) visit(field, onNode);
  }
}

function literalText(value: unknown): string | undefined {
  return isNode(value) && typeof value['value'] === 'string' ? value['value'] : undefined;
}

function everySpecifierIsType(node: SyntaxNode, kindField: string): boolean {
  const specifiers = node['specifiers'];
  return (
    Array.isArray(specifiers) &&
    specifiers.length > 0 &&
    specifiers.every((one: unknown) => isNode(one) && one[kindField] === 'type')
  );
}

function typeOnlyMention(node: SyntaxNode): boolean {
  switch (node.type) {
    case 'ImportDeclaration':
      return node['importKind'] === 'type' || everySpecifierIsType(node, 'importKind');
    case 'ExportNamedDeclaration':
      return node['exportKind'] === 'type' || everySpecifierIsType(node, 'exportKind');
    case 'ExportAllDeclaration':
      return node['exportKind'] === 'type';
    default:
      return node.type === 'TSImportType';
  }
}

const mentioning: ReadonlySet<string> = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

function environmentName(node: SyntaxNode): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  const { object, property } = node;
  if (!isNode(object) || object.type !== 'Identifier' || !isNode(property)) return undefined;
  const member = property.type === 'Identifier' ? property['name'] : literalText(property);
  if (object['name'] === 'Math' && member === 'random') return 'Math.random';
  return undefined;
}

/**
 * Reads the facts of one TypeScript file.
 *
 * @throws Error when the text does not parse: a rule that could not read a file must not pass it.
 */
export function readSourceFacts(path: string, text: string): SourceFacts {
  const parsed = parseSync(path, text);
  const broken = parsed.errors[0];
  if (broken !== undefined) throw new Error(`${path} does not parse: ${broken.message}`);
  const lineStarts: number[] = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  const lineOf = (offset: number): number => {
    const next = lineStarts.findIndex((start) => start > offset);
    return next < 0 ? lineStarts.length : next;
  };
  const mentions: ModuleMention[] = [];
  const environment: EnvironmentUse[] = [];
  visit(parsed.program, (node) => {
    const specifier = mentioning.has(node.type) ? literalText(node['source']) : undefined;
    if (specifier !== undefined) {
      mentions.push({
        specifier,
        typeOnly: typeOnlyMention(node),
        dynamic: node.type === 'ImportExpression',
        line: lineOf(node.start),
      });
    }
    const name = environmentName(node);
    if (name !== undefined) environment.push({ name, line: lineOf(node.start) });
  });
  return { mentions, environment };
}
