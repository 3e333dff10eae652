/** The generated pages are what the registry, the tables of core and the decisions say now. */
import { describe, expect, it } from 'vitest';
import { generatedPages } from './generate/pages.ts';
import { filesOf, hasRepositoryFile, readRepositoryFile } from './testing/pages.ts';

const pages = generatedPages();

describe.each([...pages])('%s', (path, text) => {
  it('is up to date (npm run generate)', () => {
    expect(hasRepositoryFile(path), `${path} is missing`).toBe(true);
    expect(readRepositoryFile(path)).toBe(text);
  });
});

it('holds no page of a group that is gone', () => {
  const left = filesOf('docs/reference').filter((file) => !pages.has(`docs/reference/${file}`));
  expect(left).toEqual([]);
});
