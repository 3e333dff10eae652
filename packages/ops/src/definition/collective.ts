/**
 * Collectives: functions that combine the examples of a `vmap` that runs around the call and whose axis has a name.
 *
 * A collective is an op made for the axis: an interpreter that batches along that axis combines all examples (`across`), every
 * other one treats the op like any: it is differentiated by its rules, batched along other axes, and kept in the regions of
 * captured loops until the batch along its axis gets them. Whatever has gone down past that batch is the same for all
 * examples, which is what `compose` computes.
 *
 * A tensor that depends on the example belongs to the batch or to an interpreter above it; one from below is the same for all.
 */
import {
  type BatchAxis,
  baseInterpreter,
  calculus,
  currentInterpreter,
  dispatch,
  internal,
  type Operation,
  raise,
  type Tensor,
} from '@deft/core';
import { stateOf, treeOf } from './loop-state.ts';

type RunningAxis = NonNullable<ReturnType<ReturnType<typeof calculus>['batchAxis']>>;

/** What a collective states of itself. */
export interface CollectiveRules
  extends Pick<Operation, 'infer' | 'saves' | 'batch'>,
    Required<Pick<Operation, 'jvp' | 'vjp'>> {
  readonly summary: string;
  /** Names of the operands, `x` alone unless told; the first one is combined. */
  readonly inputs?: readonly string[];
  /** The result for all examples, of their operands along the first axis. */
  combine(examples: Tensor): Tensor;
  /** The result where the operand is the same for all examples. */
  shared(x: Tensor): Tensor;
}

/** The running `vmap` whose axis has that name. Throws `E_AXIS` where there is none. */
export function runningAxis(op: string, axisName: unknown): RunningAxis {
  if (typeof axisName !== 'string') {
    return raise('E_ARGUMENT', { op, argument: 'axisName', expected: 'the name of an axis', found: typeof axisName });
  }
  const found = calculus().batchAxis(axisName);
  if (found) return found;
  const names = calculus().batchAxisNames();
  return raise('E_AXIS', {
    op,
    argument: 'axisName',
    expected: names.length === 0 ? 'to be called within a vmap with an axisName' : `one of '${names.join("', '")}'`,
    found: `'${axisName}'`,
    hint: `write vmap(f, { axisName: '${axisName}' }) around the function that calls ${op}; outside of vmap use the reduction over the batch axis itself`,
  });
}

/** The op of that name along that axis. */
export function collectiveOperation(name: string, axis: BatchAxis, rules: CollectiveRules): Operation {
  const { summary, inputs = ['x'], combine, shared, ...rest } = rules;
  return {
    name,
    kind: 'composite',
    inputs,
    variadic: false,
    multipleResults: false,
    doc: { summary, group: 'collectives' },
    ...rest,
    compose: ([x]) => [shared(x as Tensor)],
    across: { axis, combine },
    samples: [],
    errors: [],
    limitations: [],
    call: () => internal(`${name} is made for one axis`),
  };
}

/** Applies a collective, which no executor knows, to its operands. */
export function applyCollective(operation: Operation, ...operands: readonly [Tensor, ...Tensor[]]): Tensor {
  const [x] = operands;
  const axis = operation.across?.axis ?? internal(`${operation.name} is no collective`);
  const running = calculus().batchAxis(axis);
  const isBelow = running === undefined ? atBase(x) : x.interpreter.level < running.level;
  const [result] = isBelow
    ? (operation.compose as NonNullable<Operation['compose']>)(operands, {})
    : dispatch(operation, operands, {});
  return result as Tensor;
}

const atBase = (x: Tensor): boolean =>
  currentInterpreter() === baseInterpreter() && x.interpreter === baseInterpreter();

/** A collective of every tensor of a tree, along one axis after the other. */
export function combineTree(
  op: string,
  tree: unknown,
  axisName: string | readonly string[],
  combine: (x: Tensor, axis: BatchAxis) => Tensor,
): unknown {
  const names: readonly unknown[] = Array.isArray(axisName) ? axisName : [axisName];
  const axes = names.map((name) => runningAxis(op, name).axis);
  const state = stateOf(op, 'x', tree);
  return treeOf(
    state,
    state.tensors.map((x) => axes.reduce(combine, x)),
  );
}
