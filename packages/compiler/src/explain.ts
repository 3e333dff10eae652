/**
 * Says what a compiled program does, for people: every kernel with its form, index space, traffic and work, and why its
 * results are stored; what fills the arena where it is fullest; and, where kernels were timed, how far each is from the roofline.
 */
import {
  type BufferId,
  type BufferSpec,
  bufferBytes,
  buffersOf,
  hostFunctionOf,
  type Kernel,
  type KernelProgram,
  kernelListsOf,
  liesOver,
} from '@deft/kernel';
import type { CompiledProgram } from './compile-graph.ts';
import { costOf, type KernelCost } from './kernel-cost.ts';
import { leastSeconds, type Roofline } from './roofline.ts';

/** A figure with three digits and a prefix. */
export function amount(value: number, unit: string): string {
  const prefixes = ['', 'k', 'M', 'G', 'T'];
  let step = 0;
  let scaled = value;
  while (scaled >= 1000 && step < prefixes.length - 1) {
    scaled /= 1000;
    step++;
  }
  return `${scaled >= 100 || Number.isInteger(scaled) ? Math.round(scaled) : scaled.toFixed(1)} ${prefixes[step]}${unit}`;
}

/** The index space of a kernel, or what it has instead. */
export function spaceText(kernel: Kernel, { calls }: KernelProgram): string {
  const dims = (list: readonly number[]): string => `[${list.join(', ')}]`;
  switch (kernel.form) {
    case 'loop': {
      if (kernel.reductions.length === 0) return dims(kernel.space);
      return `${dims(kernel.space)} reducing ${dims(kernel.reduced)} (${kernel.reductions.map((r) => r.combine).join(', ')})`;
    }
    case 'contract':
      return `batch ${dims(kernel.batch)} m ${dims(kernel.m)} n ${dims(kernel.n)} k ${dims(kernel.k)}`;
    case 'scatter':
      return `${dims(kernel.space)} (${kernel.combine})`;
    case 'routine':
      return `${kernel.routine.label}, ${kernel.instances} times`;
    case 'repeat':
      return `at most ${kernel.steps} steps of ${kernel.body.length} kernels`;
    case 'branch':
      return `of ${kernel.branches.length} branches`;
    case 'call':
      return `of ${hostFunctionOf(calls, kernel).name}, on the host`;
    case 'sort':
      return `${dims([kernel.rows, kernel.length])} (${kernel.gives})`;
  }
}

/** What a kernel reads, writes and computes, in words. */
function trafficText(kernel: Kernel, program: KernelProgram): string {
  const { bytesRead, bytesWritten, operations } = costOf(kernel, program);
  return `reads ${amount(bytesRead, 'B')}, writes ${amount(bytesWritten, 'B')}, ${amount(operations, 'op')}`;
}

/** The kernels within a kernel, each with its place in its list. */
function insideLines(kernel: Kernel, program: KernelProgram, indent: string): string[] {
  return kernelListsOf(kernel).flatMap((list) =>
    list.flatMap((each, i) => [
      `${indent}${i}: ${each.form} ${spaceText(each, program)}; ${trafficText(each, program)}`,
      ...insideLines(each, program, `${indent}   `),
    ]),
  );
}

/** What was measured of a program. */
export interface Measurement {
  /** Of every kernel, alone. */
  readonly seconds: readonly number[];
  readonly roofline: Roofline;
}

/** A time for people. */
export function duration(seconds: number): string {
  return seconds < 1e-3 ? `${(seconds * 1e6).toFixed(1)} µs` : `${(seconds * 1e3).toFixed(2)} ms`;
}

function timeText(cost: KernelCost, seconds: number, { roofline }: Measurement): string {
  const share = Math.round((100 * leastSeconds(cost, roofline)) / seconds);
  return `; ${duration(seconds)}, ${share} % of the roofline`;
}

/**
 * The kernel at which the most bytes of the arena are in use, and what they hold, the largest first; `undefined` for a program
 * without temporaries.
 */
function fullestMoment({ program, kernelOps }: CompiledProgram): string | undefined {
  const bytesIn = (id: BufferId): number => bufferBytes(program.buffers[id] as BufferSpec);
  const makers = new Map<BufferId, number>();
  const lastReads = new Map<BufferId, number>();
  program.kernels.forEach((kernel, i) => {
    const { reads, writes } = buffersOf(kernel);
    for (const id of writes) makers.set(id, i);
    for (const id of [...reads, ...writes]) lastReads.set(id, i);
  });
  const temporaries = [...makers.keys()].filter((id) => program.buffers[id]?.role === 'temporary');
  const isAlive = (id: BufferId, i: number): boolean =>
    (makers.get(id) as number) <= i && i <= (lastReads.get(id) as number);
  /** What a kernel writes over something else takes no more bytes. */
  const isOver = (id: BufferId, i: number): boolean =>
    makers.get(id) === i &&
    temporaries.some((other) => other !== id && isAlive(other, i) && liesOver(program.buffers, id, other));
  const aliveAt = (i: number): BufferId[] => temporaries.filter((id) => isAlive(id, i) && !isOver(id, i));
  const loads = program.kernels.map((_, i) => aliveAt(i).reduce((sum, id) => sum + bytesIn(id), 0));
  const most = loads.reduce((a, b) => Math.max(a, b), 0);
  if (most === 0) return undefined;
  const fullest = loads.indexOf(most);
  const parts = aliveAt(fullest)
    .sort((a, b) => bytesIn(b) - bytesIn(a))
    .map(
      (id) =>
        `${amount(bytesIn(id), 'B')} from kernel ${makers.get(id)} (${kernelOps[makers.get(id) as number]?.join(', ')})`,
    );
  const shown = parts.slice(0, 6);
  const rest = parts.length > shown.length ? [`and ${parts.length - shown.length} smaller`] : [];
  return `fullest at kernel ${fullest}: ${[...shown, ...rest].join('; ')}`;
}

/** What a program holds: arguments, results, and what is between them, where that is the most. */
export function heldMemory(compiled: CompiledProgram): string {
  const { inputs, outputs, arenaBytes, buffers } = compiled.program;
  const bytes = (ids: readonly BufferId[]): number =>
    ids.reduce((sum, id) => sum + bufferBytes(buffers[id] as BufferSpec), 0);
  const sizes = `${bytes(inputs)} bytes of arguments, ${bytes(outputs)} of results, ${arenaBytes} between them`;
  return [sizes, fullestMoment(compiled) ?? []].flat().join('; ');
}

function budgetLine({ program, memoryBudget }: CompiledProgram): string[] {
  if (memoryBudget === undefined) return [];
  const isMet = program.arenaBytes <= memoryBudget;
  return [
    `memory budget ${amount(memoryBudget, 'B')} ${isMet ? 'met' : `not met: ${amount(program.arenaBytes, 'B')} are needed at once`}`,
  ];
}

/**
 * A report of a compiled program: its kernels in order, what each reads, writes and computes, the reason for every
 * stored result, and why kernels that could have been one are not. Of a loop and of a branch the kernels within it follow, as they are for one step. With a measurement every
 * kernel has its time and its share of the roofline.
 */
export function explain(compiled: CompiledProgram, measurement?: Measurement): string {
  const { program, kernelOps, kernelsApart, bufferReasons } = compiled;
  const lines: string[] = [];
  let operations = 0;
  program.kernels.forEach((kernel, i) => {
    const cost = costOf(kernel, program);
    operations += cost.operations;
    const ops = kernelOps[i]?.join(', ') ?? '';
    const seconds = measurement?.seconds[i];
    const time = measurement && seconds !== undefined ? timeText(cost, seconds, measurement) : '';
    lines.push(`${i}: ${kernel.form} ${spaceText(kernel, program)}: ${ops}; ${trafficText(kernel, program)}${time}`);
    lines.push(...insideLines(kernel, program, '   '));
    for (const buffer of buffersOf(kernel).writes) {
      const { dtype, length, role, over } = program.buffers[buffer] as BufferSpec;
      const below = over === undefined ? '' : ` over buffer ${over} if that is given up`;
      lines.push(
        `   writes buffer ${buffer} (${dtype}, ${length} elements, ${role}${below}): ${bufferReasons[buffer]}`,
      );
    }
    for (const apart of kernelsApart[i] ?? []) lines.push(`   not one with ${apart}`);
  });
  const count = program.kernels.length === 1 ? '1 kernel' : `${program.kernels.length} kernels`;
  const total = measurement?.seconds.reduce((sum, each) => sum + each, 0);
  const head = [
    count,
    amount(operations, 'op'),
    `arena ${amount(program.arenaBytes, 'B')}`,
    ...(total === undefined ? [] : [`${duration(total)} in kernels`]),
  ].join(', ');
  const limits = measurement && [
    `roofline: ${amount(measurement.roofline.operationsPerSecond, 'op/s')}, ${amount(measurement.roofline.bytesPerSecond, 'B/s')}`,
  ];
  return [head, ...budgetLine(compiled), ...(limits ?? []), ...[fullestMoment(compiled) ?? []].flat(), ...lines].join(
    '\n',
  );
}
