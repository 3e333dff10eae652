/**
 * The elementary functions of float32 that run on vectors: each is emitted once into a module that uses it and called from
 * there. An element alone goes through the same function, so it gets the same bits as in a vector.
 */
import type { DType } from '@deft/core';
import type { UnaryScalar } from '@deft/kernel';
import type { FunctionReference, ModuleBuilder } from '../assembler/index.ts';
import { emitVectorFunction, type VectorFunctionName, vectorFunctions } from '../templates/math.ts';

type VectorFunctionReference = FunctionReference<'v128'[], 'v128'>;

const emitted = new WeakMap<ModuleBuilder, Map<VectorFunctionName, VectorFunctionReference>>();

/** The function of four floats that computes a scalar op, if there is one. */
export function vectorFunction(
  module: ModuleBuilder,
  op: UnaryScalar,
  dtype: DType,
): VectorFunctionReference | undefined {
  if (dtype !== 'float32' || !Object.hasOwn(vectorFunctions, op)) return undefined;
  const name = op as VectorFunctionName;
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
