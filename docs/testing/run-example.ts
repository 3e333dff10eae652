/**
 * Runs an example: its types are taken off as the build does it, its imports become calls of a given importer, and what
 * it prints is collected by line.
 */
import { inspect } from 'node:util';
import { transformWithEsbuild } from 'vite';
import { readStatements } from './stated-output.ts';

/** Gives a module by its specifier. */
export type Importer = (specifier: string) => Promise<object>;

/** What an example did. */
export interface Outcome {
  /** What was printed, by the line that printed it. */
  readonly printed: ReadonlyMap<number, readonly string[]>;
  /** What it threw, if anything. */
  readonly error: unknown;
}

type AsyncProgram = (...values: unknown[]) => Promise<void>;
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (...parts: string[]) => AsyncProgram;

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'toArray' in value) {
    return inspect((value as { toArray(): unknown }).toArray(), { depth: 9, breakLength: Infinity });
  }
  if (Array.isArray(value) && value.some((item) => item instanceof Object && 'toArray' in item)) {
    return `[${value.map(shown).join(', ')}]`;
  }
  return inspect(value, { depth: 9, breakLength: Infinity, maxArrayLength: null });
}

/** Imports as `const` statements over `__import`; exports as plain declarations. */
function withoutModuleSyntax(code: string): string {
  return code
    .replace(/^import\s*\{([^}]*)\}\s*from\s*(["'][^"']+["']);?$/gm, (_, names: string, from: string) => {
      return `const {${names.replaceAll(' as ', ': ')}} = await __import(${from});`;
    })
    .replace(/^import\s+(\w+)\s+from\s*(["'][^"']+["']);?$/gm, 'const { default: $1 } = await __import($2);')
    .replace(/^import\s*\*\s*as\s*(\w+)\s*from\s*(["'][^"']+["']);?$/gm, 'const $1 = await __import($2);')
    .replace(/^import\s*(["'][^"']+["']);?$/gm, 'await __import($1);')
    .replace(/^export\s*\{[^}]*\};?$/gm, '')
    .replace(/^export default /gm, '')
    .replace(/^export (?=const|let|function|class|async)/gm, '');
}

/** Runs a program. */
export async function runExample(source: string, importer: Importer): Promise<Outcome> {
  const { code } = await transformWithEsbuild(readStatements(source).code, 'example.ts', {
    target: 'es2022',
    sourcemap: false,
    tsconfigRaw: { compilerOptions: { target: 'es2022' } },
  });
  const printed = new Map<number, string[]>();
  const print = (line: number, ...values: unknown[]): void => {
    const texts = printed.get(line) ?? [];
    texts.push(values.map(shown).join(' '));
    printed.set(line, texts);
  };
  const program = new AsyncFunction('__import', '__print', withoutModuleSyntax(code));
  try {
    await program(importer, print);
    return { printed, error: undefined };
  } catch (error) {
    return { printed, error };
  }
}
