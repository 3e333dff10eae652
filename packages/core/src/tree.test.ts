/** Trees: order, paths, round trips, prefixes, classes (row J9). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeftError, flatten, prefixLeaves, registerTreeNode, tree } from './index.ts';

const messageOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return error instanceof DeftError ? error.message : String(error);
  }
  return 'no error';
};

const key = fc.string({ minLength: 1, maxLength: 3 }).filter((one) => one !== '__proto__');
const { anyTree } = fc.letrec<{ anyTree: unknown }>((tie) => ({
  anyTree: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.constantFrom(null, undefined),
    fc.array(tie('anyTree'), { maxLength: 3 }),
    fc.dictionary(key, tie('anyTree'), { maxKeys: 3, noNullPrototype: true }),
    fc.array(fc.tuple(key, tie('anyTree')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(fc.tuple(fc.nat(9), tie('anyTree')), { maxLength: 3 }).map((entries) => new Map(entries)),
  ),
}));

class Pair {
  readonly first: unknown;
  readonly second: unknown;
  readonly name: string;
  constructor(first: unknown, second: unknown, name: string) {
    this.first = first;
    this.second = second;
    this.name = name;
  }
  get label(): string {
    return `pair ${this.name}`;
  }
}
registerTreeNode(Pair, { fields: ['first', 'second'] });

describe('J9 pytrees', () => {
  it('J9 pytrees: taking apart and putting together gives the tree', () => {
    fc.assert(
      fc.property(anyTree, (value) => {
        const { leaves, structure } = tree.flatten(value);
        expect(tree.unflatten(structure, leaves)).toEqual(value);
        expect(leaves).toHaveLength(structure.leafCount);
        expect(structure.paths).toHaveLength(structure.leafCount);
        expect(new Set(structure.paths).size).toBe(structure.leafCount);
        expect(tree.structure(tree.map((leaf: unknown) => [leaf], value)).leafCount).toBe(structure.leafCount);
      }),
    );
  });

  it('J9 pytrees: the order of keys does not matter, also in maps', () => {
    const [a, b] = [
      { x: 1, a: [2, 3] },
      { a: [2, 3], x: 1 },
    ];
    expect(tree.leaves(a)).toEqual([2, 3, 1]);
    expect(tree.structure(a).text).toBe(tree.structure(b).text);
    const maps = [
      new Map([
        [10, 'ten'],
        [9, 'nine'],
      ]),
      new Map([
        [9, 'nine'],
        [10, 'ten'],
      ]),
    ];
    expect(maps.map((map) => tree.leaves(map))).toEqual([
      ['nine', 'ten'],
      ['nine', 'ten'],
    ]);
    expect(tree.leaves(new Map<unknown, number>([[{}, 1]]))).toHaveLength(1); // keys that have no order: a leaf
  });

  it('J9 pytrees: leaves have paths, and errors name the first place that differs', () => {
    const params = { layers: [{ w: 1 }, { w: 2 }, { w: 3, b: new Map([['x', 4]]) }] };
    expect(flatten(params, 'params').structure.paths).toEqual([
      'params.layers[0].w',
      'params.layers[1].w',
      'params.layers[2].b["x"]',
      'params.layers[2].w',
    ]);
    const other = { layers: [{ w: 1 }, { w: [2] }, { w: 3, b: new Map([['x', 4]]) }] };
    expect(messageOf(() => tree.map(() => 0, params, other))).toMatch(
      /^tree\.map: layers\[1\]\.w: expected \*, got \[\*\] \[E_TREE\]/,
    );
    expect(messageOf(() => tree.unflatten(tree.structure(params), [1]))).toMatch(/expected 4 leaves/);
  });

  it('J9 pytrees: a registered class is taken apart by its fields and keeps the others and its methods', () => {
    const value = new Pair([1, 2], { x: 3 }, 'p');
    const doubled = tree.map<Pair>((n: number) => 2 * n, value);
    expect(doubled).toBeInstanceOf(Pair);
    expect(doubled).toEqual(new Pair([2, 4], { x: 6 }, 'p'));
    expect(doubled.label).toBe('pair p');
    expect(tree.leavesWithPath({ value })).toEqual([
      ['value.first[0]', 1],
      ['value.first[1]', 2],
      ['value.second.x', 3],
    ]);
    expect(value.first).toEqual([1, 2]);
  });

  it('J9 pytrees: a prefix says something of all that is below it', () => {
    const params = { a: [1, 2], b: { c: 3, d: new Pair(4, 5, 'p') } };
    expect(tree.broadcast(0, params)).toEqual({ a: [0, 0], b: { c: 0, d: new Pair(0, 0, 'p') } });
    expect(tree.broadcast({ a: 'x', b: { c: 'y', d: 'z' } }, params)).toEqual({
      a: ['x', 'x'],
      b: { c: 'y', d: new Pair('z', 'z', 'p') },
    });
    expect(messageOf(() => prefixLeaves('vmap', { a: [0], b: 0 }, tree.structure(params), 'args[0]'))).toMatch(
      /^vmap: args\[0\]\.a: expected a prefix of \[\*,\*\], got \[\*\]/,
    );
    fc.assert(
      fc.property(anyTree, (value) => {
        expect(tree.broadcast(value, value)).toEqual(value);
        expect(tree.leaves(tree.broadcast(7, value)).every((leaf) => leaf === 7)).toBe(true);
      }),
    );
  });

  it('folds, asks and turns inside out', () => {
    const value = { a: 1, b: [2, 3] };
    expect(tree.reduce((total: number, n: number) => total + n, value, 0)).toBe(6);
    expect(tree.all(value)).toBe(true);
    expect(tree.all(value, (n: number) => n < 3)).toBe(false);
    expect(tree.mapWithPath((path: string, n: number) => `${path}=${n}`, value)).toEqual({
      a: 'a=1',
      b: ['b[0]=2', 'b[1]=3'],
    });
    const list = [value, { a: 4, b: [5, 6] }];
    expect(tree.transpose(tree.structure([0, 0]), tree.structure(value), list)).toEqual({
      a: [1, 4],
      b: [
        [2, 5],
        [3, 6],
      ],
    });
    expect(messageOf(() => tree.transpose(tree.structure([0]), tree.structure(value), list))).toMatch(
      /expected 1 × 3 leaves/,
    );
  });
});
