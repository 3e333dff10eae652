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

\`bytes\` is what an element takes in a tensor. The host array is what \`data()\` gives:

- \`bool\` is 0 or 1 there, and reads as \`true\` and \`false\` through \`toArray\` and \`item\`.
- \`int64\` is \`bigint\` there and in \`toArray\` and \`item\`; \`tensor\` makes it of bigints.
- \`float16\` and \`bfloat16\` are wider there than where they are stored, because JavaScript has no such arrays everywhere.
- \`complex64\` has real and imaginary parts in turn there, and reads as pairs.

## Arithmetic

An op on \`float16\` or \`bfloat16\` computes in \`float32\` and rounds its result once, however many steps it has; one on \`int8\` or
\`uint8\` computes in \`int32\` and keeps the low bits, but sums and products of them are \`int32\` and \`uint32\`. Integers wrap. An
op on \`complex64\` is made of ops on its parts: what has no meaning for complex numbers (an order, a floor) says so.

The gradient of a real function by a complex number holds the derivatives by its real and by its imaginary part, so a step
against it goes down.

\`\`\`ts
import { abs, complex, grad, mul, square, sum, tensor, type Tensor } from '@deft/tensor';

const half = tensor([0.1, 60000], { dtype: 'float16' });
console.log(half.toArray(), mul(half, 2).toArray()); // → [0.0999755859375, 60000] [0.199951171875, Infinity]
console.log(mul(tensor([2n ** 40n]), 3n).toArray()); // → [3298534883328n]
const z = complex(tensor([3]), tensor([4]));
console.log(abs(z).toArray(), grad((x: Tensor) => sum(square(abs(x))))(z).toArray()); // → [5] [[6, 8]]
\`\`\`

## Promotion

Where two tensors meet in an op, both become the dtype of this table.

${head}
${line}
${rows.join('\n')}

A JavaScript number is weak: it takes the dtype of the tensor beside it. A number that is not whole makes \`float32\` of an
integer tensor, and a whole one makes \`int32\` of a \`bool\` tensor. Numbers alone make \`float32\`. Where no dtype holds both
exactly the table gives the one that users of the field expect: a long integer beside a float becomes that float, and there is no
complex dtype of double precision.

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
