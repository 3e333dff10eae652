/** Routine kernels as C functions: variables are locals, statements the statements of C, run for one instance after the other. */
import { internal } from '@deft/core';
import {
  type BufferSpec,
  type Expression,
  foldExpression,
  Quantities,
  type Quantity,
  type RoutineKernel,
  routineConstants,
  type Statement,
} from '@deft/kernel';
import { decoded, encoded, literal, storedType, valueType } from './c-types.ts';
import { quantityCode } from './point-code.ts';
import { operationCode } from './scalar-code.ts';

/** A generated function: `static void name(void *const *b, const double *q, long from, long to)` over instances. */
export interface RoutineFunction {
  readonly source: string;
  listFor(kernel: RoutineKernel): Float64Array;
}

/** Writes the function of a routine kernel, given for one or more sizes. */
export function emitRoutine(
  name: string,
  samples: readonly RoutineKernel[],
  buffers: readonly BufferSpec[],
): RoutineFunction {
  const kernel = samples[0] ?? internal('a function of no kernel');
  const { arrays, variables, body } = kernel.routine;
  const quantities = new Quantities(samples);
  const constants = routineConstants(samples, quantities);
  const lengths = arrays.map((_, i) => quantities.of((own) => own.routine.arrays[i]?.length ?? 0));
  const writer = new RoutineWriter(constants);
  const lines = [
    `static __attribute__((hot)) void ${name}(void *const *b, const double *q, long from, long to) {`,
    'for (long instance = from; instance < to; instance++) {',
    ...arrays.map((_, i) => {
      const buffer = kernel.buffers[i] as number;
      const type = storedType((buffers[buffer] as BufferSpec).dtype);
      return `${type} *const p${i} = (${type} *)b[${buffer}] + instance * ${quantityCode(lengths[i] as Quantity)};`;
    }),
    ...variables.map((dtype, i) => `${valueType(dtype)} x${i} = 0;`),
    ...writer.statements(body),
    '}',
    '}',
  ];
  return { source: lines.join('\n'), listFor: (own) => quantities.listFor(own) };
}

class RoutineWriter {
  readonly #constants: ReadonlyMap<Expression, Quantity>;
  #names = 0;

  constructor(constants: ReadonlyMap<Expression, Quantity>) {
    this.#constants = constants;
  }

  statements(list: readonly Statement[]): string[] {
    return list.flatMap((statement) => ['{', ...this.#statement(statement), '}']);
  }

  #statement(statement: Statement): string[] {
    switch (statement.kind) {
      case 'assign': {
        const { lines, value } = this.#value(statement.value);
        return [...lines, `x${statement.variable} = ${value};`];
      }
      case 'store': {
        const offset = this.#value(statement.offset);
        const { lines, value } = this.#value(statement.value);
        const place = `p${statement.array}[${offset.value}]`;
        return [...offset.lines, ...lines, `${place} = ${encoded(statement.value.dtype, value)};`];
      }
      case 'loop': {
        const to = this.#value(statement.to);
        const from = this.#value(statement.from);
        const end = this.#newName();
        const index = `x${statement.variable}`;
        return [
          ...to.lines,
          ...from.lines,
          `const int32_t ${end} = ${to.value};`,
          `for (${index} = ${from.value}; ${index} < ${end}; ${index}++) {`,
          ...this.statements(statement.body),
          '}',
        ];
      }
      case 'while': {
        const { lines, value } = this.#value(statement.condition);
        return ['for (;;) {', ...lines, `if (!${value}) break;`, ...this.statements(statement.body), '}'];
      }
      case 'if': {
        const { lines, value } = this.#value(statement.condition);
        return [
          ...lines,
          `if (${value}) {`,
          ...this.statements(statement.body),
          '} else {',
          ...this.statements(statement.otherwise),
          '}',
        ];
      }
    }
  }

  #newName(): string {
    return `v${this.#names++}`;
  }

  #value(root: Expression): { lines: string[]; value: string } {
    const lines: string[] = [];
    const value = foldExpression<string>(root, (node, parts) => {
      const code = this.#node(node, parts);
      if (node.kind === 'constant') return code;
      const name = this.#newName();
      lines.push(`const ${valueType(node.dtype)} ${name} = ${code};`);
      return name;
    });
    return { lines, value };
  }

  #node(node: Expression, parts: readonly string[]): string {
    const operation = operationCode(node, parts);
    if (operation !== undefined) return operation;
    switch (node.kind) {
      case 'constant': {
        const known = this.#constants.get(node) ?? node.value;
        return typeof known === 'number' ? literal(node.dtype, known) : `((${valueType(node.dtype)})q[${known.slot}])`;
      }
      case 'variable':
        return `x${node.variable}`;
      case 'gather':
        return decoded(node.dtype, `p${node.operand}[${parts[0]}]`);
      default:
        return internal(`${node.kind} in a routine`);
    }
  }
}
