/**
 * `npm run bench:peers`: installs TensorFlow.js and jax-js into a folder of their own outside of the workspaces, runs them
 * and Deft on the same workloads one after the other, and prints the table of ratios.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
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

function run(label: string, args: readonly string[]): Line[] {
  process.stderr.write(`running ${label} …\n`);
  const { stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 15 * 60_000,
  });
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
    .map((line) => ({ ...line, peer: label }));
}

install();
const withCpu = process.argv.includes('--tfjs-cpu');
const deft = fileURLToPath(new URL('./main.js', import.meta.url));
const lines: Line[] = [
  ...run('deft jit', [deft, '--backend', 'wasm', '--json']),
  ...run('deft eager', [deft, '--backend', 'wasm', '--mode', 'eager', '--json']),
  ...run('tfjs-wasm', [program('tfjs.mjs'), 'wasm', folder]),
  ...run('jax-js', [program('jax-js.mjs'), folder]),
  ...(withCpu ? run('tfjs-cpu', [program('tfjs.mjs'), 'cpu', folder]) : []),
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
const rows = [['ms', ...peers], ...works.map((work) => [work, ...peers.map((peer) => cell(peer, work))])];
const widths = (rows[0] as string[]).map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
for (const row of rows) {
  process.stdout.write(
    `${row.map((text, column) => (column === 0 ? text.padEnd(widths[column] as number) : text.padStart(widths[column] as number))).join('  ')}\n`,
  );
}
process.stdout.write(
  "\nIn brackets: the peer's time divided by that of Deft captured, in this run. Best of several runs after warm-up.\n",
);
