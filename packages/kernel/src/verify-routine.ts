/** Checks routine kernels: dtypes, what statements may write, and that buffers are as long as their instances need. */
import { type DType, internal, isDType } from '@deft/core';
import type { Expression } from './expression.ts';
import type { BufferSpec, RoutineKernel } from './kernel.ts';
import type { Statement } from './routine.ts';
import { type Surroundings, verifyExpression } from './verify-expression.ts';

/** Throws an `internal:` error unless the kernel keeps every invariant of routines. */
export function verifyRoutine(kernel: RoutineKernel, buffers: readonly BufferSpec[], where: string): void {
  const { routine, instances, buffers: ids } = kernel;
  const { label, arrays, variables, body } = routine;
  const check = (condition: boolean, message: string): void => {
    if (!condition) internal(`${where} ${label}: ${message}`);
  };
  check(/^[A-Za-z]\w*$/.test(label), 'a label that is no word');
  check(Number.isSafeInteger(instances) && instances >= 0, `${instances} instances`);
  check(ids.length === arrays.length, `${ids.length} buffers for ${arrays.length} arrays`);
  check(
    new Set(ids.filter((_, i) => arrays[i]?.role === 'result')).size ===
      ids.filter((_, i) => arrays[i]?.role === 'result').length,
    'two results in one buffer',
  );
  arrays.forEach(({ dtype, length }, i) => {
    const buffer = buffers[ids[i] as number] as BufferSpec;
    check(buffer.dtype === dtype, `array ${i} is ${dtype}, its buffer ${buffer.dtype}`);
    check(
      length * instances === buffer.length,
      `array ${i}: ${instances} times ${length} elements of ${buffer.length}`,
    );
  });
  for (const dtype of variables) check(isDType(dtype), `a variable of ${String(dtype)}`);
  const never = (): never => internal(`${where} ${label}: a load through a view`);
  const surroundings: Surroundings = {
    where: `${where} ${label}`,
    space: [],
    keptAxes: 0,
    reduced: [],
    variables,
    onLoad: never,
    onGather: (array, dtype) => {
      check(arrays[array]?.dtype === dtype, `array ${array} is read as ${dtype}`);
    },
  };
  const verify = (expression: Expression, dtype: DType, what: string): void => {
    verifyExpression(expression, surroundings);
    check(expression.dtype === dtype, `${what} is ${expression.dtype}, not ${dtype}`);
  };
  const counting = new Set<number>();
  const verifyAll = (statements: readonly Statement[]): void => {
    for (const statement of statements) verifyStatement(statement);
  };
  const verifyStatement = (statement: Statement): void => {
    switch (statement.kind) {
      case 'assign': {
        const { variable, value } = statement;
        const dtype = variables[variable] ?? internal(`${where} ${label}: there is no variable ${variable}`);
        check(!counting.has(variable), `variable ${variable} is assigned while a loop counts with it`);
        verify(value, dtype, `the value of variable ${variable}`);
        break;
      }
      case 'store': {
        const array = arrays[statement.array] ?? internal(`${where} ${label}: there is no array ${statement.array}`);
        check(array.role === 'result', `stores into array ${statement.array}, which is an input`);
        verify(statement.offset, 'int32', 'an offset');
        verify(statement.value, array.dtype, `an element of array ${statement.array}`);
        break;
      }
      case 'loop': {
        const { variable, from, to } = statement;
        check(variables[variable] === 'int32', `a loop counts with variable ${variable}`);
        check(!counting.has(variable), `two loops count with variable ${variable}`);
        verify(from, 'int32', 'the first count');
        verify(to, 'int32', 'the last count');
        counting.add(variable);
        verifyAll(statement.body);
        counting.delete(variable);
        break;
      }
      case 'while':
        verify(statement.condition, 'bool', 'a condition');
        verifyAll(statement.body);
        break;
      case 'if':
        verify(statement.condition, 'bool', 'a condition');
        verifyAll(statement.body);
        verifyAll(statement.otherwise);
        break;
    }
  };
  verifyAll(body);
}
