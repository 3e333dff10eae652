/**
 * A function of tensors as the gradient check sees it: floating arguments in float64 are what it is differentiated by, the
 * others stay as they are; floating results are what is differentiated. Values, pullbacks and pushforwards come and go as
 * host arrays, run by whatever interpreter is the base.
 */
import { isFloating, type NdArray, ndFilled, raise, Tensor, type TypedArray, tensorOfCopy } from '@deft/core';
import { vjp } from '../grad.ts';
import { jvp } from '../jvp.ts';

/** A function of tensors with one result or a list of them. */
export type TensorFunction = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

type ListFunction = (...inputs: Tensor[]) => Tensor[];

function get(tensor: Tensor): NdArray {
  return { shape: tensor.abstract.shape, dtype: tensor.dtype, data: tensor.dataSync() as unknown as TypedArray };
}

function inDoublePrecision(input: NdArray | Tensor): NdArray {
  const array = input instanceof Tensor ? get(input) : input;
  return isFloating(array.dtype) ? { shape: array.shape, dtype: 'float64', data: new Float64Array(array.data) } : array;
}

/** A function at a point, with its derivatives there. */
export class Differentiated {
  /** All arguments. */
  readonly inputs: readonly NdArray[];
  /** Positions of the floating ones. */
  readonly variables: readonly number[];
  /** Floating results at the point. */
  readonly outputs: readonly NdArray[];
  readonly #f: TensorFunction;

  constructor(f: TensorFunction, inputs: readonly (NdArray | Tensor)[]) {
    this.#f = f;
    this.inputs = inputs.map(inDoublePrecision);
    this.variables = this.inputs.flatMap(({ dtype }, i) => (isFloating(dtype) ? [i] : []));
    if (this.variables.length === 0) {
      raise('E_GRAD', { op: 'gradcheck', argument: 'inputs', expected: 'a floating tensor among them', found: 'none' });
    }
    this.outputs = this.values(this.point);
    if (this.outputs.length === 0) {
      raise('E_GRAD', { op: 'gradcheck', argument: 'function', expected: 'a floating result', found: 'none' });
    }
  }

  /** The floating arguments. */
  get point(): readonly NdArray[] {
    return this.variables.map((position) => this.inputs[position] as NdArray);
  }

  /** The function of the floating arguments alone, to the list of its floating results. */
  readonly onVariables: ListFunction = (...variables) => {
    const all = this.inputs.map((input, i) => {
      const k = this.variables.indexOf(i);
      return k < 0 ? tensorOfCopy(input) : (variables[k] as Tensor);
    });
    const result = this.#f(...all);
    return (result instanceof Tensor ? [result] : [...result]).filter((output) => isFloating(output.dtype));
  };

  /** Results where the floating arguments have these values. */
  values(point: readonly NdArray[]): NdArray[] {
    return this.onVariables(...point.map(tensorOfCopy)).map(get);
  }

  /** Takes cotangents of the results to those of the floating arguments; the forward pass is run once. */
  pullback(): (cotangents: readonly NdArray[]) => NdArray[] {
    const [, pull] = vjp(this.onVariables, ...this.point.map(tensorOfCopy));
    const untyped = pull as unknown as (cotangents: Tensor[]) => Tensor[];
    return (cotangents) => untyped(cotangents.map(tensorOfCopy)).map(get);
  }

  /** Derivatives of the results along tangents of the floating arguments. */
  pushforward(tangents: readonly NdArray[]): NdArray[] {
    const run = jvp as unknown as (f: ListFunction, point: Tensor[], tangents: Tensor[]) => [Tensor[], Tensor[]];
    return run(this.onVariables, this.point.map(tensorOfCopy), tangents.map(tensorOfCopy))[1].map(get);
  }

  /** The slope of central differences along a direction in the floating arguments. */
  slope(direction: readonly NdArray[], step: number): Float64Array[] {
    const moved = (by: number): NdArray[] =>
      this.values(
        this.point.map(({ shape, data }, k) => {
          const along = (direction[k] as NdArray).data;
          return ndFilled(shape, 'float64', (i) => (data[i] as number) + by * (along[i] as number));
        }),
      );
    const [above, below] = [moved(step), moved(-step)];
    return above.map(({ data }, o) =>
      Float64Array.from(data, (value, i) => (value - ((below[o] as NdArray).data[i] as number)) / (2 * step)),
    );
  }

  /** The gradient as a function of its own: of arguments and cotangents, to the cotangents of the arguments. */
  gradientFunction(): TensorFunction {
    const count = this.variables.length;
    return (...tensors) => {
      const [, pull] = vjp(this.onVariables, ...tensors.slice(0, count));
      return (pull as unknown as (cotangents: Tensor[]) => Tensor[])(tensors.slice(count));
    };
  }
}
