/**
 * Index maps that the compiler makes and recognises.
 */
import { type Dims, sameShape } from '@deft/core';
import type { IndexMap } from '@deft/kernel';

/** Whether the map leaves every point of its space where it is in a source of that shape. */
export function isIdentityMap(map: IndexMap, source: Dims): boolean {
  return (
    sameShape(map.shape, source) &&
    map.axes.every(
      ({ offset, coefficients }, axis) =>
        offset === 0 && coefficients.every((c, i) => map.shape[i] === 1 || c === (i === axis ? 1 : 0)),
    )
  );
}

/** The map whose axis `i` is axis `order[i]` of a source of that shape. */
export function permutationMap(shape: Dims, order: readonly number[]): IndexMap {
  return {
    shape: order.map((axis) => shape[axis] as number),
    axes: shape.map((_, axis) => ({ offset: 0, coefficients: order.map((from) => (from === axis ? 1 : 0)) })),
    fill: 0,
  };
}

/** The map on a space that has the axes `reduced` behind those of `map`, which are left alone. */
export function besideReduced(map: IndexMap, reduced: Dims): IndexMap {
  const lead = map.shape.length;
  const none = reduced.map(() => 0);
  return {
    shape: [...map.shape, ...reduced],
    axes: [
      ...map.axes.map(({ offset, coefficients }) => ({ offset, coefficients: [...coefficients, ...none] })),
      ...reduced.map((_, axis) => ({
        offset: 0,
        coefficients: [...map.shape, ...reduced].map((_dim, i) => (i === lead + axis ? 1 : 0)),
      })),
    ],
    fill: map.fill,
  };
}

/** A map whose points are reordered axis by axis. */
export function permuteMap(map: IndexMap, order: readonly number[]): IndexMap {
  return {
    shape: order.map((axis) => map.shape[axis] as number),
    axes: map.axes.map(({ offset, coefficients }) => ({
      offset,
      coefficients: order.map((axis) => coefficients[axis] as number),
    })),
    fill: map.fill,
  };
}
