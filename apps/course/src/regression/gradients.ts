/**
 * One gradient in five ways: of the mean squared error of a line, by the line's slope and its height at 0. Two of them are
 * plain arithmetic and know nothing of the library; three are the library's.
 */
import { add, grad, jit, jvp, mean, mul, square, sub, type Tensor, tensor } from '@deft/tensor';

/** Points in a plane. */
export interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** The derivatives by slope and height. */
export type Gradient = readonly [slope: number, height: number];

/** The mean squared error, written with ops. */
export function lossOf({ x, y }: Points): (slope: Tensor, height: Tensor) => Tensor {
  const [xs, ys] = [tensor([...x], { dtype: 'float64' }), tensor([...y], { dtype: 'float64' })];
  return (slope, height) => mean(square(sub(add(mul(slope, xs), height), ys)));
}

/** The mean squared error in plain arithmetic. */
export function plainLoss({ x, y }: Points, slope: number, height: number): number {
  return x.reduce((sum, at, i) => sum + (slope * at + height - (y[i] ?? Number.NaN)) ** 2, 0) / x.length;
}

/** By formula: 2/n Σ error · x, and 2/n Σ error. */
export function manual({ x, y }: Points, slope: number, height: number): Gradient {
  const errors = x.map((at, i) => slope * at + height - (y[i] ?? Number.NaN));
  const bySlope = errors.reduce((sum, error, i) => sum + error * (x[i] ?? Number.NaN), 0);
  const byHeight = errors.reduce((sum, error) => sum + error, 0);
  return [(2 * bySlope) / x.length, (2 * byHeight) / x.length];
}

/** By central differences: a small step to both sides, and the loss at both. */
export function numerical(points: Points, slope: number, height: number, step = 1e-5): Gradient {
  const along = (down: number, right: number): number =>
    (plainLoss(points, slope + down, height + right) - plainLoss(points, slope - down, height - right)) / (2 * step);
  return [along(step, 0), along(0, step)];
}

/** By a graph: the gradient is derived once, as a program of its own, which is printed and then run. */
export function symbolic(points: Points, slope: number, height: number): { gradient: Gradient; graph: string } {
  const derived = jit(grad(lossOf(points), { argnums: [0, 1] }));
  const at = [float64(slope), float64(height)] as const;
  const [bySlope, byHeight] = derived(...at);
  return { gradient: [bySlope.item(), byHeight.item()], graph: derived.graphText(...at) };
}

/** Forwards: how the loss changes along one direction; one run for each of the two. */
export function forwardMode(points: Points, slope: number, height: number): Gradient {
  const along = (direction: Gradient): number => {
    const [, tangent] = jvp(
      lossOf(points),
      [float64(slope), float64(height)],
      [float64(direction[0]), float64(direction[1])],
    );
    return tangent.item();
  };
  return [along([1, 0]), along([0, 1])];
}

/** In reverse: one run forwards and one back, however many parameters there are. */
export function reverseMode(points: Points, slope: number, height: number): Gradient {
  const [bySlope, byHeight] = grad(lossOf(points), { argnums: [0, 1] })(float64(slope), float64(height));
  return [bySlope.item(), byHeight.item()];
}

const float64 = (value: number): Tensor => tensor(value, { dtype: 'float64' });
