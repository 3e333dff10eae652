#!/usr/bin/env node
/**
 * The command `deft`: what computes on this machine, and the folder of built libraries. It is a program for Node and no part of what
 * the package exports.
 */
import { cacheContents, clearCache, nativeCompiler } from '@deft/backend-native';
import { backendChoice, DeftError, getBackend } from './index.ts';

const process = await import('node:process');
const { parseArgs } = await import('node:util');

const help = `What Deft computes with on this machine, and what it keeps there.

  deft backend        what is chosen here and why, the C compiler, the threads
  deft cache          the folder of the libraries that were built for programs
  deft cache clear    removes these libraries; they are built again when they are needed
  deft --help         this text

DEFT_BACKEND, DEFT_THREADS, DEFT_CC and DEFT_CACHE_DIR count here as they do for programs.
`;

type Rows = readonly (readonly [label: string, text: string])[];

function table(rows: Rows): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `${label.padEnd(width)}  ${text}\n`).join('');
}

function describeBackend(): string {
  const { name, reason } = backendChoice();
  return table([
    ['backend', `${name} (${reason})`],
    ['compiler', nativeCompiler() ?? 'none'],
    ['threads', String(getBackend().threads)],
  ]);
}

function describeCache(): string {
  const { folder, libraries, bytes } = cacheContents();
  return table([
    ['folder', folder],
    ['libraries', String(libraries)],
    ['size', `${(bytes / 2 ** 20).toFixed(1)} MiB`],
  ]);
}

function emptyCache(): string {
  const { folder } = cacheContents();
  const count = clearCache();
  return `removed ${count} ${count === 1 ? 'library' : 'libraries'} from ${folder}\n`;
}

const commands: Readonly<Record<string, () => string>> = {
  backend: describeBackend,
  cache: describeCache,
  'cache clear': emptyCache,
};

/** The words of the command line; says what is wrong with them and ends with code 2 where they are none of a command. */
function wantedText(): () => string {
  try {
    const { values, positionals } = parseArgs({
      options: { help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (values.help === true) return () => help;
    const words = positionals.join(' ');
    if (Object.hasOwn(commands, words)) return commands[words] as () => string;
    throw new Error(words === '' ? 'no command was given' : `there is no command "${words}"`);
  } catch (error) {
    process.stderr.write(`deft: ${(error as Error).message}; deft --help lists the commands\n`);
    return process.exit(2);
  }
}

const text = wantedText();
try {
  process.stdout.write(text());
} catch (error) {
  if (!(error instanceof DeftError)) throw error;
  process.stderr.write(`deft: ${error.message}\n`);
  process.exitCode = 1;
}
