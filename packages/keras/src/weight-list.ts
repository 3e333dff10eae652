/** Weights as a flat list in Keras's order, and back as the two trees that layers take. */
import { baseInterpreter, raise, sameShape, shapeText, Tensor, type TypedArray } from '@deft/core';
import type { WeightSpecification, Weights } from '@deft/nn';

/** A weight's elements on the host. */
export interface HostWeight {
  readonly specification: WeightSpecification;
  readonly data: TypedArray;
}

/** Both trees of a layer's weights. */
export interface WeightTrees {
  readonly parameters: Weights;
  readonly state: Weights;
}

/** `dense_1/kernel`: what a weight is called in lists and files. */
export function weightName({ path }: WeightSpecification): string {
  return path.join('/');
}

function weightAt(trees: WeightTrees, { path, trainable }: WeightSpecification): Tensor {
  let found: Weights | Tensor = trainable ? trees.parameters : trees.state;
  for (const part of path) found = (found as Weights)[part] as Weights | Tensor;
  return found as Tensor;
}

/** Copies all weights to the host. */
export function readWeights(trees: WeightTrees, specifications: readonly WeightSpecification[]): Promise<HostWeight[]> {
  return Promise.all(
    specifications.map(async (specification) => ({
      specification,
      data: (await weightAt(trees, specification).data()) as TypedArray,
    })),
  );
}

/** A new tensor with the given elements, which are given up to it. */
export function tensorOf({ specification, data }: HostWeight): Tensor {
  return baseInterpreter().constant({ shape: [...specification.shape], dtype: specification.dtype, data }, false);
}

/** New tensors with the given elements, which are given up to them, as trees. */
export function makeTrees(weights: readonly HostWeight[]): WeightTrees {
  const trees: { parameters: Record<string, unknown>; state: Record<string, unknown> } = { parameters: {}, state: {} };
  for (const weight of weights) {
    const { path, trainable } = weight.specification;
    let level = trainable ? trees.parameters : trees.state;
    for (const part of path.slice(0, -1)) {
      if (!Object.hasOwn(level, part)) level[part] = {};
      level = level[part] as Record<string, unknown>;
    }
    level[path.at(-1) as string] = tensorOf(weight);
  }
  return trees as unknown as WeightTrees;
}

/** Checks a user's list of weights and copies it to the host. Throws `E_MODEL` naming the first that does not fit. */
export function checkWeights(
  given: readonly Tensor[],
  specifications: readonly WeightSpecification[],
): Promise<HostWeight[]> {
  if (given.length !== specifications.length) {
    raise('E_MODEL', { op: 'setWeights', expected: `${specifications.length} tensors`, found: String(given.length) });
  }
  return Promise.all(
    specifications.map(async (specification, i) => {
      const tensor = given[i];
      const { shape, dtype } = specification;
      if (!(tensor instanceof Tensor) || !sameShape(tensor.shape, shape) || tensor.dtype !== dtype) {
        raise('E_MODEL', {
          op: 'setWeights',
          argument: weightName(specification),
          expected: `${dtype}${shapeText(shape)}`,
          found: tensor instanceof Tensor ? tensor.abstract.text : typeof tensor,
        });
      }
      return { specification, data: (await tensor.data()) as TypedArray };
    }),
  );
}
