/**
 * Patterns of `rearrange`: `'b (h w) c -> b c h w'`. Each side is a list of axes, an axis a list of names: one name, several in
 * parentheses (an axis made of them, the last running fastest), or none (`1` or `()`, an axis of size 1). `…` is written `...`.
 */
import { type AbstractValue, raise } from '@deft/core';

/** One side: for each axis the names it is made of. */
type Side = readonly (readonly string[])[];

/** What to do: split into named axes, put them in another order, join them. */
export interface Rearrangement {
  readonly split: readonly number[];
  readonly order: readonly number[];
  readonly joined: readonly number[];
}

const ellipsis = '...';

function fail(op: string, expected: string, pattern: string): never {
  return raise('E_ATTRIBUTE', { op, argument: 'pattern', expected, found: `'${pattern}'` });
}

function readSide(op: string, text: string, pattern: string): string[][] {
  const tokens = text.match(/\.\.\.|[A-Za-z_]\w*|1|\(|\)|\S/g) ?? [];
  const side: string[][] = [];
  let group: string[] | undefined;
  for (const token of tokens) {
    if (token === '(') {
      if (group !== undefined) fail(op, 'parentheses that are not nested', pattern);
      group = [];
    } else if (token === ')') {
      if (group === undefined) return fail(op, 'a parenthesis to be closed', pattern);
      side.push(group);
      group = undefined;
    } else if (/^(\.\.\.|[A-Za-z_]\w*)$/.test(token)) {
      if (group === undefined) side.push([token]);
      else group.push(token);
    } else if (token === '1') {
      if (group === undefined) side.push([]);
    } else fail(op, "names, parentheses, 1 and '...' on both sides", pattern);
  }
  if (group !== undefined) fail(op, 'closed parentheses', pattern);
  return side;
}

/** Throws `E_ATTRIBUTE` unless both sides have the same names, each once. Gives both sides. */
export function readPattern(op: string, pattern: unknown): readonly [from: Side, to: Side] {
  if (typeof pattern !== 'string' || pattern.split('->').length !== 2) {
    fail(op, "two sides with '->' between them", String(pattern));
  }
  const [from = [], to = []] = (pattern as string).split('->').map((text) => readSide(op, text, pattern as string));
  const [left, right] = [from.flat(), to.flat()];
  for (const names of [left, right]) {
    if (new Set(names).size < names.length) fail(op, 'every name once on each side', pattern as string);
  }
  if (from.some((names) => names.length > 1 && names.includes(ellipsis))) {
    fail(op, "'...' on the left to stand alone", pattern as string);
  }
  if ([...left].sort().join() !== [...right].sort().join()) fail(op, 'the same names on both sides', pattern as string);
  return [from, to];
}

/** The sizes of the names of one axis, of which one may be unknown. */
function sizesOfAxis(
  op: string,
  x: AbstractValue,
  names: readonly string[],
  dim: number,
  lengths: Readonly<Record<string, number>>,
): number[] {
  const known = names.reduce((product, name) => product * (lengths[name] ?? 1), 1);
  const unknown = names.filter((name) => lengths[name] === undefined);
  const axis = names.length === 1 ? `axis '${names[0]}'` : `axis (${names.join(' ')})`;
  if (unknown.length > 1) {
    raise('E_ATTRIBUTE', {
      op,
      argument: 'axesLengths',
      expected: `the sizes of all but one of ${unknown.join(', ')}`,
      found: 'none',
      operands: [x],
    });
  }
  const rest = known === 0 ? 0 : dim / known;
  if (unknown.length === 0 ? known !== dim : !Number.isInteger(rest) || (known === 0 && dim !== 0)) {
    raise('E_SHAPE', {
      op,
      says: `${axis} of ${dim} elements does not fit sizes with the product ${known}`,
      operands: [x],
    });
  }
  return names.map((name) => lengths[name] ?? rest);
}

/** What a pattern says for an operand. Throws `E_RANK`, `E_SHAPE` or `E_ATTRIBUTE` where it does not fit. */
export function rearrangementOf(
  op: string,
  x: AbstractValue,
  pattern: string,
  lengths: Readonly<Record<string, number>>,
): Rearrangement {
  const [from, to] = readPattern(op, pattern);
  const open = from.some(([name]) => name === ellipsis);
  const own = from.length - Number(open);
  const rest = x.shape.length - own;
  if (rest < 0 || (rest > 0 && !open)) {
    raise('E_RANK', {
      op,
      argument: 'x',
      expected: `${open ? 'at least ' : ''}rank ${own} for '${pattern}'`,
      found: `rank ${x.shape.length}`,
      operands: [x],
    });
  }
  const others = Array.from({ length: rest }, (_, i) => `${ellipsis}${i}`);
  const sizes = new Map<string, number>();
  let axis = 0;
  for (const names of from) {
    if (names[0] === ellipsis) {
      for (const name of others) sizes.set(name, x.shape[axis++] as number);
      continue;
    }
    const parts = sizesOfAxis(op, x, names, x.shape[axis++] as number, lengths);
    names.forEach((name, i) => {
      sizes.set(name, parts[i] as number);
    });
  }
  const order = [...sizes.keys()];
  const expand = (names: readonly string[]): readonly string[] =>
    names.flatMap((name) => (name === ellipsis ? others : [name]));
  const size = (name: string): number => sizes.get(name) as number;
  // An ellipsis alone stays as many axes as it stands for; in parentheses they become one.
  const groups = to.flatMap((names) =>
    names.length === 1 && names[0] === ellipsis ? others.map((name) => [name]) : [expand(names)],
  );
  return {
    split: order.map(size),
    order: groups.flat().map((name) => order.indexOf(name)),
    joined: groups.map((names) => names.reduce((product, name) => product * size(name), 1)),
  };
}
