/**
 * Code for loop kernels: loops over the kept axes, around loops over the reduced ones. Four points are computed at once
 * along one axis where every operand allows it: the last kept axis (four results side by side), or for reductions whose
 * operands lie contiguously along it the last reduced axis (four parts of one result). What is left over, and kernels
 * without such an axis, run one point at a time.
 */
import { bytesOf, internal } from '@deft/core';
import { type BufferSpec, type Expression, foldExpression, type LoopKernel, type Reduction } from '@deft/kernel';
import { type FunctionBuilder, i32, type Local, type ModuleBuilder } from '../assembler/index.ts';
import { type Accumulator, canFold, scalarAccumulator, vectorAccumulator } from './accumulator.ts';
import { Evaluator, type KernelContext, type Point, type VectorMode } from './evaluator.ts';
import { makeNest, type Nest } from './nest.ts';
import { storeScalar } from './scalar-code.ts';
import { fitsLanes, lanes, storeVector } from './vector-code.ts';

/** Vectors that a reduction with kept vector axis works on side by side, so that whole cache lines are used. */
const widestBlock = 4;
/** A vector axis shorter than this does not pay. */
const shortestAxis = lanes;
/** An axis of so many places can be divided among threads as it is; of shorter ones the longest is taken. */
const manyPlaces = 64;

/** A loop kernel in terms of its nest. */
interface Plan {
  readonly nest: Nest;
  readonly reductions: readonly Reduction[];
  readonly results: readonly { readonly dtype: BufferSpec['dtype']; readonly value: Expression }[];
  readonly vectorAxis: number | undefined;
}

/** Whether four points along `axis` can be computed at once. */
function isVectorAxis(nest: Nest, roots: readonly Expression[], axis: number): boolean {
  const extent = [...nest.kept, ...nest.reduced][axis] as number;
  if (extent < shortestAxis) return false;
  if (nest.operands.some((operand) => operand.guards.some((guard) => guard.coefficients[axis] !== 0))) return false;
  const memo = new Map<Expression, boolean>();
  const fits = (node: Expression, parts: readonly boolean[]): boolean =>
    fitsLanes(node.dtype) && !parts.includes(false);
  return roots.every((root) => foldExpression(root, fits, memo));
}

/** How many operands are read contiguously along an axis. */
function contiguousOperands(nest: Nest, axis: number): number {
  return nest.operands.filter((operand) => operand.strides[axis] === 1).length;
}

function planLoop(kernel: LoopKernel, buffers: readonly BufferSpec[]): Plan {
  const roots = [...kernel.reductions.map((r) => r.value), ...kernel.results.map((r) => r.value)];
  const nest = makeNest(kernel.space, kernel.reduced, kernel.operands, roots, buffers);
  const reductions = kernel.reductions.map((r, i) => ({ ...r, value: nest.expressions[i] as Expression }));
  const results = kernel.results.map((r, i) => ({
    dtype: (buffers[r.buffer] as BufferSpec).dtype,
    value: nest.expressions[kernel.reductions.length + i] as Expression,
  }));
  const keptAxis = nest.kept.length - 1;
  const reducedAxis = nest.kept.length + nest.reduced.length - 1;
  let vectorAxis: number | undefined;
  if (nest.kept.length > 0 && isVectorAxis(nest, nest.expressions, keptAxis)) vectorAxis = keptAxis;
  if (nest.reduced.length > 0 && reductions.length > 0 && reductions.every(canFold)) {
    const prefersReduced =
      vectorAxis === undefined || contiguousOperands(nest, reducedAxis) > contiguousOperands(nest, keptAxis);
    const parts = reductions.map((r) => r.value);
    if (prefersReduced && isVectorAxis(nest, parts, reducedAxis)) vectorAxis = reducedAxis;
  }
  return { nest, reductions, results, vectorAxis };
}

/** A kept axis whose range a function is given, so that threads can share it. */
export interface LoopDivision {
  readonly axis: number;
  readonly extent: number;
  /** Ranges begin at multiples of this. */
  readonly multiple: number;
  /** Whether workers can run the function: it calls nothing of the host. */
  readonly everywhere: boolean;
}

/** The axis to divide: the first that has some places for each of many threads, else the longest. */
function divisionOf({ nest, reductions, vectorAxis }: Plan): Omit<LoopDivision, 'everywhere'> | undefined {
  const enough = nest.kept.findIndex((extent) => extent >= manyPlaces);
  const axis = enough >= 0 ? enough : nest.kept.indexOf(Math.max(...nest.kept));
  const extent = nest.kept[axis] ?? 0;
  if (extent < 2) return undefined;
  const multiple = axis !== vectorAxis ? 1 : reductions.length === 0 ? lanes : widestBlock * lanes;
  return { axis, extent, multiple };
}

/**
 * Emits the function of a loop kernel: one address for each operand, then one for each result. Where `worthDividing` says
 * so and there is a kept axis to divide, the function takes before them the range of that axis and the number of the
 * part, which means nothing to it.
 */
export function emitLoopKernel(
  module: ModuleBuilder,
  name: string,
  kernel: LoopKernel,
  buffers: readonly BufferSpec[],
  worthDividing: (nest: Nest, isVector: boolean) => boolean = () => false,
): LoopDivision | undefined {
  const plan = planLoop(kernel, buffers);
  const division = worthDividing(plan.nest, plan.vectorAxis !== undefined) ? divisionOf(plan) : undefined;
  const count = kernel.operands.length + kernel.results.length;
  const range = division === undefined ? [] : ['from', 'to', 'part'];
  const addresses = Array.from({ length: count }, (_, i) => `p${i}`);
  const parameters = Object.fromEntries([...range, ...addresses].map((parameter) => [parameter, 'i32' as const]));
  const reference = module.function({ name, parameters, exported: true }, (f, locals) => {
    const all = Object.values(locals) as Local<'i32'>[];
    const given = all.slice(range.length);
    const bases = given.slice(0, kernel.operands.length);
    const results = given.slice(kernel.operands.length);
    const [from, to] = all as [Local<'i32'>, Local<'i32'>];
    const divided = division === undefined ? undefined : { axis: division.axis, from, to };
    new LoopWriter(module, f, plan, bases, results, divided).write();
  });
  return division === undefined ? undefined : { ...division, everywhere: !module.callsImports(reference) };
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
  readonly #plan: Plan;
  readonly #context: KernelContext;
  readonly #results: readonly Local<'i32'>[];
  readonly #extents: readonly number[];
  readonly #divided: AxisRange | undefined;
  /** Bytes that each pointer (operands, then results) moves along each axis. */
  readonly #steps: readonly (readonly number[])[];

  constructor(
    module: ModuleBuilder,
    f: FunctionBuilder,
    plan: Plan,
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
    this.#context = { module, f, nest, bases };
    this.#extents = [...nest.kept, ...nest.reduced];
    this.#steps = [
      ...nest.operands.map(({ strides, dtype }) => strides.map((stride) => stride * bytesOf(dtype))),
      ...plan.results.map(({ dtype }) =>
        this.#extents.map((_, axis) => (nest.resultStrides[axis] ?? 0) * bytesOf(dtype)),
      ),
    ];
  }

  write(): void {
    const { nest, vectorAxis, reductions } = this.#plan;
    const f = this.#f;
    const pointers = [
      ...nest.operands.map(({ offset, dtype }, i) =>
        f.let(i32.add(this.#context.bases[i] as Local<'i32'>, offset * bytesOf(dtype)), 'pointer'),
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
    const f = this.#f;
    const extent = this.#extents[axis] as number;
    const range = this.#divided?.axis === axis ? this.#divided : undefined;
    f.scope(() => {
      const index = f.let(range?.from ?? i32.const(0), 'i');
      const pointers = point.pointers.map((pointer, i) => {
        const step = (this.#steps[i] as number[])[axis] as number;
        if (step === 0) return pointer;
        return f.let(range === undefined ? pointer : i32.add(pointer, i32.mul(range.from, step)), 'p');
      });
      const indices = point.indices.map((known, i) => (i === axis ? index : known));
      let covered = 0;
      for (const block of [...blocks, 0]) {
        const length = block === 0 ? 1 : block * lanes;
        const turns = Math.floor((extent - covered) / length);
        if (turns === 0) continue;
        covered += turns * length;
        const turn = (): void => {
          f.scope(() => body({ indices, pointers }, block));
          f.increment(index, length);
          pointers.forEach((pointer, i) => {
            const step = (this.#steps[i] as number[])[axis] as number;
            if (step !== 0) f.increment(pointer, step * length);
          });
        };
        if (range !== undefined) f.while(i32.leU(i32.add(index, length), range.to), turn);
        else if (turns === 1) turn();
        else {
          const end = covered;
          f.loop((again) => {
            turn();
            f.branchIf(again, i32.ltU(index, end));
          });
        }
      }
    });
  }

  /** Everything at one kept point. */
  #single(point: Point): void {
    const { nest, reductions, vectorAxis } = this.#plan;
    const f = this.#f;
    if (reductions.length === 0) {
      this.#storeScalars(point, new Evaluator(this.#context, point));
      return;
    }
    const totals = reductions.map((reduction) => scalarAccumulator(this.#module, f, reduction));
    const innermost = nest.kept.length + nest.reduced.length - 1;
    if (vectorAxis !== undefined && vectorAxis >= nest.kept.length) {
      const parts = reductions.map((reduction) => vectorAccumulator(this.#module, f, reduction));
      this.#accumulate(point, innermost, [1], (block, inner, outer, position) => {
        const vector = block === 0 ? undefined : { axis: innermost, block: 0 };
        this.#add(
          block === 0 ? totals : parts,
          new Evaluator(this.#context, inner, { vector, outer: vector && outer }),
          position,
        );
      });
      parts.forEach((part, i) => {
        part.fold(totals[i] as Accumulator);
      });
    } else {
      this.#accumulate(point, innermost, [], (_, inner, outer, position) =>
        this.#add(totals, new Evaluator(this.#context, inner, { outer }), position),
      );
    }
    this.#storeScalars(point, new Evaluator(this.#context, point, { reduced: totals.map((total) => total.finish()) }));
  }

  /** `block` vectors of results side by side along the kept vector axis. */
  #vectors(point: Point, axis: number, block: number, hoisted: Evaluator | undefined): void {
    const { nest, reductions } = this.#plan;
    const f = this.#f;
    const modes: VectorMode[] = Array.from({ length: block }, (_, i) => ({ axis, block: i }));
    if (reductions.length === 0) {
      for (const vector of modes)
        this.#storeVectors(point, new Evaluator(this.#context, point, { vector, outer: hoisted }), vector);
      return;
    }
    const totals = modes.map(() => reductions.map((reduction) => vectorAccumulator(this.#module, f, reduction)));
    const innermost = nest.kept.length + nest.reduced.length - 1;
    const reducedPoint = (inner: Point, position: Local<'i32'>): void =>
      modes.forEach((vector, i) => {
        f.scope(() => this.#add(totals[i] as Accumulator[], new Evaluator(this.#context, inner, { vector }), position));
      });
    this.#accumulate(point, innermost, [], (_, inner, __, position) => reducedPoint(inner, position), false);
    modes.forEach((vector, i) => {
      const reduced = (totals[i] as Accumulator[]).map((total) => total.finish());
      this.#storeVectors(point, new Evaluator(this.#context, point, { vector, reduced }), vector);
    });
  }

  /** Loops over the reduced axes; `body` gets the innermost point and what was computed outside of the innermost loop. */
  #accumulate(
    point: Point,
    innermost: number,
    blocks: readonly number[],
    body: (block: number, point: Point, outer: Evaluator | undefined, position: Local<'i32'>) => void,
    hoists = true,
  ): void {
    const { nest, reductions } = this.#plan;
    const f = this.#f;
    const position = f.let(i32.const(0), 'position');
    const needsPosition = reductions.some((reduction) => !canFold(reduction));
    const parts = reductions.map((reduction) => reduction.value);
    if (nest.reduced.length === 0) {
      body(0, point, undefined, position);
      return;
    }
    this.#loops(nest.kept.length, innermost, point, (middle) => {
      const vector = blocks.length > 0 ? { axis: innermost, block: 0 } : undefined;
      const outer = hoists ? new Evaluator(this.#context, middle, { vector }) : undefined;
      outer?.hoist(parts, innermost);
      this.#strip(innermost, middle, blocks, (inner, block) => {
        body(block, inner, outer, position);
        if (needsPosition) f.increment(position, 1);
      });
    });
  }

  #add(totals: readonly Accumulator[], evaluator: Evaluator, position: Local<'i32'>): void {
    this.#plan.reductions.forEach((reduction, i) => {
      (totals[i] ?? internal('a reduction without accumulator')).add(evaluator.value(reduction.value), position);
    });
  }

  #resultPointer(point: Point, i: number): Local<'i32'> {
    return point.pointers[this.#plan.nest.operands.length + i] as Local<'i32'>;
  }

  #storeScalars(point: Point, evaluator: Evaluator): void {
    this.#plan.results.forEach(({ dtype, value }, i) => {
      storeScalar(this.#f, dtype, this.#resultPointer(point, i), evaluator.value(value));
    });
  }

  #storeVectors(point: Point, evaluator: Evaluator, { block }: VectorMode): void {
    this.#plan.results.forEach(({ dtype, value }, i) => {
      const vector = evaluator.value(value) as Local<'v128'>;
      storeVector(this.#f, dtype, this.#resultPointer(point, i), vector, block * lanes * bytesOf(dtype));
    });
  }
}
