/**
 * Trees as data: how the arguments and results of a function are nested. Lists, plain objects and maps hold leaves; a leaf is a
 * tensor, by its number, or a plain value. Instances of classes are not saved: whoever loads the file may not have the class.
 */
import type { TreeNode, TreeStructure } from '@deft/core';
import type { JsonPlace } from './json-place.ts';
import { longestName } from './limits.ts';

/** A plain value; what JSON does not have is spelled. */
export type ValueData =
  | { readonly kind: 'value'; readonly value: number | string | boolean | null }
  | { readonly kind: 'number' | 'bigint'; readonly value: string }
  | { readonly kind: 'undefined' };

/** A tree. */
export type TreeData =
  | ValueData
  | { readonly kind: 'tensor'; readonly index: number }
  | { readonly kind: 'list'; readonly items: readonly TreeData[] }
  | { readonly kind: 'object'; readonly keys: readonly string[]; readonly items: readonly TreeData[] }
  | { readonly kind: 'map'; readonly keys: readonly (string | number)[]; readonly items: readonly TreeData[] };

/** Says why something cannot be saved. */
export type Refuse = (path: string, says: string) => never;

const nodeKinds: ReadonlyMap<string, 'list' | 'object' | 'map'> = new Map([
  ['[', 'list'],
  ['{', 'object'],
  ['Map{', 'map'],
]);

const forbiddenKey = '__proto__';
const spelled: ReadonlyMap<string, number> = new Map(
  [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => [String(value), value]),
).set('-0', -0);

/** A plain value as data; `undefined` for what is none. */
export function valueData(value: unknown): ValueData | undefined {
  switch (typeof value) {
    case 'number':
      if (Object.is(value, -0)) return { kind: 'number', value: '-0' };
      return Number.isFinite(value) ? { kind: 'value', value } : { kind: 'number', value: String(value) };
    case 'string':
    case 'boolean':
      return { kind: 'value', value };
    case 'bigint':
      return { kind: 'bigint', value: String(value) };
    case 'undefined':
      return { kind: 'undefined' };
    default:
      return value === null ? { kind: 'value', value } : undefined;
  }
}

/** A structure as data, with a leaf of its own for each of its leaves. */
export function treeData(structure: TreeStructure, leaves: readonly TreeData[], refuse: Refuse): TreeData {
  let next = 0;
  const visit = (node: TreeNode, path: string): TreeData => {
    if (node.kind === '*') return leaves[next++] as TreeData;
    const kind = nodeKinds.get(node.kind);
    if (kind === undefined)
      return refuse(
        path,
        `is an instance of ${node.kind.replace(/\($/, '')}, a class that the reader of the file may not have`,
      );
    const items = node.children.map((child, i) => visit(child, `${path}${node.segments[i]}`));
    if (kind === 'list') return { kind, items };
    const keys = node.labels.map((label) => JSON.parse(label.slice(0, -1)) as string | number | null);
    if (keys.includes(forbiddenKey)) return refuse(path, `has a key ${forbiddenKey}`);
    if (kind === 'map') {
      if (keys.includes(null)) return refuse(path, 'has a key that is no finite number');
      return { kind, keys: keys as (string | number)[], items };
    }
    return { kind, keys: keys as string[], items };
  };
  return visit(structure.node, structure.paths.length === 0 ? '' : rootOf(structure));
}

/** What paths begin with. */
const rootOf = ({ paths }: TreeStructure): string => /^[^.[]*/.exec(paths[0] as string)?.[0] ?? '';

/** The value that data stand for. */
export function valueOf(data: ValueData): unknown {
  switch (data.kind) {
    case 'value':
      return data.value;
    case 'number':
      return spelled.get(data.value);
    case 'bigint':
      return BigInt(data.value);
    case 'undefined':
      return undefined;
  }
}

/** The tree that data stand for; `leafOf` makes its tensors. */
export function treeOf(data: TreeData, leafOf: (index: number) => unknown): unknown {
  switch (data.kind) {
    case 'tensor':
      return leafOf(data.index);
    case 'list':
      return data.items.map((item) => treeOf(item, leafOf));
    case 'object':
      return Object.fromEntries(data.keys.map((key, i) => [key, treeOf(data.items[i] as TreeData, leafOf)]));
    case 'map':
      return new Map(data.keys.map((key, i) => [key, treeOf(data.items[i] as TreeData, leafOf)]));
    default:
      return valueOf(data);
  }
}

/** The numbers of a tree's tensors, in the order of its leaves. */
export function tensorsIn(data: TreeData): number[] {
  if (data.kind === 'tensor') return [data.index];
  if (data.kind !== 'list' && data.kind !== 'object' && data.kind !== 'map') return [];
  return data.items.flatMap(tensorsIn);
}

/** Reads a tree whose tensors have numbers below `tensors`. */
export function readTree(place: JsonPlace, tensors: number): TreeData {
  const { kind } = place;
  switch (kind) {
    case 'tensor':
      return { kind, index: place.members('kind', 'index').index.position(tensors) };
    case 'list':
      return { kind, items: readItems(place.members('kind', 'items').items, tensors) };
    case 'object':
    case 'map': {
      const members = place.members('kind', 'keys', 'items');
      const items = readItems(members.items, tensors);
      const keys = members.keys.items().map((key) => key.plain());
      const type = kind === 'map' && typeof keys[0] === 'number' ? 'number' : 'string';
      const isFit = keys.every(
        (key) => typeof key === type && key !== forbiddenKey && String(key).length <= longestName,
      );
      if (!isFit || keys.length !== items.length || new Set(keys).size !== keys.length)
        return place.fail('the keys are not as they should be');
      return kind === 'map' ? { kind, keys: keys as string[], items } : { kind, keys: keys as string[], items };
    }
    default:
      return readValue(place, kind);
  }
}

const readItems = (place: JsonPlace, tensors: number): TreeData[] =>
  place.items().map((item) => readTree(item, tensors));

function readValue(place: JsonPlace, kind: string): ValueData {
  switch (kind) {
    case 'value':
      return { kind, value: place.members('kind', 'value').value.plain() };
    case 'number': {
      const value = place.members('kind', 'value').value.text(longestName);
      return spelled.has(value) ? { kind, value } : place.fail('expected NaN, Infinity, -Infinity or -0');
    }
    case 'bigint': {
      const value = place.members('kind', 'value').value.text(longestName);
      return /^-?\d{1,400}$/.test(value) ? { kind, value } : place.fail('expected a whole number');
    }
    case 'undefined':
      place.members('kind');
      return { kind };
    default:
      return place.fail(`it is of the unknown kind ${kind}`);
  }
}
