/**
 * Random calls of an op: a walk that starts at one of its samples and changes shapes, dtypes and options step by step. The op's own
 * shape rule decides which steps are taken; one that it refuses is undone, and its error kept. So the calls are well typed
 * without this file knowing any op, and a shorter tape is a call nearer to the sample.
 */
import type { DeftError, NdArray, Operation, OperationSample } from '@deft/core';
import { fromTape, type Tape } from '@deft/test-utils';
import fc from 'fast-check';
import { limitationOf } from '../check-values.ts';
import { type CallType, callText, isSmallCall, type TensorType, typeKey, verdictOn } from './call-type.ts';
import { elementsOf } from './elements.ts';
import { optionChanges } from './option-changes.ts';
import { type Change, changeCount, typeChanges } from './type-changes.ts';

/** A refused call and how it was refused. */
export interface Refusal {
  readonly call: CallType;
  readonly error: DeftError;
}

/** A random call that the op takes. */
export interface RandomCall {
  readonly operation: Operation;
  readonly inputs: readonly NdArray[];
  readonly rest: readonly unknown[];
  /** What the op's shape rule says comes out. */
  readonly stated: readonly TensorType[];
  /** No sample has these shapes, dtypes and options. */
  readonly isNew: boolean;
  readonly refusals: readonly Refusal[];
  /** What fast-check prints of it. */
  readonly [fc.toStringMethod]: () => string;
}

const mostSteps = 14;

const typeOf = ({ inputs, rest = [] }: OperationSample): CallType => ({
  inputs: inputs.map(({ shape, dtype }) => ({ shape, dtype })),
  rest,
});

const sampleKeys = new WeakMap<Operation, ReadonlySet<string>>();

function keysOf(operation: Operation): ReadonlySet<string> {
  let keys = sampleKeys.get(operation);
  if (keys === undefined) {
    keys = new Set(operation.samples.map((sample) => typeKey(typeOf(sample))));
    sampleKeys.set(operation, keys);
  }
  return keys;
}

function changesOf(operation: Operation): readonly (readonly Change[])[] {
  const groups = [
    operation.inputs.length === 0 ? [] : typeChanges,
    operation.variadic ? [changeCount] : [],
    optionChanges(operation),
  ];
  return groups.filter((group) => group.length > 0);
}

function walk(operation: Operation, tape: Tape, smooth: boolean): RandomCall {
  const sample = tape.pick(operation.samples);
  let call = typeOf(sample);
  let stated = verdictOn(operation, call);
  const refusals: Refusal[] = [];
  const groups = changesOf(operation);
  const steps = groups.length === 0 ? 0 : tape.take(mostSteps + 1);
  for (let i = 0; i < steps; i++) {
    const changed = tape.pick(tape.pick(groups))(tape, call);
    if (changed === undefined) continue;
    // What the op says not to hold for a dtype is no call of it.
    if (
      limitationOf(
        operation,
        undefined,
        changed.inputs.map(({ dtype }) => dtype),
      )
    )
      continue;
    const verdict = verdictOn(operation, changed);
    if (!Array.isArray(verdict)) refusals.push({ call: changed, error: verdict as DeftError });
    else if (isSmallCall(changed, verdict)) [call, stated] = [changed, verdict];
  }
  if (!Array.isArray(stated)) throw stated;
  const isSample = steps === 0 && !smooth;
  const inputs = isSample ? sample.inputs : elementsOf(operation, call, tape, smooth);
  const { rest } = call;
  return {
    operation,
    inputs,
    rest,
    stated,
    isNew: !keysOf(operation).has(typeKey(call)),
    refusals,
    [fc.toStringMethod]: () => randomCallText(operation, inputs, rest),
  };
}

/** Random calls of an op. `smooth`: with elements of which differences can be taken. */
export function anyCall(
  operation: Operation,
  { smooth = false }: { readonly smooth?: boolean } = {},
): fc.Arbitrary<RandomCall> {
  // Few runs of fast-check would mostly be short tapes, which are the samples.
  return fc.noBias(fromTape(90, (tape) => walk(operation, tape, smooth)));
}

/** The call with all its elements. */
function randomCallText(operation: Operation, inputs: readonly NdArray[], rest: readonly unknown[]): string {
  const data = inputs.map((array, i) => `  input ${i} = [${Array.from(array.data).map(numberText).join(', ')}]`);
  return [callText(operation, { inputs, rest }), ...data].join('\n');
}

const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));
