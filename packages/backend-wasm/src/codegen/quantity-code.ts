/**
 * The numbers of kernels as code: known ones are constants, unknown ones are read from the list that a function is given.
 */
import { bytesOf, type DType } from '@deft/core';
import type { Quantity, Scaling, Unknown } from '@deft/kernel';
import { type Expression as Code, type FunctionBuilder, f32, f64, i32, i64, type Local } from '../assembler/index.ts';
import { scalarConstant } from './scalar-code.ts';

/** Quantities as code of one function. An unknown number is read once, when the function begins. */
export class QuantityCode {
  readonly #f: FunctionBuilder;
  readonly #list: Local<'i32'> | undefined;
  readonly #scaling: Scaling;
  readonly #locals = new Map<string, Local>();

  /** `list` is the address of the unknown numbers. */
  constructor(f: FunctionBuilder, scaling: Scaling, list: Local<'i32'> | undefined) {
    this.#f = f;
    this.#scaling = scaling;
    this.#list = list;
  }

  /** A multiple of a number, which is no more work than the number. */
  scaled(quantity: Quantity, factor: number): Quantity {
    return this.#scaling.scaled(quantity, factor);
  }

  /** A count, an offset or a stride. */
  index(quantity: Quantity): Code<'i32'> {
    if (typeof quantity === 'number') return i32.const(quantity);
    return this.#read(quantity, 'i32', (value) => i32.wrapI64(i64.truncSatF64S(value))) as Code<'i32'>;
  }

  /** An element of that dtype. */
  element(dtype: DType, quantity: Quantity): Code {
    if (typeof quantity === 'number') return scalarConstant(dtype, quantity);
    const { type } = scalarConstant(dtype, 0);
    if (type === 'f64') return this.#read(quantity, 'f64', (value) => value);
    if (type === 'f32') return this.#read(quantity, 'f32', (value) => f32.demoteF64(value));
    if (type === 'i64') return this.#read(quantity, 'i64', (value) => i64.truncSatF64S(value));
    return this.index(quantity);
  }

  #read({ slot }: Unknown, type: string, convert: (value: Code<'f64'>) => Code): Local {
    const key = `${slot} ${type}`;
    let local = this.#locals.get(key);
    if (local === undefined) {
      const list = this.#list as Local<'i32'>;
      local = this.#f.letAtEntry(convert(f64.load(list, slot * bytesOf('float64'))), 'unknown');
      this.#locals.set(key, local);
    }
    return local;
  }
}
