/** Images: pixels come out of files as they went in, and a file that was changed or cut off says where. */
import { deflateSync } from 'node:zlib';
import { crc32 } from '@deft/core';
import { reshape, resize, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { encode as encodeByLibrary } from 'fast-png';
import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { type DecodedImage, decodeImage } from '../index.ts';
import { cropToForm, resizePixels, withChannels } from './pixels.ts';

const word = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

function chunk(type: string, data: ArrayLike<number>): number[] {
  const body = [...type].map((letter) => letter.charCodeAt(0)).concat(Array.from(data));
  return [...word(data.length), ...body, ...word(crc32(Uint8Array.from(body)))];
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly colour: 0 | 2 | 3 | 4 | 6;
  readonly depth: number;
  readonly isInterlaced: boolean;
  /** Filter of each row in turn. */
  readonly filters: readonly number[];
  /** The sample of channel `c` of the pixel in column `x` and row `y`. */
  readonly sample: (x: number, y: number, c: number) => number;
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
}

const samplesOf = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** A PNG file, written by the standard alone. */
function pngOf({ width, height, colour, depth, isInterlaced, filters, sample, palette, transparency }: Picture) {
  const samples = samplesOf[colour];
  const steps = isInterlaced
    ? [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
      ]
    : [[0, 0, 1, 1]];
  const rows: number[] = [];
  let written = 0;
  for (const [left, top, across, down] of steps as [number, number, number, number][]) {
    const columns = Math.ceil((width - left) / across);
    if (columns <= 0) continue;
    let above = new Uint8Array(Math.ceil((columns * samples * depth) / 8));
    for (let y = top; y < height; y += down) {
      let bits = '';
      for (let x = left; x < width; x += across)
        for (let c = 0; c < samples; c++) bits += sample(x, y, c).toString(2).padStart(depth, '0');
      const row = Uint8Array.from({ length: above.length }, (_, i) =>
        Number.parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, '0'), 2),
      );
      const filter = filters[written++ % filters.length] as number;
      const pixel = Math.max(1, (samples * depth) / 8);
      const at = (bytes: Uint8Array, i: number): number => bytes[i] ?? 0;
      rows.push(filter);
      for (let i = 0; i < row.length; i++) {
        const [a, b, c] = [at(row, i - pixel), at(above, i), at(above, i - pixel)];
        const distances = [a, b, c].map((near) => Math.abs(a + b - c - near));
        const paeth = [a, b, c][distances.indexOf(Math.min(...distances))] as number;
        const predicted = [0, a, b, Math.floor((a + b) / 2), paeth][filter] as number;
        rows.push((at(row, i) - predicted) & 255);
      }
      above = row;
    }
  }
  const packed = deflateSync(Uint8Array.from(rows));
  const half = Math.floor(packed.length / 2);
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk('IHDR', [...word(width), ...word(height), depth, colour, 0, 0, Number(isInterlaced)]),
    ...(palette ? chunk('PLTE', palette) : []),
    ...(transparency ? chunk('tRNS', transparency) : []),
    ...chunk('tEXt', [65, 0, 66]),
    ...chunk('IDAT', packed.subarray(0, half)),
    ...chunk('IDAT', packed.subarray(half)),
    ...chunk('IEND', []),
  ]);
}

const side = fc.integer({ min: 1, max: 19 });
const kinds = [0, 2, 3, 4, 6].flatMap((colour) => {
  const depths = colour === 0 ? [1, 2, 4, 8, 16] : colour === 3 ? [1, 2, 4, 8] : [8, 16];
  return depths.map((depth) => ({ colour: colour as Picture['colour'], depth }));
});
/** Numbers that look random, the same for the same place. */
const noise = (...place: number[]): number =>
  place.reduce((mixed, part) => Math.imul(mixed ^ (part + 0x9e3779b9), 0x85ebca6b) >>> 7, 77);
const pictures = fc
  .record({
    width: side,
    height: side,
    kind: fc.constantFrom(...kinds),
    isInterlaced: fc.boolean(),
    hasTransparency: fc.boolean(),
    filters: fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }),
    seed: fc.nat(),
  })
  .map(({ kind: { colour, depth }, seed, hasTransparency, isInterlaced, ...rest }) => {
    const sample = (x: number, y: number, c: number): number => noise(seed, x, y, c) % 2 ** depth;
    const colours = Math.min(2 ** depth, 200);
    const picture: Picture = {
      ...{ ...rest, colour, depth, isInterlaced: isInterlaced && depth >= 8 },
      sample: (x, y, c) => (colour === 3 ? sample(x, y, c) % colours : sample(x, y, c)),
      ...(colour === 3 && { palette: Array.from({ length: 3 * colours }, (_, i) => noise(seed, i) & 255) }),
      ...(colour === 3 && hasTransparency && { transparency: [7, 0, 99].slice(0, colours) }),
      // The colour of the first pixel.
      ...((colour === 0 || colour === 2) &&
        hasTransparency && {
          transparency: Array.from({ length: samplesOf[colour] }, (_, c) => sample(0, 0, c)).flatMap((v) => [
            v >> 8,
            v & 255,
          ]),
        }),
    };
    return picture;
  });

/** The four channels of a pixel, by the standard alone. */
function expectedPixel({ colour, depth, sample, palette, transparency }: Picture, x: number, y: number): number[] {
  const own = Array.from({ length: samplesOf[colour] }, (_, c) => sample(x, y, c));
  const scaled = own.map((value) => Math.round((value * 255) / (2 ** depth - 1)));
  const isKey =
    transparency && own.every((value, c) => value === transparency[2 * c]! * 256 + transparency[2 * c + 1]!);
  const [first = 0, second = 0, third = 0, fourth = 0] = scaled;
  const index = own[0] as number;
  switch (colour) {
    case 0:
      return [first, first, first, isKey ? 0 : 255];
    case 2:
      return [first, second, third, isKey ? 0 : 255];
    case 3:
      return [...(palette?.slice(3 * index, 3 * index + 3) ?? []), transparency?.[index] ?? 255];
    case 4:
      return [first, first, first, second];
    case 6:
      return [first, second, third, fourth];
  }
}

describe('PNG files', () => {
  it('give the pixels that were written: any colours, depths, filters and interlacing', async () => {
    await fc.assert(
      fc.asyncProperty(pictures, async (picture) => {
        const { width, height } = picture;
        const { data, shape } = await decodeImage(pngOf(picture), { channels: 4 });
        expect(shape).toEqual([height, width, 4]);
        const expected: number[] = [];
        for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) expected.push(...expectedPixel(picture, x, y));
        expect(Array.from(data)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('come through in any length: rows are handed on in blocks of 65,535 bytes', async () => {
    // A row begins with its filter.
    for (const width of [65_533, 65_534, 65_535, 131_069, 131_070, 300_000]) {
      const data = Uint8Array.from({ length: width }, (_, i) => noise(width, i) & 255);
      const png = encodeByLibrary({ width, height: 1, channels: 1, data });
      const image = await decodeImage(png, { channels: 1 });
      expect(image.shape).toEqual([1, width, 1]);
      expect(Buffer.compare(image.data, data), `${width}`).toBe(0);
    }
  });

  it('of another writer come through exactly', async () => {
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        fc.constantFrom(1, 3, 4),
        fc.nat(),
        fc.boolean(),
        async (w, h, channels, seed, i) => {
          const data = Uint8Array.from({ length: w * h * channels }, (_, k) => noise(seed, k) & 255);
          const png = encodeByLibrary({ width: w, height: h, channels, data }, { interlace: i ? 'Adam7' : 'null' });
          const image = await decodeImage(png, { channels: channels as 1 | 3 | 4 });
          expect(image).toEqual({ data, shape: [h, w, channels] });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are refused wherever they are cut off or changed', async () => {
    await fc.assert(
      fc.asyncProperty(pictures, fc.nat(), fc.integer({ min: 1, max: 255 }), async (picture, at, change) => {
        const png = pngOf(picture);
        const place = at % png.length;
        const refused = { code: 'E_FILE', message: /the bytes: byte \d+: / };
        await expect(decodeImage(png.subarray(0, place))).rejects.toMatchObject(refused);
        await expect(decodeImage(png.with(place, (png[place] as number) ^ change))).rejects.toMatchObject(refused);
      }),
      { numRuns: 200 },
    );
  });

  const plain: Picture = {
    ...{ width: 2, height: 2, colour: 0, depth: 8, isInterlaced: false, filters: [0] },
    sample: (x, y) => 100 * x + y,
  };
  const header = (bytes: readonly number[]): number[] => [
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk('IHDR', bytes),
  ];
  const failing = (bytes: readonly number[] | Uint8Array, says: RegExp, options = {}) =>
    expect(decodeImage(Uint8Array.from(bytes), options)).rejects.toThrow(says);

  it('allocate nothing by what they claim, and unpack no more than they should', async () => {
    const huge = header([...word(60_000), ...word(60_000), 8, 6, 0, 0, 0]);
    await failing([...huge, ...chunk('IDAT', deflateSync(new Uint8Array(9)))], /byte 16: 60000 x 60000 pixels, more/);
    const small = header([...word(1), ...word(1), 8, 0, 0, 0, 0]);
    const bomb = chunk('IDAT', deflateSync(new Uint8Array(2 ** 22)));
    await failing([...small, ...bomb, ...chunk('IEND', [])], /byte 41: expected 2 bytes for 1 x 1 pixels, got more/);
    const short = chunk('IDAT', deflateSync(new Uint8Array(1)));
    await failing([...small, ...short, ...chunk('IEND', [])], /byte 41: expected 2 bytes for 1 x 1 pixels, got 1 /);
    await failing(pngOf(plain), /2 x 2 pixels, more than the 3 allowed/, { maxPixels: 3 });
    expect((await decodeImage(pngOf(plain), { maxPixels: 4 })).shape).toEqual([2, 2, 3]);
  });

  it('say what else is wrong with them', async () => {
    const rest = [...chunk('IDAT', deflateSync(new Uint8Array(3))), ...chunk('IEND', [])];
    const sized = (...kind: number[]) => header([...word(1), ...word(1), ...kind]);
    await failing([...header([...word(0), ...word(1), 8, 0, 0, 0, 0]), ...rest], /byte 16: an image of 1 x 0 pixels/);
    await failing([...sized(4, 2, 0, 0, 0), ...rest], /byte 24: no such colours: type 2 of 4 bits/);
    await failing([...sized(8, 0, 0, 0, 2), ...rest], /byte 26: unknown compression 0, filter 0 or interlacing 2/);
    await failing([...header([1, 2]), ...rest], /byte 16: a header of 2 bytes/);
    await failing([...sized(8, 3, 0, 0, 0), ...rest], /there is no palette/);
    await failing([...sized(8, 3, 0, 0, 0), ...chunk('PLTE', [1, 2]), ...rest], /a palette of 2 bytes/);
    await failing([...sized(8, 0, 0, 0, 0), ...chunk('tRNS', [1]), ...rest], /a transparent colour of 1 bytes/);
    await failing([...sized(8, 0, 0, 0, 0), ...chunk('ABCD', []), ...rest], /byte 33: unknown chunk ABCD/);
    await failing([...sized(8, 0, 0, 0, 0), ...chunk('IEND', [])], /there are no pixels/);
    const [row] = [deflateSync(Uint8Array.of(9, 0))];
    await failing(
      [...sized(8, 0, 0, 0, 0), ...chunk('IDAT', row), ...chunk('IEND', [])],
      /byte 41: the pixels are damaged: Unsupported filter: 9/,
    );
    const colour = [...chunk('PLTE', [1, 2, 3]), ...chunk('IDAT', deflateSync(Uint8Array.of(0, 5)))];
    await failing(
      [...sized(8, 3, 0, 0, 0), ...colour, ...chunk('IEND', [])],
      /the pixels are damaged: Incorrect index of palette color/,
    );
    const packed = [...sized(4, 0, 0, 0, 1), ...chunk('IDAT', deflateSync(Uint8Array.of(0, 0))), ...chunk('IEND', [])];
    await failing(packed, /interlaced images of 4 bits a sample are not read/);
    await failing([], /byte 0: the file is empty/);
    await failing([104, 101, 108, 108, 111], /byte 0: neither a PNG nor a JPEG file begins this way/);
    await expect(decodeImage(new Uint8Array(1), { channels: 2 as 3 })).rejects.toThrow('E_ATTRIBUTE');
    await expect(decodeImage(new Uint8Array(1), { size: [0, 2] })).rejects.toThrow('E_ATTRIBUTE');
  });
});

/** A picture without edges, which JPEG keeps well. */
const smooth = (width: number, height: number): Uint8Array =>
  Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const [x, y, c] = [(i >> 2) % width, Math.floor((i >> 2) / width), i & 3];
    return c === 3 ? 255 : 128 + 80 * Math.sin((x + 3 * c) / 9) * Math.cos((y - c) / 7);
  });

describe('JPEG files', () => {
  const jpegOf = (width: number, height: number): Uint8Array =>
    Uint8Array.from(jpeg.encode({ width, height, data: smooth(width, height) }, 95).data);

  it('give nearly the pixels that were written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), async (width, height) => {
        const { data, shape } = await decodeImage(jpegOf(width, height), { channels: 4 });
        expect(shape).toEqual([height, width, 4]);
        const wanted = smooth(width, height);
        expect(data.every((value, i) => Math.abs(value - (wanted[i] as number)) <= 12)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('are refused wherever they are cut off, and never more than refused when they are changed', async () => {
    const file = jpegOf(24, 17);
    for (let length = 0; length < file.length; length++) {
      const cut = decodeImage(file.subarray(0, length));
      await expect(cut).rejects.toMatchObject({ code: 'E_FILE', message: /the bytes: byte \d+: / });
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.nat(255), async (at, value) => {
        const outcome = await decodeImage(file.with(at, value), { maxPixels: 2 ** 18 }).catch(
          (error: unknown) => error,
        );
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'E_FILE' });
        else expect((outcome as DecodedImage).shape[2]).toBe(3);
      }),
      { numRuns: 400 },
    );
    await expect(decodeImage(file, { maxPixels: 100 })).rejects.toThrow(/17 x 24 pixels, more than the 100 allowed/);
  });

  it('say what is not read', async () => {
    const file = jpegOf(8, 8);
    const frame = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xc0);
    const failing = (at: number, value: number, says: RegExp) =>
      expect(decodeImage(file.with(frame + at, value))).rejects.toThrow(says);
    await failing(1, 0xc9, /lossless, hierarchical and arithmetically coded images are not read/);
    await failing(4, 12, /samples of 12 bits are not read/);
    await failing(9, 2, /a frame of 15 bytes/);
    await failing(11, 0xf1, /a sampling of 15 x 1/);
    await failing(6, 0, /an image of 0 x 8 pixels/);
    const scan = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xda);
    const again = file.subarray(scan, file.length - 2);
    const scans = new Uint8Array([
      ...file.subarray(0, scan),
      ...Array(101)
        .fill([...again])
        .flat(),
      0xff,
      0xd9,
    ]);
    await expect(decodeImage(scans)).rejects.toThrow(/more than 100 scans/);
  });
});

describe('pixels', () => {
  const image = (height: number, width: number, channels: number) =>
    fc
      .uint8Array({ minLength: height * width * channels, maxLength: height * width * channels })
      .map((data) => ({ data, height, width, channels }));
  const images = fc.tuple(side, side, fc.constantFrom(1, 2, 3, 4)).chain((shape) => image(...shape));

  it('resized are those that the op of tensors gives, rounded', () => {
    fc.assert(
      fc.property(images, side, side, fc.boolean(), (pixels, newHeight, newWidth, antialias) => {
        const { data, height, width, channels } = pixels;
        const resized = resizePixels(pixels, [newHeight, newWidth], antialias);
        const old = reshape(tensor(Float64Array.from(data)), [height, width, channels]);
        const exact = resize(old, [newHeight, newWidth], { antialias }).dataSync();
        expect(resized.data.length).toBe(exact.length);
        expect(resized.data.every((value, i) => Math.abs(value - Number(exact[i])) < 0.501)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('in other channels keep grey grey, and have alpha only where it is wanted', () => {
    fc.assert(
      fc.property(images, fc.constantFrom(1, 3, 4), (pixels, channels) => {
        const { data, ...rest } = withChannels(pixels, channels as 1 | 3 | 4);
        expect(rest).toEqual({ height: pixels.height, width: pixels.width, channels });
        if (pixels.channels > 2 && channels > 1) expect(data[1]).toBe(pixels.data[1]);
        if (pixels.channels < 3)
          expect([data[0], data[channels === 1 ? 0 : 2]]).toEqual([pixels.data[0], pixels.data[0]]);
        if (channels === 4) expect(data[3]).toBe(pixels.channels % 2 ? 255 : pixels.data[pixels.channels - 1]);
      }),
    );
    const grey = withChannels({ data: Uint8Array.of(255, 0, 0, 0, 255, 0), height: 1, width: 2, channels: 3 }, 1);
    expect(Array.from(grey.data)).toEqual([76, 150]);
  });

  it('are taken from the middle', () => {
    const row = { data: Uint8Array.of(0, 1, 2, 3, 4, 5), height: 1, width: 6, channels: 1 };
    expect(cropToForm(row, [2, 4])).toEqual({ data: Uint8Array.of(2, 3), height: 1, width: 2, channels: 1 });
    const column = { ...row, height: 6, width: 1 };
    expect(cropToForm(column, [4, 2])).toEqual({ data: Uint8Array.of(2, 3), height: 2, width: 1, channels: 1 });
  });
});
