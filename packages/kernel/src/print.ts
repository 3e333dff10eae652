/**
 * Text of expressions, kernels and programs; `parse.ts` reads it back. Expressions are written as calls; a node that is used
 * more than once, or whose text is long, gets a line `%n = …` of its own.
 *
 * ```
 * program arena 0 inputs b0 outputs b1
 * b0: input float32[6]
 * b1: output float32[2]
 * loop space [2] reduced [3]
 *   o0: b0 view [2, 3]
 *   %0 = mul(load<float32>(o0), load<float32>(o0))
 *   r0: sum<float32>(%0)
 *   b1 = sqrt(reduced<float32>(r0))
 * ```
 */
import { sameShape, stridesOf } from '@deft/core';
import type {
  BufferId,
  BufferSpec,
  CallKernel,
  Kernel,
  KernelProgram,
  LoopKernel,
  Operand,
  RepeatKernel,
  ScatterKernel,
} from './kernel.ts';
import { ExpressionPrinter, printList, printNumber } from './print-expression.ts';
import { printRoutine } from './print-routine.ts';
import type { View } from './view.ts';

/** A view as text; offset and strides are left out where it is contiguous. */
export function printView(view: View): string {
  const parts = [`view ${printList(view.shape)}`];
  if (view.offset !== 0 || !sameShape(view.strides, stridesOf(view.shape))) {
    parts.push(`offset ${printNumber(view.offset)} strides ${printList(view.strides)}`);
  }
  for (const { offset, coefficients, limit } of view.guards) {
    parts.push(`where 0 <= ${printNumber(offset)} + ${printList(coefficients)} * i < ${printNumber(limit)}`);
  }
  if (view.guards.length > 0 || !Object.is(view.fill, 0)) parts.push(`fill ${printNumber(view.fill)}`);
  return parts.join(' ');
}

const printOperand = (name: string, { buffer, view }: Operand): string => `${name}: b${buffer} ${printView(view)}`;

function printLoop({ space, reduced, operands, reductions, results }: LoopKernel): string[] {
  const printer = new ExpressionPrinter([...reductions, ...results].map((each) => each.value));
  return [
    `loop space ${printList(space)} reduced ${printList(reduced)}`,
    ...operands.map((operand, i) => printOperand(`o${i}`, operand)),
    ...reductions.flatMap(({ combine, dtype, value }, r) =>
      printer.statement(`r${r}: ${combine}<${dtype}>(`, value, ')'),
    ),
    ...results.flatMap(({ buffer, value, strides }) => {
      const where = strides === undefined ? '' : ` strides ${printList(strides)}`;
      return printer.statement(`b${buffer}${where} = `, value);
    }),
  ];
}

function printScatter({ space, operands, base, offset, value, combine, result }: ScatterKernel): string[] {
  const printer = new ExpressionPrinter([offset, value]);
  return [
    `scatter ${combine} space ${printList(space)} base ${base === undefined ? 'none' : `b${base}`}`,
    ...operands.map((operand, i) => printOperand(`o${i}`, operand)),
    ...printer.statement('at: ', offset),
    ...printer.statement(`b${result} = `, value),
  ];
}

const nameOf = (buffer: BufferId | undefined): string => (buffer === undefined ? 'none' : `b${buffer}`);

const block = (kernels: readonly Kernel[]): string[] => kernels.flatMap(kernelLines).map((line) => `  ${line}`);

function printRepeat({
  steps,
  count,
  reverse,
  condition,
  carries,
  reads,
  writes,
  body,
  taken,
}: RepeatKernel): string[] {
  const order = reverse ? 'reverse' : 'forward';
  return [
    `repeat ${order} steps ${printNumber(steps)} count ${nameOf(count)} taken ${nameOf(taken)}`,
    ...carries.map(
      ({ initial, current, next, spare, result }) =>
        `carry b${initial} as b${current} next b${next} spare ${nameOf(spare)} result b${result}`,
    ),
    ...reads.map(({ stack, place }) => `read b${stack} as b${place}`),
    ...writes.map(({ stack, place }) => `write b${stack} as b${place}`),
    ...(condition === undefined ? [] : [`while b${condition.holds} {`, ...block(condition.kernels), '}']),
    'body {',
    ...block(body),
    '}',
  ];
}

const listOf = (ids: readonly BufferId[]): string => ids.map((id) => ` b${id}`).join('');

const printCall = ({ call, operands, results }: CallKernel): string =>
  `call f${call} operands${listOf(operands)} results${listOf(results)}`;

function kernelLines(kernel: Kernel): string[] {
  switch (kernel.form) {
    case 'loop':
      return printLoop(kernel);
    case 'contract': {
      const { batch, m, n, k, left, right, result } = kernel;
      return [
        `contract batch ${printList(batch)} m ${printList(m)} n ${printList(n)} k ${printList(k)}`,
        printOperand('left', left),
        printOperand('right', right),
        `b${result} = product`,
      ];
    }
    case 'scatter':
      return printScatter(kernel);
    case 'routine':
      return printRoutine(kernel);
    case 'repeat':
      return printRepeat(kernel);
    case 'branch': {
      const branches = kernel.branches.flatMap((branch) => ['{', ...block(branch), '}']);
      return [`branch b${kernel.index} results${listOf(kernel.results)}`, ...branches];
    }
    case 'call':
      return [printCall(kernel)];
    case 'sort': {
      const { rows, length, source, descending, gives, result } = kernel;
      const order = descending ? 'descending' : 'ascending';
      return [`sort ${order} ${gives} rows ${rows} length ${length}`, `b${result} = b${source}`];
    }
  }
}

/** A kernel as text. */
export function printKernel(kernel: Kernel): string {
  return kernelLines(kernel).join('\n  ');
}

function printBuffer(buffer: BufferSpec, id: number): string {
  const { dtype, length, role, arenaOffset, donated, over, data } = buffer;
  const where = arenaOffset === undefined ? '' : ` at ${printNumber(arenaOffset)}`;
  const below = over === undefined ? '' : ` over b${over}`;
  const elements = data === undefined ? '' : ` = ${printList(data)}`;
  return `b${id}: ${role} ${dtype}[${length}]${where}${donated ? ' donated' : ''}${below}${elements}`;
}

/** A program as text; `parseProgram` gives an equal one back, but for functions of the host, of which text has the names. */
export function printProgram({ buffers, inputs, outputs, kernels, arenaBytes, calls = [] }: KernelProgram): string {
  return [
    `program arena ${arenaBytes} inputs${listOf(inputs)} outputs${listOf(outputs)}`,
    ...buffers.map(printBuffer),
    ...calls.map(({ name }, i) => `f${i}: ${JSON.stringify(name)}`),
    ...kernels.map(printKernel),
    '',
  ].join('\n');
}
