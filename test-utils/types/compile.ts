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

/** TypeScript versions that the types are checked with, by the names of their packages. */
export const compilers = ['typescript', 'typescript-6', 'typescript-5'] as const;
type Compiler = (typeof compilers)[number];

const tscOf = (compiler: Compiler): string => `${root}node_modules/${compiler}/bin/tsc`;

function run(project: string, compiler: Compiler = 'typescript'): Compilation {
  const { stdout } = spawnSync(
    process.execPath,
    [tscOf(compiler), '--noEmit', '--pretty', 'false', '--extendedDiagnostics', '-p', project],
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
export function compileFixtures(compiler: Compiler): Compilation {
  return run(`${fixtures}tsconfig.json`, compiler);
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

/** Calls `f` with a folder beside the fixtures and a function that writes its one program. */
function inFolder<T>(f: (folder: string, write: (source: string) => void) => T): T {
  const folder = mkdtempSync(`${fixtures}program-`);
  try {
    writeFileSync(
      `${folder}/tsconfig.json`,
      JSON.stringify({
        extends: '../tsconfig.json',
        compilerOptions: { paths: { '@deft/*': ['../../../../packages/*/src/index.ts'] } },
        include: ['*.ts'],
      }),
    );
    return f(folder, (source) => writeFileSync(`${folder}/program.ts`, source));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compiles one program. */
export function compileProgram(source: string, compiler?: Compiler): Compilation {
  return inFolder((folder, write) => {
    write(source);
    return run(`${folder}/tsconfig.json`, compiler);
  });
}

/**
 * Instantiations that each of some statements costs when it is compiled `count` times (with `$` replaced by a number)
 * after a preamble. The packages are read as declarations, as users have them.
 */
export function costsOfStatements(preamble: string, statements: readonly string[], count: number): number[] {
  return inFolder((folder, write) => {
    const settings = { declaration: true, emitDeclarationOnly: true, noEmit: false, rootDir: `${root}packages` };
    const configure = (compilerOptions: object, include: readonly string[]): void =>
      writeFileSync(
        `${folder}/tsconfig.json`,
        JSON.stringify({ extends: '../tsconfig.json', compilerOptions, include, exclude: [] }),
      );
    configure(
      { ...settings, outDir: `${folder}/declarations`, paths: { '@deft/*': [`${root}packages/*/src/index.ts`] } },
      [`${root}packages/ops/src/index.ts`],
    );
    spawnSync(process.execPath, [tscOf('typescript'), '-p', `${folder}/tsconfig.json`]);
    configure({ paths: { '@deft/*': ['./declarations/*/src/index.d.ts'] } }, ['program.ts']);
    const compile = (statement: string, copies: number): number => {
      const lines = Array.from({ length: copies }, (_, i) => statement.replaceAll('$', String(i + 2)));
      write(`${preamble}\n${lines.join('\n')}\n`);
      const { messages, instantiations } = run(`${folder}/tsconfig.json`);
      if (messages.size > 0) throw new Error([...messages.values()].join('\n'));
      return instantiations;
    };
    const before = compile('', 0);
    return statements.map((statement) => Math.round((compile(statement, count) - before) / count));
  });
}
