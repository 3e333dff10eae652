/** The folder of built libraries: found again, never half there, bounded, and no entry of others or damaged one is used. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram, folderWithPackages } from '@deft/test-utils';
import { afterAll, describe, expect, it } from 'vitest';
import { BuildCache } from './build-cache.ts';
import { cacheContents, clearCache } from './cache-folder.ts';
import { buildLibrary, findToolchain, type Toolchain } from './toolchain.ts';

const toolchain = findToolchain();
const source = 'int answer(void) { return 42; }\n';

describe.skipIf(typeof toolchain === 'string')('the folder of built libraries', () => {
  const tools = toolchain as Toolchain;
  const made: string[] = [];
  const newFolder = (): string => {
    made.push(mkdtempSync(join(tmpdir(), 'deft-cache-')));
    return join(made.at(-1) as string, 'libraries');
  };
  const filesIn = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile());
  afterAll(() => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  });

  it('T9 builds a source once, and nothing else is left', () => {
    const folder = newFolder();
    const cache = new BuildCache(tools, folder);
    const path = cache.library(source);
    expect([cache.library(source), cache.buildCount]).toEqual([path, 1]);
    expect(new BuildCache(tools, folder).library(source)).toBe(path);
    expect(filesIn(folder)).toEqual([path]);
    expect([folder, dirname(path), path].map((place) => statSync(place).mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
  });

  it('takes writing from a group that the mask of the user would allow it', () => {
    const before = process.umask(0o002);
    try {
      const folder = newFolder();
      const path = new BuildCache(tools, folder).library(source);
      expect(new BuildCache(tools, folder).library(source)).toBe(path);
      expect(statSync(path).mode & 0o022).toBe(0);
    } finally {
      process.umask(before);
    }
  });

  it('builds one source in another thread while it builds another one here', () => {
    const cache = new BuildCache(tools, newFolder());
    const wait = cache.begin(source);
    cache.library(`${source}\n`);
    wait();
    expect(cache.buildCount).toBe(2);
    cache.library(source);
    cache.begin(source)();
    expect(cache.buildCount).toBe(2);
    // What cannot be built is not there afterwards, and says so only to who asks for it.
    cache.begin('this is no C;')();
    expect(cache.has('this is no C;')).toBe(false);
  });

  it('T9 builds again for another source, other flags, and another compiler', () => {
    const folder = newFolder();
    const cache = new BuildCache(tools, folder);
    const paths = [
      cache.library(source),
      cache.library(`${source} `),
      cache.library(source, ['-O1']),
      new BuildCache({ ...tools, identity: `${tools.identity} newer` }, folder).library(source),
    ];
    expect(new Set(paths).size).toBe(4);
  });

  it('T9 builds anew what is damaged, or could have been written by others', () => {
    const cache = new BuildCache(tools, newFolder());
    const path = cache.library(source);
    const whole = readFileSync(path);
    const spoil: (() => void)[] = [
      () => writeFileSync(path, whole.subarray(0, whole.length / 2)),
      () => writeFileSync(path, Buffer.concat([whole, Buffer.from([0])])),
      () => writeFileSync(path, ''),
      () => chmodSync(path, 0o777),
    ];
    for (const [i, how] of spoil.entries()) {
      how();
      expect(readFileSync(cache.library(source)).length).toBeGreaterThan(1000);
      expect(cache.buildCount).toBe(i + 2);
    }
  });

  it('follows no link in the place of a library', () => {
    const folder = newFolder();
    const cache = new BuildCache(tools, folder);
    const path = cache.library(source);
    const elsewhere = join(mkdtempSync(join(tmpdir(), 'deft-else-')), basename(path));
    writeFileSync(elsewhere, readFileSync(path));
    writeFileSync(path, '');
    expect(cache.library(source)).not.toBe(elsewhere);
    const other = newFolder();
    const shelf = join(other, basename(dirname(path)));
    mkdirSync(shelf, { recursive: true, mode: 0o700 });
    symlinkSync(elsewhere, join(shelf, basename(path)));
    const again = new BuildCache(tools, other);
    again.library(source);
    expect(again.buildCount).toBe(1);
  });

  it('refuses a folder that others can write to, or that is none', () => {
    const folder = newFolder();
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o777);
    expect(() => new BuildCache(tools, folder)).toThrow(/others can write to the cache folder .* \[E_BACKEND\]/);
    const file = join(newFolder(), 'file');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    expect(() => new BuildCache(tools, file)).toThrow(/is a file or a link; .* \[E_BACKEND\]/);
  });

  it('says what the compiler said where a source is wrong, and leaves nothing', () => {
    const folder = newFolder();
    const cache = new BuildCache(tools, folder);
    expect(() => cache.library('this is no C;')).toThrow(/internal: .* failed: .*error/s);
    expect(filesIn(folder)).toEqual([]);
  });

  it('says E_BACKEND where the compiler is what fails', () => {
    const target = join(mkdtempSync(join(tmpdir(), 'deft-cache-')), 'library');
    expect(() => buildLibrary({ ...tools, command: 'true' }, source, target)).toThrow(
      'native: the C compiler true builds no library: it wrote no library and ended with code 0 [E_BACKEND]',
    );
    expect(() => buildLibrary({ ...tools, flags: ['--no-such-flag'] }, source, target)).toThrow(
      /builds no library: .*no-such-flag.*\[E_BACKEND\]/,
    );
    expect(existsSync(target)).toBe(false);
  });

  const sourceOf = (i: number): string => `int answer(void) { return ${i}; }\n`;
  const day = 86_400;
  const secondsNow = (): number => Date.now() / 1000;

  it('drops what was not used for the longest time where it holds too much, down to three quarters', () => {
    const folder = newFolder();
    const one = statSync(new BuildCache(tools, folder).library(sourceOf(0))).size;
    const cache = new BuildCache(tools, folder, { mostBytes: 8.5 * one });
    const paths = Array.from({ length: 8 }, (_, i) => cache.library(sourceOf(i)));
    expect(cacheContents(folder)).toEqual({ folder, libraries: 8, bytes: 8 * one });
    // The first is the oldest, but used again.
    for (const [i, path] of paths.entries()) utimesSync(path, secondsNow(), secondsNow() - (20 - i) * day);
    expect(cache.library(sourceOf(0))).toBe(paths[0]);
    const added = cache.library(sourceOf(8));
    const kept = [paths[0], ...paths.slice(4), added];
    expect(filesIn(folder).sort()).toEqual(kept.slice().sort());
    expect(new BuildCache(tools, folder, { mostBytes: 1 }).library(sourceOf(9))).toSatisfy(existsSync);
    expect(cacheContents(folder).libraries).toBe(1);
  });

  it('writes the time of use down once a day', () => {
    const cache = new BuildCache(tools, newFolder());
    const path = cache.library(source);
    const ageAfterUse = (age: number): number => {
      utimesSync(path, secondsNow(), secondsNow() - age);
      cache.library(source);
      return Math.round((secondsNow() - statSync(path).mtimeMs / 1000) / day);
    };
    expect([ageAfterUse(0.9 * day), ageAfterUse(3 * day)]).toEqual([1, 0]);
  });

  it('removes what builds have left over, and nothing that it did not make', () => {
    const folder = newFolder();
    const path = new BuildCache(tools, folder).library(source);
    const shelf = dirname(path);
    const key = basename(path).slice(0, 40);
    const temporary = (digit: string): string => join(shelf, `${key}.77.${digit.repeat(12)}`);
    const others = [join(folder, 'notes.txt'), join(shelf, 'notes.so'), join(folder, `${basename(path)}`)];
    for (const file of [temporary('a'), temporary('b'), ...others]) writeFileSync(file, 'content');
    utimesSync(temporary('a'), secondsNow(), secondsNow() - 2 * 3600);
    const linked = join(mkdtempSync(join(tmpdir(), 'deft-else-')), basename(path));
    writeFileSync(linked, 'content');
    symlinkSync(dirname(linked), join(folder, shelf.endsWith('00') ? '01' : '00'));
    new BuildCache(tools, folder).library(`${source} `);
    expect([temporary('a'), temporary('b')].map(existsSync)).toEqual([false, true]);
    expect(cacheContents(folder).libraries).toBe(2);
    expect([clearCache(folder), clearCache(folder), clearCache(join(folder, 'none'))]).toEqual([2, 0, 0]);
    expect(filesIn(folder).sort()).toEqual([temporary('b'), ...others, join(folder, '00', basename(path))].sort());
  });

  it('gives right libraries to processes that build, find and drop them at once', async () => {
    const place = folderWithPackages();
    made.push(place);
    const file = (name: string): string => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
    const program = await bundleProgram(
      place,
      `import { BuildCache } from ${file('build-cache.ts')};
      import { clearCache } from ${file('cache-folder.ts')};
      import { loadSource } from ${file('koffi.ts')};
      import { findToolchain, type Toolchain } from ${file('toolchain.ts')};
      const [folder, start] = process.argv.slice(2) as [string, string];
      const tools = { ...(findToolchain() as Toolchain), flags: ['-O0', '-fPIC', '-shared'] };
      for (let i = 0; i < 16; i++) {
        const number = (Number(start) * 5 + i * 7) % 12;
        // A folder for about five libraries, opened anew: every build counts and drops.
        const cache = new BuildCache(tools, folder, { mostBytes: 80_000 });
        const library = loadSource(cache, \`int answer(void) { return \${number}; }\`);
        const answer = library.func('int answer()') as () => number;
        if (answer() !== number) throw new Error(\`\${answer()} in place of \${number}\`);
        if (i === 9) clearCache(folder);
      }
      console.log('all right');`,
    );
    const folder = newFolder();
    const runs = Array.from({ length: 8 }, (_, i) => program.run([folder, String(i)]));
    const right = { status: 0, stdout: 'all right\n', stderr: '' };
    expect(await Promise.all(runs)).toEqual(runs.map(() => right));
    expect(cacheContents(folder).bytes).toBeLessThanOrEqual(80_000);
    expect(filesIn(folder).length).toBe(cacheContents(folder).libraries);
  });
});
