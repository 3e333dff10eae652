/**
 * Builds a WebAssembly module in the binary format (Core Specification 2.0, §5.5): imported functions and memory,
 * functions, exports, data, and the custom section that names functions for profilers and stack traces. Functions may
 * be imported, declared and defined in any order; indices are given out in `finish`.
 */
import { internal } from '@deft/core';
import { ByteWriter } from './byte-writer.ts';
import type { ValueType } from './expression.ts';
import type { FunctionReference, ParameterLocals, ParameterTypes } from './function-builder.ts';
import { FunctionBuilder, VectorConstants, valueTypeCodes } from './function-builder.ts';

/** Declaration of a function to be defined. */
export interface FunctionDeclaration<P extends ParameterTypes, R extends ValueType | undefined> {
  readonly name: string;
  /** Parameters in order. */
  readonly parameters: P;
  /** Left out: the function gives nothing. */
  readonly result?: R;
  /** Exported under its name. */
  readonly exported?: boolean;
}

/** The memory of a module, always imported. */
export interface MemoryImport {
  readonly module?: string;
  readonly name?: string;
  readonly minimumPages?: number;
  /** Needed for shared memory. */
  readonly maximumPages?: number;
  readonly shared?: boolean;
}

interface ImportedFunction {
  readonly module: string;
  readonly reference: FunctionReference;
}

interface DefinedFunction {
  readonly builder: FunctionBuilder;
  readonly exported: boolean;
  readonly reference: FunctionReference;
}

/** Collects the parts of one module. */
export class ModuleBuilder {
  private readonly imported: ImportedFunction[] = [];
  private readonly defined: DefinedFunction[] = [];
  private readonly segments: { offset: number; bytes: Uint8Array }[] = [];
  private readonly constants = new VectorConstants();
  private memory: MemoryImport | undefined;

  /** Imports the memory; by default `env.memory`. */
  importMemory(memory: MemoryImport = {}): void {
    if (this.memory !== undefined) internal('a module has one memory');
    if (memory.shared === true && memory.maximumPages === undefined) internal('shared memory needs a maximum');
    this.memory = memory;
  }

  /** Imports a function; the same module and name give the same reference again. */
  importFunction<const P extends readonly ValueType[], R extends ValueType | undefined = undefined>(
    module: string,
    name: string,
    parameters: P,
    result?: R,
  ): FunctionReference<P, R> {
    const known = this.imported.find((entry) => entry.module === module && entry.reference.name === name);
    if (known !== undefined) return known.reference as FunctionReference<P, R>;
    const reference: FunctionReference<P, R> = { name, parameters, result: result as R };
    this.imported.push({ module, reference });
    return reference;
  }

  /** Defines a function: `body` is run at once with the builder and the parameters as locals. */
  function<const P extends ParameterTypes, R extends ValueType | undefined = undefined>(
    declaration: FunctionDeclaration<P, R>,
    body: (f: FunctionBuilder, parameters: ParameterLocals<P>) => void,
  ): FunctionReference<P[keyof P][], R> {
    const { name } = declaration;
    if (this.defined.some(({ reference }) => reference.name === name)) internal(`two functions named ${name}`);
    const parameters: ValueType[] = Object.values(declaration.parameters);
    const builder = new FunctionBuilder(name, parameters, declaration.result, this.constants);
    const locals = Object.keys(declaration.parameters).map((key, i) => [key, builder.parameter(i, key)]);
    const reference = { name, parameters, result: declaration.result as R };
    this.defined.push({ builder, exported: declaration.exported ?? false, reference });
    body(builder, Object.fromEntries(locals) as ParameterLocals<P>);
    return reference as FunctionReference<P[keyof P][], R>;
  }

  /** Whether a function calls an imported one, itself or through others of the module. */
  callsImports(reference: FunctionReference): boolean {
    const seen = new Set<object>();
    const visit = (target: object): boolean => {
      if (seen.has(target)) return false;
      seen.add(target);
      const own = this.defined.find((entry) => entry.reference === target);
      return own === undefined || [...own.builder.callTargets()].some(visit);
    };
    return visit(reference);
  }

  /** Bytes copied to a fixed address when the module is instantiated. */
  data(offset: number, bytes: Uint8Array): void {
    this.segments.push({ offset, bytes });
  }

  /** The module's bytes. */
  finish(): Uint8Array<ArrayBuffer> {
    const references = [...this.imported, ...this.defined].map(({ reference }) => reference);
    const indices = new Map<object, number>(references.map((reference, index) => [reference, index]));
    const indexOf = (target: object): number => indices.get(target) ?? internal('call of a function of another module');

    const typeKeys = new Map<string, number>();
    const types = new ByteWriter();
    const typeIndex = ({ parameters, result }: FunctionReference): number => {
      const key = `${parameters.join()}:${result ?? ''}`;
      const known = typeKeys.get(key);
      if (known !== undefined) return known;
      typeKeys.set(key, typeKeys.size);
      types.byte(0x60);
      types.vector(parameters.map((type) => valueTypeCodes[type]));
      types.vector(result === undefined ? [] : [valueTypeCodes[result]]);
      return typeKeys.size - 1;
    };
    const typeIndices = references.map(typeIndex);

    const out = new ByteWriter();
    out.bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    const section = (id: number, count: number, write: (body: ByteWriter) => void): void => {
      if (count === 0) return;
      const body = new ByteWriter();
      body.u32(count);
      write(body);
      out.byte(id);
      out.vector(body.toBytes());
    };

    section(1, typeKeys.size, (body) => body.bytes(types.toBytes()));
    section(2, this.imported.length + (this.memory === undefined ? 0 : 1), (body) =>
      this.writeImports(body, typeIndices),
    );
    section(3, this.defined.length, (body) => {
      for (const index of typeIndices.slice(this.imported.length)) body.u32(index);
    });
    section(6, this.constants.all.length, (body) => {
      for (const values of this.constants.all) {
        body.bytes([valueTypeCodes.v128, 0x00, 0xfd]);
        body.u32(12);
        body.bytes(values);
        body.byte(0x0b);
      }
    });
    const exported = this.defined.filter((entry) => entry.exported);
    section(7, exported.length, (body) => {
      for (const { reference } of exported) {
        body.name(reference.name);
        body.byte(0x00);
        body.u32(indexOf(reference));
      }
    });
    section(10, this.defined.length, (body) => {
      for (const { builder } of this.defined) body.vector(builder.finish(indexOf));
    });
    section(11, this.segments.length, (body) => {
      for (const { offset, bytes } of this.segments) {
        body.bytes([0x00, 0x41]);
        body.s32(offset);
        body.byte(0x0b);
        body.vector(bytes);
      }
    });
    writeNames(out, references);
    return out.toBytes();
  }

  private writeImports(body: ByteWriter, typeIndices: readonly number[]): void {
    for (const [i, { module, reference }] of this.imported.entries()) {
      body.name(module);
      body.name(reference.name);
      body.byte(0x00);
      body.u32(typeIndices[i] as number);
    }
    if (this.memory === undefined) return;
    const { module = 'env', name = 'memory', minimumPages = 0, maximumPages, shared = false } = this.memory;
    body.name(module);
    body.name(name);
    body.byte(0x02);
    body.byte((maximumPages === undefined ? 0 : 1) | (shared ? 2 : 0));
    body.u32(minimumPages);
    if (maximumPages !== undefined) body.u32(maximumPages);
  }
}

/** The custom section `name` with function names (Core Specification, appendix "Custom Sections"). */
function writeNames(out: ByteWriter, references: readonly FunctionReference[]): void {
  const names = new ByteWriter();
  names.u32(references.length);
  for (const [index, { name }] of references.entries()) {
    names.u32(index);
    names.name(name);
  }
  const body = new ByteWriter();
  body.name('name');
  body.byte(1);
  body.vector(names.toBytes());
  out.byte(0);
  out.vector(body.toBytes());
}
