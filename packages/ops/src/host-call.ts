/** `hostCall`: a function of the host in the middle of a program. */
import {
  type AbstractValue,
  type Attributes,
  abstractValue,
  atBase,
  checkSameStructure,
  dispatch,
  flatten,
  isReplaying,
  type NdArray,
  nd,
  type Operation,
  raise,
  registerRegionOperation,
  type Tensor,
  TensorSpec,
  type TypedArray,
  withStateScope,
} from '@deft/core';
import { constantTensor } from './definition/convert.ts';
import { applyEffect, effectOperation } from './definition/effects.ts';
import { stateOf, treeOf } from './definition/loop-state.ts';

/** Results stated in place of tensors. */
export type ResultsOf<T> =
  T extends TensorSpec<infer S, infer D>
    ? Tensor<S, D>
    : T extends readonly unknown[] | object
      ? { -readonly [K in keyof T]: ResultsOf<T[K]> }
      : T;

/** Options of `hostCall`. */
export interface HostCallOptions<R = undefined> {
  /** What the function gives: a tree of `tensorSpec(shape, dtype)`; nothing unless told. */
  readonly results?: R;
  /**
   * The function has no effects and gives the same results for the same operands: a program may leave it out where its results are
   * not used, and call it once for equal calls. Otherwise it is called every time, in program order.
   */
  readonly pure?: boolean;
  /** For messages; the function's own unless told. */
  readonly name?: string;
}

type HostFunction = (...operands: never[]) => unknown;

/** The types that a tree of specs states. */
function statedTypes(results: unknown): readonly AbstractValue[] {
  const { leaves, structure } = flatten(results);
  return leaves.map((leaf, i) => {
    const isStated =
      leaf instanceof TensorSpec &&
      leaf.dtype !== undefined &&
      leaf.shape.every((dim: unknown) => typeof dim === 'number');
    if (isStated) return abstractValue(leaf.shape as readonly number[], leaf.dtype);
    return raise('E_ARGUMENT', {
      op: 'hostCall',
      argument: `results${structure.paths[i] === '' ? '' : ` at ${structure.paths[i]}`}`,
      expected: 'tensorSpec(shape, dtype) with sizes in numbers',
      found: leaf instanceof TensorSpec ? leaf.text : String(leaf),
    });
  });
}

const noDerivative = (name: string): never =>
  raise('E_GRAD', {
    op: 'hostCall',
    says: `no derivative of ${name} is known`,
    hint: 'give one with customVjp or customJvp around the call, or pass stopGradient(x)',
  });

/** Results as host arrays of the stated types. */
function checkedResults(name: string, given: unknown, results: unknown, types: readonly AbstractValue[]): NdArray[] {
  if (results === undefined) return [];
  const made = stateOf('hostCall', `the result of ${name}`, given);
  checkSameStructure('hostCall', flatten(results).structure, made.structure, `the result of ${name}`);
  return made.tensors.map((tensor, i) => {
    const expected = types[i] as AbstractValue;
    if (tensor.abstract.text !== expected.text) {
      raise(tensor.dtype === expected.dtype ? 'E_SHAPE' : 'E_DTYPE', {
        op: 'hostCall',
        argument: `the result of ${name}`,
        expected: expected.text,
        found: tensor.abstract.text,
      });
    }
    return { shape: expected.shape, dtype: expected.dtype, data: tensor.dataSync() as unknown as TypedArray };
  });
}

/**
 * Calls a function of the host on tensors whose elements are known, when the program runs: also in the middle of captured
 * functions, in loops and branches. What it gives goes on in the program. Under `vmap` it is called for one example after the
 * other.
 *
 * A derivative through it has to be given with `customVjp` around the call. Programs with such calls cannot be saved.
 *
 * @throws `E_TREE`, `E_SHAPE`, `E_DTYPE` where the function gives something else than `results` says, `E_GRAD` for its derivative,
 * `E_CAPTURE_IMPURE` where a checkpoint would have to call it a second time.
 * @example
 * ```ts
 * import { add, hostCall, jit, tensor, type Tensor, tensorSpec } from '@deft/tensor';
 * const table = new Map([[1, 10], [2, 20]]);
 * const lookUp = (x: Tensor) => tensor(table.get(x.item() as number) ?? 0);
 * const f = jit((x) => add(hostCall(lookUp, { results: tensorSpec([], 'float32') }, x), 1));
 * console.log(f(tensor(1)).item(), f(tensor(2)).item()); // 11 21
 * ```
 */
export function hostCall<A extends unknown[], const R = undefined>(
  f: (...operands: A) => unknown,
  options: HostCallOptions<R>,
  ...operands: A
): ResultsOf<R> {
  if (typeof f !== 'function') {
    raise('E_ARGUMENT', { op: 'hostCall', argument: 'f', expected: 'a function', found: String(f) });
  }
  const { results, pure = false } = options;
  const name = options.name ?? (f.name === '' ? 'the function' : f.name);
  const types = results === undefined ? [] : statedTypes(results);
  const given = stateOf('hostCall', 'operands', operands);
  const attributes: Attributes = {
    name,
    results: types.map(({ shape, dtype }) => ({ shape, dtype })),
  };
  const run = (values: readonly NdArray[]): NdArray[] =>
    atBase(() =>
      withStateScope(undefined, () => {
        const tensors = given.tensors.map((_, i) => constantTensor(values[i] as NdArray));
        const made = (f as HostFunction)(...(treeOf(given, tensors) as never[]));
        return checkedResults(name, made, results, types);
      }),
    );
  if (pure) {
    // An op has operands.
    const values = given.tensors.length > 0 ? given.tensors : [constantTensor(nd([], [0]))];
    const outputs = dispatch(pureOperation(name, run), values, attributes);
    return rebuilt(results, outputs) as ResultsOf<R>;
  }
  if (isReplaying() && types.length > 0) {
    raise('E_CAPTURE_IMPURE', {
      op: 'hostCall',
      says: `${name} would be called a second time, by a checkpoint`,
      hint: 'if it has no effects say so with { pure: true }, else call it outside of the checkpoint',
    });
  }
  return rebuilt(results, applyEffect(orderedOperation(name, run), given.tensors, attributes)) as ResultsOf<R>;
}

const rebuilt = (results: unknown, outputs: readonly Tensor[]): unknown =>
  results === undefined ? undefined : flatten(results).structure.rebuild(outputs);

type Run = (values: readonly NdArray[], attributes: Attributes) => NdArray[];

const typesIn = (attributes: Attributes): AbstractValue[] =>
  (attributes.results as unknown as readonly AbstractValue[]).map(({ shape, dtype }) => abstractValue(shape, dtype));

function orderedOperation(name: string, run: Run): Operation {
  return effectOperation({
    name: 'hostCall',
    summary: 'Calls a function of the host.',
    results: typesIn,
    run,
    vjp: () => noDerivative(name),
    jvp: () => noDerivative(name),
  });
}

function pureOperation(name: string, run: Run): Operation {
  return {
    ...orderedOperation(name, run),
    inputs: ['values'],
    name: 'pureHostCall',
    host: 'pure',
    infer: (_inputs, attributes) => typesIn(attributes),
    reference: run,
  };
}

const unknown: Run = (_values, { name }) =>
  raise('E_GRAPH', {
    op: 'hostCall',
    says: `the function ${JSON.stringify(name)} is not part of the text of a graph`,
    hint: 'capture the function that calls it again',
  });

registerRegionOperation('hostCall', () => orderedOperation('a function of another program', unknown));
registerRegionOperation('pureHostCall', () => pureOperation('a function of another program', unknown));
