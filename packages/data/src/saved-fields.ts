/** Reading positions that come from outside: each field is checked, so that a damaged one is an error and never a wrong place. */
import { raise } from '@deft/core';
import type { Position, SavedPosition } from './cursor.ts';

function refuse(name: string, expected: string, found: SavedPosition | undefined): never {
  const shown = JSON.stringify(found) ?? 'nothing';
  raise('E_PIPELINE', {
    op: 'restore',
    argument: name,
    expected,
    found: shown.length > 80 ? `${shown.slice(0, 80)}…` : shown,
  });
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** A field that is a whole number of at least 0. */
export function savedCount(position: Position, name: string): number {
  const value = position[name];
  return isCount(value) ? value : refuse(name, 'a whole number of at least 0', value);
}

/** A field that is a list of whole numbers of at least 0. */
export function savedCounts(position: Position, name: string): readonly number[] {
  const value = position[name];
  return Array.isArray(value) && value.every(isCount) ? value : refuse(name, 'whole numbers of at least 0', value);
}

/** A field that is a position itself. */
export function savedPosition(position: Position, name: string): Position {
  const value = position[name];
  const isPosition = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isPosition ? (value as Position) : refuse(name, 'a position', value);
}

/** A field that is a list. */
export function savedList(position: Position, name: string): readonly SavedPosition[] {
  const value = position[name];
  return Array.isArray(value) ? value : refuse(name, 'a list', value);
}
