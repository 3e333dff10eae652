/** Reads the text of expressions that `print-expression.ts` writes. */
import { type DType, dtypeNames } from '@deft/core';
import {
  type BinaryScalar,
  type ComparisonScalar,
  constantExpression,
  type Expression,
  type UnaryScalar,
  unaryExpression,
} from './expression.ts';
import { binaryKinds, comparisonFunctions, unaryKinds } from './scalar-functions.ts';
import type { TokenReader } from './token-reader.ts';

/** Expressions that have a name in the kernel being read. */
export type Names = Map<string, Expression>;

const unaryNames = Object.keys(unaryKinds) as UnaryScalar[];
const binaryNames = Object.keys(binaryKinds) as BinaryScalar[];
const comparisonNames = Object.keys(comparisonFunctions) as ComparisonScalar[];

/** A dtype's name. */
export const dtypeOf = (reader: TokenReader): DType => reader.oneOf(dtypeNames, 'a dtype');

/** `<float32>`. */
export function angled(reader: TokenReader): DType {
  reader.expect('<');
  const dtype = dtypeOf(reader);
  reader.expect('>');
  return dtype;
}

/** An expression on one line. */
export function readExpression(reader: TokenReader, names: Names): Expression {
  const start = reader.peek;
  if (start.startsWith('%')) {
    const known = names.get(start) ?? reader.fail('a name that has been given');
    reader.take();
    return known;
  }
  if (dtypeNames.includes(start as DType)) {
    const dtype = dtypeOf(reader);
    reader.expect('(');
    const value = reader.number();
    reader.expect(')');
    return constantExpression(dtype, value);
  }
  const word = reader.take();
  const dtype = reader.peek === '<' ? angled(reader) : undefined;
  reader.expect('(');
  const expression = readCall(reader, word, dtype, names);
  reader.expect(')');
  return expression;
}

/** What stands between the parentheses after a word. */
function readCall(reader: TokenReader, word: string, dtype: DType | undefined, names: Names): Expression {
  const part = (): Expression => readExpression(reader, names);
  const next = (): Expression => {
    reader.expect(',');
    return part();
  };
  if (dtype !== undefined) {
    switch (word) {
      case 'load':
        return { kind: 'load', dtype, operand: reader.name('o') };
      case 'gather':
        return { kind: 'gather', dtype, operand: reader.name('o'), offset: next() };
      case 'variable':
        return { kind: 'variable', dtype, variable: reader.name('v') };
      case 'reduced':
        return { kind: 'reduced', dtype, reduction: reader.name('r') };
      case 'cast':
      case 'bitcast':
        return { kind: word, dtype, x: part() };
      default:
        return reader.fail(`no arguments of ${word}, which is no op with a dtype`);
    }
  }
  if (word === 'index') {
    const offset = reader.number();
    reader.expect(',');
    return { kind: 'index', dtype: 'int32', offset, coefficients: reader.list() };
  }
  if (word === 'select') {
    const condition = part();
    const x = next();
    return { kind: 'select', dtype: x.dtype, condition, x, y: next() };
  }
  if (unaryNames.includes(word as UnaryScalar)) return unaryExpression(word as UnaryScalar, part());
  const x = part();
  if (binaryNames.includes(word as BinaryScalar)) {
    return { kind: 'binary', dtype: x.dtype, op: word as BinaryScalar, x, y: next() };
  }
  if (comparisonNames.includes(word as ComparisonScalar)) {
    return { kind: 'compare', dtype: 'bool', op: word as ComparisonScalar, x, y: next() };
  }
  return reader.fail(`no arguments of ${word}, which is no scalar op`);
}

/** Lines `%n = …`. */
export function readNames(reader: TokenReader, names: Names): void {
  while (reader.peek.startsWith('%') && reader.isFollowedBy('=')) {
    const name = reader.take();
    reader.expect('=');
    names.set(name, readExpression(reader, names));
  }
}
