/**
 * Runs once before the packaging tests: builds and packs every published package into a temporary
 * folder, so that the tests see exactly what a user would install.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { declaredBy, listWorkspaces, repositoryRoot } from '../repository.ts';
import type { Tarball } from './tarball.ts';

declare module 'vitest' {
  interface ProvidedContext {
    tarballs: Tarball[];
  }
}

interface PackReport {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

export default function buildAndPack(project: TestProject): () => void {
  const options = { cwd: repositoryRoot, encoding: 'utf8', maxBuffer: 2 ** 26, stdio: 'pipe' } as const;
  execFileSync('npx', ['turbo', 'run', 'build', '--filter=./packages/*', '--output-logs=errors-only'], {
    ...options,
    stdio: ['ignore', 2, 2],
  });
  const destination = mkdtempSync(join(tmpdir(), 'deft-tarballs-'));
  const tarballs = listWorkspaces()
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ folder, manifest }): Tarball => {
      const report = execFileSync(
        'npm',
        ['pack', '--json', '--ignore-scripts', '--pack-destination', destination, `./${folder}`],
        options,
      );
      const packed = (JSON.parse(report) as PackReport[])[0];
      if (packed === undefined) throw new Error(`npm packed nothing for ${folder}`);
      return {
        name: manifest.name,
        folder: join(repositoryRoot, folder),
        path: join(destination, packed.filename),
        bytes: packed.size,
        files: packed.files.map((file) => file.path),
        dependencies: declaredBy(manifest),
      };
    });
  project.provide('tarballs', tarballs);
  return () => rmSync(destination, { recursive: true, force: true });
}
