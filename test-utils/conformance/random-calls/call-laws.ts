/**
 * The laws of one random call: it gives what the oracle gives, with the types its rule states, at once, captured and
 * captured over views, on every backend; its derivatives are adjoint and the limit of differences; and a refused call is
 * refused with the same words everywhere.
 */
import {
  abstractValue,
  allocate,
  DeftError,
  type DType,
  isFloating,
  type Operation,
  sizeOf,
  type Tensor,
  tensorOfCopy,
} from '@deft/core';
import { jit } from '@deft/tensor';
import { type GradFailure, type GradReport, gradcheck } from '@deft/transforms';
import { callOperation, inFloat } from '../calls.ts';
import { limitationOf } from '../check-values.ts';
import { passesHeldOp } from '../held.ts';
import { backends, fetch, modes, on, oracle, type TensorsFunction } from '../modes.ts';
import { isSmooth } from '../smoothness.ts';
import { callText, isSmallCall } from './call-type.ts';
import type { RandomCall, Refusal } from './random-calls.ts';
import { Expected } from './sensitivity.ts';

/** The largest error that any sample of an op may have, and some more: random calls have longer chains of roundings. */
function ulpOf(operation: Operation): number {
  return 12 + Math.max(4, ...operation.samples.map(({ ulp = 4 }) => ulp));
}

const typeText = ({ dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] }): string =>
  `${dtype}[${shape.join(', ')}]`;

const applied =
  ({ operation, rest }: RandomCall): TensorsFunction =>
  (tensors) =>
    callOperation(operation, tensors, rest);

/** Values and types in every mode. Whether the point was well-conditioned. */
export function checkCallValues(call: RandomCall): boolean {
  const { operation, inputs, stated } = call;
  const f = applied(call);
  let expected: Expected;
  try {
    expected = new Expected(f, inputs, ulpOf(operation));
  } catch (error) {
    // The oracle holds whole numbers of 64 bits in doubles, and says so where they do not fit.
    if (
      error instanceof DeftError &&
      error.code === 'E_VALUE' &&
      [...inputs, ...stated].some(({ dtype }) => dtype === 'int64')
    )
      return true;
    throw error;
  }
  const [rule, out] = [stated, expected.results].map((types) => types.map(typeText).join());
  if (rule !== out) throw new Error(`the shape rule states ${rule}, ${out} came out`);
  const dtypes = inputs.map(({ dtype }) => dtype);
  for (const mode of modes) {
    if (limitationOf(operation, mode.backend, dtypes)) continue;
    try {
      expected.compare(mode.run(f, inputs));
    } catch (error) {
      throw new Error(`${mode.name}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
  return !expected.isUnstable;
}

/**
 * Derivatives, also those of the gradient. Whether they could be compared: not where the function is not finite, has no
 * derivative by its own declaration, or has a kink.
 */
export function checkCallDerivatives(call: RandomCall, secondOrder: boolean): boolean {
  const f = (...inputs: Tensor[]): Tensor[] => [...applied(call)(inputs)];
  return on(oracle, () => {
    const inputs = call.inputs.map((input) => inFloat(input, 'float64'));
    const results = fetch(f(...inputs.map(tensorOfCopy))).filter(({ dtype }) => isFloating(dtype));
    if (results.length === 0 || results.some(({ data }) => !Array.from(data, Number).every(Number.isFinite)))
      return false;
    // Some results are float32 whatever the inputs are.
    const coarse = results.every(({ dtype }) => dtype === 'float64') ? {} : { eps: 1e-2, atol: 1e-3, rtol: 1e-2 };
    let report: GradReport;
    try {
      report = gradcheck(f, inputs, { fastMode: true, secondOrder, raise: false, ...coarse });
    } catch (error) {
      if (error instanceof DeftError && error.code === 'E_GRAD') return false;
      throw error;
    }
    if (report.passed) return true;
    const order = report.failures.every(({ check }) => check.startsWith('second order')) ? 2 : 1;
    if (order === 1 && report.failures.some(isCertain)) throw new Error(report.text);
    if (isSmooth(f, inputs, order)) throw new Error(report.text);
    return false;
  });
}

/** Forward and reverse mode contradict each other, which no kink excuses. */
function isCertain({ check, worst }: GradFailure): boolean {
  return !/reverse|forward/.test(check) && Number.isFinite(worst.analytic) && Number.isFinite(worst.numeric);
}

const isFloat = ({ dtype }: { readonly dtype: DType }): boolean => isFloating(dtype);

/** Whether there is something to differentiate, if only an empty tensor, and differences would show it. */
export function hasDerivatives(call: RandomCall): boolean {
  const { operation, inputs, stated } = call;
  if (operation.nonDifferentiable !== undefined || !inputs.some(isFloat) || !stated.some(isFloat)) return false;
  const types = inputs.map(({ shape, dtype }) => abstractValue(shape, dtype));
  return !passesHeldOp(applied(call), types);
}

const wordsOf = (error: DeftError): string => error.message.replace(/\n {2}at .*$/s, '');

/** A refused call fails in every mode with the code and the words of the shape rule. */
export function checkRefusal(operation: Operation, { call, error }: Refusal): void {
  if (!isSmallCall(call, [])) return;
  const inputs = call.inputs.map(({ shape, dtype }) => ({ shape, dtype, data: allocate(dtype, sizeOf(shape)) }));
  const f = (tensors: readonly Tensor[]): Tensor[] => callOperation(operation, tensors, call.rest);
  const captured = jit((...tensors: Tensor[]) => f(tensors), { name: 'conformance' });
  const ways = [
    ['at once', f],
    ['captured', (tensors: readonly Tensor[]) => captured(...tensors)],
  ] as const;
  for (const backend of backends.running) {
    for (const [way, run] of ways) {
      const found = on(backend, () => errorOf(() => run(inputs.map(tensorOfCopy))));
      if (found instanceof DeftError && found.code === error.code && wordsOf(found) === wordsOf(error)) continue;
      const says = found instanceof DeftError ? wordsOf(found) : String(found);
      const where = `${callText(operation, call)}, ${way} on ${backend}`;
      throw new Error(`${where}: the shape rule says ${JSON.stringify(wordsOf(error))}, here ${JSON.stringify(says)}`);
    }
  }
}

function errorOf(f: () => unknown): unknown {
  try {
    f();
  } catch (error) {
    return error;
  }
  return 'nothing';
}
