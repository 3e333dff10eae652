/** Calls of ops as they have to be written at a place of a file, with the import that they need. */
import { deftPackageOf } from './deft-names.ts';
import type { Fix, Fixer } from './host.ts';
import { bare } from './navigation.ts';
import type { ImportDeclaration, Node } from './syntax.ts';
import type { FileFacts } from './tensors.ts';

/** A call that can be written. */
export interface WrittenCall {
  readonly text: string;
  /** What the file needs besides. */
  imports(fixer: Fixer): Fix[];
}

const umbrella = '@deft/tensor';

/**
 * The call of an op with these arguments, written at a node. Undefined where the name of the op means something else there.
 */
export function writeCall(
  facts: FileFacts,
  at: Node,
  op: string,
  args: readonly (Node | string)[],
): WrittenCall | undefined {
  const list = args.map((argument) => (typeof argument === 'string' ? argument : argumentText(facts, argument)));
  const imports = opImports(facts);
  for (const { specifiers } of imports) {
    for (const { type, local, imported, importKind } of specifiers) {
      if (facts.scopes.visible(local.name, at)?.defs[0]?.name !== local || importKind === 'type') continue;
      const isOp = type === 'ImportSpecifier' && imported?.type === 'Identifier' && imported.name === op;
      if (!isOp && type !== 'ImportNamespaceSpecifier') continue;
      return { text: `${isOp ? local.name : `${local.name}.${op}`}(${list.join(', ')})`, imports: () => [] };
    }
  }
  if (facts.scopes.visible(op, at) !== undefined) return undefined;
  return { text: `${op}(${list.join(', ')})`, imports: (fixer) => addImport(facts, imports, op, fixer) };
}

/** The text of an operand, without an assertion that it is no tensor. */
function argumentText(facts: FileFacts, node: Node): string {
  const operand = facts.isTensor(bare(node)) ? bare(node) : node;
  const text = facts.sourceCode.getText(operand);
  return operand.type === 'SequenceExpression' ? `(${text})` : text;
}

/** The imports of values from the packages that have the ops. */
function opImports({ sourceCode: { ast } }: FileFacts): ImportDeclaration[] {
  const statements = ast.type === 'Program' ? ast.body : [];
  return statements.filter(
    (one): one is ImportDeclaration =>
      one.type === 'ImportDeclaration' &&
      one.importKind !== 'type' &&
      /^(?:tensor|ops)$/.test(deftPackageOf(one) ?? ''),
  );
}

function addImport(facts: FileFacts, imports: readonly ImportDeclaration[], op: string, fixer: Fixer): Fix[] {
  for (const { specifiers } of imports) {
    const last = specifiers.at(-1);
    if (last?.type === 'ImportSpecifier') return [fixer.insertTextAfter(last, `, ${op}`)];
  }
  const { ast } = facts.sourceCode;
  const first = ast.type === 'Program' ? ast.body[0] : undefined;
  return first ? [fixer.insertTextBefore(first, `import { ${op} } from '${umbrella}';\n`)] : [];
}
