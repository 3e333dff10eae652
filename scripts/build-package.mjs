/**
 * Builds the workspace it is called in: an empty `dist`, then `tsc`, then the licence beside it for the tarball.
 * Emptying first keeps files of deleted sources out of the tarball. Plain JavaScript, because it must run before
 * anything is built.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

rmSync('dist', { recursive: true, force: true });
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
if (!JSON.parse(readFileSync('package.json', 'utf8')).private) {
  copyFileSync(fileURLToPath(new URL('../LICENSE', import.meta.url)), 'LICENSE');
}
