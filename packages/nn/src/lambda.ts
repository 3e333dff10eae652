/** `lambda`: any function as a layer. */
import { sameShape, shapeText, type Tensor } from '@deft/core';
import { defineLayer } from './define-layer.ts';
import type { ExampleShape, Layer, LayerContext, LayerOptions } from './layer.ts';
import { reject } from './options.ts';

/** Options of `lambda`. */
export interface LambdaOptions extends LayerOptions {
  /** An example's output shape by its input shape; the same shape unless told. */
  readonly outputShape?: (inputShape: ExampleShape) => readonly number[];
}

/**
 * A function of a batch as a layer without weights. It is code, so a model with it cannot be saved.
 *
 * @throws `E_LAYER` unless a function is given, and where its result has another shape than told
 * @example
 * ```ts
 * import { lambda } from '@deft/nn';
 * import { square, tensor } from '@deft/tensor';
 * console.log(lambda((x) => square(x)).apply({}, {}, tensor([[2, 3]]), { training: false }).output.toArray()); // [[4, 9]]
 * ```
 */
export function lambda(f: (x: Tensor, context: LayerContext) => Tensor, options: LambdaOptions = {}): Layer {
  if (typeof f !== 'function') reject('lambda', 'f', 'a function', f);
  const { outputShape = (inputShape: ExampleShape) => inputShape } = options;
  if (typeof outputShape !== 'function') reject('lambda', 'outputShape', 'a function', outputShape);
  return defineLayer({
    kind: 'lambda',
    options,
    ...(options.outputShape === undefined && { mask: 'keeps' as const }),
    config: {},
    holdsCode: true,
    outputShape: (inputShape) => outputShape(inputShape),
    apply: (_, x, context, fail) => {
      const output = f(x, context);
      const expected = [x.shape[0] as number, ...outputShape(x.shape.slice(1))];
      if (!sameShape(output.shape, expected)) {
        fail({
          expected: `its function to give ${shapeText(expected)}`,
          found: shapeText(output.shape),
          hint: 'pass outputShape, a function of the shape of an example',
        });
      }
      return output;
    },
  });
}
