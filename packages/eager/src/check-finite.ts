/** Looks for NaN and infinities in what an op gives, for `checkNumerics`. */
import { isComplex, isFloating, type Operation, raise, type Tensor, type TypedArray } from '@deft/core';

function elementsOf(tensor: Tensor): readonly number[] | undefined {
  if (!isFloating(tensor.dtype) && !isComplex(tensor.dtype)) return undefined;
  return Array.from(tensor.interpreter.readSync(tensor) as Exclude<TypedArray, BigInt64Array>);
}

/** `float32[3] from -1 to 2, 1 NaN`. */
function rangeOf(tensor: Tensor): string {
  const elements = elementsOf(tensor);
  const { text } = tensor.abstract;
  if (elements === undefined || elements.length === 0) return text;
  const finite = elements.filter(Number.isFinite);
  const range =
    finite.length === 0
      ? ''
      : ` from ${finite.reduce((a, b) => Math.min(a, b))} to ${finite.reduce((a, b) => Math.max(a, b))}`;
  const count = (what: string, holds: (value: number) => boolean): string => {
    const number = elements.filter(holds).length;
    return number === 0 ? '' : `, ${number} ${what}`;
  };
  const infinite = (value: number): boolean => Math.abs(value) === Number.POSITIVE_INFINITY;
  return `${text}${range}${count('NaN', Number.isNaN)}${count('infinite', infinite)}`;
}

/** Throws `E_NUMERICS` where a result of the op is not finite. */
export function checkFinite(operation: Operation, inputs: readonly Tensor[], results: readonly Tensor[]): void {
  results.forEach((result, i) => {
    const elements = elementsOf(result);
    const bad = elements?.filter((element) => !Number.isFinite(element)).length ?? 0;
    if (bad === 0) return;
    const which = results.length === 1 ? 'the result' : `result ${i}`;
    const given = inputs.map(
      (input, k) => `${operation.inputs[operation.variadic ? 0 : k] ?? `input ${k}`} ${rangeOf(input)}`,
    );
    raise('E_NUMERICS', {
      op: operation.name,
      says: `${bad} of ${elements?.length} elements of ${which} are NaN or infinite; ${given.join('; ')}`,
      hint: 'the op that is named is the first to give one; checkNumerics(false) goes on without looking',
    });
  });
}
