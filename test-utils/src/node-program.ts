/** Programs for tests that need a process of their own, with surroundings of its own: bundled from the sources of this repository. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** What a program printed, and how it ended. */
export interface ProgramEnding {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that is running. */
export interface RunningProgram {
  /** Settles once it has printed so many lines, or has ended. */
  printedLines(count: number): Promise<void>;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
  readonly ending: Promise<ProgramEnding>;
}

/** A program that can be run any number of times, also at once. */
export interface NodeProgram {
  /** Starts it, as `run` does. */
  start(words?: readonly string[], environment?: Readonly<Record<string, string | undefined>>): RunningProgram;
  /** Runs it with these words and, in place of this process's, these variables of the environment; `undefined` takes one away. */
  run(words?: readonly string[], environment?: Readonly<Record<string, string | undefined>>): Promise<ProgramEnding>;
}

/** A folder whose programs find the packages that are installed for this repository, and one to remove. */
export function folderWithPackages(): string {
  return mkdtempSync(join(root, 'node_modules', '.deft-'));
}

/**
 * Bundles a program of TypeScript into a folder. It imports packages of this repository by name, and files by their whole path; packages
 * of others that it asks for while it runs are looked for from the folder on.
 */
export async function bundleProgram(folder: string, source: string): Promise<NodeProgram> {
  const { build } = await import('esbuild');
  const program = join(folder, 'program.mjs');
  await build({
    stdin: { contents: source, resolveDir: folder, loader: 'ts' },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    alias: Object.fromEntries(
      readdirSync(join(root, 'packages')).map((name) => [
        `@deft/${name}`,
        join(root, 'packages', name, 'src/index.ts'),
      ]),
    ),
    // The manifests state which of the built files have effects, not which of the sources.
    ignoreAnnotations: true,
  });
  const start: NodeProgram['start'] = (words = [], environment = {}) => {
    const env = Object.fromEntries(
      Object.entries({ ...process.env, ...environment }).filter(([, value]) => value !== undefined),
    );
    const child = spawn(process.execPath, [program, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        printed[stream] += text;
      });
    }
    const ending = new Promise<ProgramEnding>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve({ status, ...printed }));
    });
    return {
      ending,
      kill: () => void child.kill('SIGKILL'),
      printedLines: (count) =>
        new Promise((resolve) => {
          const look = (): void => {
            if (printed.stdout.split('\n').length > count) resolve();
          };
          child.stdout.on('data', look);
          child.once('close', () => resolve());
          look();
        }),
    };
  };
  return { start, run: (words, environment) => start(words, environment).ending };
}
