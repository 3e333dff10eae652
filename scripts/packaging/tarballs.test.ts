/** The packed tarballs are what a registry should get: publint and are-the-types-wrong find nothing, no file is stray. */
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, inject, it } from 'vitest';

/** What an ESM-only package cannot give: `require`, and subpaths for resolvers older than the `exports` field. */
const notForEsmOnly: ReadonlySet<string> = new Set(['node10', 'node16-cjs']);

describe.each(inject('tarballs'))('$name', ({ path, files }) => {
  it('holds its licence and built files, nothing else', () => {
    const stray = files.filter((file) => !/^(package\.json|LICENSE|README\.md|dist\/.+\.(js|d\.ts))$/.test(file));
    expect(stray).toEqual([]);
    expect(files).toContain('LICENSE');
    expect(files.filter((file) => /\.test(-d)?\./.test(file))).toEqual([]);
  });

  it('passes publint', async () => {
    const tarball = new Uint8Array(readFileSync(path)).buffer;
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('passes are-the-types-wrong', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(path))));
    if (analysis.types === false) throw new Error('the package has no types');
    const problems = analysis.problems.filter(
      (problem) => !('resolutionKind' in problem && notForEsmOnly.has(problem.resolutionKind)),
    );
    expect(problems).toEqual([]);
  });
});
