/** What `cumMax` and `cumMin` share: the call, the kernel, and the shares of the derivative. */
import type { AbstractValue, DType, OperationFunction, Tensor } from '@deft/core';
import type { Form, Scalar } from '@deft/kernel';
import { cast } from '../cast.ts';
import { div } from '../div.ts';
import { equal } from '../equal.ts';
import { linearRecurrence } from '../linear-recurrence.ts';
import { logicalOr } from '../logical-or.ts';
import { maximum } from '../maximum.ts';
import { sub } from '../sub.ts';
import { where } from '../where.ts';
import type { TensorLike } from './convert.ts';
import type { Call } from './define.ts';
import { type CumulativeOptions, type ScanAttributes, scanArguments } from './scan.ts';
import { resultsBefore, type StepDerivatives } from './scan-derivative.ts';
import { scanForms } from './scan-routine.ts';
import type { BinaryTest } from './signatures.ts';

/** Attributes of a running extreme: also what nothing gives, the end of the range of the operand's own dtype. */
export type ExtremeAttributes = ScanAttributes & { readonly start: number };

/** One end of the range of a dtype. */
type RangeEnd = (dtype: DType) => number;

/** The `arguments` of a running extreme; `startOf` gives the end of a dtype's range that every number is beyond. */
export function extremeArguments(
  op: string,
  startOf: RangeEnd,
): (x: TensorLike, options?: CumulativeOptions) => Call<ExtremeAttributes> {
  const call = scanArguments(op);
  return (x, options) => {
    const { inputs, attributes } = call(x, options);
    return { inputs, attributes: { ...attributes, start: startOf((inputs[0] as Tensor).dtype) } };
  };
}

/** The lowering: the elements are compared in their own dtype. */
export function extremeForms(
  x: AbstractValue,
  y: AbstractValue,
  attributes: ExtremeAttributes,
  which: 'max' | 'min',
): readonly Form[] {
  return scanForms([x], y, attributes, {
    label: 'runningExtreme',
    held: [{ dtype: x.dtype, start: attributes.start }],
    next: ([extreme], [element]) => [(extreme as Scalar)[which](element as Scalar)],
  });
}

/**
 * The shares of a result: all is the element's where it beats those before it, nothing where it is beaten, and n equal ones get
 * the n-th part each. Of a NaN nobody has a share.
 */
export function extremeSteps(
  x: Tensor,
  y: Tensor,
  attributes: ExtremeAttributes,
  beats: OperationFunction<BinaryTest>,
): StepDerivatives {
  const { axis, reverse, start } = attributes;
  const before = resultsBefore(y, attributes, start);
  const isEqual = equal(x, before);
  const isBeaten = beats(before, x);
  const reaches = logicalOr(beats(x, before), isEqual);
  const counted = x.dtype === 'float64' ? 'float64' : 'float32';
  const number = (condition: Tensor): Tensor => cast(condition, counted) as Tensor;
  const equals = linearRecurrence(number(logicalOr(isBeaten, isEqual) as Tensor), number(reaches as Tensor), {
    axis,
    reverse,
  });
  const taken = cast(where(reaches, div(1, maximum(equals, 1)), 0), x.dtype) as Tensor;
  return { kept: where(isBeaten, 1, where(isEqual, sub(1, taken), 0)) as Tensor, taken };
}
