/** The reference pages of the ops, one for each group, and their index. */
import { allOperations, type Operation } from '@deft/core';
import * as tensors from '@deft/tensor';
import { sampleProgram } from './sample-code.ts';
import { OpSource } from './source-text.ts';

/** Reads files of the repository. */
export interface SourceReader {
  /** The text of the file that defines an op. */
  op(name: string): string;
  /** The text of everything op files share. */
  readonly shared: string;
}

const slug = (group: string): string => group.replaceAll(' ', '-');

/** Every public op, by its group. */
function publicOperations(): Map<string, Operation[]> {
  const exported = tensors as unknown as Readonly<Record<string, { readonly operation?: Operation } | undefined>>;
  const groups = new Map<string, Operation[]>();
  for (const operation of allOperations()) {
    if (exported[operation.name]?.operation !== operation) continue;
    const group = groups.get(operation.doc.group) ?? [];
    groups.set(operation.doc.group, [...group, operation]);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function derivativeText({ nonDifferentiable, vjp, jvp }: Operation): string {
  if (nonDifferentiable !== undefined) return `none: ${nonDifferentiable}`;
  return vjp || jvp ? 'own rule' : 'composed';
}

/** A type without line breaks, and safe within inline code. */
const oneLine = (type: string): string => type.replace(/\s+/g, ' ').trim();

function callLines(operation: Operation, source: OpSource): string[] {
  const parameters = source.parameters(operation.inputs, operation.variadic);
  const call = parameters.map(({ name, optional }) => (optional ? `${name}?` : name)).join(', ');
  const details = parameters.flatMap(({ name, type, fallback }): string[] => {
    if (name === 'options') {
      return source.fields(type).map(({ name: field, type: fieldType, comment }) => {
        return `- \`options.${field}\` (\`${oneLine(fieldType)}\`)${comment === '' ? '' : `: ${comment}`}`;
      });
    }
    if (type === 'TensorLike' || type === 'Tensor') return [];
    return [`- \`${name}\` (\`${oneLine(type)}\`)${fallback === undefined ? '' : `: \`${fallback}\` unless told.`}`];
  });
  return [`\`${operation.name}(${call})\``, ...(details.length > 0 ? ['', ...details] : [])];
}

function operationLines(operation: Operation, reader: SourceReader, pageOf: ReadonlyMap<string, string>): string[] {
  const { name, doc, limitations } = operation;
  const source = new OpSource(reader.op(name), reader.shared);
  const program = sampleProgram(operation, source.hasOptionalKey);
  const see = (doc.see ?? []).filter((other) => pageOf.has(other));
  return [
    `## ${name}`,
    '',
    doc.summary,
    '',
    ...callLines(operation, source),
    ...(doc.math === undefined ? [] : ['', `Definition: \`${doc.math}\``]),
    ...(doc.notes?.length ? ['', 'Notes:', '', ...doc.notes.map((note) => `- ${note}`)] : []),
    '',
    `Derivative: ${derivativeText(operation)}.${see.length > 0 ? ` See also ${see.map((other) => `[${other}](${pageOf.get(other)}.md#${other.toLowerCase()})`).join(', ')}.` : ''}`,
    ...(limitations.length === 0 ? [] : ['', '**Limitations**', '', ...limitations.map(limitationText)]),
    ...(program === undefined ? [] : ['', '```ts', program, '```']),
    '',
  ];
}

function limitationText({ backend, dtype, reason }: Operation['limitations'][number]): string {
  const where = [backend, dtype].filter((part) => part !== undefined).join(', ');
  return `- ${where === '' ? 'everywhere' : where}: ${reason}`;
}

/** File names without ending, and texts. */
export function opPages(reader: SourceReader, notice: string): Map<string, string> {
  const groups = publicOperations();
  const pageOf = new Map([...groups].flatMap(([group, list]) => list.map(({ name }) => [name, slug(group)] as const)));
  const pages = new Map<string, string>();
  for (const [group, operations] of groups) {
    const title = `${group[0]?.toUpperCase()}${group.slice(1)}`;
    const lines = operations.flatMap((operation) => operationLines(operation, reader, pageOf));
    pages.set(slug(group), [`# ${title}`, '', notice, '', ...lines].join('\n'));
  }
  const rows = [...groups].flatMap(([group, operations]) => [
    `## ${group[0]?.toUpperCase()}${group.slice(1)}`,
    '',
    '| op | what it does | kind | derivative |',
    '|---|---|---|---|',
    ...operations.map(
      (operation) =>
        `| [${operation.name}](${slug(group)}.md#${operation.name.toLowerCase()}) | ${operation.doc.summary.replaceAll('|', '\\|')} | ${operation.kind} | ${derivativeText(operation)} |`,
    ),
    '',
  ]);
  pages.set('index', [...indexHead(groups, notice), ...rows].join('\n'));
  return pages;
}

function indexHead(groups: ReadonlyMap<string, readonly Operation[]>, notice: string): string[] {
  const all = [...groups.values()].flat();
  const count = (test: (operation: Operation) => boolean): number => all.filter(test).length;
  return [
    '# Ops',
    '',
    notice,
    '',
    `There are ${all.length} ops: ${count(({ kind }) => kind === 'primitive')} primitives and ${count(({ kind }) => kind === 'composite')} composites.`,
    `${count(({ nonDifferentiable }) => nonDifferentiable === undefined)} have a derivative: a rule of their own, or that of the ops they are composed of. The others state why they have none.`,
    `Declared limitations: ${count(({ limitations }) => limitations.length > 0)}.`,
    '',
    'Beside the ops there are [`tensor`](../guide/getting-started.md#tensors), which makes tensors, and `key` and `seed`',
    '([random numbers](../guide/random.md)).',
    '',
  ];
}
