/**
 * Finds the code examples of the documentation: the `ts` blocks of Markdown pages, and the `@example` blocks of TSDoc
 * comments. What a block promises stands in its first line and its comments:
 *
 * - ` ```ts ` runs on its own; ` ```ts continues ` runs after the block before it, sharing its names;
 * - ` ```ts fails=E_CODE ` must throw that error; a comment `// throws: …` in it states the first line of the message;
 * - ` ```ts from=path ` is no program but a piece of a source file, and must stand in it word for word;
 * - a comment behind `console.log(…);` or behind a plain expression is what it prints, and so are the comment lines
 *   after `// prints:`.
 */

/** One block of code, as it stands in its file. */
export interface Block {
  /** Path of the file from the root of the repository. */
  readonly file: string;
  /** Line of the file in which the code begins, counted from 1. */
  readonly line: number;
  /** The word behind the fence: `ts`, `sh`, … */
  readonly language: string;
  readonly flags: ReadonlySet<string>;
  /** Values of `key=value` words behind the fence. */
  readonly settings: ReadonlyMap<string, string>;
  readonly code: string;
}

/** A program made of one block, or of a block and those that continue it. */
export interface Example {
  readonly title: string;
  readonly code: string;
  /** Code of the error that it must throw. */
  readonly fails: string | undefined;
}

function makeBlock(file: string, line: number, info: string, lines: readonly string[]): Block {
  const [language = '', ...words] = info.trim().split(/\s+/);
  const pairs = words.filter((word) => word.includes('=')).map((word) => word.split('=', 2) as [string, string]);
  return {
    file,
    line,
    language,
    flags: new Set(words.filter((word) => !word.includes('='))),
    settings: new Map(pairs),
    code: lines.join('\n'),
  };
}

/** The fenced blocks of a text. A fence may be indented; its indentation is taken off the code. */
export function fencedBlocks(file: string, text: string, firstLine = 1): Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const open = /^(\s*)(`{3,})([^`]*)$/.exec(lines[i] as string);
    if (!open) continue;
    const [, indent, fence, info] = open as unknown as [string, string, string, string];
    const start = i + 1;
    let end = start;
    while (end < lines.length && (lines[end] as string).trim() !== fence) end++;
    const code = lines.slice(start, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    blocks.push(makeBlock(file, firstLine + start, info, code));
    i = end;
  }
  return blocks;
}

/** The fenced `@example` blocks of a source file's TSDoc comments. */
export function commentBlocks(file: string, source: string): Block[] {
  const blocks: Block[] = [];
  for (const comment of source.matchAll(/\/\*\*(?:(?!\*\/)[\s\S])*@example(?:(?!\*\/)[\s\S])*\*\//g)) {
    const before = source.slice(0, comment.index).split('\n').length;
    const lines = comment[0].split('\n').map((line) => line.replace(/^\s*\*(?: |$)/, ''));
    const first = lines.findIndex((line) => line.startsWith('@example'));
    const last = lines.findIndex((line, i) => i > first && line.startsWith('@'));
    const part = lines.slice(first, last < 0 ? undefined : last);
    blocks.push(...fencedBlocks(file, part.join('\n'), before + first));
  }
  return blocks;
}

/** The programs that blocks of one file make, in order. */
export function examplesOf(blocks: readonly Block[]): Example[] {
  const examples: Example[] = [];
  let open: { title: string; code: string } | undefined;
  const close = (): void => {
    if (open) examples.push({ ...open, fails: undefined });
    open = undefined;
  };
  for (const block of blocks) {
    if (block.language !== 'ts' || block.settings.has('from')) continue;
    const title = `${block.file}:${block.line}`;
    const continues = block.flags.has('continues');
    if (continues && !open) throw new Error(`${title} continues nothing`);
    const code: string = continues && open ? `${open.code}\n${block.code}` : block.code;
    const fails = block.settings.get('fails');
    if (fails !== undefined) {
      examples.push({ title, code, fails });
      continue;
    }
    if (!continues) close();
    open = { title: continues && open ? open.title : title, code };
  }
  close();
  return examples;
}
