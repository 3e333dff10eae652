/** Every code block of the documentation runs, or is a piece of a source file. */
import { setBackend } from '@deft/tensor';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkExample } from './testing/check-example.ts';
import { examplesOf, fencedBlocks } from './testing/examples.ts';
import { importForExample } from './testing/modules.ts';
import { documentationPages, hasRepositoryFile, readRepositoryFile } from './testing/pages.ts';

/** Languages whose blocks are no programs of this library. */
const otherLanguages: ReadonlySet<string> = new Set(['sh', 'text', 'json']);

const pages = documentationPages().map((page) => ({ page, text: readRepositoryFile(page) }));

/** Layout is the formatter's business: it may change in the source without the piece being another. */
const withoutLayout = (code: string): string => code.replace(/[\s,]+/g, '').replace(/;/g, '');

beforeEach(() => setBackend('auto'));

describe.each(pages)('$page', ({ page, text }) => {
  const blocks = fencedBlocks(page, text);

  it('has blocks of known kinds only', () => {
    const unknown = blocks.filter((block) => block.language !== 'ts' && !otherLanguages.has(block.language));
    expect(unknown.map((block) => `${block.file}:${block.line} ${block.language}`)).toEqual([]);
  });

  for (const example of examplesOf(blocks)) {
    it(`runs ${example.title}`, () => checkExample(example, importForExample));
  }

  for (const block of blocks.filter((one) => one.settings.has('from'))) {
    const source = block.settings.get('from') as string;
    it(`quotes ${source} at line ${block.line}`, () => {
      expect(hasRepositoryFile(source), source).toBe(true);
      expect(withoutLayout(readRepositoryFile(source))).toContain(withoutLayout(block.code));
    });
  }

  const links = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)].map(
    (link) => link[1] as string,
  );
  it('links to pages that are there', () => {
    const folder = page.slice(0, page.lastIndexOf('/') + 1);
    const broken = links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const base = link.startsWith('/') ? 'docs' : folder;
      const parts = `${base}${link}`.split('/').filter((part) => part !== '.');
      for (let i = parts.indexOf('..'); i > 0; i = parts.indexOf('..')) parts.splice(i - 1, 2);
      const path = parts.join('/');
      return ![path, `${path}.md`, `${path.replace(/\/$/, '')}/index.md`, `${path}index.md`].some(hasRepositoryFile);
    });
    expect(broken).toEqual([]);
  });
});
