/** The system's C compiler: which one, and with which options it builds for this machine. It is started without a shell. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import process from 'node:process';
import { internal, raise } from '@deft/core';

/** A C compiler. */
export interface Toolchain {
  readonly command: string;
  /** The first line of what it says of itself. */
  readonly version: string;
  readonly flags: readonly string[];
  /** Compiler, options and processor in one text: what is built for one text may run where the text is the same. */
  readonly identity: string;
}

/**
 * For the machine's own processor, and nothing that takes NaN, infinities or the sign of zero for granted: integers wrap, products
 * and sums are contracted only where the source says so.
 */
const commonFlags = [
  '-std=gnu11',
  '-O3',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-fwrapv',
  '-fno-strict-aliasing',
  '-ffp-contract=off',
  '-fPIC',
  '-shared',
  '-fvisibility=hidden',
  '-w',
] as const;

/** What only GCC knows. */
const gccFlags = [
  // GCC 12 makes wrong code of the last turns of some loops with conditions where it makes vectors of those too; and it takes long.
  '--param',
  'vect-epilogues-nomask=0',
  // Both make branches of what is chosen between two values, of which vectors need more instructions.
  '-fno-tree-pre',
  '-fno-thread-jumps',
] as const;

/** Further flags, for those who look for faults: `DEFT_CFLAGS`, words with blanks between them. */
const furtherFlags = (): readonly string[] =>
  (process.env['DEFT_CFLAGS'] ?? '').split(/\s+/).filter((flag) => flag !== '');

function machineFlags(): readonly string[] {
  if (process.arch === 'x64') return ['-march=native', '-mprefer-vector-width=512'];
  return process.arch === 'arm64' ? ['-mcpu=native'] : [];
}

let found: Toolchain | string | undefined;

/** The compiler to use, or why there is none. */
export function findToolchain(): Toolchain | string {
  found ??= look();
  return found;
}

/** Why nothing can be built for a platform, whatever is installed. */
export function platformProblem(platform: string): string | undefined {
  return platform === 'win32' ? 'the native backend does not build on Windows yet' : undefined;
}

/** A compiler that `DEFT_CC` names is the only one that is tried, one that `CC` names the first. */
function candidates(): readonly string[] {
  const [own, usual] = [process.env['DEFT_CC'], process.env['CC']];
  if (own !== undefined && own !== '') return [own];
  return [...(usual === undefined || usual === '' ? [] : [usual]), 'cc', 'gcc', 'clang'];
}

function look(): Toolchain | string {
  const problem = platformProblem(process.platform);
  if (problem !== undefined) return problem;
  for (const command of candidates()) {
    const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8', shell: false });
    if (status !== 0) continue;
    const said = stdout.trim();
    const own = /\bclang\b/.test(said) ? [] : gccFlags;
    const flags = [...commonFlags, ...own, ...machineFlags(), ...furtherFlags()];
    const models = [...new Set(cpus().map(({ model }) => model))].join();
    const identity = [command, said, flags.join(' '), process.platform, process.arch, models].join('\n');
    return { command, version: said.split('\n', 1)[0] as string, flags, identity };
  }
  return `no C compiler was found (looked for ${candidates().join(', ')})`;
}

/** A source that every working compiler builds, with its C library's headers. */
const smallSource = `#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
double deft_probe(double x) { return sqrt(x); }
`;

/** What the compiler is started with to make a library of what it reads. */
export const compilerArguments = ({ flags }: Toolchain, target: string, further: readonly string[]): string[] => [
  ...flags,
  ...further,
  '-x',
  'c',
  '-',
  '-o',
  target,
  '-lm',
  '-lpthread',
];

/** Builds a library; what the compiler said where it fails. */
function build(toolchain: Toolchain, source: string, target: string, further: readonly string[]): string {
  const { command } = toolchain;
  const args = compilerArguments(toolchain, target, further);
  const { status, signal, stderr, error } = spawnSync(command, args, { encoding: 'utf8', shell: false, input: source });
  if (status === 0 && existsSync(target)) return '';
  // One that ends without reading the source breaks the pipe, which tells nothing.
  const failure = (error as NodeJS.ErrnoException | undefined)?.code === 'EPIPE' ? undefined : error?.message;
  const said = failure ?? stderr.trim();
  return said === '' ? `it wrote no library and ended with ${signal ?? `code ${status}`}` : said;
}

/** The line that tells most: compilers warn first, and say where before they say what. */
const mainLine = (said: string): string =>
  said.split('\n').find((line) => /\berror\b/.test(line)) ?? (said.split('\n', 1)[0] as string);

/**
 * Builds a shared library of a C source, which comes without a name, so that the same source gives the same library. Throws with
 * what the compiler said: `E_BACKEND` where it builds nothing at all here, else it is the source that is wrong.
 */
export function buildLibrary(
  toolchain: Toolchain,
  source: string,
  target: string,
  further: readonly string[] = [],
): void {
  const said = build(toolchain, source, target, further);
  if (said === '') return;
  const { command } = toolchain;
  const always = build(toolchain, smallSource, target, []);
  rmSync(target, { force: true });
  if (always === '') internal(`${command} failed: ${said.slice(0, 4000)}`);
  raise('E_BACKEND', { op: 'native', says: `the C compiler ${command} builds no library: ${mainLine(always)}` });
}
