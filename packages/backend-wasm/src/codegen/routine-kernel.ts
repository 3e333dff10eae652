/**
 * Code for routines: variables are locals, statements the structured control of WebAssembly. The function takes the address
 * of every array and runs the instances one after the other.
 */
import { bytesOf, type DType, internal } from '@deft/core';
import {
  type Expression,
  foldExpression,
  Quantities,
  type Quantity,
  type RoutineKernel,
  routineConstants,
  type Statement,
} from '@deft/kernel';
import {
  type Expression as Code,
  type FunctionBuilder,
  i32,
  type Local,
  type ModuleBuilder,
  select,
} from '../assembler/index.ts';
import { QuantityCode } from './quantity-code.ts';
import {
  loadScalar,
  scalarBinary,
  scalarBitcast,
  scalarCast,
  scalarCompare,
  scalarConstant,
  scalarUnary,
  storeScalar,
} from './scalar-code.ts';

/**
 * Emits the function of a routine kernel: one address for each array. Given for several sizes, it takes the address of its
 * unknown numbers behind them; what is returned lists those of a size.
 */
export function emitRoutineKernel(
  module: ModuleBuilder,
  name: string,
  samples: readonly RoutineKernel[],
): (kernel: RoutineKernel) => Float64Array | undefined {
  const kernel = samples[0] ?? internal('a function of no kernel');
  const { arrays, variables, body } = kernel.routine;
  const quantities = new Quantities(samples);
  const constants = routineConstants(samples, quantities);
  const instances = quantities.of((own) => own.instances);
  const lengths = arrays.map((_, i) => quantities.of((own) => own.routine.arrays[i]?.length ?? 0));
  const parameters = Object.fromEntries(
    [...arrays.map((_, i) => `p${i}`), ...(quantities.many ? ['list'] : [])].map((each) => [each, 'i32' as const]),
  );
  module.function({ name, parameters, exported: true }, (f, locals) => {
    const all = Object.values(locals) as Local<'i32'>[];
    const pointers = all.slice(0, arrays.length);
    const numbers = new QuantityCode(f, quantities, quantities.many ? all.at(-1) : undefined);
    const writer = new RoutineCode(module, f, pointers, variables, (node) =>
      numbers.element(node.dtype, constants.get(node) ?? node.value),
    );
    f.for({ to: typeof instances === 'number' ? instances : numbers.index(instances) }, () => {
      writer.reset();
      writer.statements(body);
      arrays.forEach(({ dtype }, i) => {
        const bytes = numbers.scaled(lengths[i] as Quantity, bytesOf(dtype));
        f.increment(pointers[i] as Local<'i32'>, numbers.index(bytes));
      });
    });
  });
  return (own) => (quantities.many ? quantities.listFor(own) : undefined);
}

type Constant = Extract<Expression, { kind: 'constant' }>;

class RoutineCode {
  readonly #module: ModuleBuilder;
  readonly #f: FunctionBuilder;
  readonly #pointers: readonly Local<'i32'>[];
  readonly #variables: readonly Local[];
  readonly #dtypes: readonly DType[];
  readonly #constant: (node: Constant) => Code;

  constructor(
    module: ModuleBuilder,
    f: FunctionBuilder,
    pointers: readonly Local<'i32'>[],
    variables: readonly DType[],
    constant: (node: Constant) => Code,
  ) {
    this.#module = module;
    this.#f = f;
    this.#pointers = pointers;
    this.#dtypes = variables;
    this.#constant = constant;
    this.#variables = variables.map((dtype) => f.let(scalarConstant(dtype, 0), 'variable'));
  }

  /** Every instance begins with variables of 0. */
  reset(): void {
    this.#variables.forEach((variable, i) => {
      this.#f.set(variable, scalarConstant(this.#dtypes[i] as DType, 0));
    });
  }

  statements(list: readonly Statement[]): void {
    for (const statement of list) this.#f.scope(() => this.#statement(statement));
  }

  #variable(number: number): Local {
    return this.#variables[number] ?? internal(`there is no variable ${number}`);
  }

  #statement(statement: Statement): void {
    const f = this.#f;
    switch (statement.kind) {
      case 'assign':
        f.set(this.#variable(statement.variable), this.#value(statement.value));
        break;
      case 'store': {
        const { dtype } = statement.value;
        const address = this.#address(statement.array, dtype, this.#value(statement.offset) as Code<'i32'>);
        const at = f.let(address);
        storeScalar(f, dtype, at, this.#value(statement.value));
        break;
      }
      case 'loop': {
        const index = this.#variable(statement.variable) as Local<'i32'>;
        const end = f.let(this.#value(statement.to) as Code<'i32'>, 'end');
        f.set(index, this.#value(statement.from) as Code<'i32'>);
        f.while(i32.ltS(index, end), () => {
          this.statements(statement.body);
          f.increment(index, 1);
        });
        break;
      }
      case 'while':
        f.block((end) => {
          f.loop((again) => {
            f.branchIf(end, i32.eqz(this.#value(statement.condition) as Code<'i32'>));
            this.statements(statement.body);
            f.branch(again);
          });
        });
        break;
      case 'if': {
        const condition = f.let(this.#value(statement.condition) as Code<'i32'>);
        f.if(
          condition,
          () => this.statements(statement.body),
          () => this.statements(statement.otherwise),
        );
        break;
      }
    }
  }

  #address(array: number, dtype: DType, offset: Code<'i32'>): Code<'i32'> {
    return i32.add(this.#pointers[array] as Local<'i32'>, i32.mul(offset, bytesOf(dtype)));
  }

  /** Every node stands in a local, because code of several scalar ops reads its operands more than once. */
  #value(root: Expression): Code {
    return foldExpression<Code>(root, (node, parts) => {
      const code = this.#node(node, parts);
      return node.kind === 'constant' || node.kind === 'variable' ? code : this.#f.let(code);
    });
  }

  #node(node: Expression, parts: readonly Code[]): Code {
    const [module, f] = [this.#module, this.#f];
    const [a, b, c] = parts as readonly [Code, Code, Code];
    switch (node.kind) {
      case 'constant':
        return this.#constant(node);
      case 'variable':
        return this.#variable(node.variable);
      case 'gather':
        return loadScalar(f, node.dtype, this.#address(node.operand, node.dtype, a as Code<'i32'>));
      case 'unary':
        return scalarUnary(module, f, node.op, node.x.dtype, a);
      case 'binary':
        return scalarBinary(module, f, node.op, node.dtype, a, b);
      case 'compare':
        return scalarCompare(node.op, node.x.dtype, a, b);
      case 'select':
        return select(a as Code<'i32'>, b, c);
      case 'cast':
        return scalarCast(f, node.x.dtype, node.dtype, a);
      case 'bitcast':
        return scalarBitcast(f, node.x.dtype, node.dtype, a);
      default:
        return internal(`${node.kind} in a routine`);
    }
  }
}
