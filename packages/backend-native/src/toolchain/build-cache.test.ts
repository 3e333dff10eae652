/** The folder of built libraries: found again, never half there, and no entry of others or damaged one is used. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BuildCache } from './build-cache.ts';
import { findToolchain, type Toolchain } from './toolchain.ts';

const toolchain = findToolchain();
const source = 'int answer(void) { return 42; }\n';

describe.skipIf(typeof toolchain === 'string')('the folder of built libraries', () => {
  const tools = toolchain as Toolchain;
  const newFolder = (): string => join(mkdtempSync(join(tmpdir(), 'deft-cache-')), 'libraries');

  it('builds a source once, and nothing else is left', () => {
    const folder = newFolder();
    const cache = new BuildCache(tools, folder);
    const path = cache.library(source);
    expect([cache.library(source), cache.buildCount]).toEqual([path, 1]);
    expect(new BuildCache(tools, folder).library(source)).toBe(path);
    expect(readdirSync(folder)).toEqual([basename(path)]);
    expect(dirname(path)).toBe(folder);
  });

  it('builds again for another source, other flags, and another compiler', () => {
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

  it('builds anew what is damaged, or could have been written by others', () => {
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
    mkdirSync(other, { recursive: true, mode: 0o700 });
    symlinkSync(elsewhere, join(other, basename(path)));
    const again = new BuildCache(tools, other);
    again.library(source);
    expect(again.buildCount).toBe(1);
  });

  it('refuses a folder that others can write to, or that is none', () => {
    const folder = newFolder();
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o777);
    expect(() => new BuildCache(tools, folder)).toThrow('others can write to it');
    const file = join(newFolder(), 'file');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    expect(() => new BuildCache(tools, file)).toThrow();
  });

  it('says what the compiler said where a source is wrong, and leaves nothing', () => {
    const folder = newFolder();
    const cache = new BuildCache(tools, folder);
    expect(() => cache.library('this is no C;')).toThrow(/internal: .* failed: .*error/s);
    expect(readdirSync(folder)).toEqual([]);
  });
});
