/**
 * Reads the text that `print.ts` writes. It builds what the text says and checks only its grammar; `verifyProgram` checks
 * the rest.
 */
import { elementsOf, stridesOf } from '@deft/core';
import type { Expression } from './expression.ts';
import { type HostFunction, missingFunction } from './host-function.ts';
import type {
  BranchKernel,
  BufferId,
  BufferSpec,
  CallKernel,
  Carry,
  Combine,
  ContractKernel,
  Kernel,
  KernelProgram,
  LoopKernel,
  Operand,
  Reduction,
  RepeatKernel,
  Result,
  ScatterCombine,
  ScatterKernel,
  SortKernel,
  StackSlice,
} from './kernel.ts';
import { angled, dtypeOf, type Names, readExpression, readNames } from './parse-expression.ts';
import { readRoutine } from './parse-routine.ts';
import { combineKinds } from './scalar-functions.ts';
import { TokenReader } from './token-reader.ts';
import type { Guard, View } from './view.ts';

const combineNames = Object.keys(combineKinds) as Combine[];
const scatterCombines: readonly ScatterCombine[] = ['add', 'replace', 'max', 'min'];
const roles: readonly BufferSpec['role'][] = ['input', 'output', 'temporary', 'constant', 'place'];

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
      const strides = reader.accept('strides') ? { strides: reader.list() } : {};
      reader.expect('=');
      results.push({ buffer, value: readExpression(reader, names), ...strides });
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
  const combine = reader.oneOf(scatterCombines, 'add, replace, max or min');
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

function readNameOrNone(reader: TokenReader): BufferId | undefined {
  return reader.accept('none') ? undefined : reader.name('b');
}

/** Kernels in braces. */
function readBlock(reader: TokenReader): Kernel[] {
  reader.expect('{');
  const kernels: Kernel[] = [];
  while (!reader.accept('}')) kernels.push(readKernel(reader));
  return kernels;
}

function readRepeat(reader: TokenReader): RepeatKernel {
  const reverse = reader.oneOf(['forward', 'reverse'], 'forward or reverse') === 'reverse';
  reader.expect('steps');
  const steps = reader.number();
  reader.expect('count');
  const count = readNameOrNone(reader);
  reader.expect('taken');
  const taken = readNameOrNone(reader);
  const carries: Carry[] = [];
  while (reader.accept('carry')) {
    const initial = reader.name('b');
    reader.expect('as');
    const current = reader.name('b');
    reader.expect('next');
    const next = reader.name('b');
    reader.expect('spare');
    const spare = readNameOrNone(reader);
    reader.expect('result');
    carries.push({ initial, current, next, spare, result: reader.name('b') });
  }
  const slices = (word: string): StackSlice[] => {
    const found: StackSlice[] = [];
    while (reader.accept(word)) {
      const stack = reader.name('b');
      reader.expect('as');
      found.push({ stack, place: reader.name('b') });
    }
    return found;
  };
  const reads = slices('read');
  const writes = slices('write');
  let condition: RepeatKernel['condition'];
  if (reader.accept('while')) {
    const holds = reader.name('b');
    condition = { kernels: readBlock(reader), holds };
  }
  reader.expect('body');
  return { form: 'repeat', steps, count, reverse, condition, carries, reads, writes, body: readBlock(reader), taken };
}

/** Buffers behind a word, up to what is none. */
function readNamed(reader: TokenReader, word: string): BufferId[] {
  reader.expect(word);
  const list: BufferId[] = [];
  while (reader.isName('b') && !reader.isFollowedBy(':')) list.push(reader.name('b'));
  return list;
}

function readCall(reader: TokenReader): CallKernel {
  const call = reader.name('f');
  return { form: 'call', call, operands: readNamed(reader, 'operands'), results: readNamed(reader, 'results') };
}

function readBranch(reader: TokenReader): BranchKernel {
  const index = reader.name('b');
  const results = readNamed(reader, 'results');
  const branches: Kernel[][] = [];
  while (reader.peek === '{') branches.push(readBlock(reader));
  return { form: 'branch', index, branches, results };
}

const formReaders = {
  loop: readLoop,
  contract: readContract,
  scatter: readScatter,
  sort: readSort,
  routine: readRoutine,
  repeat: readRepeat,
  branch: readBranch,
  call: readCall,
} as const satisfies { readonly [F in Kernel['form']]: (reader: TokenReader) => Kernel & { readonly form: F } };

const forms = Object.keys(formReaders) as (keyof typeof formReaders)[];

function readKernel(reader: TokenReader): Kernel {
  return formReaders[reader.oneOf(forms, `a kernel (${forms.join(', ')})`)](reader);
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
    ...(reader.accept('donated') ? { donated: true } : {}),
    ...(reader.accept('over') ? { over: reader.name('b') } : {}),
    ...(reader.accept('=')
      ? { data: elementsOf(dtype, dtype === 'int64' ? reader.listOf(() => reader.long()) : reader.list()) }
      : {}),
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

/**
 * The program of a text. Throws `E_ARGUMENT` with the line where it is malformed. Of functions of the host text has the names: a
 * program that calls one throws `E_ARGUMENT` there when it runs.
 */
export function parseProgram(text: string): KernelProgram {
  return whole(text, 'parseProgram', (reader) => {
    reader.expect('program', 'arena');
    const arenaBytes = reader.number();
    const inputs = readNamed(reader, 'inputs');
    const outputs = readNamed(reader, 'outputs');
    const buffers: BufferSpec[] = [];
    while (reader.isName('b')) {
      if (reader.name('b') !== buffers.length) reader.fail(`buffers in order, after b${buffers.length - 1}`);
      reader.expect(':');
      buffers.push(readBuffer(reader));
    }
    const calls: HostFunction[] = [];
    while (reader.isName('f')) {
      if (reader.name('f') !== calls.length) reader.fail(`functions in order, after f${calls.length - 1}`);
      reader.expect(':');
      calls.push(missingFunction(reader.text()));
    }
    const kernels: Kernel[] = [];
    while (!reader.atEnd) kernels.push(readKernel(reader));
    return { buffers, inputs, outputs, kernels, arenaBytes, ...(calls.length === 0 ? {} : { calls }) };
  });
}
