/** Every code of the error catalogue has a page, which says what the catalogue says and shows failing and fixed code. */
import { type ErrorCode, errorCatalogue } from '@deft/core';
import { describe, expect, it } from 'vitest';
import { fencedBlocks } from './testing/examples.ts';
import { documentationPages, hasRepositoryFile, readRepositoryFile } from './testing/pages.ts';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

describe.each(codes)('%s', (code) => {
  const path = `docs/errors/${code}.md`;

  it('has a page with code that fails and code that runs', () => {
    expect(hasRepositoryFile(path), `${path} is missing`).toBe(true);
    const text = readRepositoryFile(path);
    expect(text).toMatch(new RegExp(`^# ${code}\n`));
    expect(text).toContain(errorCatalogue[code]);
    const fails = fencedBlocks(path, text).map((block) => block.settings.get('fails'));
    expect(fails).toContain(code);
    expect(fails).toContain(undefined);
  });
});

it('has no page of a code that is gone', () => {
  const pages = documentationPages()
    .map((page) => /^docs\/errors\/(E_\w+)\.md$/.exec(page)?.[1])
    .filter((code) => code !== undefined);
  expect(pages.sort()).toEqual([...codes].sort());
});
