/**
 * Loop and scatter kernels as descriptions. Blocks go over the kept axes, or over the reduced ones where those are long: then a block
 * is folded into a few lanes, which become one value at its end. Passes are those of `planPasses`, as in compiled kernels.
 */
import { bytesOf, type DType } from '@deft/core';
import {
  type BufferSpec,
  type Expression,
  type LoopKernel,
  loopSource,
  makeNest,
  type Nest,
  type NestOperand,
  type Reduction,
  type SizedScatter,
  scatterSource,
} from '@deft/kernel';
import { accumulatorDType, startOf } from '../codegen/accumulation.ts';
import { crossedOperands } from '../codegen/crossed-squares.ts';
import { pointTime } from '../codegen/kernel-time.ts';
import { isPosition, planOf } from '../codegen/loop-plan.ts';
import { descriptionForms } from '../runtime/blocks.ts';
import { BlockKernel, BlockList, bitsOf, type LaneAxes, oneElement, operandWords } from './block-code.ts';
import {
  blockLength,
  functionNumber,
  leavingFunction,
  reductionFunctions,
  scatterFunction,
  valueBytes,
} from './block-functions.ts';
import { Description, type Word } from './description.ts';

const loopHead = 14;
const scatterHead = 5;
const passHead = 3;
/** Places that threads take together, where blocks go over kept axes. */
const placesTogether = 64;
/** Reduced axes shorter than this are gone through by blocks of places, unless there are few places. */
const [longReduced, fewPlaces] = [48, 16];

export const formNumber = (name: (typeof descriptionForms)[number]): number => descriptionForms.indexOf(name);

const product = (extents: readonly number[]): number => extents.reduce((size, extent) => size * extent, 1);

/** A nest with one kept axis at least. */
function withKeptAxis(nest: Nest): Nest {
  if (nest.kept.length > 0) return nest;
  const widened = <T extends { coefficients: readonly unknown[] }>(affine: T): T => ({
    ...affine,
    coefficients: [0, ...affine.coefficients],
  });
  return {
    ...nest,
    kept: [1],
    resultStrides: nest.resultStrides.map((strides) => [0, ...strides]),
    operands: nest.operands.map((operand) => ({
      ...operand,
      strides: [0, ...operand.strides],
      guards: operand.guards.map(widened),
    })),
  };
}

function goesAlongReduced(nest: Nest): boolean {
  const [places, points] = [product(nest.kept as number[]), product(nest.reduced as number[])];
  if (nest.reduced.length === 0 || points < 2) return false;
  if (places < fewPlaces) return true;
  if (points < longReduced) return false;
  const inOrderAlong = (axis: number): number => nest.operands.filter(({ strides }) => strides[axis] === 1).length;
  return inOrderAlong(nest.kept.length + nest.reduced.length - 1) > inOrderAlong(nest.kept.length - 1);
}

function begin(given: Nest): { nest: Nest; kernel: BlockKernel; alongReduced: boolean } {
  const nest = withKeptAxis(given);
  const rank = nest.kept.length + nest.reduced.length;
  const alongReduced = goesAlongReduced(nest);
  const lanes: LaneAxes = alongReduced ? { first: nest.kept.length, end: rank } : { first: 0, end: nest.kept.length };
  return { nest, kernel: new BlockKernel(nest, lanes, new Description(loopHead)), alongReduced };
}

/** The description of a copy whose source lies across, which is read in squares; `undefined` for other kernels. */
function describeCrossing(
  kernel: LoopKernel,
  nest: Nest,
  buffers: readonly BufferSpec[],
  isWorthIt: boolean,
): readonly Word[] | undefined {
  const [value] = nest.expressions;
  const [result] = kernel.results;
  if (kernel.reductions.length > 0 || kernel.results.length !== 1 || value?.kind !== 'load' || !result)
    return undefined;
  const crossed = crossedOperands(nest);
  const operand = nest.operands[value.operand];
  if (crossed === undefined || operand === undefined) return undefined;
  const { dtype } = buffers[result.buffer] as BufferSpec;
  const extents = nest.kept as number[];
  return [
    formNumber('crossing'),
    isWorthIt ? 1 : 0,
    extents.length,
    bytesOf(dtype),
    operand.buffer,
    operand.offset as number,
    result.buffer,
    crossed.axis,
    ...extents,
    ...(operand.strides as number[]),
    ...(nest.resultStrides[0] as number[]),
  ];
}

/** The description of a loop kernel. */
export function describeLoop(
  kernel: LoopKernel,
  buffers: readonly BufferSpec[],
  shortestDivided: number,
): readonly Word[] {
  const planned = makeNest([loopSource(kernel)], buffers).nest;
  const points = product([...planned.kept, ...planned.reduced] as number[]);
  const isWorthIt = points * pointTime(planned.expressions) >= shortestDivided;
  const crossing = describeCrossing(kernel, planned, buffers, isWorthIt);
  if (crossing !== undefined) return crossing;
  const { nest, kernel: own, alongReduced } = begin(planned);
  const { description } = own;
  const count = kernel.reductions.length;
  const { reductions, results, passes: passesPlanned } = planOf(kernel, nest, buffers);
  const places = kernel.results.map(({ buffer }, i) => {
    const strides = nest.resultStrides[i] as number[];
    const { dtype } = buffers[buffer] as BufferSpec;
    return description.append(
      operandWords(
        { buffer, dtype, offset: 0, strides, guards: [], fill: 0 } as NestOperand<number>,
        own.extents,
        own.lanes,
      ),
    );
  });
  const totals = reductions.map(() => own.newRegister());
  // Those of positions have the positions behind them.
  const accumulators = reductions.map((reduction) => own.newSlots(isPosition(reduction) ? 2 : 1));
  const reducedPoints = product(nest.reduced as number[]);
  const passes = passesPlanned.map((pass) => {
    const kept = [...pass.kept].map(([node, result]) => [node, places[result] as number] as const);
    // Without points nothing is read, not even what is the same at all of them: there may be no memory behind it.
    if (reducedPoints === 0) return { list: new BlockList(own), reductions: pass.reductions };
    const list = new BlockList(own, totals, kept);
    const values = pass.reductions.map((r) => list.value((reductions[r] as Reduction).value));
    for (const { value, result } of pass.stores) list.store(value, places[result] as number);
    pass.reductions.forEach((r, i) => {
      const { combine, value } = reductions[r] as Reduction;
      const { accumulate, fold } = reductionFunctions(combine, value.dtype);
      list.accumulate(alongReduced ? fold : accumulate, values[i] as number, accumulators[r] as number);
    });
    list.finish(false);
    return { list, reductions: pass.reductions };
  });
  const last = new BlockList(own, totals);
  results.forEach(({ value, atPoints }, i) => {
    if (!atPoints || count === 0) last.store(value, places[i] as number);
  });
  last.finish(count === 0 && isFlat(own, places[0]));
  const spread = passesPlanned.length > 1 ? Math.min(blockLength, Math.max(1, reducedPoints)) : 1;
  const totalWords = (r: number): Word[] => {
    const reduction = reductions[r] as Reduction;
    const { combine, value } = reduction;
    const { join } = reductionFunctions(combine, value.dtype);
    const leaving = leavingFunction(combine, value.dtype);
    return [
      startBits(combine, value.dtype),
      valueBytes(accumulatorDType(combine, value.dtype)),
      functionNumber(join),
      leaving === undefined ? -1 : functionNumber(leaving),
      accumulators[r] as number,
      isPosition(reduction) ? blockLength * valueBytes(value.dtype) : 0,
      totals[r] as number,
      own.newSlots(),
      valueBytes(reduction.dtype),
      spread,
    ];
  };
  // Encoding counts on all slots of the kernel: its totals come before.
  const records = passes.map((pass) => ({ ...pass, words: pass.reductions.flatMap(totalWords) }));
  for (const { instructions } of [...passes.map(({ list }) => list), last]) own.assign(instructions);
  const passWords = records.flatMap(({ list, reductions: numbers, words }) => [
    numbers.length,
    description.append(words),
    own.encode(list.instructions),
  ]);
  return finishLoop(own, alongReduced, last, isWorthIt, passWords);
}

/** The word that accumulators begin with. Infinities in the order of whole numbers are the bits of the positive ones, or their complement. */
function startBits(combine: Reduction['combine'], dtype: DType): bigint {
  const held = accumulatorDType(combine, dtype);
  const start = startOf(combine, dtype);
  if (held === dtype || held === 'float64') return bitsOf(oneElement(held, start));
  const infinity = bitsOf(oneElement(dtype, Number.POSITIVE_INFINITY));
  return start > 0 ? infinity : ~infinity;
}

const isFlat = ({ description }: BlockKernel, place: number | undefined): boolean =>
  place !== undefined && description.words[place + 3] === 0;

function finishLoop(
  own: BlockKernel,
  alongReduced: boolean,
  last: BlockList,
  isWorthIt: boolean,
  passWords: readonly Word[] = [],
): Word[] {
  const { description, nest } = own;
  const extents = description.append(own.extents);
  const setup = own.encode(own.setup);
  const passes = description.append(passWords);
  const finish = own.encode(last.instructions);
  const { slots, registers } = own.sizes;
  const head: Word[] = [
    formNumber('loop'),
    product(nest.kept as number[]),
    alongReduced ? 1 : placesTogether,
    isWorthIt ? 1 : 0,
    own.extents.length,
    nest.kept.length,
    alongReduced ? 1 : 0,
    slots,
    registers,
    extents,
    setup,
    passWords.length / passHead,
    passes,
    finish,
  ];
  head.forEach((word, i) => {
    description.words[i] = word;
  });
  return description.words;
}

/** The description of a scatter kernel. */
export function describeScatter(scatter: SizedScatter, buffers: readonly BufferSpec[]): readonly Word[] {
  const { kernel, length } = scatter;
  const { kernel: own, nest } = begin(makeNest([scatterSource(scatter)], buffers).nest);
  const { dtype } = buffers[kernel.result] as BufferSpec;
  const list = new BlockList(own);
  const offset = list.value(nest.expressions[0] as Expression);
  const value = nest.expressions[1] as Expression;
  const name = scatterFunction(kernel.combine, dtype);
  const lengthAt = own.description.append([length]);
  list.scatter(name, kernel.result, offset, value, kernel.combine === 'replace', lengthAt);
  own.assign(list.instructions);
  const loop = finishLoop(own, false, list, false);
  const bytes = length * bytesOf(dtype);
  return [formNumber('scatter_form'), kernel.base ?? -1, kernel.result, bytes, scatterHead, ...loop];
}
