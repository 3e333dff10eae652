/**
 * Runs routines on host arrays: every statement becomes a function once, which then runs for each instance. Reads and stores
 * outside of an instance's part are caught.
 */
import { type DType, internal, type TypedArray, toElement } from '@deft/core';
import type { Elements } from './evaluator.ts';
import { type Expression, foldExpression } from './expression.ts';
import type { RoutineKernel } from './kernel.ts';
import type { Statement } from './routine.ts';
import { binaryFunction, castFunction, comparisonFunctions, unaryFunction } from './scalar-functions.ts';

type Value = () => number;
type Step = () => void;

/** The parts of one instance, and its variables. */
interface State {
  readonly arrays: TypedArray[];
  readonly dtypes: readonly DType[];
  readonly variables: number[];
}

/** Runs a routine kernel over the buffers of its program. */
export function runRoutine({ routine, instances, buffers: ids }: RoutineKernel, buffers: readonly Elements[]): void {
  const wholes = ids.map((id) => buffers[id] ?? internal(`there is no buffer ${id}`));
  const state: State = {
    arrays: wholes.map((whole) => whole.data),
    dtypes: wholes.map((whole) => whole.dtype),
    variables: [],
  };
  const run = sequence(routine.body, state);
  for (let instance = 0; instance < instances; instance++) {
    routine.arrays.forEach(({ length }, i) => {
      state.arrays[i] = (wholes[i] as Elements).data.subarray(instance * length, (instance + 1) * length);
    });
    routine.variables.forEach((dtype, i) => {
      state.variables[i] = toElement(dtype, 0);
    });
    run();
  }
}

function sequence(statements: readonly Statement[], state: State): Step {
  const steps = statements.map((statement) => stepOf(statement, state));
  return () => {
    for (const step of steps) step();
  };
}

function stepOf(statement: Statement, state: State): Step {
  const { variables, arrays } = state;
  switch (statement.kind) {
    case 'assign': {
      const value = valueOf(statement.value, state);
      return () => {
        variables[statement.variable] = value();
      };
    }
    case 'store': {
      const offset = valueOf(statement.offset, state);
      const value = valueOf(statement.value, state);
      return () => {
        const array = arrays[statement.array] as TypedArray;
        array[inside(offset(), array)] = value();
      };
    }
    case 'loop': {
      const from = valueOf(statement.from, state);
      const to = valueOf(statement.to, state);
      const body = sequence(statement.body, state);
      return () => {
        const end = to();
        for (let i = from(); i < end; i++) {
          variables[statement.variable] = i;
          body();
        }
      };
    }
    case 'while': {
      const condition = valueOf(statement.condition, state);
      const body = sequence(statement.body, state);
      return () => {
        while (condition() !== 0) body();
      };
    }
    case 'if': {
      const condition = valueOf(statement.condition, state);
      const then = sequence(statement.body, state);
      const otherwise = sequence(statement.otherwise, state);
      return () => {
        if (condition() !== 0) then();
        else otherwise();
      };
    }
  }
}

function inside(offset: number, array: TypedArray): number {
  if (offset < 0 || offset >= array.length) internal(`a routine touches element ${offset} of ${array.length}`);
  return offset;
}

function valueOf(root: Expression, state: State): Value {
  return foldExpression<Value>(root, (node, parts) => nodeValue(node, parts, state));
}

/** Rounds what a function gives to the dtype. */
function rounded(dtype: DType, f: Value): Value {
  return dtype === 'float64' ? f : () => toElement(dtype, f());
}

function nodeValue(node: Expression, parts: readonly Value[], state: State): Value {
  const [a, b, c] = parts as readonly [Value, Value, Value];
  switch (node.kind) {
    case 'constant': {
      const value = toElement(node.dtype, node.value);
      return () => value;
    }
    case 'variable':
      return () => state.variables[node.variable] as number;
    case 'gather': {
      const { operand, dtype } = node;
      if (state.dtypes[operand] !== dtype) internal(`array ${operand} is not ${dtype}`);
      return () => {
        const array = state.arrays[operand] as TypedArray;
        return array[inside(a(), array)] as number;
      };
    }
    case 'unary': {
      const f = unaryFunction(node.op, node.x.dtype);
      return rounded(node.dtype, () => f(a()));
    }
    case 'binary': {
      const f = binaryFunction(node.op, node.dtype);
      return rounded(node.dtype, () => f(a(), b()));
    }
    case 'compare': {
      const f = comparisonFunctions[node.op];
      return () => (f(a(), b()) ? 1 : 0);
    }
    case 'select':
      return () => (a() !== 0 ? b() : c());
    case 'cast': {
      const f = castFunction(node.x.dtype, node.dtype);
      return rounded(node.dtype, () => f(a()));
    }
    default:
      return internal(`${node.kind} in a routine`);
  }
}
