/**
 * Scalar functions that wasm has no instructions for and that no template covers: the kernel language's own host
 * functions, imported into the module and called once for each element. They take and give doubles (integers: `i32`, and
 * `int64` comes as bigint).
 */
import { type DType, isInteger } from '@deft/core';
import { type BinaryScalar, binaryFunction, type UnaryScalar, unaryFunction } from '@deft/kernel';
import type { FunctionReference, ModuleBuilder } from '../assembler/index.ts';

/** The import module's name. */
export const hostModule = 'host';

/** Name of the import: `pow` for floats, `pow int32` for integers. */
function importName(op: string, dtype: DType): string {
  return isInteger(dtype) ? `${op} ${dtype}` : op;
}

/** Declares the import of a scalar function in a module. */
export function importHostFunction(
  module: ModuleBuilder,
  op: UnaryScalar | BinaryScalar,
  dtype: DType,
  arity: 1 | 2,
): FunctionReference {
  const type = dtype === 'int64' ? 'i64' : isInteger(dtype) ? 'i32' : 'f64';
  return module.importFunction(hostModule, importName(op, dtype), new Array<typeof type>(arity).fill(type), type);
}

const unaryOps: readonly UnaryScalar[] = [
  'exp',
  'expm1',
  'log',
  'log1p',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
  'erf',
];
const binaryOps: readonly BinaryScalar[] = ['pow', 'rem', 'atan2'];

/** Everything that modules may import, made once for the backend. */
export function hostFunctions(): Record<string, (...values: number[]) => number> {
  const table: Record<string, (...values: number[]) => number> = {};
  for (const op of unaryOps) table[op] = unaryFunction(op, 'float64') as (...values: number[]) => number;
  for (const op of binaryOps) table[op] = binaryFunction(op, 'float64') as (...values: number[]) => number;
  const signed = binaryFunction('pow', 'int32');
  const unsigned = binaryFunction('pow', 'uint32');
  table[importName('pow', 'int32')] = (x, y) => signed(x as number, y as number);
  table[importName('pow', 'uint32')] = (x, y) => unsigned((x as number) >>> 0, (y as number) >>> 0);
  table[importName('pow', 'int64')] = binaryFunction('pow', 'int64') as (...values: number[]) => number;
  return table;
}
