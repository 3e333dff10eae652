#!/usr/bin/env node
/**
 * The command `deft`: what computes on this machine, the folder of built libraries, and files of saved functions. It is a program for Node
 * and no part of what the package exports.
 */
import { cacheContents, clearCache, nativeCompiler } from '@deft/backend-native';
import { backendChoice, DeftError, getBackend } from './index.ts';
import { CommandError, describeFile, runFunction } from './saved-commands.ts';

const process = await import('node:process');
const { parseArgs } = await import('node:util');

const help = `What Deft computes with on this machine, what it keeps there, and what saved functions are.

  deft backend        what is chosen here and why, the C compiler, the threads
  deft cache          the folder of the libraries that were built for programs
  deft cache clear    removes these libraries; they are built again when they are needed
  deft show FILE      what a file of saved functions holds; with --function NAME its graphs
  deft run FILE       calls a function of it: --function NAME, --inputs FILE with the list of arguments as JSON
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

/** Options of commands that take a file. */
interface FileOptions {
  readonly function?: string;
  readonly inputs?: string;
}

/** What is done with a file; throws `CommandError` for options that the command does not take. */
function fileCommand(words: readonly string[], options: FileOptions): (() => string) | undefined {
  const [command, file] = words;
  if ((command !== 'show' && command !== 'run') || words.length > 2) return undefined;
  if (file === undefined) throw new CommandError(`deft ${command} needs a file`);
  const { function: name, inputs } = options;
  if (command === 'run') {
    if (name === undefined) throw new CommandError('deft run needs --function NAME');
    return () => runFunction(file, name, inputs, (line) => process.stderr.write(`${line}\n`));
  }
  if (inputs !== undefined) throw new CommandError('deft show takes no --inputs');
  return () => describeFile(file, name);
}

/** The words of the command line; says what is wrong with them and ends with code 2 where they are none of a command. */
function wantedText(): () => string {
  try {
    const { values, positionals } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h' },
        function: { type: 'string' },
        inputs: { type: 'string' },
      },
      allowPositionals: true,
    });
    if (values.help === true) return () => help;
    const ofFile = fileCommand(positionals, values);
    if (ofFile !== undefined) return ofFile;
    const words = positionals.join(' ');
    if (!Object.hasOwn(commands, words))
      throw new Error(words === '' ? 'no command was given' : `there is no command "${words}"`);
    if (values.function !== undefined || values.inputs !== undefined)
      throw new Error(`deft ${words} takes neither --function nor --inputs`);
    return commands[words] as () => string;
  } catch (error) {
    process.stderr.write(`deft: ${(error as Error).message}; deft --help lists the commands\n`);
    return process.exit(2);
  }
}

const text = wantedText();
try {
  process.stdout.write(text());
} catch (error) {
  if (!(error instanceof DeftError || error instanceof CommandError)) throw error;
  process.stderr.write(`deft: ${error.message}\n`);
  process.exitCode = 1;
}
