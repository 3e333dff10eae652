import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberForm, withNumbers } from './number-form.ts';

const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    fc.double(),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('data'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe('plain data with its numbers apart', () => {
  it('is the same data with the same numbers, and other data of the same text with others', () => {
    fc.assert(
      fc.property(data, fc.func(fc.double()), (value, change) => {
        const { text, numbers } = numberForm(value);
        expect(withNumbers(value, numbers)).toEqual(value);
        const others = numbers.map((number) => change(number));
        const changed = numberForm(withNumbers(value, others));
        expect(changed.text).toBe(text);
        expect(changed.numbers).toEqual(others);
      }),
    );
  });

  it('tells one object that stands twice from two, and keeps it one', () => {
    const part = { size: 3 };
    const [shared, apart] = [
      { a: part, b: part },
      { a: { size: 3 }, b: { size: 3 } },
    ];
    expect(numberForm(shared).text).not.toBe(numberForm(apart).text);
    const made = withNumbers(shared, [4]);
    expect(made.a).toBe(made.b);
    expect(made).toEqual({ a: { size: 4 }, b: { size: 4 } });
  });

  it('leaves typed arrays as they are, and out what is not there', () => {
    const array = new Float32Array([1, 2]);
    const form = numberForm({ array, none: undefined });
    expect(form.arrays).toEqual([array]);
    expect(form.text).toBe(numberForm({ array }).text);
    expect(withNumbers({ array }, []).array).toBe(array);
  });
});
