/**
 * Functions of the host that programs call in the middle of their kernels. A backend copies the operands to the host, calls
 * the function, and copies its results into the kernel's buffers; what is between is here, so it is the same everywhere.
 *
 * Such a function is foreign code. It may throw: the run ends there, with that very error. It may compute on the same backend, also
 * with the program that is calling it; so a backend lets go of nothing that the program still needs, and a program that runs
 * meanwhile finds its tables and its scratch memory as if nothing else ran.
 */
import { type DType, dtypes, type ErrorCode, elementsOf, raise, type TypedArray } from '@deft/core';

/** A function of the host. */
export interface HostFunction {
  /** For people. */
  readonly name: string;
  /**
   * Gives the elements of the results. Operands are copies, each a host array of its buffer's dtype (`float16` in a
   * `Float32Array`, `int64` in a `BigInt64Array`, `bool` as 0 and 1), and so are results, which the caller gives up.
   */
  run(operands: readonly TypedArray[]): readonly TypedArray[];
}

/** What is asked of an array. */
interface Elements {
  readonly dtype: DType;
  readonly length: number;
}

/**
 * The results of a call: as many arrays as there are result buffers, of their dtypes and lengths, each element one that the
 * dtype has. Throws what the function throws, and `E_SHAPE` or `E_DTYPE` about what it gives.
 */
export function callHost(
  host: HostFunction,
  operands: readonly TypedArray[],
  results: readonly Elements[],
): readonly TypedArray[] {
  const given: unknown = host.run(operands);
  const wrong = (code: ErrorCode, expected: string, found: string, argument: string): never =>
    raise(code, { op: host.name, argument, expected, found });
  if (!Array.isArray(given)) return wrong('E_DTYPE', 'a list of arrays', kindOf(given), 'results');
  if (given.length !== results.length) {
    return wrong('E_SHAPE', `${results.length} results`, String(given.length), 'results');
  }
  return results.map(({ dtype, length }, i) => {
    const array: unknown = given[i];
    const { array: kind } = dtypes[dtype];
    const argument = `result ${i}`;
    if (!(array instanceof kind)) return wrong('E_DTYPE', `${dtype} in a ${kind.name}`, kindOf(array), argument);
    if (array.length !== length) return wrong('E_SHAPE', `${length} elements`, String(array.length), argument);
    return isNarrower(dtype) ? elementsOf(dtype, array) : array;
  });
}

/** Whether host arrays of the dtype hold values besides its own. */
const isNarrower = (dtype: DType): boolean => dtype === 'float16' || dtype === 'bfloat16' || dtype === 'bool';

const kindOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? (value.constructor?.name ?? 'object') : typeof value;

/** A function that stands for one which is not there, as in a program that was read from text. */
export function missingFunction(name: string): HostFunction {
  return {
    name,
    run: () => {
      raise('E_ARGUMENT', {
        op: name,
        says: 'the program calls a function of the host, of which it has the name only',
        hint: 'text does not hold functions: put them into the `calls` of the program that was parsed',
      });
    },
  };
}
