/** The counts and the look of the table. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confusionMatrix, drawConfusionMatrix } from './confusion-matrix.ts';

describe('confusionMatrix', () => {
  test('counts every item once, the correct ones on the diagonal', () => {
    const pairs = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 })));
    fc.assert(
      fc.property(pairs, (all) => {
        const [truth, read] = [all.map(([label]) => label), all.map(([, label]) => label)];
        const matrix = confusionMatrix(truth, read, 5);
        expect(matrix.flat().reduce((sum, count) => sum + count, 0)).toBe(all.length);
        const correct = matrix.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
        expect(correct).toBe(all.filter(([a, b]) => a === b).length);
      }),
    );
  });

  test('refuses classes that do not exist and lists of unequal length', () => {
    expect(() => confusionMatrix([0, 3], [0, 0], 3)).toThrow('internal: item 1 of class 3 was read as 0 of 3 classes');
    expect(() => confusionMatrix([0], [-1], 3)).toThrow('internal: item 0 of class 0 was read as -1 of 3 classes');
    expect(() => confusionMatrix([0], [], 3)).toThrow('internal: 1 labels, but 0 predictions');
  });
});

describe('drawConfusionMatrix', () => {
  test('aligns the columns', () => {
    const matrix = [
      [198, 0, 2],
      [0, 0, 0],
      [10, 0, 90],
    ];
    expect(drawConfusionMatrix(matrix)).toBe(
      [
        '        true    read as',
        '             │    0    1    2  │ recall %',
        ' ────────────┼─────────────────┼─────────',
        '           0 │  198    ·    2  │     99.0',
        '           1 │    ·    ·    ·  │        –',
        '           2 │   10    ·   90  │     90.0',
        ' ────────────┼─────────────────┼─────────',
        ' precision % │ 95.2    – 97.8  │',
      ].join('\n'),
    );
  });
});
