/**
 * Shape and dtype rules that many ops share, each raising the op's error. An op file's `infer` is usually one of these.
 */
import { type AbstractValue, abstractValue, type DType, isFloating, raise, sameShape, tryBroadcast } from '@deft/core';

const cached = new Map<string, AbstractValue>();

/** The abstract value of the broadcast of several, in the dtype they share. Throws `E_BROADCAST`, `E_DTYPE`. */
export function broadcastAll(op: string, inputs: readonly AbstractValue[], dtype?: DType): AbstractValue {
  const first = inputs[0] as AbstractValue;
  for (const input of inputs) {
    if (input.dtype !== first.dtype) {
      raise('E_DTYPE', {
        op,
        expected: 'operands of one dtype',
        found: `${first.dtype} and ${input.dtype}`,
        operands: inputs,
      });
    }
  }
  const type = dtype ?? first.dtype;
  if (inputs.every((input) => sameShape(input.shape, first.shape))) {
    return type === first.dtype && !first.weak ? first : abstractValue(first.shape, type);
  }
  const key = `${type} ${inputs.map((input) => input.text).join()}`;
  const known = cached.get(key);
  if (known) return known;
  const shape = tryBroadcast(inputs.map((input) => input.shape));
  if (!shape) raise('E_BROADCAST', { op, says: 'shapes do not broadcast together', operands: inputs });
  const result = abstractValue(shape, type);
  if (cached.size < 4096) cached.set(key, result);
  return result;
}

/** One operand or several, broadcast, of any dtype but bool. */
export function numeric(op: string, ...inputs: readonly AbstractValue[]): AbstractValue {
  for (const input of inputs) {
    if (input.dtype === 'bool') {
      raise('E_DTYPE', {
        op,
        says: 'expected numeric input, got bool',
        operands: inputs,
        hint: "cast it: cast(x, 'float32')",
      });
    }
  }
  return broadcastAll(op, inputs);
}

/** One operand or several, broadcast, of a floating dtype. */
export function floating(op: string, ...inputs: readonly AbstractValue[]): AbstractValue {
  for (const input of inputs) {
    if (!isFloating(input.dtype)) {
      raise('E_DTYPE', {
        op,
        says: `expected floating input, got ${input.dtype}`,
        operands: inputs,
        hint: "cast it: cast(x, 'float32')",
      });
    }
  }
  return broadcastAll(op, inputs);
}

/** Operands broadcast, of any dtype; the result is bool. */
export function comparison(op: string, ...inputs: readonly AbstractValue[]): AbstractValue {
  return broadcastAll(op, inputs, 'bool');
}

/** Operands broadcast, all bool. */
export function logical(op: string, ...inputs: readonly AbstractValue[]): AbstractValue {
  for (const input of inputs) {
    if (input.dtype !== 'bool') {
      raise('E_DTYPE', {
        op,
        says: `expected bool input, got ${input.dtype}`,
        operands: inputs,
        hint: 'compare it: notEqual(x, 0)',
      });
    }
  }
  return broadcastAll(op, inputs);
}

/** The same dtype in another shape. */
export function withShape(value: AbstractValue, shape: readonly number[]): AbstractValue {
  return abstractValue(shape, value.dtype);
}

/** Throws `E_RANK` unless the operand has `rank` axes (or at least that many). */
export function requireRank(op: string, argument: string, value: AbstractValue, rank: number, atLeast = false): void {
  if (atLeast ? value.shape.length >= rank : value.shape.length === rank) return;
  raise('E_RANK', {
    op,
    argument,
    expected: `${atLeast ? 'at least ' : ''}rank ${rank}`,
    found: `rank ${value.shape.length}`,
    operands: [value],
  });
}
