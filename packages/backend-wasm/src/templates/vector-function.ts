/** The form of the elementary functions on vectors. */
import type { Expression, FunctionBuilder, Local, ModuleBuilder } from '../assembler/index.ts';

/** Emits the instructions of a function of one vector; the result is a fresh local. A function may call others of its module. */
export type VectorFunction = (f: FunctionBuilder, x: Expression<'v128'>, module: ModuleBuilder) => Local<'v128'>;
