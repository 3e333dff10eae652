/**
 * Changes of a call's further arguments. What an option may be is taken from the op's samples: the values that stand at the
 * same place in any of them, and from those, values of the same kind.
 */
import { dtypeNames, isDType, type Operation } from '@deft/core';
import type { Tape } from '@deft/test-utils';
import type { Change } from './type-changes.ts';

type Options = Readonly<Record<string, unknown>>;

function isOptions(value: unknown): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Another value of the same kind. */
function another(tape: Tape, value: unknown, known: readonly unknown[]): unknown {
  if (tape.take(3) === 0 && known.length > 0) return tape.pick(known);
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return anotherNumber(tape, value);
  if (typeof value === 'string') {
    const strings = known.filter((item) => typeof item === 'string');
    return tape.pick(isDType(value) ? dtypeNames : [value, ...strings]);
  }
  if (Array.isArray(value)) return anotherArray(tape, value);
  if (isOptions(value)) {
    const key = tape.pick(Object.keys(value));
    if (key === undefined) return value;
    return {
      ...value,
      [key]: another(
        tape,
        value[key],
        known.filter(isOptions).map((options) => options[key]),
      ),
    };
  }
  return value;
}

function anotherNumber(tape: Tape, value: number): number {
  if (!Number.isInteger(value)) return value * tape.pick([0.5, 2, 1.25, -1]);
  return tape.pick([value + 1, value - 1, -value, 0, 1, 2, value + 2]);
}

function anotherArray(tape: Tape, items: readonly unknown[]): unknown[] {
  if (items.length === 0) return [0];
  const position = tape.take(items.length);
  switch (tape.take(5)) {
    case 0:
      return [...items].reverse();
    case 1:
      return items.filter((_, i) => i !== position);
    case 2:
      return [...items, items[position]];
    default:
      return items.map((item, i) => (i === position ? another(tape, item, items) : item));
  }
}

/** The values of all samples at a place of the further arguments. */
const valuesAt = (operation: Operation, place: number): unknown[] =>
  operation.samples.flatMap(({ rest = [] }) => (place < rest.length ? [rest[place]] : []));

/** Changes that take their values from an op's samples. */
export function optionChanges(operation: Operation): readonly Change[] {
  const places = Math.max(0, ...operation.samples.map(({ rest = [] }) => rest.length));
  if (places === 0) return [];

  /** The further arguments of another sample. */
  const otherSample: Change = (tape, call) => ({ ...call, rest: tape.pick(operation.samples).rest ?? [] });

  /** One of the arguments of the same kind but another value. */
  const changeOne: Change = (tape, { inputs, rest }) => {
    const place = tape.take(places);
    const known = valuesAt(operation, place);
    if (known.length === 0 || place > rest.length) return undefined;
    const value = rest.length > place ? another(tape, rest[place], known) : tape.pick(known);
    return { inputs, rest: [...rest.slice(0, place), value, ...rest.slice(place + 1)] };
  };

  /** An option that some sample gives, or one less. */
  const changeKey: Change = (tape, { inputs, rest }) => {
    const place = tape.take(places);
    const own = rest[place] ?? {};
    const known = valuesAt(operation, place).filter(isOptions);
    if (!isOptions(own) || known.length === 0 || place > rest.length) return undefined;
    const keys = [...new Set(known.flatMap((options) => Object.keys(options)))];
    if (keys.length === 0) return undefined;
    const key = tape.pick(keys);
    const { [key]: old, ...others } = own;
    const values = known.flatMap((options) => (key in options ? [options[key]] : []));
    const value = old !== undefined && tape.take(4) === 0 ? others : { ...own, [key]: tape.pick(values) };
    return { inputs, rest: [...rest.slice(0, place), value, ...rest.slice(place + 1)] };
  };

  return [otherSample, changeOne, changeOne, changeKey, changeKey];
}
