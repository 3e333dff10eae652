/** Folders of images: which files are read, in which order, and what is refused. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setWarningOutput } from '@deft/tensor';
import { folderWithPackages } from '@deft/test-utils';
import { encode } from 'fast-png';
import jpeg from 'jpeg-js';
import { afterAll, describe, expect, expectTypeOf, it } from 'vitest';
import {
  closeWorkers,
  type Dataset,
  type EncodedImage,
  type FolderImage,
  fromImageFolder,
  type ImageFolder,
  type ImageFolderOptions,
  type LabelledEncodedImage,
  type LabelledImage,
} from '../index.ts';

const place = mkdtempSync(join(tmpdir(), 'deft-images-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
let made = 0;

type Files = { readonly [path: string]: string | Uint8Array };

function folderOf(files: Files): string {
  const folder = join(place, `${made++}`);
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const grey = (value: number): Uint8Array =>
  encode({ width: 2, height: 1, channels: 1, data: Uint8Array.of(value, value) });
const photo = Uint8Array.from(jpeg.encode({ width: 3, height: 2, data: new Uint8Array(24).fill(200) }).data);

const pets: Files = {
  'dogs/10.png': grey(10),
  'dogs/9.PNG': grey(9),
  'dogs/deep/er/1.jpeg': photo,
  'cats/b.png': photo,
  'cats/a.jpg': grey(1),
  'cats/notes.txt': 'no image',
  'cats/.hidden.png': 'no image either',
  'Zebras/1.png': grey(3),
  'not-in-a-class.png': grey(4),
};

describe('folders of images', () => {
  it('is a dataset of anything that its elements are', async () => {
    const folder = await fromImageFolder(folderOf({ 'a/1.png': grey(0) }));
    const some: Dataset<{ readonly image: unknown }> = folder;
    const any: Dataset<unknown> = some;
    expect(any).toBe(folder);
  });

  it('have a class for each folder, sorted names, and pixels told by the bytes of files', async () => {
    const images = await fromImageFolder(folderOf(pets));
    expect(images.classNames).toEqual(['Zebras', 'cats', 'dogs']);
    const all = await images.toArray();
    expect(images.cardinality()).toBe(6);
    expect(all.map(({ path, label, image }) => [path, label, image.shape.join()])).toEqual([
      ['Zebras/1.png', 0, '1,2,3'],
      ['cats/a.jpg', 1, '1,2,3'],
      ['cats/b.png', 1, '2,3,3'],
      ['dogs/10.png', 2, '1,2,3'],
      ['dogs/9.PNG', 2, '1,2,3'],
      ['dogs/deep/er/1.jpeg', 2, '2,3,3'],
    ]);
    expect(images.paths).toEqual(all.map(({ path }) => path));
    expect(Array.from(all[3]?.image.data ?? [])).toEqual([10, 10, 10, 10, 10, 10]);
  });

  it('have no class, or are not decoded, as told; types say so', async () => {
    const folder = folderOf(pets);
    const names = (await fromImageFolder(folder)).paths;
    const files = await fromImageFolder(folder, { decode: false });
    expectTypeOf(files).toEqualTypeOf<ImageFolder<LabelledEncodedImage>>();
    expect(files.cardinality()).toBe(6);
    expect(await files.toArray()).toEqual(
      names.map((path) => ({
        bytes: Uint8Array.from(pets[path] as Uint8Array),
        label: ['Zebras', 'cats', 'dogs'].indexOf(path.split('/')[0] as string),
        path,
      })),
    );
    const bare = await fromImageFolder(folder, { decode: false, labels: null });
    expectTypeOf(bare).toEqualTypeOf<ImageFolder<EncodedImage>>();
    expect((await bare.take(1).toArray()).map((file) => Object.keys(file))).toEqual([['bytes', 'path']]);
    expectTypeOf(fromImageFolder(folder, { labels: null })).resolves.toEqualTypeOf<ImageFolder<FolderImage>>();
    expectTypeOf(fromImageFolder(folder, { size: [1, 2] })).resolves.toEqualTypeOf<ImageFolder<LabelledImage>>();
    const known: ImageFolderOptions = { labels: null };
    expectTypeOf(fromImageFolder(folder, known)).resolves.toEqualTypeOf<
      ImageFolder<LabelledImage | FolderImage | LabelledEncodedImage | EncodedImage>
    >();
    await expect(fromImageFolder(folder, { decode: false, size: [1, 2] })).rejects.toThrow(
      /size: expected none with decode: false/,
    );
  });

  it('are decoded by workers as they are here', async () => {
    const own = folderWithPackages();
    try {
      const module = join(own, 'decoding.mjs');
      writeFileSync(
        module,
        `import { decode } from 'fast-png';
        import jpeg from 'jpeg-js';
        const isPng = (bytes) => bytes[0] === 0x89;
        export const decoded = ({ bytes, label, path }) => {
          const { width, height, data } = isPng(bytes) ? decode(bytes) : jpeg.decode(bytes, { useTArray: true });
          return { first: data[0], shape: [height, width], label, path };
        };`,
      );
      const folder = folderOf(pets);
      const here = (await fromImageFolder(folder)).map(({ image, label, path }) => ({
        first: image.data[0],
        shape: image.shape.slice(0, 2),
        label,
        path,
      }));
      const files = await fromImageFolder(folder, { decode: false });
      const there = files.mapInWorkers(pathToFileURL(module), 'decoded', { workers: 2 });
      expect(await there.toArray()).toEqual(await here.toArray());
    } finally {
      await closeWorkers();
      rmSync(own, { recursive: true, force: true });
    }
  });

  it('become batches of one size', async () => {
    const images = await fromImageFolder(folderOf(pets), { size: [4, 4], channels: 1 });
    const [batch] = await images.batch(6).toArray();
    expect(batch?.image.shape).toEqual([6, 4, 4, 1]);
    expect(Array.from(batch?.label ?? [])).toEqual([0, 1, 1, 2, 2, 2]);
    expect(batch?.path).toHaveLength(6);
  });

  it('may have chosen classes, in their order, or none', async () => {
    const folder = folderOf(pets);
    const chosen = await fromImageFolder(folder, { classNames: ['dogs', 'cats'], extensions: ['png'] });
    expect((await chosen.toArray()).map(({ path, label }) => [path, label])).toEqual([
      ['dogs/10.png', 0],
      ['dogs/9.PNG', 0],
      ['cats/b.png', 1],
    ]);
    const unlabelled = await fromImageFolder(folder, { labels: null });
    expect(unlabelled.classNames).toEqual([]);
    const all = await unlabelled.toArray();
    expect(all).toHaveLength(7);
    expect(Object.keys(all[0] ?? {})).toEqual(['image', 'path']);
  });

  const many: Files = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`${i % 2}/${String(i).padStart(2, '0')}.png`, grey(i)]),
  );
  const namesOf = (all: readonly LabelledImage[]): string[] => all.map(({ path }) => path);

  it('are split once and for all, and shuffled for every pass', async () => {
    const folder = folderOf(many);
    const part = (subset: 'training' | 'validation', seed: number) =>
      fromImageFolder(folder, { subset, validationSplit: 0.3, seed });
    const [training, validation] = [await part('training', 4), await part('validation', 4)];
    expect([training.paths.length, validation.paths.length]).toEqual([14, 6]);
    const whole = await fromImageFolder(folder);
    expect([...training.paths, ...validation.paths].sort()).toEqual([...whole.paths].sort());
    expect((await part('validation', 5)).paths).not.toEqual(validation.paths);
    const make = () => fromImageFolder(folder, { shuffle: true, seed: 4 });
    const shuffled = await make();
    const passes: string[][] = [];
    for (const epoch of [0, 1, 2]) passes.push(namesOf(await shuffled.toArray({ epoch })));
    expect(new Set(passes.map(String)).size).toBe(3);
    for (const pass of passes) expect([...pass].sort()).toEqual([...whole.paths].sort());
    expect(namesOf(await (await make()).toArray({ epoch: 1 }))).toEqual(passes[1]);
  });

  it('go on where a pass stood, unless the files are others', async () => {
    const folder = folderOf(many);
    const make = () => fromImageFolder(folder, { shuffle: true });
    const first = (await make()).iterator({ epoch: 3 });
    for (let i = 0; i < 7; i++) await first.next();
    const state = JSON.parse(JSON.stringify(first.state()));
    const second = (await make()).skip(0).iterator();
    await expect(second.restore(state)).rejects.toThrow('E_PIPELINE');
    const third = (await make()).iterator();
    await third.restore(state);
    const rest: LabelledImage[] = [];
    for await (const image of third) rest.push(image);
    expect(namesOf(rest)).toEqual(namesOf(await (await make()).toArray({ epoch: 3 })).slice(7));
    writeFileSync(join(folder, '0', 'new.png'), grey(1));
    await expect((await make()).iterator().restore(state)).rejects.toThrow('E_PIPELINE');
  });

  it('name the file and the byte of what is damaged, or pass it by and count it', async () => {
    const folder = folderOf({
      'a/1.png': 'a text',
      'a/2.png': '',
      'a/3.png': grey(3).subarray(0, 40),
      'a/4.png': photo.subarray(0, 100),
      'a/5.png': grey(5),
    });
    const says = ['byte 0: neither', 'byte 0: the file is empty', 'byte 40: the file ends', 'byte 100: the file ends'];
    const caught: string[] = [];
    const warnings: string[] = [];
    const before = setWarningOutput((text) => warnings.push(text));
    const images = await fromImageFolder(folder, {
      onError: 'skip',
      onSkip: ({ code, message }) => caught.push(`${code} ${message}`),
    });
    const all = await images.toArray();
    expect(await images.skip(1).toArray()).toEqual([]);
    setWarningOutput(before);
    expect(namesOf(all)).toEqual(['a/5.png']);
    for (const [i, part] of says.entries()) {
      expect(caught[i]).toContain(`E_FILE fromImageFolder: ${folder}/a/${i + 1}.png: ${part}`);
    }
    expect(warnings[0]).toBe(`deft: fromImageFolder: ${folder}: 4 images were skipped`);
    await expect((await fromImageFolder(folder)).toArray()).rejects.toThrow(`${folder}/a/1.png: byte 0`);
  });

  it('are not left by links', async () => {
    const outside = folderOf({ 'secret.png': grey(7) });
    const folder = folderOf({ 'a/1.png': grey(1) });
    symlinkSync(join(outside, 'secret.png'), join(folder, 'a', '2.png'));
    symlinkSync(join(folder, 'a', '1.png'), join(folder, 'a', '3.png'));
    const [first] = await (await fromImageFolder(folder)).take(1).toArray();
    expect(first?.path).toBe('a/1.png');
    await expect((await fromImageFolder(folder)).toArray()).rejects.toThrow(
      /2\.png: the link leaves the folder.*E_FILE/,
    );
    expect(namesOf(await (await fromImageFolder(folder)).skip(2).toArray())).toEqual(['a/3.png']);
    symlinkSync(outside, join(folder, 'b'));
    await expect(fromImageFolder(folder)).rejects.toThrow(/b: the link leads to a folder.*E_FILE/s);
  });

  it('refuse what makes no sense', async () => {
    const folder = folderOf(pets);
    const failing = (options: object, says: RegExp) => expect(fromImageFolder(folder, options)).rejects.toThrow(says);
    await failing({ classNames: ['../0'] }, /there is no folder "\.\.\/0" in it.*E_FILE/);
    await failing({ classNames: ['cats', 'cats'] }, /every name once.*E_ATTRIBUTE/);
    await failing({ classNames: ['cats'], labels: null }, /E_ATTRIBUTE/);
    await failing({ extensions: ['gif'] }, /there are no images.*E_FILE/s);
    await failing({ subset: 'training' }, /both of subset and validationSplit, or none.*E_ATTRIBUTE/);
    await failing({ subset: 'training', validationSplit: 2 }, /E_ATTRIBUTE/);
    await failing({ size: [1] }, /E_ATTRIBUTE/);
    await expect(fromImageFolder(join(folder, 'none'))).rejects.toThrow('E_FILE');
  });
});
