/**
 * A program as one C source: a function for each loop, scatter and routine kernel, and one that runs them all, with loops and
 * branches of kernels as loops and branches of C. Given as several samples that differ in numbers only, the source serves every
 * size. What depends on the size it finds in two lists that are made for each (`ProgramData`): arrays (constants, numbers of
 * kernels, tables of products) and whole numbers.
 *
 * A call of the host that stops the program jumps to the end of the loop it stands in, which frees what it has taken, and from there
 * to the end of the one around.
 *
 * Names and texts of users play no part: the source consists of numbers and of words that stand in this package.
 */
import { type DType, internal, toStored } from '@deft/core';
import {
  type BufferSpec,
  bufferBytes,
  type ContractKernel,
  contractAsLoop,
  contractTables,
  invariantProducts,
  type Kernel,
  type KernelProgram,
  kernelListsOf,
  type LoopKernel,
  type RepeatKernel,
  type RoutineKernel,
  type ScatterKernel,
} from '@deft/kernel';
import { hostCallsSource } from '../runtime/host-calls.ts';
import { libraryHeader } from '../runtime/library.ts';
import { scalarsSource } from '../runtime/scalars.ts';
import { squaresSource } from '../runtime/squares.ts';
import { productTime, shortestDivided } from './kernel-time.ts';
import { emitLoop } from './loop-kernel.ts';
import { emitRoutine } from './routine-kernel.ts';
import { emitScatter } from './scatter-kernel.ts';

/** What a program finds when it runs at one size. */
export interface ProgramData {
  readonly arrays: ArrayBufferView[];
  readonly numbers: number[];
}

/** The same kernel in every sample, and the program it stands in. */
interface Sample<K extends Kernel = Kernel> {
  readonly kernel: K;
  readonly program: KernelProgram;
}

/** Adds what a kernel needs at one size; arrays and numbers have the places that the source counts on. */
type Fill = (data: ProgramData, kernel: Kernel, program: KernelProgram) => void;

interface Emitted {
  readonly lines: readonly string[];
  readonly fill: Fill;
}

/** Adds what the kernels within a kernel need. */
function fillLists(
  lists: readonly { readonly fill: readonly Fill[] }[],
  data: ProgramData,
  kernel: Kernel,
  program: KernelProgram,
): void {
  for (const [i, list] of kernelListsOf(kernel).entries()) {
    for (const [k, inner] of list.entries()) {
      (lists[i]?.fill[k] ?? internal('a kernel without code'))(data, inner, program);
    }
  }
}

const specOf = ({ buffers }: KernelProgram, id: number): BufferSpec => buffers[id] ?? internal(`no buffer ${id}`);

/** The name of the function of one program in a library. */
export const programName = (place: number): string => `deft_program${place}`;

/** The source of a library of programs. Functions that are alike but for their names are one. */
export function programsSource(codes: readonly ProgramCode[]): string {
  const known = new Map<string, string>();
  const functions = codes.flatMap((code) =>
    code.functions.map(({ name, source }) => {
      const text = source.replaceAll(name, '');
      const first = known.get(text);
      if (first !== undefined) return `#define ${name} ${first}`;
      known.set(text, name);
      return source;
    }),
  );
  const entries = codes.map(({ entry }) => entry);
  const squares = functions.some((source) => source.includes('transpose_square(')) ? [squaresSource] : [];
  const calls = codes.some(({ callsHost }) => callsHost) ? [hostCallsSource] : [];
  return ['#include <stdlib.h>', scalarsSource, libraryHeader, ...calls, ...squares, ...functions, ...entries].join(
    '\n',
  );
}

interface NamedFunction {
  readonly name: string;
  readonly source: string;
}

/** The source of a program, and what it needs at each size. */
export class ProgramCode {
  /** The program's own function, which calls those of its kernels. */
  readonly entry: string;
  /** The functions of the kernels. */
  readonly functions: NamedFunction[] = [];
  readonly #place: number;
  readonly #fill: Fill[];
  readonly #shortest: number;
  #arrays = 0;
  #numbers = 0;
  #calls = 0;
  #repeats = 0;
  /** The loop of kernels whose end a call jumps to that stops the program; 0 is the program. */
  #around = 0;
  /** Products of the loop that is written now whose right operand is the same in every step, and what packs them. */
  #invariant: { readonly products: ReadonlySet<ContractKernel>; readonly packing: string[]; readonly names: string[] } =
    {
      products: new Set(),
      packing: [],
      names: [],
    };

  /** The code of a program given at some sizes, as one of a library. */
  constructor(samples: readonly KernelProgram[], shortest: number = shortestDivided, place = 0) {
    this.#shortest = shortest;
    this.#place = place;
    const [first = internal('code of no program')] = samples;
    const constants = first.buffers.flatMap((spec, id) => {
      if (spec.role !== 'constant') return [];
      return [`b[${id}] = (void *)d[${this.#array()}];`];
    });
    const { lines, fill } = this.#list(samples.map((program) => ({ program, kernels: program.kernels })));
    this.#fill = fill;
    this.entry = [
      '/* Buffers, arrays and numbers come as addresses in doubles. */',
      `__attribute__((visibility("default"))) void ${programName(place)}(double library, const double *addresses, long count, const double *data, long arrays, const double *n) {`,
      'const Runtime *rt = (const Runtime *)(uintptr_t)library;',
      '(void)rt; (void)n;',
      `void *b[${first.buffers.length + 1}];`,
      `const void *d[${this.#arrays + 1}];`,
      'for (long i = 0; i < count; i++) b[i] = (void *)(uintptr_t)addresses[i];',
      'for (long i = 0; i < arrays; i++) d[i] = (const void *)(uintptr_t)data[i];',
      ...constants,
      ...(this.callsHost ? ['int stopped = 0;', ...lines, 'stop0:;', '}'] : [...lines, '}']),
      '',
    ].join('\n');
  }

  get callsHost(): boolean {
    return this.#calls > 0;
  }

  /** What the program needs at the size of a program. */
  dataFor(program: KernelProgram): ProgramData {
    const data: ProgramData = { arrays: [], numbers: [] };
    for (const { role, dtype, data: elements } of program.buffers) {
      if (role === 'constant') data.arrays.push(toStored(dtype, elements ?? internal('a constant without elements')));
    }
    for (const [i, kernel] of program.kernels.entries()) {
      (this.#fill[i] ?? internal('a kernel without code'))(data, kernel, program);
    }
    return data;
  }

  #array(): number {
    return this.#arrays++;
  }

  #number(): string {
    return `n[${this.#numbers++}]`;
  }

  #list(samples: readonly { readonly program: KernelProgram; readonly kernels: readonly Kernel[] }[]): {
    lines: string[];
    fill: Fill[];
  } {
    const [first = internal('code of no program')] = samples;
    const emitted = first.kernels.map((_, i) =>
      this.#emit(samples.map(({ program, kernels }) => ({ program, kernel: kernels[i] as Kernel }))),
    );
    return { lines: emitted.flatMap(({ lines }) => ['{', ...lines, '}']), fill: emitted.map(({ fill }) => fill) };
  }

  #name(): string {
    return `program${this.#place}_kernel${this.functions.length}`;
  }

  #emit(samples: readonly Sample[]): Emitted {
    const { kernel, program } = samples[0] as Sample;
    switch (kernel.form) {
      case 'loop':
        return this.#loop(
          samples.map((own) => own.kernel as LoopKernel),
          program.buffers,
          (own) => own as LoopKernel,
        );
      case 'contract':
        return this.#contract(samples as readonly Sample<ContractKernel>[]);
      case 'scatter': {
        const sized = (own: Kernel, ownProgram: KernelProgram): { kernel: ScatterKernel; length: number } => ({
          kernel: own as ScatterKernel,
          length: specOf(ownProgram, kernel.result).length,
        });
        const name = this.#name();
        const all = samples.map((own) => sized(own.kernel, own.program));
        const { source, listFor } = emitScatter(name, all, program.buffers);
        this.functions.push({ name, source });
        return {
          lines: [`${name}(b, d[${this.#array()}]);`],
          fill: ({ arrays }, own, ownProgram) => arrays.push(listFor(sized(own, ownProgram))),
        };
      }
      case 'routine': {
        const name = this.#name();
        const all = samples.map((own) => own.kernel as RoutineKernel);
        const { source, listFor } = emitRoutine(name, all, program.buffers);
        this.functions.push({ name, source });
        return {
          lines: [`rt->divide(${name}, b, d[${this.#array()}], (long)${this.#number()}, 1, ${this.#number()} > 0);`],
          fill: ({ arrays, numbers }, own) => {
            const { instances, routine } = own as RoutineKernel;
            arrays.push(listFor(own as RoutineKernel));
            const elements = routine.arrays.reduce((sum, { length }) => sum + length, 0);
            numbers.push(instances, instances * elements >= this.#shortest ? 1 : 0);
          },
        };
      }
      case 'sort': {
        const { source, result, descending, gives } = kernel;
        const dtype: DType = specOf(program, source).dtype;
        const [rows, length] = [this.#number(), this.#number()];
        const call = `rt->sort_${dtype}(b[${source}], b[${result}], (long)${rows}, (long)${length}`;
        return {
          lines: [`${call}, ${descending ? 1 : 0}, ${gives === 'positions' ? 1 : 0});`],
          fill: ({ numbers }, own) => {
            if (own.form === 'sort') numbers.push(own.rows, own.length);
          },
        };
      }
      case 'call': {
        const slot = program.buffers.length;
        const lines = [`if (!call_host(b, ${slot}, ${this.#calls++})) { stopped = 1; goto stop${this.#around}; }`];
        return { lines, fill: () => {} };
      }
      case 'repeat':
        return this.#repeat(samples as readonly Sample<RepeatKernel>[]);
      case 'branch': {
        const { index, branches } = kernel;
        const lists = branches.map((_, i) =>
          this.#list(samples.map((own) => ({ program: own.program, kernels: kernelListsOf(own.kernel)[i] ?? [] }))),
        );
        const cases = lists.flatMap(({ lines }, i) => [`case ${i}: {`, ...lines, '} break;']);
        const last = branches.length - 1;
        return {
          lines: [
            `long index = *(const int32_t *)b[${index}];`,
            `switch (index < 0 ? 0 : index > ${last} ? ${last} : index) {`,
            ...cases,
            '}',
          ],
          fill: (data, own, ownProgram) => {
            fillLists(lists, data, own, ownProgram);
          },
        };
      }
    }
  }

  #loop(
    samples: readonly LoopKernel[],
    buffers: readonly BufferSpec[],
    asLoop: (kernel: Kernel, program: KernelProgram) => LoopKernel,
  ): Emitted {
    const name = this.#name();
    const { source, multiple, at } = emitLoop(name, samples, buffers);
    this.functions.push({ name, source });
    const [extent, isWorthIt] = [this.#number(), this.#number()];
    return {
      lines: [`rt->divide(${name}, b, d[${this.#array()}], (long)${extent}, ${multiple}, ${isWorthIt} > 0);`],
      fill: ({ arrays, numbers }, own, program) => {
        const sized = at(asLoop(own, program));
        arrays.push(sized.list);
        numbers.push(sized.extent, sized.time >= this.#shortest ? 1 : 0);
      },
    };
  }

  #contract(samples: readonly Sample<ContractKernel>[]): Emitted {
    const { kernel, program } = samples[0] as Sample<ContractKernel>;
    if (specOf(program, kernel.result).dtype !== 'float32') {
      const asLoop = (own: Kernel, ownProgram: KernelProgram): LoopKernel =>
        contractAsLoop(own as ContractKernel, ownProgram.buffers);
      return this.#loop(
        samples.map((own) => asLoop(own.kernel, own.program)),
        program.buffers,
        asLoop,
      );
    }
    const tables = Array.from({ length: 6 }, () => `d[${this.#array()}]`);
    const sizes = Array.from({ length: 4 }, () => `(long)${this.#number()}`);
    const buffers = [kernel.left.buffer, kernel.right.buffer, kernel.result].map((id) => `b[${id}]`);
    const panels = this.#packedOnce(kernel, tables, sizes);
    return {
      lines: [
        `const Product product = {${[...buffers, ...tables, ...sizes, panels].join(', ')}};`,
        `rt->product(&product, ${this.#number()} > 0);`,
      ],
      fill: ({ arrays, numbers }, own) => {
        const t = contractTables(own as ContractKernel);
        arrays.push(t.leftRows, t.leftK, t.rightK, t.rightColumns, t.leftBatches, t.rightBatches);
        const batches = t.leftBatches.length;
        const isWorthIt = productTime(batches, t.m, t.n, t.k) >= this.#shortest;
        numbers.push(t.m, t.n, t.k, batches, isWorthIt ? 1 : 0);
      },
    };
  }

  /** The name of the panels of a right operand that the loop around packs before its first step. */
  #packedOnce(kernel: ContractKernel, tables: readonly string[], sizes: readonly string[]): string {
    const { products, packing, names } = this.#invariant;
    if (!products.has(kernel)) return 'NULL';
    const name = `panels${this.#arrays}`;
    const [, , rightK, columns, , batches] = tables;
    const right = `(const char *)b[${kernel.right.buffer}] + *(const int32_t *)${batches}`;
    packing.push(`float *${name} = rt->pack(${right}, ${rightK}, ${columns}, ${sizes[1]}, ${sizes[2]});`);
    names.push(name);
    return name;
  }

  /** Moves the addresses of places from step to step, and copies nothing: see `RepeatKernel`. */
  #repeat(samples: readonly Sample<RepeatKernel>[]): Emitted {
    const { kernel } = samples[0] as Sample<RepeatKernel>;
    const { count, reverse, condition, carries, reads, writes, taken } = kernel;
    const steps = this.#number();
    const slices = [...reads, ...writes].map((slice) => ({ ...slice, bytes: `(long)${this.#number()}` }));
    const carried = carries.map((carry) => ({ ...carry, bytes: `(size_t)${this.#number()}` }));
    const [outer, around, calls] = [this.#invariant, this.#around, this.#calls];
    this.#around = ++this.#repeats;
    const end = `stop${this.#around}`;
    this.#invariant = { products: new Set(invariantProducts(kernel)), packing: [], names: [] };
    const lists = kernelListsOf(kernel).map((_, i) =>
      this.#list(samples.map((own) => ({ program: own.program, kernels: kernelListsOf(own.kernel)[i] ?? [] }))),
    );
    const { packing, names } = this.#invariant;
    this.#invariant = outer;
    this.#around = around;
    const hasCalls = this.#calls > calls;
    const test = condition === undefined ? [] : (lists[0]?.lines ?? []);
    const body = lists.at(-1)?.lines ?? [];
    const moving = carried.filter(({ spare }) => spare !== undefined);
    const written = slices.slice(reads.length);
    const lines = [
      count === undefined
        ? `double steps = ${steps};`
        : `double steps = ${steps}; if (*(const int32_t *)b[${count}] < steps) steps = *(const int32_t *)b[${count}];`,
      'const long most = !(steps > 0) ? 0 : steps < 0x1p62 ? (long)steps : INT64_MAX;',
      ...carried.map(({ initial, current }) => `b[${current}] = b[${initial}];`),
      // Where the number of steps is known, the last one writes to the results.
      condition === undefined ? 'int toResult = most % 2 == 1;' : 'int toResult = 1;',
      'long step = 0;',
      ...packing,
      'for (; step < most; step++) {',
      ...test,
      ...(condition === undefined ? [] : [`if (!*(const uint8_t *)b[${condition.holds}]) break;`]),
      `const long position = ${reverse ? 'most - 1 - step' : 'step'};`,
      ...slices.map(({ stack, place, bytes }) => `b[${place}] = (char *)b[${stack}] + position * ${bytes};`),
      ...moving.map(({ next, spare, result }) => `b[${next}] = toResult ? b[${result}] : b[${spare}];`),
      ...body,
      ...carried.flatMap(({ next }, i) => [`void *after${i} = b[${next}];`]),
      ...carried.map(({ current }, i) => `b[${current}] = after${i};`),
      'toResult = !toResult;',
      '}',
      ...(hasCalls ? [`${end}:;`] : []),
      ...names.map((name) => `free(${name});`),
      ...(hasCalls ? [`if (stopped) goto stop${around};`] : []),
      ...carried.map(
        ({ current, result, bytes }) =>
          `if (b[${current}] != b[${result}]) move_bytes(b[${result}], b[${current}], ${bytes});`,
      ),
      `const long first = ${reverse ? 'most - step' : '0'};`,
      ...written.flatMap(({ stack, bytes }) => [
        `clear_bytes(b[${stack}], (size_t)(first * ${bytes}));`,
        `clear_bytes((char *)b[${stack}] + (first + step) * ${bytes}, (size_t)(((long)${steps} - first - step) * ${bytes}));`,
      ]),
      ...(taken === undefined ? [] : [`*(int32_t *)b[${taken}] = (int32_t)step;`]),
    ];
    return {
      lines,
      fill: (data, own, program) => {
        const there = own as RepeatKernel;
        data.numbers.push(there.steps);
        for (const { place } of [...there.reads, ...there.writes])
          data.numbers.push(bufferBytes(specOf(program, place)));
        for (const { result } of there.carries) data.numbers.push(bufferBytes(specOf(program, result)));
        fillLists(lists, data, there, program);
      },
    };
  }
}
