/**
 * Every row of what users of other systems expect of captured functions has a test of its name, or a reason why it does not apply: the
 * names of all tests of the repository are read, and the page for users, whose table says where they stand.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const range = (letter: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
const rows = [...range('F', 26), ...range('T', 9), ...range('J', 14)];

/** Files below these folders that hold tests, of values or of types. */
const files = ['packages', 'test-utils', 'docs', 'apps'].flatMap((folder) =>
  readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.test(-d)?\.ts$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path)),
);

/** The ids with which a text begins, or that stand in brackets at its end. */
function idsIn(name: string): string[] {
  const start = /^(?:[A-Z]\d{1,2}[ ,]+)+/.exec(name)?.[0] ?? '';
  const end = /\(([A-Z]\d{1,2}(?:, [A-Z]\d{1,2})*)\)$/.exec(name)?.[1] ?? '';
  return `${start} ${end}`.match(/[A-Z]\d{1,2}/g) ?? [];
}

/** The ids in the names of a file's tests; those of types have no names, and stand in comments. */
function idsOf(path: string): ReadonlySet<string> {
  const text = readFileSync(root + path, 'utf8');
  if (path.endsWith('.test-d.ts'))
    return new Set([...text.matchAll(/\(row ([A-Z]\d{1,2})\)/g)].map(([, id]) => id as string));
  const names = [...text.matchAll(/(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/g)].map(([, , name]) => name as string);
  return new Set(names.flatMap(idsIn));
}
const tested = new Map(files.map((path) => [path, idsOf(path)]));

const page = readFileSync(`${root}docs/guide/what-capture-promises.md`, 'utf8');
/** The cells of the table of a section. */
function tableOf(title: string): string[][] {
  const section = page.slice(page.indexOf(`## ${title}`)).split('\n## ')[0] as string;
  const lines = section.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(1).map((line) => line.slice(2, -2).split(' | '));
}
const idOf = ([first]: readonly string[]): string => (first as string).split(' ')[0] as string;
const notApplicable = tableOf('What does not apply');

describe('the rows of captured functions', () => {
  it('have a test, or a reason why they do not apply', () => {
    const named = new Set([...tested.values()].flatMap((ids) => [...ids]));
    const excused = new Set(notApplicable.map(idOf));
    expect(rows.filter((id) => !named.has(id) && !excused.has(id))).toEqual([]);
  });

  it('stand in the table of the page, all of them and in order', () => {
    expect(tableOf('Row by row').map(idOf)).toEqual(rows);
    expect(notApplicable.map(idOf).filter((id) => !rows.includes(id))).toEqual([]);
    for (const [, reason] of notApplicable) expect(reason).toMatch(/\.$/);
  });

  it.each(tableOf('Row by row'))('%s: its tests are where the page says', (row, _promise, cell) => {
    const id = idOf([row as string]);
    const stated = [...(cell as string).matchAll(/`([^`]+)`/g)].map(([, file]) => file as string);
    expect(stated.length).toBeGreaterThan(0);
    const missing = stated.filter(
      (file) => ![...tested].some(([path, ids]) => path.endsWith(`/${file}`) && ids.has(id)),
    );
    expect(missing).toEqual([]);
  });
});
