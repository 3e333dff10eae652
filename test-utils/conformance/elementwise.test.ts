/**
 * Every elementwise op on every special number (pairs of them for two operands), in every dtype it takes: long enough for
 * vectors and their remainders, which samples of a few elements do not reach.
 */
import {
  abstractValue,
  allOperations,
  DeftError,
  type DType,
  dtypeNames,
  isComplex,
  type NdArray,
  nd,
  type Operation,
  roundToBfloat16,
  roundToFloat16,
} from '@deft/core';
import { traceGraph } from '@deft/graph';
import { describe, it } from 'vitest';
import { callOperation } from './calls.ts';
import { limitationOf } from './check-values.ts';
import { Findings } from './findings.ts';
import { expectedOf, modes, on, oracle, type TensorsFunction } from './modes.ts';
import { expectResults } from './tolerance.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const common = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  1.5,
  2.5,
  -2.5,
  3,
  0.1,
  -0.7,
  7,
  -30.25,
  88.9,
  -104.5,
  1000.5,
  nan,
  infinity,
  -infinity,
];
const elements: Readonly<Record<DType, readonly number[]>> = {
  float32: [
    ...common,
    2 ** -149,
    -(2 ** -149),
    2 ** -126,
    2 ** -24,
    2 ** 24,
    2 ** 31,
    -(2 ** 31),
    1e30,
    (2 - 2 ** -23) * 2 ** 127,
  ],
  float64: [
    ...common,
    Number.MIN_VALUE,
    -Number.MIN_VALUE,
    2 ** -1022,
    2 ** -53,
    2 ** 53,
    709.9,
    -746,
    1e300,
    Number.MAX_VALUE,
  ],
  int32: [0, 1, -1, 2, -2, 3, 7, -7, 30, 31, 32, 33, 100, -100, 65536, 2 ** 31 - 1, -(2 ** 31), -(2 ** 31) + 1, 12345],
  uint32: [0, 1, 2, 3, 7, 30, 31, 32, 33, 100, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 4294960000],
  bool: [0, 1, 1, 0, 0, 0, 1, 1, 1],
  int8: [0, 1, -1, 2, -2, 3, 7, -7, 31, 100, -100, 127, -128, -127],
  uint8: [0, 1, 2, 3, 7, 31, 100, 127, 128, 200, 255],
  int64: [0, 1, -1, 2, -2, 3, 7, -7, 31, 100, -100, 65536, 12345],
  float16: [...common.map(roundToFloat16), 2 ** -24, -(2 ** -24), 2 ** -14, 65504, -65504, 1 + 2 ** -10],
  bfloat16: [...common.map(roundToBfloat16), 2 ** -133, 2 ** -126, 2 ** 127, 1 + 2 ** -7],
  complex64: [],
};

/** Arrays whose broadcast has every combination of elements. */
function combinations(dtype: DType, count: number): NdArray[] {
  const all = elements[dtype];
  return Array.from({ length: count }, (_, i) =>
    nd([all.length, ...new Array<number>(count - 1 - i).fill(1)], all, dtype),
  );
}

/** Whether all that an op does is elementwise, on these inputs. */
function isElementwise(f: TensorsFunction, inputs: readonly NdArray[]): boolean {
  const types = inputs.map(({ shape, dtype }) => abstractValue(shape, dtype));
  const { graph } = on(oracle, () => traceGraph((tensors) => [...f(tensors)], types));
  const isPure = ({ operation }: { readonly operation: Operation }): boolean => operation.batch === 'elementwise';
  return graph.nodes.length > 0 && graph.nodes.every(isPure);
}

/** What the oracle gives; nothing where whole numbers go beyond what it can hold, which is a matter of the kernels' own tests. */
function oracleResults(f: TensorsFunction, inputs: readonly NdArray[]): NdArray[] | undefined {
  try {
    return expectedOf(f, inputs);
  } catch (error) {
    const isBeyond = error instanceof DeftError && error.code === 'E_VALUE' && inputs[0]?.dtype === 'int64';
    if (isBeyond) return undefined;
    throw error;
  }
}

function checkDType(operation: Operation, dtype: DType, findings: Findings): void {
  const inputs = combinations(dtype, operation.inputs.length);
  const f: TensorsFunction = (tensors) => callOperation(operation, tensors, operation.samples[0]?.rest ?? []);
  try {
    if (!isElementwise(f, inputs)) return;
  } catch (error) {
    if (error instanceof DeftError) return; // the op does not take this dtype, as its error samples say
    throw error;
  }
  const expected = oracleResults(f, inputs);
  if (!expected) return;
  const ulp = Math.max(4, ...operation.samples.map((sample) => sample.ulp ?? 4));
  // Among denormal numbers what a composite is made of has few digits: a factor may lose all of them.
  const tolerance = { ulp, scale: 0, denormalUlp: operation.kind === 'composite' ? 64 : ulp };
  for (const mode of modes) {
    if (limitationOf(operation, mode.backend, [dtype])) continue;
    findings.attempt(`${dtype}, ${mode.name}`, () => expectResults(expected, mode.run(f, inputs), tolerance));
  }
}

describe('elementwise ops on special numbers', () => {
  for (const operation of allOperations()) {
    const count = operation.inputs.length;
    if (operation.variadic || count === 0 || count > 2) continue;
    it(operation.name, () => {
      const findings = new Findings();
      for (const dtype of dtypeNames.filter((name) => !isComplex(name)))
        findings.attempt(dtype, () => checkDType(operation, dtype, findings));
      findings.finish();
    });
  }
});
