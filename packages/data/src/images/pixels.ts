/** Pixels of 8 bits a channel: other numbers of channels, parts and sizes. */

/** Pixels in rows, the channels of a pixel beside each other: grey, grey and alpha, RGB, or RGB and alpha. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Raises `E_FILE` for a byte of a file. */
export type Refuse = (byte: number, says: string) => never;

/** The pixels with 1, 3 or 4 channels: grey is the luma of ITU-R BT.601, alpha is left out, or 255 where there was none. */
export function withChannels({ data, height, width, channels }: Pixels, wanted: 1 | 3 | 4): Pixels {
  if (channels === wanted) return { data, height, width, channels };
  const count = height * width;
  const changed = new Uint8Array(count * wanted);
  const isGrey = channels < 3;
  for (let i = 0; i < count; i++) {
    const from = i * channels;
    const to = i * wanted;
    const red = data[from] as number;
    const green = isGrey ? red : (data[from + 1] as number);
    const blue = isGrey ? red : (data[from + 2] as number);
    if (wanted === 1) {
      changed[to] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
      continue;
    }
    changed[to] = red;
    changed[to + 1] = green;
    changed[to + 2] = blue;
    if (wanted === 4) changed[to + 3] = channels === 2 ? (data[from + 1] as number) : 255;
  }
  return { data: changed, height, width, channels: wanted };
}

/** The largest part in the middle that has the form of another size. */
export function cropToForm(pixels: Pixels, [height, width]: readonly [number, number]): Pixels {
  const { data, channels } = pixels;
  const rows = Math.max(1, Math.min(pixels.height, Math.floor((pixels.width * height) / width)));
  const columns = Math.max(1, Math.min(pixels.width, Math.floor((pixels.height * width) / height)));
  const top = Math.floor((pixels.height - rows) / 2);
  const left = Math.floor((pixels.width - columns) / 2);
  const part = new Uint8Array(rows * columns * channels);
  for (let row = 0; row < rows; row++) {
    const from = ((top + row) * pixels.width + left) * channels;
    part.set(data.subarray(from, from + columns * channels), row * columns * channels);
  }
  return { data: part, height: rows, width: columns, channels };
}

/** For each new pixel of an axis, the first old one it is made of, and the weights of that and those behind. */
function tapsOf(source: number, target: number, antialias: boolean): { first: number; weights: number[] }[] {
  const stretch = antialias ? Math.max(1, source / target) : 1;
  return Array.from({ length: target }, (_, i) => {
    const place = ((i + 0.5) * source) / target - 0.5;
    const first = Math.max(0, Math.ceil(place - stretch));
    const last = Math.min(source - 1, Math.floor(place + stretch));
    const weights: number[] = [];
    for (let pixel = first; pixel <= last; pixel++) weights.push(Math.max(0, 1 - Math.abs(place - pixel) / stretch));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map((weight) => weight / total) };
  });
}

/**
 * The pixels in another size, by bilinear interpolation between pixel centres, as `resize` of `@deft/tensor` has it; the results are
 * rounded. With `antialias` the filter is wider where the image becomes smaller.
 */
export function resizePixels(
  { data, height, width, channels }: Pixels,
  [newHeight, newWidth]: readonly [number, number],
  antialias: boolean,
): Pixels {
  const columns = tapsOf(width, newWidth, antialias);
  const length = width * channels;
  const line = new Float64Array(length);
  const resized = new Uint8Array(newHeight * newWidth * channels);
  let to = 0;
  for (const row of tapsOf(height, newHeight, antialias)) {
    line.fill(0);
    for (const [k, weight] of row.weights.entries()) {
      const from = (row.first + k) * length;
      for (let i = 0; i < length; i++) line[i] = (line[i] as number) + weight * (data[from + i] as number);
    }
    for (const { first, weights } of columns) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) {
          sum += (weights[k] as number) * (line[(first + k) * channels + channel] as number);
        }
        resized[to++] = Math.round(sum);
      }
    }
  }
  return { data: resized, height: newHeight, width: newWidth, channels };
}
