/** Reads the text of routines that `print-routine.ts` writes. */
import { type DType, dtypeNames } from '@deft/core';
import type { Expression } from './expression.ts';
import type { RoutineKernel } from './kernel.ts';
import { dtypeOf, type Names, readExpression, readNames } from './parse-expression.ts';
import type { RoutineArray, Statement } from './routine.ts';
import type { TokenReader } from './token-reader.ts';

/** What follows the word `routine`. */
export function readRoutine(reader: TokenReader): RoutineKernel {
  const label = reader.take();
  reader.expect('instances');
  const instances = reader.number();
  const arrays: RoutineArray[] = [];
  const buffers: number[] = [];
  while (reader.isName('o')) {
    if (reader.name('o') !== arrays.length) reader.fail(`arrays in order, after o${arrays.length - 1}`);
    reader.expect(':');
    buffers.push(reader.name('b'));
    const dtype = dtypeOf(reader);
    reader.expect('[');
    const length = reader.number();
    reader.expect(']');
    arrays.push({ dtype, length, role: reader.oneOf(['input', 'result'] as const, 'input or result') });
  }
  reader.expect('variables');
  const variables: DType[] = [];
  while (dtypeNames.includes(reader.peek as DType)) variables.push(dtypeOf(reader));
  return { form: 'routine', routine: { label, arrays, variables, body: readBlock(reader) }, instances, buffers };
}

function readBlock(reader: TokenReader): Statement[] {
  reader.expect('{');
  const statements: Statement[] = [];
  while (!reader.accept('}')) statements.push(readStatement(reader));
  return statements;
}

function readStatement(reader: TokenReader): Statement {
  const names: Names = new Map();
  readNames(reader, names);
  const value = (): Expression => readExpression(reader, names);
  if (reader.accept('loop')) {
    const variable = reader.name('v');
    reader.expect('from');
    const from = value();
    reader.expect('to');
    const to = value();
    return { kind: 'loop', variable, from, to, body: readBlock(reader) };
  }
  if (reader.accept('while')) return { kind: 'while', condition: value(), body: readBlock(reader) };
  if (reader.accept('if')) {
    const condition = value();
    const body = readBlock(reader);
    reader.expect('else');
    return { kind: 'if', condition, body, otherwise: readBlock(reader) };
  }
  if (reader.isName('v')) {
    const variable = reader.name('v');
    reader.expect('=');
    return { kind: 'assign', variable, value: value() };
  }
  if (!reader.isName('o')) reader.fail('a statement');
  const array = reader.name('o');
  reader.expect('[');
  const offset = value();
  reader.expect(']', '=');
  return { kind: 'store', array, offset, value: value() };
}
