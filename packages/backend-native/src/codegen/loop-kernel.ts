/**
 * Loop kernels as C functions: loops over the kept axes, around the passes over the reduced ones. The innermost loop goes over
 * lanes: of the last kept axis where results stand side by side, or of the last reduced axis where operands lie contiguously
 * along it, and several parts of one result are accumulated at once. It has no branches and a fixed number of turns but for
 * the last one, so the C compiler makes vectors of it.
 */
import { internal } from '@deft/core';
import {
  type BufferSpec,
  type Expression,
  type LoopKernel,
  loadedOperands,
  loopSource,
  makeNest,
  type Nest,
  nodesOf,
  type Pass,
  type Quantity,
  type Reduction,
  typicalOf,
} from '@deft/kernel';
import { accumulatorType, combinedValue, enteredValue, leftValue, movePosition, startValue } from './accumulation.ts';
import { encoded, storedType, valueType } from './c-types.ts';
import { crossedOperands, squareLoops } from './crossed-squares.ts';
import { pointTime } from './kernel-time.ts';
import { isPosition, isSummedInDouble, type LoopPlan, planOf, stretchesOf } from './loop-plan.ts';
import { affineCode, type KernelContext, PointCode, quantityCode, type StagedOperands } from './point-code.ts';
import { lanesOfWidenedBools } from './widened-bools.ts';

/** Places of a kept axis that are accumulated side by side, and parts of one result. */
const [keptLanes, reducedLanes] = [32, 16];
/** Along a reduced axis of so many points there are more parts of a result, and sums of float32 are added up in blocks: … */
const [longAxis, longLanes] = [512, 64];
/** … in single precision within so many points, in double precision from block to block. */
const blockPoints = 1024;
/** An axis of so many places can be divided among threads as it is; of shorter ones the longest is taken. */
const manyPlaces = 64;
/** An axis of fewer places is divided only if there is no longer one. */
const fewPlaces = 16;

/** A kernel's function at one size. */
export interface SizedLoop {
  readonly list: Float64Array;
  /** Places of the axis that threads may share; 1 if there is none. */
  readonly extent: number;
  /** Estimated nanoseconds on one core. */
  readonly time: number;
}

/** A generated function: `static void name(void *const *b, const double *q, long from, long to)`. */
export interface LoopFunction {
  readonly source: string;
  readonly multiple: number;
  at(kernel: LoopKernel): SizedLoop;
}

/** Writes the function of a loop kernel, given for one or more sizes. */
export function emitLoop(name: string, samples: readonly LoopKernel[], buffers: readonly BufferSpec[]): LoopFunction {
  const kernel = samples[0] ?? internal('a function of no kernel');
  const { nest, quantities, sized } = makeNest(samples.map(loopSource), buffers);
  const stretches = kernel.reductions.length === 0 ? stretchesOf(nest) : [[]];
  const plans = stretches.map((spans) => planOf(kernel, nest, buffers, spans));
  const cut = new Set(stretches.flat().map(({ axis }) => axis));
  const divided = dividedAxis(nest, cut);
  const lines = [
    // Told so, because the compiler takes loops this deep for cold ones, and makes no vectors of those.
    `static __attribute__((hot)) void ${name}(void *const *b, const double *q, long from, long to) {`,
    ...kernel.operands.map(({ buffer }, i) => {
      const type = storedType((buffers[buffer] as BufferSpec).dtype);
      return `const ${type} *p${i} = b[${buffer}];`;
    }),
    ...kernel.results.map(
      ({ buffer }, i) => `${storedType((buffers[buffer] as BufferSpec).dtype)} *r${i} = b[${buffer}];`,
    ),
    ...plans.flatMap((plan) => ['{', ...new LoopWriter(plan, divided).lines(), '}']),
    '}',
  ];
  const perPoint = pointTime(nest.expressions);
  const lanesDivided = divided === nest.kept.length - 1 && plans[0]?.lanes === 'kept';
  return {
    source: lines.join('\n'),
    multiple: lanesDivided ? keptLanes : divided === nest.kept.length - 1 ? 16 : 1,
    at: (own) => {
      const there = sized(loopSource(own));
      const points = [...there.kept, ...there.reduced].reduce((product, extent) => product * extent, 1);
      return {
        list: quantities.listFor(there),
        extent: divided === undefined ? 1 : (there.kept[divided] as number),
        time: points * perPoint,
      };
    },
  };
}

/** The axis that threads share: one that is long enough, rather one that is not cut. */
function dividedAxis(nest: Nest, cut: ReadonlySet<number>): number | undefined {
  const extents = nest.kept.map((extent) => typicalOf(extent));
  const whole = extents.map((extent, axis) => (cut.has(axis) ? 0 : extent));
  const candidates = Math.max(0, ...whole) >= fewPlaces ? whole : extents;
  const many = candidates.findIndex((extent) => extent >= manyPlaces);
  const longest = many >= 0 ? many : candidates.indexOf(Math.max(...candidates));
  return (candidates[longest] ?? 0) >= 2 ? longest : undefined;
}

class LoopWriter {
  readonly #plan: LoopPlan;
  readonly #divided: number | undefined;
  readonly #context: KernelContext;
  #names = 0;

  constructor(plan: LoopPlan, divided: number | undefined) {
    this.#plan = plan;
    this.#divided = divided;
    this.#context = {
      nest: plan.nest,
      operands: plan.nest.operands.map((_, i) => `p${i}`),
      newName: () => `v${this.#names++}`,
    };
  }

  lines(): string[] {
    const { nest, lanes } = this.#plan;
    const last = nest.kept.length - 1;
    const crossed = this.#plan.reductions.length === 0 ? crossedOperands(nest) : undefined;
    if (crossed !== undefined) {
      const ranges = [this.#range(crossed.axis), this.#range(last)] as const;
      const store = (at: readonly string[], staged: ReadonlyMap<number, string>): string[] =>
        this.#storeAtPlaces(at, () => internal('a total in a map'), staged);
      const squares = (indices: readonly string[]): string[] => squareLoops(nest, crossed, ranges, indices, store);
      return this.#loops(0, last, [], squares, crossed.axis);
    }
    if (this.#lastAxesAreOne()) {
      const [from, to] = this.#range(last - 1);
      const extent = quantityCode(nest.kept[last] as Quantity);
      return this.#loops(0, last - 1, [], (indices) => [
        '#pragma GCC ivdep',
        `for (long j = ${from} * ${extent}; j < ${to} * ${extent}; j++) {`,
        ...this.#place([...indices, '0', 'j']),
        '}',
      ]);
    }
    if (lanes !== 'kept') return this.#loops(0, last + 1, [], (indices) => this.#place(indices));
    return this.#loops(0, last, [], (indices) => {
      const [from, to] = this.#range(last);
      return [
        `for (long j = ${from}; j < ${to}; j += ${keptLanes}) {`,
        `if (__builtin_expect(${to} - j >= ${keptLanes}, 1)) {`,
        ...this.#places(indices, String(keptLanes)),
        '} else {',
        `const long w = ${to} - j;`,
        ...this.#places(indices, 'w'),
        '}',
        '}',
      ];
    });
  }

  /** Whether a map can go through its last two axes as one: guards that kept them apart do not matter in its stretches. */
  #lastAxesAreOne(): boolean {
    const { nest, reductions, spans } = this.#plan;
    const last = nest.kept.length - 1;
    const extent = nest.kept[last];
    if (reductions.length > 0 || spans.length === 0 || last < 1 || typeof extent !== 'number') return false;
    if (this.#divided === last || spans.some(({ axis }) => axis === last)) return false;
    const continues = (strides: readonly Quantity[]): boolean => {
      const [before, own] = [strides[last - 1], strides[last]];
      return typeof before === 'number' && typeof own === 'number' && before === own * extent;
    };
    const loaded = loadedOperands(nest.expressions);
    const operands = nest.operands.filter((_, k) => loaded.has(k));
    return (
      operands.every(({ strides, guards }) => guards.length === 0 && continues(strides)) &&
      nest.resultStrides.every(continues) &&
      !nodesOf(nest.expressions).some(({ kind }) => kind === 'index')
    );
  }

  #range(axis: number): [string, string] {
    const { nest, spans } = this.#plan;
    const span = spans.find((each) => each.axis === axis);
    if (axis === this.#divided) {
      if (span === undefined) return ['from', 'to'];
      return [`(from > ${span.from} ? from : ${span.from})`, `(to < ${span.to} ? to : ${span.to})`];
    }
    if (span !== undefined) return [String(span.from), String(span.to)];
    return ['0', quantityCode([...nest.kept, ...nest.reduced][axis] as Quantity)];
  }

  #loops(
    from: number,
    to: number,
    indices: readonly string[],
    body: (indices: readonly string[]) => string[],
    leftOut = -1,
  ): string[] {
    if (from >= to) return body(indices);
    if (from === leftOut) return this.#loops(from + 1, to, indices, body, leftOut);
    const [start, end] = this.#range(from);
    const index = `i${from}`;
    const isInnermost = from === to - 1 && leftOut < 0 && this.#plan.reductions.length === 0;
    return [
      ...(isInnermost ? ['#pragma GCC ivdep'] : []),
      `for (long ${index} = ${start}; ${index} < ${end}; ${index}++) {`,
      ...this.#loops(from + 1, to, [...indices, index], body, leftOut),
      '}',
    ];
  }

  #place(indices: readonly string[]): string[] {
    const { nest, passes, lanes } = this.#plan;
    const innermost = nest.kept.length + nest.reduced.length - 1;
    const lines: string[] = ['int32_t position = 0;', '(void)position;'];
    for (const pass of passes) {
      const own = pass.reductions.map((r) => this.#reduction(r));
      const extent = [...nest.kept, ...nest.reduced][innermost];
      const isLong = lanes === 'reduced' && typicalOf(extent as Quantity) >= longAxis;
      const width = lanes === 'reduced' ? (isLong ? longLanes : reducedLanes) : 1;
      const blocks = isLong ? pass.reductions.filter((r) => isSummedInDouble(this.#reduction(r))) : [];
      lines.push(...this.#accumulators(pass, String(width)));
      const needsPosition = own.some(isPosition);
      if (needsPosition) lines.push('position = 0;');
      const body = (at: readonly string[], lane: string, inBlocks?: readonly number[], staged?: StagedOperands) => [
        ...this.#accumulate(pass, at, lane, inBlocks, staged),
        ...(needsPosition ? ['position++;'] : []),
      ];
      if (lanes === 'reduced') {
        lines.push(
          ...this.#loops(nest.kept.length, innermost, indices, (outer) => {
            const [, end] = this.#range(innermost);
            const at = (l: string): string[] => [...outer, `(k + ${l})`];
            return [
              '{',
              'long k = 0;',
              ...(blocks.length === 0
                ? [`for (; k + ${width} <= ${end}; k += ${width}) {`]
                : [
                    `while (k + ${width} <= ${end}) {`,
                    `const long stop = ${end} - k < ${blockPoints} ? ${end} : k + ${blockPoints};`,
                    ...blocks.flatMap((r) => [
                      `float s${r}[${width}];`,
                      `for (int l = 0; l < ${width}; l++) s${r}[l] = 0;`,
                    ]),
                    `for (; k + ${width} <= stop; k += ${width}) {`,
                  ]),
              ...lanesOfWidenedBools(nest, width, at, (l, staged) => body(at(l), l, blocks, staged)),
              '}',
              ...blocks.map((r) => `for (int l = 0; l < ${width}; l++) a${r}[l] += s${r}[l];`),
              ...(blocks.length === 0 ? [] : ['}']),
              `for (long l = 0; k < ${end}; k++, l++) {`,
              ...body([...outer, 'k'], 'l'),
              '}',
              '}',
            ];
          }),
        );
      } else {
        lines.push(...this.#loops(nest.kept.length, innermost + 1, indices, (at) => body(at, '0')));
      }
      lines.push(
        ...pass.reductions.flatMap((r) => {
          const reduction = this.#reduction(r);
          if (isPosition(reduction)) return [`const int32_t t${r} = at${r}[0];`];
          // Halves upon halves: the order is the same on every machine, and no step waits long for another.
          const fold = [
            `for (int w = ${width / 2}; w > 0; w /= 2)`,
            `for (int l = 0; l < w; l++) a${r}[l] = ${combinedValue(reduction.combine, reduction.value.dtype, `a${r}[l]`, `a${r}[l + w]`)};`,
          ];
          const total = leftValue(reduction.combine, reduction.value.dtype, `a${r}[0]`);
          return [...(width > 1 ? fold : []), `const ${valueType(reduction.dtype)} t${r} = ${total};`];
        }),
      );
    }
    lines.push(...this.#storeAtPlaces(indices, (r) => `t${r}`));
    return ['{', ...lines, '}'];
  }

  /** A block of places along the last kept axis, `j` being the first of `width`. */
  #places(indices: readonly string[], width: string): string[] {
    const { nest, passes } = this.#plan;
    const end = nest.kept.length + nest.reduced.length;
    const at = (l: string): string[] => [...indices, `(j + ${l})`];
    const lines: string[] = ['int32_t position = 0;', '(void)position;'];
    for (const pass of passes) {
      lines.push(...this.#accumulators(pass, String(keptLanes)));
      const needsPosition = pass.reductions.some((r) => isPosition(this.#reduction(r)));
      if (needsPosition) lines.push('position = 0;');
      lines.push(
        ...this.#reducedLoops(end, (reduced) => [
          ...this.#lanes(width, (l) => this.#accumulate(pass, [...at(l), ...reduced], l)),
          ...(needsPosition ? ['position++;'] : []),
        ]),
      );
      for (const r of pass.reductions) {
        const reduction = this.#reduction(r);
        const { combine, value } = reduction;
        const total = (l: string): string =>
          isPosition(reduction) ? `at${r}[${l}]` : leftValue(combine, value.dtype, `a${r}[${l}]`);
        lines.push(
          `${valueType(reduction.dtype)} t${r}[${keptLanes}];`,
          ...this.#lanes(width, (l) => [`t${r}[${l}] = ${total(l)};`]),
        );
      }
    }
    lines.push(...this.#lanes(width, (l) => this.#storeAtPlaces(at(l), (r) => `t${r}[${l}]`)));
    return lines;
  }

  #reducedLoops(end: number, body: (reduced: readonly string[]) => string[]): string[] {
    const { nest } = this.#plan;
    const walk = (axis: number, reduced: readonly string[]): string[] => {
      if (axis >= end) return body(reduced);
      const [start, to] = this.#range(axis);
      return [
        `for (long i${axis} = ${start}; i${axis} < ${to}; i${axis}++) {`,
        ...walk(axis + 1, [...reduced, `i${axis}`]),
        '}',
      ];
    };
    return walk(nest.kept.length, []);
  }

  #lanes(width: string, body: (lane: string) => string[]): string[] {
    return ['#pragma GCC ivdep', `for (long l = 0; l < ${width}; l++) {`, ...body('l'), '}'];
  }

  #reduction(r: number): Reduction {
    return this.#plan.reductions[r] ?? internal(`no reduction ${r}`);
  }

  #accumulators(pass: Pass, width: string): string[] {
    return pass.reductions.flatMap((r) => {
      const reduction = this.#reduction(r);
      const lines = [
        `${accumulatorType(reduction.combine, reduction.value.dtype)} a${r}[${width}];`,
        `for (int l = 0; l < ${width}; l++) a${r}[l] = ${startValue(reduction.combine, reduction.value.dtype)};`,
      ];
      if (!isPosition(reduction)) return lines;
      return [...lines, `int32_t at${r}[${width}];`, `for (int l = 0; l < ${width}; l++) at${r}[l] = 0;`];
    });
  }

  /** What a pass does at one point. */
  #accumulate(
    pass: Pass,
    indices: readonly string[],
    lane: string,
    inBlocks: readonly number[] = [],
    staged: StagedOperands = new Map(),
  ): string[] {
    const inPlaces = this.#plan.lanes === 'kept';
    const kept = new Map([...pass.kept].map(([node, result]) => [node, this.#resultPlace(result, indices)] as const));
    const point = new PointCode(this.#context, indices, {
      total: (r) => (inPlaces ? `t${r}[${lane}]` : `t${r}`),
      staged,
      kept,
    });
    const after: string[] = [];
    for (const r of pass.reductions) {
      const reduction = this.#reduction(r);
      const value = point.value(reduction.value);
      if (isPosition(reduction)) after.push(...movePosition(r, reduction, value, lane));
      else if (inBlocks.includes(r)) after.push(`s${r}[${lane}] = s${r}[${lane}] + ${value};`);
      else {
        const {
          combine,
          value: { dtype },
        } = reduction;
        const next = combinedValue(combine, dtype, `a${r}[${lane}]`, enteredValue(combine, dtype, value));
        after.push(`a${r}[${lane}] = ${next};`);
      }
    }
    for (const { value, result } of pass.stores) after.push(this.#store(point, result, value, indices));
    return [...point.lines, ...after];
  }

  #storeAtPlaces(
    indices: readonly string[],
    total: (r: number) => string,
    staged: ReadonlyMap<number, string> = new Map(),
  ): string[] {
    const { results, passes } = this.#plan;
    const point = new PointCode(this.#context, indices, { total, staged });
    const stores = results.flatMap(({ value, atPoints }, i) =>
      !atPoints || passes.length === 0 ? [this.#store(point, i, value, indices)] : [],
    );
    return [...point.lines, ...stores];
  }

  #resultPlace(result: number, indices: readonly string[]): string {
    const { nest } = this.#plan;
    const strides = (nest.resultStrides[result] ?? internal(`no result ${result}`)).slice(0, indices.length);
    return `r${result}[${affineCode({ offset: 0, coefficients: strides }, indices)}]`;
  }

  #store(point: PointCode, result: number, value: Expression, indices: readonly string[]): string {
    return `${this.#resultPlace(result, indices)} = ${encoded(value.dtype, point.value(value))};`;
  }
}
