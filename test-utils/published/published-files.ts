/**
 * Readers of published test values: NumPy's `umath-validation-set-*.csv` (dtype, input, correctly rounded output, allowed
 * error; numbers as hexadecimal bits) and Random123's `kat_vectors.txt`. Both are hostile input: a line is read by a strict
 * pattern or refused with its number, and nothing is longer than a limit.
 */

/** Longest text that is read. */
const longestText = 16 * 2 ** 20;

/** Points of one function in one dtype. */
export interface PublishedPoints {
  readonly dtype: 'float32' | 'float64';
  readonly inputs: number[];
  readonly outputs: number[];
  /** Largest error that the publisher allows, in units in the last place. */
  allowed: number;
}

function fromBits(dtype: 'float32' | 'float64', hexadecimal: string): number {
  const view = new DataView(new ArrayBuffer(8));
  if (dtype === 'float32') {
    view.setUint32(0, Number(`0x${hexadecimal}`));
    return view.getFloat32(0);
  }
  view.setBigUint64(0, BigInt(`0x${hexadecimal}`));
  return view.getFloat64(0);
}

function linesOf(text: string): string[] {
  if (text.length > longestText) throw new Error(`the file is longer than ${longestText} characters`);
  return text.split(/\r?\n/);
}

/** The points of a file, by dtype. Throws where a line is of another form. */
export function readPoints(text: string): PublishedPoints[] {
  const found = new Map<string, PublishedPoints>();
  linesOf(text).forEach((line, i) => {
    if (line === '' || line.startsWith('#') || line.startsWith('dtype')) return;
    const match = /^np\.(float32|float64),0x([0-9a-f]{1,16}),0x([0-9a-f]{1,16}),(\d{1,4})\s*$/i.exec(line);
    if (!match) throw new Error(`line ${i + 1}: expected np.float32,0x…,0x…,n`);
    const [, name, input, output, allowed] = match as unknown as [
      string,
      'float32' | 'float64',
      string,
      string,
      string,
    ];
    if (name === 'float32' && (input.length > 8 || output.length > 8))
      throw new Error(`line ${i + 1}: more than 32 bits`);
    const points = found.get(name) ?? { dtype: name, inputs: [], outputs: [], allowed: 0 };
    found.set(name, points);
    points.inputs.push(fromBits(name, input));
    points.outputs.push(fromBits(name, output));
    points.allowed = Math.max(points.allowed, Number(allowed));
  });
  return [...found.values()];
}

/** A known answer of Threefry-2x32 with 20 rounds. */
export interface KnownAnswer {
  readonly counter: readonly [number, number];
  readonly key: readonly [number, number];
  readonly words: readonly [number, number];
}

/** The known answers of that generator among those of a file. */
export function readKnownAnswers(text: string): KnownAnswer[] {
  return linesOf(text).flatMap((line) => {
    const match = /^threefry2x32\s+20\s+((?:[0-9a-f]{8}\s+){5}[0-9a-f]{8})\s*$/i.exec(line);
    if (!match) return [];
    const [a, b, c, d, e, f] = (match[1] as string).split(/\s+/).map((word) => Number(`0x${word}`)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return [{ counter: [a, b] as const, key: [c, d] as const, words: [e, f] as const }];
  });
}
