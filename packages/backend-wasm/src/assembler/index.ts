/** The assembler's parts in one place: module and function builders, and the typed instruction methods. */
export type { Expression, Operand, ValueType } from './expression.ts';
export { f32, f32x4, f64, f64x2, i8x16, i16x8, i32, i32x4, i64, i64x2, select, shuffle32, v128 } from './expression.ts';
export type { FunctionReference, Label, Local, ParameterLocals, ParameterTypes } from './function-builder.ts';
export { FunctionBuilder } from './function-builder.ts';
export type { FunctionDeclaration, MemoryImport } from './module-builder.ts';
export { ModuleBuilder } from './module-builder.ts';
