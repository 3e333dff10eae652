/** What the arguments mean, and the one line that each wrong one gives. */
import { describe, expect, test } from 'vitest';
import { helpText, parseCommandLine } from './command-line.ts';
import { InputError } from './input-error.ts';

const surroundings = { backends: ['wasm', 'reference'], folder: '/home/user' } as const;
const parse = (...words: string[]) => parseCommandLine(words, surroundings);

describe('parseCommandLine', () => {
  test('without arguments: the defaults', () => {
    expect(parse()).toEqual({
      help: false,
      epochs: 7,
      batchSize: 64,
      seed: 1,
      backend: 'wasm',
      data: undefined,
      out: '/home/user/digits-out',
    });
  });

  test('reads every option, in both notations', () => {
    const words = [
      '--epochs',
      '5',
      '--batch-size=128',
      '--seed',
      '0',
      '--backend=reference',
      '--data',
      'idx',
      '--out=/o',
    ];
    expect(parse(...words)).toEqual({
      help: false,
      epochs: 5,
      batchSize: 128,
      seed: 0,
      backend: 'reference',
      data: '/home/user/idx',
      out: '/o',
    });
  });

  test.each([['--help'], ['-h']])('%s asks for help', (word) => {
    expect(parse(word).help).toBe(true);
  });

  test('the last of two counts', () => {
    expect(parse('--seed', '1', '--seed', '2').seed).toBe(2);
  });

  test.each([
    [['--epochs', '0'], "--epochs takes a whole number from 1 to 10000, got '0'"],
    [['--epochs', '-3'], "--epochs takes a whole number from 1 to 10000, got '-3'"],
    [['--epochs', '2.5'], "--epochs takes a whole number from 1 to 10000, got '2.5'"],
    [['--epochs', '1e3'], "--epochs takes a whole number from 1 to 10000, got '1e3'"],
    [['--epochs='], "--epochs takes a whole number from 1 to 10000, got ''"],
    [['--epochs'], '--epochs needs a value; --help lists the options'],
    [['--batch-size', 'many'], "--batch-size takes a whole number from 1 to 65536, got 'many'"],
    [['--seed', '4294967296'], "--seed takes a whole number from 0 to 4294967295, got '4294967296'"],
    [['--seed', '٣'], "--seed takes a whole number from 0 to 4294967295, got '٣'"],
    [['--backend', 'abacus'], "--backend takes wasm or reference, got 'abacus'"],
    [['--data='], "--data takes the path of a folder, got ''"],
    [['--out', 'a\0b'], "--out takes the path of a folder, got 'a\\u0000b'"],
    [['--help=yes'], "--help takes no value, got 'yes'"],
    [['--epoch', '3'], "unknown option '--epoch'; --help lists the options"],
    [['-x'], "unknown option '-x'; --help lists the options"],
    [['--no-help'], "unknown option '--no-help'; --help lists the options"],
    [['--__proto__'], "unknown option '--__proto__'; --help lists the options"],
    [['train'], "unexpected argument 'train'; --help lists the options"],
    [['--', 'a\nb'], "unexpected argument 'a\\u000ab'; --help lists the options"],
  ])('%j gives one line', (words, line) => {
    let thrown: unknown;
    try {
      parse(...words);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InputError);
    expect(thrown).toMatchObject({ message: line, exitCode: 2 });
  });
});

describe('helpText', () => {
  test('names every option and the backends', () => {
    const text = helpText(surroundings);
    for (const part of [
      '--epochs',
      '--batch-size',
      '--seed',
      '--backend',
      '--data',
      '--out',
      '--help',
      'wasm or reference',
    ]) {
      expect(text).toContain(part);
    }
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
