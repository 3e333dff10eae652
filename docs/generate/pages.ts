/** Every generated page of the documentation: path from the root of the repository, and text. */
import { dtypeNames, dtypes, errorCatalogue, promote } from '@deft/core';
import { setBackend } from '@deft/tensor';
import { filesOf, readRepositoryFile } from '../testing/pages.ts';
import { opPages, type SourceReader } from './op-pages.ts';

const opsFolder = 'packages/ops/src';

/** The sources of the ops. */
function opSources(): SourceReader {
  const texts = (folder: string): string[] =>
    filesOf(folder)
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readRepositoryFile(`${folder}/${file}`));
  const ops = texts(opsFolder);
  const byName = new Map(ops.map((text) => [/^\s+name: '(\w+)'/m.exec(text)?.[1], text]));
  return {
    op: (name) => byName.get(name) ?? '',
    // Options may be declared by another op, whose file is then as good as a shared one.
    shared: [...texts(`${opsFolder}/definition`), ...ops].join('\n'),
  };
}

const notice = (from: string): string => `<!-- Written by scripts/generate-reference.mjs from ${from}. -->`;

function dtypePage(): string {
  const head = `| | ${dtypeNames.join(' | ')} |`;
  const line = `|---|${dtypeNames.map(() => '---|').join('')}`;
  const rows = dtypeNames.map((a) => `| **${a}** | ${dtypeNames.map((b) => promote(a, b)).join(' | ')} |`);
  const facts = dtypeNames.map((name) => {
    const { kind, bytes, array } = dtypes[name];
    return `| \`${name}\` | ${kind} | ${bytes} | \`${array.name}\` |`;
  });
  return `# Dtypes

${notice("core's table")}

| dtype | kind | bytes | host array |
|---|---|---|---|
${facts.join('\n')}

\`bool\` is stored as one byte, 0 or 1, and reads as \`true\` and \`false\` through \`toArray\` and \`item\`.

## Promotion

Where two tensors meet in an op, both become the dtype of this table.

${head}
${line}
${rows.join('\n')}

A JavaScript number is weak: it takes the dtype of the tensor beside it. A number that is not whole makes \`float32\` of an
integer tensor, and a whole one makes \`int32\` of a \`bool\` tensor. Numbers alone make \`float32\`.

\`\`\`ts
import { add, tensor } from '@deft/tensor';

const int = tensor([1, 2], { dtype: 'int32' });
const double = tensor([1, 2], { dtype: 'float64' });
console.log(add(int, 1).dtype, add(int, 0.5).dtype); // → int32 float32
console.log(add(int, double).dtype, add(double, 0.5).dtype); // → float64 float64
\`\`\`
`;
}

function errorIndex(): string {
  const rows = Object.entries(errorCatalogue).map(([code, meaning]) => `| [${code}](${code}.md) | ${meaning} |`);
  return `# Errors

${notice("core's catalogue")}

Every error that the library raises on purpose is a \`DeftError\` with a code of this table. A message that begins with
\`internal:\` is a bug of the library.

| code | meaning |
|---|---|
${rows.join('\n')}

\`\`\`ts
import { add, DeftError, tensor, type Tensor } from '@deft/tensor';

const a: Tensor = tensor([1, 2]);
const b: Tensor = tensor([1, 2, 3]);
try {
  add(a, b);
} catch (error) {
  if (error instanceof DeftError) console.log(error.code, error.details.op); // → E_BROADCAST add
}
\`\`\`
`;
}

function decisionIndex(): string {
  const entries = filesOf('docs/decisions')
    .filter((file) => /^\d{4}-.*\.md$/.test(file))
    .map((file) => {
      const title = /^# (.*)$/m.exec(readRepositoryFile(`docs/decisions/${file}`))?.[1] ?? file;
      return `- [${title}](${file})`;
    });
  return `# Decisions

${notice('docs/decisions')}

What was decided beyond the [architecture](../architecture.md), and why.

${entries.join('\n')}
`;
}

/** All generated pages. The samples' results are those of the reference backend, which is the current one afterwards. */
export function generatedPages(): Map<string, string> {
  setBackend('reference');
  const pages = new Map<string, string>();
  for (const [name, text] of opPages(opSources(), notice('the registry of ops')))
    pages.set(`docs/reference/${name}.md`, text);
  pages.set('docs/reference/dtypes.md', dtypePage());
  pages.set('docs/errors/index.md', errorIndex());
  pages.set('docs/decisions/index.md', decisionIndex());
  return new Map([...pages].map(([path, text]) => [path, `${text.trimEnd()}\n`]));
}
