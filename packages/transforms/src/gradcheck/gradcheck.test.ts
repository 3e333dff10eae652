import { type DType, nd, type OperationFunction, type Shape, type Tensor, tensorOfCopy } from '@deft/core';
import { add, cast, cos, definePrimitive, mul, relu, sin, stack, sub, sum } from '@deft/ops';
import { describe, expect, it } from 'vitest';
import { customVjp, stopGradient } from '../index.ts';
import { gradcheck, gradgradcheck } from './gradcheck.ts';

const point = nd([2, 3], [0.1, -0.5, 1, 2, -2, 0.7]);
const row = nd([3], [1, -2, 0.5]);
const product = (x: Tensor, y: Tensor): Tensor => mul(sin(x), y) as Tensor;

/** sin, with the derivative rules given. */
type Unary = <S extends Shape, D extends DType>(x: Tensor<S, D>) => Tensor<S, D>;
function sineWith(
  name: string,
  slope: { jvp: (x: Tensor) => Tensor; vjp: (x: Tensor) => Tensor },
): OperationFunction<Unary> {
  const { infer, lower, reference } = sin.operation;
  return definePrimitive({
    name,
    inputs: ['x'],
    doc: { group: 'test', summary: 'Sine with a wrong derivative.' },
    infer: (inputs) => infer(inputs as never, {}),
    lower: (inputs, attributes, output, outputs) =>
      (lower as never as (...args: unknown[]) => never)(inputs, attributes, outputs, output),
    reference: (inputs) => (reference as NonNullable<typeof reference>)(inputs as never, {}),
    jvp: ([x], [dx]) => mul(dx, slope.jvp(x)) as Tensor,
    vjp: (ct, { x }) => [mul(ct, slope.vjp(x)) as Tensor],
    saves: ['x'],
    batch: 'elementwise',
    samples: [],
  });
}
const wrongSlope = (x: Tensor): Tensor => mul(cos(x), 1.01) as Tensor;
const bothWrong = sineWith('sineWrong', { jvp: wrongSlope, vjp: wrongSlope });
const forwardWrong = sineWith('sineForwardWrong', { jvp: wrongSlope, vjp: cos as never });

describe('G17 gradcheck', () => {
  it.each([true, false])('passes right derivatives of every kind (fastMode: %s)', (fastMode) => {
    const report = gradcheck(product, [point, row], {
      fastMode,
      secondOrder: true,
      checkBatchedForwardGrad: true,
      checkBatchedGrad: true,
    });
    expect(report.passed).toBe(true);
    expect(report.comparisons).toBeGreaterThan(fastMode ? 6 : 100);
    expect(report.text).toMatch(/\d+ comparisons hold/);
  });

  it('takes lists of results and leaves whole numbers alone', () => {
    const f = (x: Tensor, n: Tensor): Tensor[] => [sum(sin(x)) as Tensor, n, mul(x, cast(n, 'float64')) as Tensor];
    expect(gradcheck(f, [row, nd([3], [1, 2, 3], 'int32')]).passed).toBe(true);
  });

  it('names check, input, entry and both values of a wrong gradient', () => {
    const wrong = customVjp(
      (x: Tensor, y: Tensor) => mul(sin(x), y) as Tensor,
      (x: Tensor, y: Tensor) => [mul(sin(x), y) as Tensor, [x, y]],
      ([x, y]: Tensor[], ct: Tensor) => [
        mul(ct, mul(y as Tensor, cos(x as Tensor))) as Tensor,
        mul(ct, x as Tensor) as Tensor,
      ],
    );
    expect(() => gradcheck(wrong as never, [row, row])).toThrow(
      /reverse: 3 entries differ, the worst at input 1, output 0 \(element \[1\] of the output by element \[1\]\): numeric -0\.90929\d*, analytic -2\n/,
    );
  });

  it.each([true, false])(
    'finds a slope that is wrong in both modes, which are adjoint then (fastMode: %s)',
    (fastMode) => {
      const { failures } = gradcheck(bothWrong as never, [row], { fastMode, raise: false });
      expect(failures.map(({ check }) => check)).toEqual(['reverse', 'forward']);
    },
  );

  it('finds a forward rule that is wrong alone, by the adjoint identity too', () => {
    const { failures } = gradcheck(forwardWrong as never, [row], { raise: false });
    expect(failures.map(({ check }) => check)).toEqual(['forward', 'adjoint']);
    const alone = gradcheck(forwardWrong as never, [row], { raise: false, checkForwardAd: false });
    expect(alone.failures.map(({ check }) => check)).toEqual(['adjoint']);
  });

  it('finds wrong second derivatives', () => {
    // The gradient is right but has no derivative of its own by x.
    const constantSlope = customVjp(
      (x: Tensor) => sin(x),
      (x: Tensor) => [sin(x), [relu(cos(x)), relu(mul(cos(x), -1) as Tensor)]],
      (slopes: Tensor[], ct: Tensor) => [mul(ct, bothWrong(sum(stack(slopes), { axis: 0 }) as Tensor)) as Tensor],
    );
    const { failures } = gradcheck(constantSlope as never, [row], { raise: false, secondOrder: true });
    expect(failures.some(({ check }) => check.startsWith('second order'))).toBe(true);
  });

  it('finds a gradient that is another one every time', () => {
    let calls = 0;
    const f = (x: Tensor): Tensor => mul(x, ++calls) as Tensor;
    const { failures } = gradcheck(f, [row], { raise: false });
    expect(failures.map(({ check }) => check)).toContain('deterministic');
    const jittery = customVjp(
      (x: Tensor) => x,
      (x: Tensor) => [x, []],
      (_, ct: Tensor) => [mul(ct, 1 + (calls++ % 2) * 1e-9) as Tensor],
    );
    const tolerant = gradcheck(jittery, [row], { nondetTol: 1e-8, checkAdjoint: false });
    expect(tolerant.passed).toBe(true);
  });

  it('refuses what it cannot check', () => {
    expect(() => gradcheck((x) => x, [nd([2], [1, 2], 'int32')])).toThrow(
      /inputs: expected a floating tensor among them/,
    );
    expect(() => gradcheck((x) => cast(x, 'int32') as Tensor, [row])).toThrow(/expected a floating result/);
    expect(() => gradcheck((x) => cast(x, 'float32') as Tensor, [row])).toThrow(/expected float64, got float32\[3\]/);
    expect(gradcheck((x) => cast(x, 'float32') as Tensor, [row], { eps: 1e-2, atol: 1e-3 }).passed).toBe(true);
  });

  it('compares nothing where there is nothing', () => {
    expect(gradcheck((x) => sin(x) as Tensor, [nd([0, 2], [])]).comparisons).toBe(0);
  });

  it('takes trees of arguments and results', () => {
    const f = (p: { w: Tensor; n: number }, list: Tensor[]) => ({
      out: mul(p.w, list[0] as Tensor),
      twice: mul(p.w, p.n),
    });
    expect(gradcheck(f as never, [{ w: tensorOfCopy(row), n: 2 }, [tensorOfCopy(row)]]).passed).toBe(true);
  });

  it('G17 gradgradcheck: finds wrong second derivatives, in either order of modes', () => {
    expect(gradgradcheck(product, [point, row]).passed).toBe(true);
    const f = customVjp(
      (x: Tensor) => sin(x),
      (x: Tensor) => [sin(x), x],
      (x: Tensor, ct: Tensor) => [mul(ct, add(cos(x), sub(bothWrong(x), sin(stopGradient(x))))) as Tensor],
    );
    const checks = (options: object): string[] =>
      gradgradcheck(f, [nd([1], [0])], { raise: false, ...options }).failures.map(({ check }) => check);
    expect(checks({})).toEqual(['reverse', 'forward']);
    expect(checks({ checkFwdOverRev: false })).toEqual(['reverse']);
    expect(checks({ checkRevOverRev: false })).toEqual(['forward']);
  });

  it('J6 custom rules: two rules of one function are held together by the adjoint identity', () => {
    const with2 = (slope: number) =>
      customVjp(
        (x: Tensor) => mul(x, x) as Tensor,
        (x: Tensor) => [mul(x, x) as Tensor, x],
        (x: Tensor, ct: Tensor) => [mul(ct, mul(x, 2)) as Tensor],
        { jvp: ([x], [dx]) => [mul(x, x) as Tensor, mul(dx, mul(x, slope)) as Tensor] },
      );
    expect(gradcheck(with2(2), [row]).passed).toBe(true);
    expect(gradcheck(with2(3), [row], { raise: false }).failures.map(({ check }) => check)).toEqual([
      'forward',
      'adjoint',
    ]);
  });
});
