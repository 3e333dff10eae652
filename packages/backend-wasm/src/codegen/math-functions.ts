/**
 * The elementary functions of float32 that run on vectors. On vectors they are written in line, which is worth half of their
 * time, until a module has many of them; then, and for an element alone, they are functions of the module. The
 * instructions are the same, so an element gets the same bits either way.
 */
import type { DType } from '@deft/core';
import type { UnaryScalar } from '@deft/kernel';
import type { Expression, FunctionBuilder, FunctionReference, Local, ModuleBuilder } from '../assembler/index.ts';
import { emitVectorFunction, type VectorFunctionName, vectorFunctions } from '../templates/math.ts';

type VectorFunctionReference = FunctionReference<'v128'[], 'v128'>;

const emitted = new WeakMap<ModuleBuilder, Map<VectorFunctionName, VectorFunctionReference>>();

/** More than so many in a module cost more in compilation and instruction caches than calls do. */
const mostInLine = 12;
const inLine = new WeakMap<ModuleBuilder, number>();

/** A scalar op on four floats, if there is a function for it. */
export function applyVectorFunction(
  module: ModuleBuilder,
  f: FunctionBuilder,
  op: UnaryScalar | VectorFunctionName,
  dtype: DType,
  x: Local<'v128'>,
): Expression<'v128'> | undefined {
  if (!isOnVectors(op, dtype)) return undefined;
  const count = inLine.get(module) ?? 0;
  if (count >= mostInLine) return f.call(functionOf(module, op), x);
  inLine.set(module, count + 1);
  return vectorFunctions[op](f, x, module);
}

/** The function of four floats that computes a scalar op, if there is one. */
export function vectorFunction(
  module: ModuleBuilder,
  op: UnaryScalar,
  dtype: DType,
): VectorFunctionReference | undefined {
  return isOnVectors(op, dtype) ? functionOf(module, op) : undefined;
}

function isOnVectors(op: UnaryScalar | VectorFunctionName, dtype: DType): op is VectorFunctionName {
  return dtype === 'float32' && Object.hasOwn(vectorFunctions, op);
}

function functionOf(module: ModuleBuilder, name: VectorFunctionName): VectorFunctionReference {
  let known = emitted.get(module);
  if (known === undefined) {
    known = new Map();
    emitted.set(module, known);
  }
  let reference = known.get(name);
  if (reference === undefined) {
    reference = emitVectorFunction(module, name);
    known.set(name, reference);
  }
  return reference;
}
