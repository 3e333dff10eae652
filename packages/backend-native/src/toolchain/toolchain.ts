/** The system's C compiler: which one, and with which options it builds for this machine. It is started without a shell. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import process from 'node:process';

/** A C compiler. */
export interface Toolchain {
  readonly command: string;
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

function look(): Toolchain | string {
  if (process.platform === 'win32') return 'the native backend does not build on Windows yet';
  const stated = process.env['DEFT_CC'] ?? process.env['CC'];
  const candidates = stated === undefined || stated === '' ? ['cc', 'gcc', 'clang'] : [stated];
  for (const command of candidates) {
    const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8', shell: false });
    if (status !== 0) continue;
    const flags = [...commonFlags, ...machineFlags()];
    const models = [...new Set(cpus().map(({ model }) => model))].join();
    const identity = [command, stdout.trim(), flags.join(' '), process.platform, process.arch, models].join('\n');
    return { command, flags, identity };
  }
  return `no C compiler was found (looked for ${candidates.join(', ')})`;
}

/**
 * Builds a shared library of a C source, which comes without a name, so that the same source gives the same library. Throws with
 * what the compiler said.
 */
export function buildLibrary(
  { command, flags }: Toolchain,
  source: string,
  target: string,
  further: readonly string[],
): void {
  const args = [...flags, ...further, '-x', 'c', '-', '-o', target, '-lm', '-lpthread'];
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', shell: false, input: source });
  if (status === 0) return;
  throw new Error(`internal: ${command} failed: ${error?.message ?? stderr.slice(0, 4000)}`);
}
