import { describe, expect, it } from 'vitest';
import { compileFixtures, costOfStatement, expectations } from './compile.ts';

const compilation = compileFixtures();

describe('types as users see them', () => {
  for (const { place, text, expected } of expectations('displayed.ts')) {
    it(`${text.replace('export const ', '')} is ${expected}`, () => {
      expect(compilation.messages.get(place)).toContain(`Type '${expected}`);
    });
  }
});

describe('mistakes are rejected with one line', () => {
  for (const { place, text, expected } of expectations('rejected.ts')) {
    it(text.replace('export const ', ''), () => {
      expect(compilation.messages.get(place)).toContain(expected);
    });
  }
});

describe('what types cannot know', () => {
  it('is accepted', () => {
    const inAccepted = [...compilation.messages].filter(([place]) => place.startsWith('accepted.ts'));
    expect(inAccepted).toEqual([]);
  });

  it('nothing else is reported', () => {
    const stated = new Set([...expectations('displayed.ts'), ...expectations('rejected.ts')].map(({ place }) => place));
    expect([...compilation.messages.keys()].filter((place) => !stated.has(place))).toEqual([]);
  });
});

/**
 * Instantiations that one call may cost, with shapes it has not met before. Counted, not timed, so that the figure is the
 * same everywhere; raise a budget only for a reason.
 */
const budgets: { readonly [label: string]: { readonly statement: string; readonly budget: number } } = {
  relu: { statement: "export const r$ = relu(null! as Tensor<[$, 3], 'float32'>);", budget: 30 },
  add: {
    statement: "export const r$ = add(null! as Tensor<[$, 3], 'float32'>, null! as Tensor<[3], 'float32'>);",
    budget: 350,
  },
  matmul: {
    statement: "export const r$ = matmul(null! as Tensor<[$, 3], 'float32'>, null! as Tensor<[3, $], 'float32'>);",
    budget: 350,
  },
  sum: { statement: "export const r$ = sum(null! as Tensor<[$, 3], 'float32'>, { axis: 1 });", budget: 250 },
  transpose: { statement: "export const r$ = transpose(null! as Tensor<[$, 3], 'float32'>);", budget: 200 },
};

describe('the cost of types', () => {
  const preamble =
    "import type { Tensor } from '@deft/core';\nimport { add, matmul, relu, sum, transpose } from '@deft/ops';";
  for (const [label, { statement, budget }] of Object.entries(budgets)) {
    it(`of a call of ${label} is at most ${budget} instantiations`, () => {
      const cost = costOfStatement(preamble, statement, 50);
      expect(cost).toBeGreaterThan(0);
      expect(cost).toBeLessThanOrEqual(budget);
    });
  }
});
