/**
 * `npm run bench:peers`: installs TensorFlow.js and jax-js into a folder of their own outside of the workspaces, runs them
 * and Deft on the same workloads one after the other, and prints the table of ratios. With `--native` it compares Deft's
 * native backend with PyTorch instead, if the Python that PYTHON names (`python3` if none) has it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const packages = {
  '@tensorflow/tfjs': '4.22.0',
  '@tensorflow/tfjs-backend-wasm': '4.22.0',
  '@jax-js/jax': '0.1.25',
};

interface Line {
  readonly peer: string;
  readonly work: string;
  readonly ms?: number;
  readonly error?: string;
}

const folder = fileURLToPath(new URL('../../../.peers/', import.meta.url));
const program = (name: string): string => fileURLToPath(new URL(`../peers/${name}`, import.meta.url));
const deft = fileURLToPath(new URL('./main.js', import.meta.url));

function install(): void {
  if (existsSync(`${folder}node_modules/@jax-js/jax`) && existsSync(`${folder}node_modules/@tensorflow/tfjs`)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}package.json`, JSON.stringify({ private: true, dependencies: packages }));
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write('the peers could not be installed\n');
    process.exit(1);
  }
}

function run(
  label: string,
  command: string,
  args: readonly string[],
  environment: { readonly [name: string]: string } = {},
): Line[] {
  process.stderr.write(`running ${label} …\n`);
  const { stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', Object.keys(environment).length > 0 ? 2 : 'ignore'],
    timeout: 15 * 60_000,
  });
  return (stdout ?? '')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
    .map((line) => ({ ...line, peer: label }));
}

function print(rows: readonly (readonly string[])[], note: string): void {
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  for (const row of rows) {
    process.stdout.write(
      `${row.map((text, column) => (column === 0 ? text.padEnd(widths[column] as number) : text.padStart(widths[column] as number))).join('  ')}\n`,
    );
  }
  process.stdout.write(`\n${note}\n`);
}

function compareInJavaScript(): void {
  install();
  const node = (label: string, ...args: readonly string[]): Line[] => run(label, process.execPath, args);
  const lines: Line[] = [
    ...node('deft jit', deft, '--backend', 'wasm', '--json'),
    ...node('deft eager', deft, '--backend', 'wasm', '--mode', 'eager', '--json'),
    ...node('tfjs-wasm', program('tfjs.mjs'), 'wasm', folder),
    ...node('jax-js', program('jax-js.mjs'), folder),
    ...(process.argv.includes('--tfjs-cpu') ? node('tfjs-cpu', program('tfjs.mjs'), 'cpu', folder) : []),
  ];
  const peers = [...new Set(lines.map((line) => line.peer))];
  const works = [...new Set(lines.filter((line) => line.peer === 'deft jit').map((line) => line.work))];
  const cell = (peer: string, work: string): string => {
    const line = lines.find((candidate) => candidate.peer === peer && candidate.work === work);
    const own = lines.find((candidate) => candidate.peer === 'deft jit' && candidate.work === work)?.ms;
    if (line?.ms === undefined) return line?.error === undefined ? '' : 'fails';
    if (own === undefined || peer === 'deft jit') return line.ms.toFixed(2);
    return `${line.ms.toFixed(2)} (${(line.ms / own).toFixed(1)}×)`;
  };
  print(
    [['ms', ...peers], ...works.map((work) => [work, ...peers.map((peer) => cell(peer, work))])],
    "In brackets: the peer's time divided by that of Deft captured, in this run. Best of several runs after warm-up.",
  );
}

const rounds = 3;
const threadCounts = [1, 2] as const;

/** In alternation, so that a machine that is busy for a while is busy for both. */
function compareNative(): void {
  const python = process.env['PYTHON'] ?? 'python3';
  const hasTorch = spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0;
  if (!hasTorch) {
    process.stderr.write(
      `${python} has no PyTorch, so Deft is timed alone (Debian: apt-get install python3-torch libopenblas0-pthread, then PYTHON=/usr/bin/python3)\n`,
    );
  }
  const lines: Line[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const threads of threadCounts) {
      const count = String(threads);
      for (const mode of ['jit', 'eager']) {
        const args = [deft, '--backend', 'native', '--mode', mode, '--json'];
        lines.push(...run(`deft ${threads} ${mode}`, process.execPath, args, { DEFT_THREADS: count }));
      }
      if (!hasTorch) continue;
      const environment = { OPENBLAS_NUM_THREADS: count, OMP_NUM_THREADS: count };
      lines.push(...run(`torch ${threads}`, python, [program('pytorch.py'), count], environment));
    }
  }
  const best = (peer: string, work: string): Line | undefined =>
    lines
      .filter((line) => line.peer.startsWith(peer) && line.work === work && line.ms !== undefined)
      .reduce<Line | undefined>((a, b) => (a === undefined || (b.ms as number) < (a.ms as number) ? b : a), undefined);
  const time = (line: Line | undefined): string =>
    line === undefined ? '' : `${(line.ms as number).toFixed(3)} (${line.peer.slice(line.peer.indexOf(' ') + 1)})`;
  const ratio = (work: string, threads: string): string => {
    const [theirs, ours] = [best(`torch${threads}`, work)?.ms, best(`deft${threads}`, work)?.ms];
    return theirs === undefined || ours === undefined ? '' : `${(theirs / ours).toFixed(2)}×`;
  };
  const works = [...new Set(lines.filter((line) => line.peer.startsWith('deft')).map((line) => line.work))];
  print(
    [
      ['ms (threads)', 'torch', 'deft', 'ratio', 'on one thread'],
      ...works.map((work) => [
        work,
        time(best('torch', work)),
        time(best('deft', work)),
        ratio(work, ''),
        work.startsWith('matmul') ? ratio(work, ' 1') : '',
      ]),
    ],
    `Ratios are PyTorch's time divided by Deft's: more than 1 where Deft is faster. Best of ${rounds} rounds, each of them the best of several runs after warm-up.`,
  );
}

if (process.argv.includes('--native')) compareNative();
else compareInJavaScript();
