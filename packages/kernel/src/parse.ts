/**
 * Reads the text that `print.ts` writes. It builds what the text says and checks only its grammar; `verifyProgram` checks
 * the rest.
 */
import { type DType, dtypeNames, dtypes, stridesOf } from '@deft/core';
import {
  type BinaryScalar,
  type ComparisonScalar,
  constantExpression,
  type Expression,
  type UnaryScalar,
  unaryExpression,
} from './expression.ts';
import type {
  BufferId,
  BufferSpec,
  Combine,
  ContractKernel,
  Kernel,
  KernelProgram,
  LoopKernel,
  Operand,
  Reduction,
  Result,
  ScatterKernel,
  SortKernel,
} from './kernel.ts';
import { binaryKinds, combineKinds, comparisonFunctions, unaryKinds } from './scalar-functions.ts';
import { TokenReader } from './token-reader.ts';
import type { Guard, View } from './view.ts';

/** Expressions that have a name in the kernel being read. */
type Names = Map<string, Expression>;

const unaryNames = Object.keys(unaryKinds) as UnaryScalar[];
const binaryNames = Object.keys(binaryKinds) as BinaryScalar[];
const comparisonNames = Object.keys(comparisonFunctions) as ComparisonScalar[];
const combineNames = Object.keys(combineKinds) as Combine[];
const roles: readonly BufferSpec['role'][] = ['input', 'output', 'temporary', 'constant'];

const dtypeOf = (reader: TokenReader): DType => reader.oneOf(dtypeNames, 'a dtype');

/** `<float32>`. */
function angled(reader: TokenReader): DType {
  reader.expect('<');
  const dtype = dtypeOf(reader);
  reader.expect('>');
  return dtype;
}

function readExpression(reader: TokenReader, names: Names): Expression {
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
function readNames(reader: TokenReader, names: Names): void {
  while (reader.peek.startsWith('%') && reader.isFollowedBy('=')) {
    const name = reader.take();
    reader.expect('=');
    names.set(name, readExpression(reader, names));
  }
}

function readView(reader: TokenReader): View {
  reader.expect('view');
  const shape = reader.list();
  let offset = 0;
  let strides = stridesOf(shape);
  if (reader.accept('offset')) {
    offset = reader.number();
    reader.expect('strides');
    strides = reader.list();
  }
  const guards: Guard[] = [];
  while (reader.accept('where')) {
    reader.expect('0', '<=');
    const start = reader.number();
    reader.expect('+');
    const coefficients = reader.list();
    reader.expect('*', 'i', '<');
    guards.push({ offset: start, coefficients, limit: reader.number() });
  }
  return { shape, offset, strides, guards, fill: reader.accept('fill') ? reader.number() : 0 };
}

function readOperand(reader: TokenReader): Operand {
  return { buffer: reader.name('b'), view: readView(reader) };
}

function readOperands(reader: TokenReader): Operand[] {
  const operands: Operand[] = [];
  while (reader.isName('o')) {
    if (reader.name('o') !== operands.length) reader.fail(`operands in order, after o${operands.length - 1}`);
    reader.expect(':');
    operands.push(readOperand(reader));
  }
  return operands;
}

function readLoop(reader: TokenReader): LoopKernel {
  reader.expect('space');
  const space = reader.list();
  reader.expect('reduced');
  const reduced = reader.list();
  const operands = readOperands(reader);
  const names: Names = new Map();
  const reductions: Reduction[] = [];
  const results: Result[] = [];
  for (;;) {
    readNames(reader, names);
    if (reader.isName('r') && results.length === 0) {
      if (reader.name('r') !== reductions.length) reader.fail(`reductions in order, after r${reductions.length - 1}`);
      reader.expect(':');
      const combine = reader.oneOf(combineNames, 'a way of combining');
      const dtype = angled(reader);
      reader.expect('(');
      reductions.push({ combine, value: readExpression(reader, names), dtype });
      reader.expect(')');
    } else if (reader.isName('b')) {
      const buffer = reader.name('b');
      reader.expect('=');
      results.push({ buffer, value: readExpression(reader, names) });
    } else {
      return { form: 'loop', space, reduced, operands, reductions, results };
    }
  }
}

function readContract(reader: TokenReader): ContractKernel {
  const axes = (name: string): number[] => {
    reader.expect(name);
    return reader.list();
  };
  const [batch, m, n, k] = [axes('batch'), axes('m'), axes('n'), axes('k')];
  reader.expect('left', ':');
  const left = readOperand(reader);
  reader.expect('right', ':');
  const right = readOperand(reader);
  const result = reader.name('b');
  reader.expect('=', 'product');
  return { form: 'contract', batch, m, n, k, left, right, result };
}

function readScatter(reader: TokenReader): ScatterKernel {
  const combine = reader.oneOf(['add', 'replace'], 'add or replace');
  reader.expect('space');
  const space = reader.list();
  reader.expect('base');
  const base = reader.accept('none') ? undefined : reader.name('b');
  const operands = readOperands(reader);
  const names: Names = new Map();
  readNames(reader, names);
  reader.expect('at', ':');
  const offset = readExpression(reader, names);
  readNames(reader, names);
  const result = reader.name('b');
  reader.expect('=');
  const value = readExpression(reader, names);
  return { form: 'scatter', space, operands, base, offset, value, combine, result };
}

function readSort(reader: TokenReader): SortKernel {
  const descending = reader.oneOf(['ascending', 'descending'], 'ascending or descending') === 'descending';
  const gives = reader.oneOf(['values', 'positions'], 'values or positions');
  reader.expect('rows');
  const rows = reader.number();
  reader.expect('length');
  const length = reader.number();
  const result = reader.name('b');
  reader.expect('=');
  return { form: 'sort', rows, length, source: reader.name('b'), descending, gives, result };
}

const forms: readonly Kernel['form'][] = ['loop', 'contract', 'scatter', 'sort'];

function readKernel(reader: TokenReader): Kernel {
  switch (reader.oneOf(forms, `a kernel (${forms.join(', ')})`)) {
    case 'loop':
      return readLoop(reader);
    case 'contract':
      return readContract(reader);
    case 'scatter':
      return readScatter(reader);
    case 'sort':
      return readSort(reader);
  }
}

function readBuffer(reader: TokenReader): BufferSpec {
  const role = reader.oneOf(roles, 'a role');
  const dtype = dtypeOf(reader);
  reader.expect('[');
  const length = reader.number();
  reader.expect(']');
  return {
    dtype,
    length,
    role,
    ...(reader.accept('at') ? { arenaOffset: reader.number() } : {}),
    ...(reader.accept('=') ? { data: new dtypes[dtype].array(reader.list()) } : {}),
  };
}

function whole<T>(text: string, name: string, read: (reader: TokenReader) => T): T {
  const reader = new TokenReader(text, name);
  const result = read(reader);
  if (!reader.atEnd) reader.fail('the end of the text');
  return result;
}

/** The expression of a text. Throws `E_ARGUMENT` with the line where it is malformed. */
export function parseExpression(text: string): Expression {
  return whole(text, 'parseExpression', (reader) => {
    const names: Names = new Map();
    readNames(reader, names);
    return readExpression(reader, names);
  });
}

/** The kernel of a text. Throws `E_ARGUMENT` with the line where it is malformed. */
export function parseKernel(text: string): Kernel {
  return whole(text, 'parseKernel', readKernel);
}

/** The program of a text. Throws `E_ARGUMENT` with the line where it is malformed. */
export function parseProgram(text: string): KernelProgram {
  return whole(text, 'parseProgram', (reader) => {
    reader.expect('program', 'arena');
    const arenaBytes = reader.number();
    const ids = (): BufferId[] => {
      const list: BufferId[] = [];
      while (reader.isName('b') && !reader.isFollowedBy(':')) list.push(reader.name('b'));
      return list;
    };
    reader.expect('inputs');
    const inputs = ids();
    reader.expect('outputs');
    const outputs = ids();
    const buffers: BufferSpec[] = [];
    while (reader.isName('b')) {
      if (reader.name('b') !== buffers.length) reader.fail(`buffers in order, after b${buffers.length - 1}`);
      reader.expect(':');
      buffers.push(readBuffer(reader));
    }
    const kernels: Kernel[] = [];
    while (!reader.atEnd) kernels.push(readKernel(reader));
    return { buffers, inputs, outputs, kernels, arenaBytes };
  });
}
