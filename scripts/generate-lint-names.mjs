/**
 * Writes what the lint plugin knows of the ops without asking for types: which give a tensor, which a list of tensors, which
 * an object of tensors, and which of them are methods as well. It reads this off the types of `@deft/ops` and of
 * `@deft/tensor/fluent`. Run it after adding an op (`npm run generate` does); with `--check` it writes nothing and fails
 * where the file is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
// The compiler of the repository, TypeScript 7, has no interface for programs.
import ts from 'typescript-6';

const root = fileURLToPath(new URL('..', import.meta.url));
const output = `${root}packages/eslint-plugin/src/op-names.ts`;
const entries = ['packages/ops/src/index.ts', 'packages/tensor/src/fluent.ts'].map((path) => root + path);

const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
const { options } = ts.getParsedCommandLineOfConfigFile(`${root}tsconfig.json`, {}, host);
const program = ts.createProgram(entries, options);
const checker = program.getTypeChecker();

const kinds = ['tensor', 'list', 'record'];

/** What a type is to the plugin; undefined where it is nothing of tensors. */
function kindOfType(type) {
  if (type.getSymbol()?.name === 'Tensor' && type.getProperty('~dtype') !== undefined) return 'tensor';
  if (checker.isArrayType(type) || checker.isTupleType(type) || type.getSymbol()?.flags & ts.SymbolFlags.TypeLiteral) {
    const element = checker.isTupleType(type) ? undefined : type.getNumberIndexType();
    const parts = checker.isTupleType(type) ? checker.getTypeArguments(type) : element ? [element] : mappedPart(type);
    if (parts.length > 0 && parts.every((part) => kindOfType(part) === 'tensor')) return 'list';
  }
  const properties = type.isClassOrInterface() || type.symbol?.members ? type.getProperties() : [];
  const areTensors = properties.every((property) => kindOfType(checker.getTypeOfSymbol(property)) === 'tensor');
  return properties.length > 0 && areTensors ? 'record' : undefined;
}

/** `{ [K in keyof T]: Tensor }` over a list of arguments is a list of tensors. */
function mappedPart(type) {
  const declaration = type.getSymbol()?.declarations?.[0];
  if (declaration === undefined || !ts.isMappedTypeNode(declaration) || declaration.type === undefined) return [];
  return [checker.getTypeFromTypeNode(declaration.type)];
}

/** What all calls of a value give. */
function kindOfResult(symbol) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (!(target.flags & (ts.SymbolFlags.Value | ts.SymbolFlags.Method))) return undefined;
  const signatures = checker.getTypeOfSymbol(target).getCallSignatures();
  const [first, ...others] = signatures.map((signature) => kindOfType(signature.getReturnType()));
  return others.every((other) => other === first) ? first : undefined;
}

/** Names by what calls of them give, sorted. */
function namesByKind(symbols) {
  const found = symbols.map((symbol) => [symbol.name, kindOfResult(symbol)]);
  return Object.fromEntries(
    kinds.map((kind) => [kind, found.flatMap(([name, is]) => (is === kind ? [name] : [])).sort()]),
  );
}

const [ops, fluent] = entries.map((entry) => program.getSourceFile(entry));
const functions = namesByKind(checker.getExportsOfModule(checker.getSymbolAtLocation(ops)));
// `fluent.ts` adds to the class that it imports.
const imported = fluent.statements.find((statement) => ts.isImportDeclaration(statement));
const tensorName = imported.importClause.namedBindings.elements.find(({ name }) => name.text === 'Tensor').name;
const tensorClass = checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(checker.getSymbolAtLocation(tensorName)));
const methods = namesByKind(tensorClass.getProperties().filter(({ name }) => !name.startsWith('~')));

/** Words in lines of at most 120 characters. */
function lines(words) {
  const found = [];
  for (const word of words) {
    const last = found.at(-1);
    if (last === undefined || last.length + word.length > 115) found.push(word);
    else found[found.length - 1] = `${last} ${word}`;
  }
  return found.map((line) => `    ${line}\n`).join('');
}

const table = (names) => kinds.map((kind) => `  ${kind}: words(\`\n${lines(names[kind])}  \`),\n`).join('');

const text = `/**
 * The names of ops by what calls of them give.
 *
 * Written by scripts/generate-lint-names.mjs; run it after adding an op.
 */

/** What a call gives: a tensor, a list of tensors, or an object whose properties are tensors. */
export type ResultKind = 'tensor' | 'list' | 'record';

const words = (text: string): ReadonlySet<string> => new Set(text.match(/\\w+/g));

/** Functions of \`@deft/ops\`, which \`@deft/tensor\` has, too. */
export const functionNames: Readonly<Record<ResultKind, ReadonlySet<string>>> = {
${table(functions)}};

/** Methods of tensors that \`@deft/tensor/fluent\` adds. */
export const methodNames: Readonly<Record<ResultKind, ReadonlySet<string>>> = {
${table(methods)}};
`;

const isStale = (() => {
  try {
    return readFileSync(output, 'utf8') !== text;
  } catch {
    return true;
  }
})();
if (isStale && process.argv.includes('--check')) {
  console.log(`out of date: ${output.slice(root.length)}\nrun: node scripts/generate-lint-names.mjs`);
  process.exitCode = 1;
} else if (isStale) {
  writeFileSync(output, text);
  console.log(`written: ${output.slice(root.length)}`);
}
