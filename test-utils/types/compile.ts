/**
 * Runs the TypeScript compiler on the fixtures beside this file. TypeScript 7 has no interface for programs, so types are
 * read off its messages: a result assigned to `never` is displayed in the message about it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root: string = fileURLToPath(new URL('../../', import.meta.url));
const fixtures: string = fileURLToPath(new URL('./fixtures/', import.meta.url));

/** What a compilation said. */
export interface Compilation {
  /** Messages by file name and line (counted from 1), continuation lines included. */
  readonly messages: ReadonlyMap<string, string>;
  /** Type instantiations, the measure of what types cost. */
  readonly instantiations: number;
}

function run(project: string): Compilation {
  const { stdout } = spawnSync(
    process.execPath,
    [`${root}node_modules/typescript/bin/tsc`, '--noEmit', '--pretty', 'false', '--extendedDiagnostics', '-p', project],
    { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  const messages = new Map<string, string>();
  let current: string | undefined;
  for (const line of stdout.split('\n')) {
    const start = /([^/\\]+\.ts)\((\d+),\d+\): error (.*)$/.exec(line);
    if (start) {
      current = `${start[1]}:${start[2]}`;
      messages.set(current, `${messages.get(current) ?? ''}${start[3]}\n`);
    } else if (current !== undefined && line.startsWith(' ')) {
      messages.set(current, `${messages.get(current)}${line.trim()}\n`);
    } else current = undefined;
  }
  return { messages, instantiations: Number(/Instantiations:\s+(\d+)/.exec(stdout)?.[1]) };
}

/** Compiles all fixtures. */
export function compileFixtures(): Compilation {
  return run(`${fixtures}tsconfig.json`);
}

/** The lines of a fixture with what their comments state. */
export function expectations(
  file: string,
): { readonly place: string; readonly text: string; readonly expected: string }[] {
  return readFileSync(`${fixtures}${file}`, 'utf8')
    .split('\n')
    .flatMap((line, i) => {
      const [code, expected] = line.split('// => ');
      return expected === undefined ? [] : [{ place: `${file}:${i + 1}`, text: (code as string).trim(), expected }];
    });
}

/** Instantiations that a statement costs, from compiling it `count` times (with `$` replaced by a number) and not at all. */
export function costOfStatement(preamble: string, statement: string, count: number): number {
  const folder = mkdtempSync(`${fixtures}cost-`);
  try {
    const compile = (copies: number): number => {
      const lines = Array.from({ length: copies }, (_, i) => statement.replaceAll('$', String(i + 2)));
      writeFileSync(`${folder}/cost.ts`, `${preamble}\n${lines.join('\n')}\n`);
      writeFileSync(
        `${folder}/tsconfig.json`,
        JSON.stringify({
          extends: '../tsconfig.json',
          compilerOptions: { paths: { '@deft/*': ['../../../../packages/*/src/index.ts'] } },
          include: ['*.ts'],
        }),
      );
      return run(`${folder}/tsconfig.json`).instantiations;
    };
    return Math.round((compile(count) - compile(0)) / count);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
