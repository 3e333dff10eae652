/**
 * Runs every property test again and again on new seeds: `npm run fuzz -- --minutes 30 --seed 1`. A round takes one seed, which
 * all properties draw from (`DEFT_SEED`), and `DEFT_RUNS` programs each; the first failing round ends the run with its
 * report, in which failing programs stand as graph text, shrunk, and with the command that repeats it.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '200' },
  },
});
const [minutes, first, runs] = [values.minutes, values.seed, values.runs].map(Number);
if (!(minutes > 0) || !Number.isSafeInteger(first) || !Number.isSafeInteger(runs) || runs < 1) {
  console.error('usage: npm run fuzz -- --minutes N --seed S [--runs R], with N above 0 and whole S and R');
  process.exit(2);
}

/** Test files that draw from fast-check. */
function propertyTests(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => /from 'fast-check'/.test(readFileSync(file, 'utf8')));
}

const files = [...propertyTests('packages'), ...propertyTests('test-utils')].map((file) => file.slice(root.length));
console.log(`${files.length} files of properties, seeds from ${first} on, ${runs} programs each, ${minutes} minutes`);

const end = Date.now() + minutes * 60_000;
let rounds = 0;
let tests = 0;
for (let seed = first; rounds === 0 || Date.now() < end; seed++) {
  const begun = Date.now();
  const { status, stdout, stderr } = spawnSync(
    'npx',
    // A round is long where there are many programs or the machine is busy, and a hanging test is found by a person.
    ['vitest', 'run', '--project', 'unit', '--reporter=dot', '--testTimeout=1800000', ...files],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: { ...process.env, DEFT_SEED: String(seed), DEFT_RUNS: String(runs), NO_COLOR: '1' },
    },
  );
  if (status !== 0) {
    console.error(stdout, stderr);
    console.error(`seed ${seed} failed; again: npm run fuzz -- --minutes 1 --seed ${seed} --runs ${runs}`);
    process.exit(1);
  }
  rounds++;
  tests += Number(/Tests\s+(\d+) passed/.exec(stdout)?.[1] ?? 0);
  const left = Math.max(0, (end - Date.now()) / 60_000).toFixed(1);
  console.log(`seed ${seed}: clean in ${((Date.now() - begun) / 1000).toFixed(0)} s, ${left} minutes left`);
}
console.log(`clean: ${rounds} seeds, ${tests} tests`);
