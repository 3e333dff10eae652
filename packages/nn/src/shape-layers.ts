/** `flatten` and `reshape`: layers that change the shape of an example and nothing else. */
import { shapeText, sizeOf } from '@deft/core';
import { reshape as reshapeTensor } from '@deft/tensor';
import { defineLayer, type ExampleShape, type Fail, type Layer } from './layer.ts';
import { wholeNumbers } from './options.ts';

/** Options of layers that take nothing but a name. */
export interface NameOptions {
  readonly name?: string;
}

/**
 * Makes one axis of all axes of an example: `[28, 28, 1]` becomes `[784]`.
 *
 * @example
 * ```ts
 * import { flatten } from '@deft/nn';
 * console.log(flatten().outputShape([28, 28, 1])); // [784]
 * ```
 */
export function flatten(options: NameOptions = {}): Layer {
  return defineLayer({
    kind: 'flatten',
    name: options.name,
    config: {},
    named: (name) => flatten({ ...options, name }),
    outputShape: (inputShape) => [sizeOf(inputShape)],
    apply: (_, x) => reshapeTensor(x, [x.shape[0] as number, sizeOf(x.shape.slice(1))]),
  });
}

/**
 * Gives an example another shape with as many elements. One dim may be −1: it is what the others leave.
 *
 * @throws `E_LAYER` where the number of elements differs
 * @example
 * ```ts
 * import { reshape } from '@deft/nn';
 * console.log(reshape([28, -1]).outputShape([784])); // [28, 28]
 * ```
 */
export function reshape(targetShape: readonly number[], options: NameOptions = {}): Layer {
  const target = wholeNumbers('reshape', 'targetShape', targetShape, -1);
  const complete = (inputShape: ExampleShape, fail: Fail): number[] => {
    const size = sizeOf(inputShape);
    const known = sizeOf(target.filter((dim) => dim !== -1));
    const shape = target.map((dim) => (dim === -1 ? (known === 0 ? 0 : size / known) : dim));
    if (target.filter((dim) => dim === -1).length > 1 || !shape.every(Number.isInteger) || sizeOf(shape) !== size) {
      fail({ expected: `examples with as many elements as ${shapeText(target)}`, found: shapeText(inputShape) });
    }
    return shape;
  };
  return defineLayer({
    kind: 'reshape',
    name: options.name,
    config: { targetShape: target },
    named: (name) => reshape(targetShape, { ...options, name }),
    outputShape: complete,
    apply: (_, x, __, fail) => reshapeTensor(x, [x.shape[0] as number, ...complete(x.shape.slice(1), fail)]),
  });
}
