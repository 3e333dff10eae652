/**
 * Runs the native backend's tests and the conformance of all ops on it with code that checks every access to memory and every operation
 * without a defined result: `npm run sanitize`. Node itself is not built so, which is why the sanitizers' libraries are
 * loaded before it, and leaks are not looked for.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = process.env.DEFT_CC ?? 'cc';

/** The path of a library of the compiler's. */
function libraryOf(name) {
  const { status, stdout } = spawnSync(compiler, [`-print-file-name=${name}`], { encoding: 'utf8' });
  const path = stdout?.trim() ?? '';
  if (status === 0 && existsSync(path)) return path;
  console.error(`${compiler} has no ${name}: install the sanitizers of the compiler`);
  return process.exit(2);
}

const libraries = [libraryOf('libasan.so'), libraryOf('libubsan.so')];
const cache = mkdtempSync(join(tmpdir(), 'deft-sanitized-'));
const tests = process.argv.slice(2);
const everything = [
  'packages/backend-native/src/native-backend.test.ts',
  'test-utils/conformance/operations',
  'test-utils/conformance/native-captured',
  'test-utils/conformance/programs',
];
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--project', 'unit', '--pool=forks', ...(tests.length > 0 ? tests : everything)],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      DEFT_CACHE_DIR: cache,
      DEFT_CFLAGS: '-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1',
      DEFT_CONFORMANCE: 'native',
      LD_PRELOAD: libraries.join(' '),
      ASAN_OPTIONS: 'detect_leaks=0',
      UBSAN_OPTIONS: 'print_stacktrace=1',
    },
  },
);
rmSync(cache, { recursive: true, force: true });
process.exit(status ?? 1);
