/**
 * Batching: `vmap` turns a function of one example into one of many, run at once by the ops' batching rules.
 */
import { algebra, flatten, normalizeAxis, prefixLeaves, raise, Tensor, withInterpreter } from '@deft/core';
import { allExamples, BatchInterpreter } from './batch-interpreter.ts';
import { describe, tensorLeaves } from './leaves.ts';
import type { TensorsLike } from './types.ts';

/** The batch axis of an argument or result: an axis, `null` for none, or a prefix of its structure with one for all that is below. */
export type BatchAxes = number | null | readonly BatchAxes[] | { readonly [key: string]: BatchAxes };

/** Options of `vmap`. */
export interface VmapOptions {
  /**
   * Batch axis of the arguments: one for all, or a list with an entry for each argument, which may be a prefix of the argument's
   * structure. 0 unless told.
   */
  readonly inAxes?: number | null | readonly BatchAxes[];
  /** Batch axis of the result: one for all its tensors, or a prefix of the result's structure. 0 unless told. */
  readonly outAxes?: BatchAxes;
  /** The number of examples; needed where no argument has a batch axis, and checked where one has. */
  readonly axisSize?: number;
}

/** An axis for every leaf of `tree`: `axes` is a prefix of the tree. */
function axesOf(axes: unknown, tree: unknown, argument: string): readonly (number | null)[] {
  const { structure } = flatten(tree, argument);
  return prefixLeaves('vmap', axes, structure, argument).map((axis) => {
    if (axis === null || Number.isInteger(axis)) return axis as number | null;
    return raise('E_ARGUMENT', { op: 'vmap', argument, expected: 'whole numbers or null', found: describe(axis) });
  });
}

interface Batched {
  readonly tensor: Tensor;
  readonly axis: number;
  readonly path: string;
}

function commonSize(batched: readonly Batched[], axisSize: number | undefined): number {
  if (axisSize !== undefined && !(Number.isInteger(axisSize) && axisSize >= 0)) {
    const expected = 'a whole number of at least 0';
    raise('E_ARGUMENT', { op: 'vmap', argument: 'axisSize', expected, found: String(axisSize) });
  }
  const sizes = batched.map(({ tensor, axis }) => tensor.shape[axis] as number);
  const size = sizes[0] ?? axisSize;
  if (size === undefined) {
    return raise('E_ARGUMENT', {
      op: 'vmap',
      argument: 'arguments',
      expected: 'a tensor with a batch axis',
      found: 'none',
      hint: 'give the number of examples: vmap(f, { axisSize })',
    });
  }
  if (axisSize !== undefined && axisSize !== size) {
    const { path, tensor } = batched[0] as Batched;
    const says = `axisSize is ${axisSize}, but ${path} has ${size} examples`;
    raise('E_SHAPE', { op: 'vmap', says, operands: [tensor.abstract] });
  }
  const other = sizes.findIndex((one) => one !== size);
  if (other !== -1) {
    const [first, second] = [batched[0] as Batched, batched[other] as Batched];
    raise('E_SHAPE', {
      op: 'vmap',
      says: `batch sizes differ: ${first.path} has ${size} examples, ${second.path} has ${sizes[other]}`,
      operands: [first.tensor.abstract, second.tensor.abstract],
    });
  }
  return size;
}

function placeResult(interpreter: BatchInterpreter, tensor: Tensor, axis: number | null, path: string): Tensor {
  const { value, batched } = interpreter.all(tensor);
  if (axis === null) {
    if (!batched) return value;
    return raise('E_ARGUMENT', {
      op: 'vmap',
      argument: path,
      expected: 'a result that is the same for all examples, as its batch axis is null',
      found: `one that depends on the example (${tensor.abstract.text})`,
    });
  }
  const place = normalizeAxis('vmap', axis, tensor.rank + 1, `outAxes of ${path}`);
  const all = allExamples(interpreter, tensor);
  return place === 0 ? all : algebra().moveAxis(all, 0, place);
}

/**
 * The function that applies `f` to every example of a batch, computed for all examples at once.
 *
 * The batch axis is axis 0 of all arguments and results unless `inAxes` and `outAxes` say otherwise; `null` marks an
 * argument that is the same for all examples. Leaves that are no tensors are passed on as they are. Calls nest with each other and with
 * derivatives in any order.
 *
 * Throws `E_SHAPE` where batch sizes differ and `E_AXIS` where a tensor has no such axis, naming the argument.
 *
 * @example
 * ```ts
 * import { mul, sum, type Tensor, tensor, vmap } from '@deft/tensor';
 * const dots = vmap((x: Tensor, y: Tensor) => sum(mul(x, y)), { inAxes: [0, null] });
 * console.log(dots(tensor([[1, 2], [3, 4]]), tensor([1, 10])).toArray()); // [21, 43]
 * ```
 */
export function vmap<A extends unknown[], R>(
  f: (...args: A) => R,
  options: VmapOptions = {},
): (...args: TensorsLike<A> & unknown[]) => TensorsLike<R> {
  const { inAxes = 0, outAxes = 0, axisSize } = options;
  return (...args) => {
    if (Array.isArray(inAxes) && inAxes.length !== args.length) {
      raise('E_ARGUMENT', {
        op: 'vmap',
        argument: 'inAxes',
        expected: `${args.length} entries (one for each argument)`,
        found: String(inAxes.length),
      });
    }
    const batched: Batched[] = [];
    const perArgument = args.map((arg, i) => {
      const path = `args[${i}]`;
      const axes = axesOf(Array.isArray(inAxes) ? inAxes[i] : inAxes, arg, path);
      const { leaves, structure } = flatten(arg, path);
      const places = leaves.map((leaf, k) => {
        const axis = axes[k];
        if (!(leaf instanceof Tensor) || axis === null || axis === undefined) return undefined;
        const where = structure.paths[k] as string;
        const one = { tensor: leaf, axis: normalizeAxis('vmap', axis, leaf.rank, `inAxes of ${where}`), path: where };
        batched.push(one);
        return one;
      });
      return { leaves, structure, places };
    });
    const interpreter = new BatchInterpreter(commonSize(batched, axisSize));
    const examples = perArgument.map(({ leaves, structure, places }) =>
      structure.rebuild(
        leaves.map((leaf, k) => {
          const place = places[k];
          if (!place) return leaf;
          return interpreter.example(place.axis === 0 ? place.tensor : algebra().moveAxis(place.tensor, place.axis, 0));
        }),
      ),
    );
    const result = withInterpreter(interpreter, () => f(...(examples as unknown as A)));
    const { tensors, paths, rebuild } = tensorLeaves(result, 'result');
    const { leaves } = flatten(result);
    const axes = axesOf(outAxes, result, 'result').filter((_, i) => leaves[i] instanceof Tensor);
    return rebuild(
      tensors.map((tensor, i) => placeResult(interpreter, tensor, axes[i] as number | null, paths[i] as string)),
    ) as TensorsLike<R>;
  };
}
