/** Images in the terminal and in SVG: every pixel where it belongs. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawSvgDigits } from './svg-digits.ts';
import { drawTerminalDigits, type Reading } from './terminal-digits.ts';

const blank: Reading = { pixels: new Float32Array(784), truth: 4, read: 9, confidence: 0.714 };
const dot = (x: number, y: number, value: number): Reading => {
  const pixels = new Float32Array(784);
  pixels[y * 28 + x] = value;
  return { ...blank, pixels };
};

describe('drawTerminalDigits', () => {
  test('without colours: captions, and shades of two pixels each', () => {
    const lines = drawTerminalDigits([dot(3, 4, 1), dot(0, 1, 0.5)], { columns: 80, colour: false }).split('\n');
    expect(lines.length).toBe(15);
    expect(lines[0]).toBe(`4 read as 9 (71%)${' '.repeat(13)}4 read as 9 (71%)`);
    expect(lines[1]).toBe(`${' '.repeat(30)}░`);
    expect(lines[3]).toBe('   ▒');
  });

  test('with colours: upper pixel in front, lower one behind', () => {
    const [, line] = drawTerminalDigits([dot(1, 0, 1)], { columns: 80, colour: true }).split('\n');
    const black = '\u001b[38;5;232;48;5;232m';
    expect(line).toBe(`${black}▀\u001b[38;5;255;48;5;232m▀${black}${'▀'.repeat(26)}\u001b[0m`);
  });

  test('puts as many side by side as fit, at least one', () => {
    const rows = (columns: number): number =>
      drawTerminalDigits(Array(6).fill(blank), { columns, colour: false }).split('\n\n4').length;
    expect([10, 57, 58, 88, 178].map(rows)).toEqual([6, 6, 3, 2, 1]);
  });

  test('nothing gives nothing', () => {
    expect(drawTerminalDigits([], { columns: 80, colour: true })).toBe('');
  });
});

describe('drawSvgDigits', () => {
  test('draws ink as strips of one grey, and says what is what', () => {
    const svg = drawSvgDigits([dot(3, 4, 1)], 'Wrong');
    expect(svg).toContain('<path d="M3 4h1v1h-1z" fill="rgb(0,0,0)"/>');
    expect(svg).toContain('>true 4</text>');
    expect(svg).toContain('>read 9</text>');
    expect(svg).toContain('>71% sure</text>');
  });

  test('the strips cover exactly the pixels that are not white', () => {
    const images = fc.array(fc.constantFrom(0, 0, 0.25, 0.5, 1), { minLength: 784, maxLength: 784 });
    fc.assert(
      fc.property(images, (values) => {
        const svg = drawSvgDigits([{ ...blank, pixels: Float32Array.from(values) }], '');
        const drawn = new Array<number>(784).fill(0);
        for (const [, path, tone] of svg.matchAll(/<path d="([^"]*)" fill="rgb\((\d+),/g)) {
          for (const [, x, y, length] of (path ?? '').matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
            const start = Number(y) * 28 + Number(x);
            drawn.fill(1 - Number(tone) / 255, start, start + Number(length));
          }
        }
        for (const [at, value] of values.entries()) {
          expect(Math.abs((drawn[at] ?? 0) - value)).toBeLessThan(1 / 255);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('grows by rows, and stands for nothing too', () => {
    const height = (count: number): number =>
      Number(/height="(\d+)"/.exec(drawSvgDigits(Array(count).fill(blank), ''))?.[1]);
    expect([height(0), height(6), height(7)]).toEqual([68, 242, 416]);
  });
});
