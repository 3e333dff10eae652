/** The examples in the packages' TSDoc comments run, and print what their comments state. */
import { setBackend } from '@deft/tensor';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkExample } from './testing/check-example.ts';
import { commentBlocks, examplesOf } from './testing/examples.ts';
import { importForExample } from './testing/modules.ts';
import { packageSources, readRepositoryFile } from './testing/pages.ts';

const sources = packageSources()
  .map((path) => ({ path, examples: examplesOf(commentBlocks(path, readRepositoryFile(path))) }))
  .filter(({ examples }) => examples.length > 0);

beforeEach(() => setBackend('auto'));

describe.each(sources)('$path', ({ examples }) => {
  for (const example of examples) {
    it(`runs ${example.title}`, () => checkExample(example, importForExample));
  }
});

it('finds the examples', () => {
  expect(sources.length).toBeGreaterThan(100);
});
