/**
 * Code for loop kernels: loops over the kept axes, around the passes over the reduced ones. Four points are computed at once
 * along one axis where every operand allows it: the last kept axis (four results side by side), or for reductions whose
 * operands lie contiguously along it the last reduced axis (four parts of one result). What is left over, and kernels
 * without such an axis, run one point at a time.
 */
import { bytesOf, type DType, internal, isFloating } from '@deft/core';
import {
  type BufferSpec,
  type Expression,
  expressionSize,
  type LoopKernel,
  liesOver,
  loopSource,
  makeNest,
  mayLieOver,
  type Pass,
  type Quantity,
  type Reduction,
} from '@deft/kernel';
import { type FunctionBuilder, i32, type Local, type ModuleBuilder } from '../assembler/index.ts';
import { loopTime } from '../threads/work-estimate.ts';
import { type Accumulator, canFold, scalarAccumulator, vectorAccumulator } from './accumulator.ts';
import { Evaluator, type EvaluatorOptions, type KernelContext, type Point } from './evaluator.ts';
import { divisionOf, type LoopPlan, planLoop, widestBlock } from './loop-plan.ts';
import { QuantityCode } from './quantity-code.ts';
import { storeScalar } from './scalar-code.ts';
import { lanes, storeVector } from './vector-code.ts';

/** Nodes that leave registers for several accumulators. */
const smallExpression = 4;

/** A kept axis whose range a function is given, so that threads can share it. */
export interface LoopDivision {
  readonly extent: number;
  /** Ranges begin at multiples of this. */
  readonly multiple: number;
  /** Whether workers can run the function: it calls nothing of the host. */
  readonly everywhere: boolean;
}

/** The function of a loop kernel at one of the sizes that it serves. */
export interface SizedLoop {
  /** The numbers that the function reads from a list, whose address is its last argument; none if it takes no list. */
  readonly list: Float64Array | undefined;
  readonly division: LoopDivision | undefined;
  /** Estimated nanoseconds on one core. */
  readonly time: number;
}

/**
 * Emits the function of a loop kernel: one address for each operand, then one for each result. Where `worthDividing` says
 * so and there is a kept axis to divide, the function takes before them the range of that axis and the number of the
 * part, which means nothing to it. Given for several sizes, it takes the address of its unknown numbers behind them.
 */
export function emitLoopKernel(
  module: ModuleBuilder,
  name: string,
  samples: readonly LoopKernel[],
  buffers: readonly BufferSpec[],
  worthDividing: (time: number) => boolean = () => false,
): (kernel: LoopKernel) => SizedLoop {
  const kernel = samples[0] ?? internal('a function of no kernel');
  const { nest, quantities, sized } = makeNest(samples.map(loopSource), buffers);
  // Where temporaries of other sizes lie is not known here.
  const liesThere = samples.length > 1 ? mayLieOver : liesOver;
  const plan = planLoop(kernel, nest, buffers, liesThere);
  const isVector = plan.vectorAxis !== undefined;
  const mayPay = quantities.many || worthDividing(loopTime(sized(loopSource(kernel)), isVector));
  const division = mayPay ? divisionOf(plan) : undefined;
  const count = kernel.operands.length + kernel.results.length;
  const range = division === undefined ? [] : ['from', 'to', 'part'];
  const addresses = Array.from({ length: count }, (_, i) => `p${i}`);
  const list = quantities.many ? ['list'] : [];
  const parameters = Object.fromEntries([...range, ...addresses, ...list].map((each) => [each, 'i32' as const]));
  const reference = module.function({ name, parameters, exported: true }, (f, locals) => {
    const all = Object.values(locals) as Local<'i32'>[];
    const given = all.slice(range.length, range.length + count);
    const bases = given.slice(0, kernel.operands.length);
    const results = given.slice(kernel.operands.length);
    const [from, to] = all as [Local<'i32'>, Local<'i32'>];
    const divided = division === undefined ? undefined : { axis: division.axis, from, to };
    const numbers = new QuantityCode(f, quantities, quantities.many ? all.at(-1) : undefined);
    for (const part of plan.spans ?? [plan]) new LoopWriter(module, f, part, numbers, bases, results, divided).write();
  });
  const everywhere = !module.callsImports(reference);
  return (own) => {
    const nestOfOwn = sized(loopSource(own));
    const extent = division === undefined ? 0 : (nestOfOwn.kept[division.axis] as number);
    return {
      list: quantities.many ? quantities.listFor(nestOfOwn) : undefined,
      division: division && { extent, multiple: division.multiple, everywhere },
      time: loopTime(nestOfOwn, isVector),
    };
  };
}

/** The part of an axis that a function runs over. */
interface AxisRange {
  readonly axis: number;
  readonly from: Local<'i32'>;
  readonly to: Local<'i32'>;
}

class LoopWriter {
  readonly #f: FunctionBuilder;
  readonly #module: ModuleBuilder;
  readonly #plan: LoopPlan;
  readonly #context: KernelContext;
  readonly #results: readonly Local<'i32'>[];
  readonly #numbers: QuantityCode;
  readonly #extents: readonly Quantity[];
  readonly #divided: AxisRange | undefined;
  /** Bytes that each pointer (operands, then results) moves along each axis. */
  readonly #steps: readonly (readonly Quantity[])[];

  constructor(
    module: ModuleBuilder,
    f: FunctionBuilder,
    plan: LoopPlan,
    numbers: QuantityCode,
    bases: readonly Local<'i32'>[],
    results: readonly Local<'i32'>[],
    divided: AxisRange | undefined,
  ) {
    const { nest } = plan;
    this.#divided = divided;
    this.#f = f;
    this.#module = module;
    this.#plan = plan;
    this.#results = results;
    this.#numbers = numbers;
    this.#context = { module, f, nest, numbers, reductions: plan.reductions, bases };
    this.#extents = [...nest.kept, ...nest.reduced];
    const inBytes = (strides: readonly Quantity[], dtype: DType): Quantity[] =>
      strides.map((stride) => numbers.scaled(stride, bytesOf(dtype)));
    this.#steps = [
      ...nest.operands.map(({ strides, dtype }) => inBytes(strides, dtype)),
      ...plan.results.map(({ dtype }, i) => inBytes(nest.resultStrides[i] as readonly Quantity[], dtype)),
    ];
  }

  write(): void {
    const { nest, vectorAxis, reductions } = this.#plan;
    const [f, numbers] = [this.#f, this.#numbers];
    const pointers = [
      ...nest.operands.map(({ offset, dtype }, i) =>
        f.let(
          i32.add(this.#context.bases[i] as Local<'i32'>, numbers.index(numbers.scaled(offset, bytesOf(dtype)))),
          'pointer',
        ),
      ),
      ...this.#results,
    ];
    const start: Point = { indices: this.#extents.map(() => undefined), pointers };
    const last = nest.kept.length - 1;
    if (vectorAxis === undefined || vectorAxis > last) {
      this.#loops(0, last + 1, start, (point) => this.#single(point));
      return;
    }
    this.#loops(0, last, start, (point) => {
      const isMap = reductions.length === 0;
      const outer = new Evaluator(this.#context, point, { vector: { axis: last, block: 0 } });
      if (isMap) outer.hoist(nest.expressions, last);
      const blocks = isMap ? [1] : [widestBlock, 1];
      this.#strip(last, point, blocks, (inner, block) => {
        if (block === 0) this.#single(inner);
        else this.#vectors(inner, last, block, isMap ? outer : undefined);
      });
    });
  }

  /** Loops over the axes `from` … `to − 1` around `body`. */
  #loops(from: number, to: number, point: Point, body: (point: Point) => void): void {
    if (from >= to) {
      this.#f.scope(() => body(point));
      return;
    }
    this.#strip(from, point, [], (inner) => this.#loops(from + 1, to, inner, body));
  }

  /**
   * Loops over one axis: first in strides of `blocks` vectors each, in the given order, then (block 0) by single points.
   * Ranges of a divided axis begin at multiples of the longest stride, so they need the strides that the whole axis needs.
   */
  #strip(axis: number, point: Point, blocks: readonly number[], body: (point: Point, block: number) => void): void {
    const [f, numbers] = [this.#f, this.#numbers];
    const range = this.#divided?.axis === axis ? this.#divided : undefined;
    const span = axis === this.#plan.span?.axis ? this.#plan.span : undefined;
    const first = span?.from ?? 0;
    const extent = span === undefined ? (this.#extents[axis] as Quantity) : span.to - span.from;
    // Where it is not known how many turns there are, every turn is tested for.
    const to = range?.to ?? (typeof extent === 'number' ? undefined : numbers.index(extent));
    f.scope(() => {
      const index = f.let(range?.from ?? i32.const(first), 'i');
      const steps = this.#steps.map((list) => list[axis] as Quantity);
      const pointers = point.pointers.map((pointer, i) => {
        const step = steps[i] as Quantity;
        if (step === 0) return pointer;
        const start =
          range === undefined ? numbers.index(numbers.scaled(step, first)) : i32.mul(range.from, numbers.index(step));
        return f.let(range === undefined && first === 0 ? pointer : i32.add(pointer, start), 'p');
      });
      const indices = point.indices.map((known, i) => (i === axis ? index : known));
      let covered = 0;
      for (const block of [...blocks, 0]) {
        const length = block === 0 ? 1 : block * lanes;
        const turns = typeof extent === 'number' ? Math.floor((extent - covered) / length) : Number.POSITIVE_INFINITY;
        if (turns === 0) continue;
        covered += turns * length;
        const turn = (): void => {
          f.scope(() => body({ indices, pointers }, block));
          f.increment(index, length);
          pointers.forEach((pointer, i) => {
            const step = steps[i] as Quantity;
            if (step !== 0) f.increment(pointer, numbers.index(numbers.scaled(step, length)));
          });
        };
        if (to !== undefined) f.while(i32.leU(i32.add(index, length), to), turn);
        else if (turns === 1) turn();
        else {
          const end = first + covered;
          f.loop((again) => {
            turn();
            f.branchIf(again, i32.ltU(index, end));
          });
        }
      }
    });
  }

  /** Everything at one place. */
  #single(point: Point): void {
    const { nest, reductions, vectorAxis, passes } = this.#plan;
    const f = this.#f;
    const innermost = nest.kept.length + nest.reduced.length - 1;
    const inVectors = vectorAxis !== undefined && vectorAxis >= nest.kept.length;
    const totals: Local[] = [];
    for (const pass of passes) {
      const vector = inVectors ? { axis: innermost, block: 0 } : undefined;
      const known = { reduced: [...totals], kept: this.#pointersOf(pass) };
      const own = pass.reductions.map((r) => reductions[r] as Reduction);
      const running = own.map((reduction) => scalarAccumulator(this.#module, f, reduction));
      const widest = inVectors ? this.#partsOf(pass) : 0;
      const parts = Array.from({ length: widest }, () =>
        own.map((reduction) => vectorAccumulator(this.#module, f, reduction)),
      );
      const blocks = [widest, 1].filter((block, i, all) => block > 0 && all.indexOf(block) === i && inVectors);
      this.#walk(pass, point, blocks, [{ ...known, vector }], (inner, block, [outer], position) => {
        if (block === 0) {
          const options = inVectors ? known : { ...known, vector, outer };
          this.#run(pass, running, new Evaluator(this.#context, inner, options), position);
          return;
        }
        for (let i = 0; i < block; i++) {
          const options = { ...known, vector: { axis: innermost, block: i }, outer };
          f.scope(() =>
            this.#run(pass, parts[i] as Accumulator[], new Evaluator(this.#context, inner, options), position),
          );
        }
      });
      for (const part of parts) {
        part.forEach((each, i) => {
          each.fold(running[i] as Accumulator);
        });
      }
      pass.reductions.forEach((r, i) => {
        totals[r] = (running[i] as Accumulator).finish();
      });
    }
    this.#storeAtPlaces(new Evaluator(this.#context, point, { reduced: totals }));
  }

  /**
   * How many vectors of one result a pass accumulates side by side. The largest of floats waits for the one before it longer than
   * it works; a pass that computes much has work enough meanwhile, and needs the registers.
   */
  #partsOf({ reductions, stores }: Pass): number {
    const own = reductions.map((r) => this.#plan.reductions[r] as Reduction);
    const waits = own.every(
      ({ combine, value }) => (combine === 'max' || combine === 'min') && isFloating(value.dtype),
    );
    const size = expressionSize(own.map(({ value }) => value));
    return waits && own.length === 1 && stores.length === 0 && size <= smallExpression ? widestBlock : 1;
  }

  /** `block` vectors of places side by side along the kept vector axis. */
  #vectors(point: Point, axis: number, block: number, hoisted: Evaluator | undefined): void {
    const { reductions, passes } = this.#plan;
    const modes = Array.from({ length: block }, (_, i) => ({ vector: { axis, block: i }, totals: [] as Local[] }));
    passes.forEach((pass, number) => {
      const own = pass.reductions.map((r) => reductions[r] as Reduction);
      const kept = this.#pointersOf(pass);
      const options = modes.map(({ vector, totals }) => ({ vector, reduced: [...totals], kept }));
      const running = modes.map(() => own.map((each) => vectorAccumulator(this.#module, this.#f, each)));
      // In the first pass little stays the same from point to point, and it would take a register for each vector.
      this.#walk(pass, point, [], number === 0 ? [] : options, (inner, _, outers, position) => {
        options.forEach((option, i) => {
          this.#f.scope(() => {
            const evaluator = new Evaluator(this.#context, inner, { ...option, outer: outers[i] });
            this.#run(pass, running[i] as Accumulator[], evaluator, position);
          });
        });
      });
      modes.forEach(({ totals }, i) => {
        const finished = running[i] as Accumulator[];
        pass.reductions.forEach((r, k) => {
          totals[r] = (finished[k] as Accumulator).finish();
        });
      });
    });
    for (const { vector, totals } of modes) {
      const options = { vector, reduced: totals, outer: hoisted };
      this.#storeAtPlaces(new Evaluator(this.#context, point, options));
    }
  }

  /**
   * Loops over the reduced axes in one pass; `body` gets the innermost point and, for each of `hoisting`, what was computed
   * outside of the innermost loop.
   */
  #walk(
    pass: Pass,
    point: Point,
    blocks: readonly number[],
    hoisting: readonly EvaluatorOptions[],
    body: (point: Point, block: number, outers: readonly Evaluator[], position: Local<'i32'>) => void,
  ): void {
    const { nest, reductions } = this.#plan;
    const f = this.#f;
    const position = f.let(i32.const(0), 'position');
    const own = pass.reductions.map((r) => reductions[r] as Reduction);
    const needsPosition = !own.every(canFold);
    const roots = [...own, ...pass.stores].map((each) => each.value);
    if (nest.reduced.length === 0) {
      body(point, 0, [], position);
      return;
    }
    const innermost = nest.kept.length + nest.reduced.length - 1;
    this.#loops(nest.kept.length, innermost, point, (middle) => {
      const outers = hoisting.map((options) => new Evaluator(this.#context, middle, options));
      for (const outer of outers) outer.hoist(roots, innermost);
      this.#strip(innermost, middle, blocks, (inner, block) => {
        body(inner, block, outers, position);
        if (needsPosition) f.increment(position, 1);
      });
    });
  }

  /** What a pass does at one point, or at the points of one vector. */
  #run(pass: Pass, running: readonly Accumulator[], evaluator: Evaluator, position: Local<'i32'>): void {
    pass.reductions.forEach((r, i) => {
      const { value } = this.#plan.reductions[r] as Reduction;
      (running[i] ?? internal('a reduction without accumulator')).add(evaluator.value(value), position);
    });
    for (const { value, result } of pass.stores) this.#store(evaluator, result, value);
  }

  /** Pointers to what earlier passes have kept. */
  #pointersOf({ kept }: Pass): Map<Expression, number> {
    const { length } = this.#plan.nest.operands;
    return new Map([...kept].map(([node, result]) => [node, length + result]));
  }

  #storeAtPlaces(evaluator: Evaluator): void {
    const { results, passes } = this.#plan;
    results.forEach(({ value, atPoints }, i) => {
      if (!atPoints || passes.length === 0) this.#store(evaluator, i, value);
    });
  }

  #store(evaluator: Evaluator, result: number, expression: Expression): void {
    const { point, vector } = evaluator;
    const { dtype } = expression;
    const pointer = point.pointers[this.#plan.nest.operands.length + result] as Local<'i32'>;
    const value = evaluator.value(expression);
    if (vector === undefined) storeScalar(this.#f, dtype, pointer, value);
    else storeVector(this.#f, dtype, pointer, value as Local<'v128'>, vector.block * lanes * bytesOf(dtype));
  }
}
