import { describe, expect, it } from 'vitest';
import { compileFixtures, compilers, costsOfStatements, expectations } from './compile.ts';

describe.each(compilers)('%s', (compiler) => {
  const compilation = compileFixtures(compiler);

  describe('shows types as users see them', () => {
    for (const { place, text, expected } of expectations('displayed.ts')) {
      it(`${text.replace('export const ', '')} is ${expected}`, () => {
        // Nothing but the assignment to `never` is wrong.
        expect(compilation.messages.get(place)?.split('\n')[0]).toContain(`TS2322: Type '${expected}`);
        expect(compilation.messages.get(place)?.match(/TS\d+:/g)).toHaveLength(1);
      });
    }
  });

  describe('rejects mistakes with one line', () => {
    for (const { place, text, expected } of expectations('rejected.ts')) {
      it(text.replace('export const ', ''), () => {
        const message = compilation.messages.get(place) ?? '';
        expect(message.split('\n').some((line) => line.includes(expected))).toBe(true);
      });
    }
  });

  describe('accepts what types cannot know', () => {
    it('in every line', () => {
      const inAccepted = [...compilation.messages].filter(([place]) => place.startsWith('accepted.ts'));
      expect(inAccepted).toEqual([]);
    });

    it('and reports nothing else', () => {
      const stated = new Set(
        [...expectations('displayed.ts'), ...expectations('rejected.ts')].map(({ place }) => place),
      );
      expect([...compilation.messages.keys()].filter((place) => !stated.has(place))).toEqual([]);
    });
  });
});

/**
 * Instantiations that one call may cost, with shapes it has not met before. Counted, not timed, so that the figure is the
 * same everywhere; raise a budget only for a reason.
 */
const budgets: { readonly [call: string]: number } = {
  'relu(a)': 20,
  'add(a, row)': 160,
  'add(a, 1)': 20,
  'where(greater(a, 0), a, 0)': 250,
  'matmul(a, turned)': 230,
  "einsum('ij,jk->ik', a, turned)": 480,
  "einsum('bhqd,bhkd->bhqk', heads, heads)": 670,
  'tensordot(a, turned, 1)': 370,
  'sum(a)': 50,
  'sum(a, { axis: 1 })': 150,
  'mean(heads, { axis: [1, -1], keepDims: true })': 170,
  'transpose(a)': 60,
  'transpose(heads, [0, 2, 1, 3])': 330,
  'reshape(a, [3, -1])': 40,
  'concat([a, a, a])': 280,
  'stack([a, a])': 300,
  'squeeze(column, 1)': 190,
  'expandDims(a, -1)': 170,
  'gather(a, a, { axis: 1 })': 180,
  'softmax(a)': 50,
  'conv2d(images, filter)': 300,
  'maxPool(images, { poolSize: 2 })': 160,
  'softmaxCrossEntropy(a, a)': 230,
};

describe('the cost of types', () => {
  const preamble = "import type { Tensor } from '@deft/core';\nimport * as ops from '@deft/ops';";
  const operands: Readonly<Record<string, string>> = {
    a: '[$, 3]',
    turned: '[3, $]',
    row: '[3]',
    column: '[$, 1]',
    heads: '[$, 3, 4, 5]',
    images: '[$, 8, 8, 3]',
    filter: '[5, 5, 3, $]',
  };
  const statements = Object.keys(budgets).map((call) => {
    const names = Object.keys(operands).filter((name) => new RegExp(`\\b${name}\\b`).test(call));
    const parameters = names.map((name) => `${name}: Tensor<${operands[name]}, 'float32'>`).join(', ');
    return `export const r$ = (${parameters}) => ${call.replaceAll(/\b(\w+)\(/g, 'ops.$1(')};`;
  });
  const costs = costsOfStatements(preamble, statements, 50);

  it.each(Object.entries(budgets).map(([call, budget], i) => ({ call, budget, cost: costs[i] as number })))(
    '$call is at most $budget instantiations',
    ({ budget, cost }) => {
      expect(cost).toBeGreaterThan(0);
      expect(cost).toBeLessThanOrEqual(budget);
    },
  );
});
