/**
 * Writes the files that list ops, from the op files themselves: the barrel of `@deft/ops`. Run it after adding an op
 * (`node scripts/generate-ops.mjs`); with `--check` it writes nothing and fails where a file is out of date.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const opsFolder = `${root}packages/ops/src/`;

/** Every op file with what it exports. */
function readOpFiles() {
  return readdirSync(opsFolder)
    .filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'index.ts' && file !== 'algebra.ts',
    )
    .sort()
    .map((file) => {
      const source = readFileSync(opsFolder + file, 'utf8');
      const names = new Map(
        [...source.matchAll(/^export (const|function|interface|type|class) (\w+)/gm)].map(([, kind, name]) => [
          name,
          kind,
        ]),
      );
      const exports = [...names].map(([name, kind]) => ({ name, isType: kind === 'interface' || kind === 'type' }));
      return { file, exports };
    });
}

const header = 'Written by scripts/generate-ops.mjs; run it after adding an op.';

function barrel(files) {
  const exportsOf = new Map([
    ['./definition/convert.ts', [{ name: 'TensorLike', isType: true }]],
    [
      './definition/define.ts',
      [
        { name: 'defineComposite', isType: false },
        { name: 'definePrimitive', isType: false },
      ],
    ],
    ...files.map(({ file, exports }) => [`./${file}`, exports]),
  ]);
  const byPath = (a, b) => (a.slice(0, -3) < b.slice(0, -3) ? -1 : 1);
  const byName = (a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);
  const lines = [...exportsOf.keys()].sort(byPath).flatMap((path) => {
    const exports = [...exportsOf.get(path)].sort(byName);
    if (exports.length === 0) return [];
    if (exports.every((e) => e.isType))
      return [
        list(
          'export type',
          exports.map((e) => e.name),
          path,
        ),
      ];
    return [
      list(
        'export',
        exports.map((e) => (e.isType ? `type ${e.name}` : e.name)),
        path,
      ),
    ];
  });
  return `/**
 * \`@deft/ops\`: the registry's entries, one file each, and the constructors they are made with.
 *
 * ${header}
 */
import './algebra.ts';

${lines.join('\n')}
`;
}

/** One export statement, broken as the formatter breaks it. */
function list(keyword, names, path) {
  const line = `${keyword} { ${names.join(', ')} } from '${path}';`;
  return line.length <= 120 ? line : `${keyword} {\n${names.map((name) => `  ${name},\n`).join('')}} from '${path}';`;
}

const files = readOpFiles();
const outputs = [[`${opsFolder}index.ts`, barrel(files)]];
const check = process.argv.includes('--check');
const stale = outputs.filter(([path, text]) => readFileSync(path, 'utf8') !== text);
if (!check) {
  for (const [path, text] of stale) writeFileSync(path, text);
}
for (const [path] of stale) console.log(`${check ? 'out of date' : 'written'}: ${path.slice(root.length)}`);
if (check && stale.length > 0) {
  console.log('run: node scripts/generate-ops.mjs');
  process.exitCode = 1;
}
