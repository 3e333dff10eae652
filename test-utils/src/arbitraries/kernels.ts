/**
 * Random well-formed kernel programs and inputs for them, for comparing backends with the interpreter and for round trips
 * through text. All results are exact, whatever the order of summation, so backends must agree in every bit (NaN with
 * NaN), but for buffers whose value is a transcendental function: `inexactOutputs` tells them.
 */
import {
  allocate,
  bytesOf,
  carrierOf,
  type DType,
  dtypes,
  elementsOf,
  isFloating,
  sizeOf,
  type TypedArray,
  toElement,
} from '@deft/core';
import {
  type BufferId,
  type BufferSpec,
  binaryExpression,
  buildRoutine,
  type Combine,
  combineKinds,
  constantExpression,
  contiguousView,
  type Expression,
  gatherExpression,
  indexExpression,
  type Kernel,
  type KernelProgram,
  loadExpression,
  type Operand,
  type Reduction,
  type Result,
  reducedExpression,
  touchedBuffers,
  unaryExpression,
} from '@deft/kernel';
import fc from 'fast-check';
import { addBranch, addRepeat } from './kernel-control.ts';
import { addBuffer, addResult, type Draft, spec } from './kernel-draft.ts';
import { grow, growSmall, harvest, randomConstant, transcendental } from './kernel-expressions.ts';
import { anyView, extendView, randomShape, stridedView } from './kernel-views.ts';
import { fromTape } from './tape.ts';

/** What programs may be made of. */
export interface KernelProgramOptions {
  /** All unless told. */
  readonly forms?: readonly Kernel['form'][];
  /** All unless told. `int32` must be among them (positions and offsets). */
  readonly dtypes?: readonly DType[];
  /** Whether values of outputs may be functions like `exp`; true unless told. */
  readonly transcendental?: boolean;
}

/** Random programs of one to four kernels over small buffers. */
export function kernelProgram(options: KernelProgramOptions = {}): fc.Arbitrary<KernelProgram> {
  const allowed = options.dtypes ?? [
    'float32',
    'int32',
    'bool',
    'uint32',
    'float64',
    'int64',
    'float16',
    'bfloat16',
    'int8',
    'uint8',
  ];
  const forms = options.forms ?? ['loop', 'loop', 'contract', 'scatter', 'sort', 'routine', 'repeat', 'branch'];
  return fromTape(300, (tape) => {
    const draft: Draft = {
      tape,
      dtypes: allowed,
      transcendental: options.transcendental ?? true,
      buffers: [],
      kernels: [],
      readable: [],
      isInside: false,
    };
    addInputs(draft);
    const count = 1 + tape.take(4);
    for (let i = 0; i < count; i++) builders[tape.pick(forms)](draft);
    return finish(draft);
  });
}

/** Which outputs (places in `program.outputs`) may differ by some units in the last place between backends. */
export function inexactOutputs(program: KernelProgram): boolean[] {
  const inexact = new Set<BufferId>();
  for (const kernel of program.kernels) {
    if (kernel.form !== 'loop') continue;
    for (const { buffer, value } of kernel.results) if (isTranscendental(value)) inexact.add(buffer);
  }
  return program.outputs.map((id) => inexact.has(id));
}

function isTranscendental(value: Expression): boolean {
  if (!isFloating(value.dtype)) return false;
  if (value.kind === 'binary') return value.op === 'pow' || value.op === 'atan2';
  return value.kind === 'unary' && !exactFloatUnary.has(value.op);
}

const exactFloatUnary: ReadonlySet<string> = new Set(['neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'trunc', 'sqrt']);

/** Elements for the inputs of a program: small whole numbers among floats, with some NaN, infinities and −0. */
export function inputsFor(program: KernelProgram): fc.Arbitrary<TypedArray[]> {
  return fc.tuple(...program.inputs.map((id) => elements(program.buffers[id] as BufferSpec)));
}

function elements({ dtype, length }: BufferSpec): fc.Arbitrary<TypedArray> {
  const whole = fc.integer({ min: -8, max: 8 });
  const special = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0);
  const element: Readonly<Record<DType, fc.Arbitrary<number | bigint>>> = {
    float32: fc.oneof({ arbitrary: whole, weight: 12 }, { arbitrary: special, weight: 1 }),
    float64: fc.oneof({ arbitrary: whole, weight: 12 }, { arbitrary: special, weight: 1 }),
    int32: fc.oneof(whole, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    uint32: fc.oneof(fc.nat({ max: 8 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
    bool: fc.nat({ max: 1 }),
    int8: fc.integer({ min: -128, max: 127 }),
    uint8: fc.nat({ max: 255 }),
    int64: fc.oneof<fc.Arbitrary<number | bigint>[]>(whole, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    float16: fc.oneof({ arbitrary: whole, weight: 12 }, { arbitrary: special, weight: 1 }),
    bfloat16: fc.oneof({ arbitrary: whole, weight: 12 }, { arbitrary: special, weight: 1 }),
    complex64: fc.constant(0),
  };
  return fc.array(element[dtype], { minLength: length, maxLength: length }).map((values) => elementsOf(dtype, values));
}

function addInputs(draft: Draft): void {
  const { tape } = draft;
  const count = 1 + tape.take(3);
  for (let i = 0; i < count; i++) {
    const length = tape.pick([5, 12, 40, 1, 64, 0]);
    draft.readable.push(addBuffer(draft, { dtype: tape.pick(draft.dtypes), length, role: 'input' }));
  }
  if (!tape.once(3)) return;
  const dtype = tape.pick(draft.dtypes);
  const data = allocate(dtype, 1 + tape.take(6));
  data.forEach((_, i) => {
    data[i] = toElement(dtype, randomConstant(tape, dtype));
  });
  draft.readable.push(addBuffer(draft, { dtype, length: data.length, role: 'constant', data }));
}

/** Up to three operands over a space; `more` are axes on which they do not depend. */
function addOperands(
  draft: Draft,
  space: readonly number[],
  more: readonly number[],
  operands: Operand[],
): Expression[] {
  const { tape } = draft;
  return Array.from({ length: 1 + tape.take(3) }, () => {
    const buffer = tape.pick(draft.readable);
    const { dtype, length } = spec(draft, buffer);
    const view = extendView(anyView(tape, space, length, randomConstant(tape, dtype)), more);
    operands.push({ buffer, view });
    return loadExpression(dtype, operands.length - 1);
  });
}

/** A gather at whatever position `at` says, brought into range; none where there is nothing to gather from. */
function addGather(draft: Draft, at: Expression, operands: Operand[]): Expression[] {
  const { tape } = draft;
  const buffer = tape.pick(draft.readable);
  const { dtype, length } = spec(draft, buffer);
  if (length === 0 || !tape.once(3)) return [];
  operands.push({ buffer, view: contiguousView([length]) });
  const last = constantExpression('int32', length - 1);
  const clamped = binaryExpression('max', constantExpression('int32', 0), binaryExpression('min', at, last));
  return [gatherExpression(dtype, operands.length - 1, clamped)];
}

function indexLeaf(draft: Draft, rank: number, kept = rank): Expression[] {
  const { tape } = draft;
  if (kept === 0 || !tape.once(2)) return [];
  const leaf = indexExpression(tape.take(kept), rank);
  return leaf.kind === 'index' ? [{ ...leaf, offset: tape.pick([0, 3, -2]) }] : [];
}

/** Loads of input buffers of floats, whose elements are small. */
function smallLoads(draft: Draft, loads: readonly Expression[], operands: readonly Operand[]): Expression[] {
  return loads.filter((load) => {
    if (load.kind !== 'load' || !isFloating(load.dtype)) return false;
    const { buffer, view } = operands[load.operand] as Operand;
    const small = view.guards.length === 0 || (Number.isInteger(view.fill) && Math.abs(view.fill) <= 8);
    return small && spec(draft, buffer).role === 'input';
  });
}

function addLoop(draft: Draft): void {
  const { tape } = draft;
  const space = randomShape(tape, 3, 300);
  const operands: Operand[] = [];
  const reductions: Reduction[] = [];
  const results: Result[] = [];
  let reduced: number[] = [];
  if (tape.once(2)) {
    reduced = randomShape(tape, 2, 300 / Math.max(1, sizeOf(space)));
    const full = [...space, ...reduced];
    const loads = addOperands(draft, full, [], operands);
    const leaves = [...loads, ...indexLeaf(draft, full.length)];
    const small = smallLoads(draft, loads, operands);
    for (let i = 0; i <= tape.take(2); i++) {
      // One may use what those before it came to, as a stage of its own.
      const known = tape.once(2) ? [...leaves, ...totalsOf(reductions)] : leaves;
      reductions.push(randomReduction(draft, known, small));
    }
    if (tape.once(2)) addResultsAtPoints(draft, full, [...leaves, ...totalsOf(reductions)], results);
  }
  const rank = space.length + reduced.length;
  const leaves = [
    ...addOperands(draft, space, reduced, operands),
    ...indexLeaf(draft, rank, space.length),
    ...totalsOf(reductions),
  ];
  const positions = leaves.filter((leaf) => leaf.dtype === 'int32');
  if (positions.length > 0) leaves.push(...addGather(draft, tape.pick(positions), operands));
  const pool = grow(tape, { leaves, dtypes: draft.dtypes }, 6);
  const readable: BufferId[] = results.map((result) => result.buffer);
  for (let i = 0; i <= tape.take(2); i++) {
    const dtype = tape.once(3) ? tape.pick(draft.dtypes) : (pool.at(-1) as Expression).dtype;
    const value = harvest(tape, pool, dtype);
    if (draft.transcendental && isFloating(dtype) && isCarrier(dtype) && tape.once(3)) {
      results.push({ buffer: addResult(draft, dtype, sizeOf(space), false), value: transcendental(tape, value) });
    } else {
      const buffer = addResult(draft, dtype, sizeOf(space), true);
      readable.push(buffer);
      results.push({ buffer, value });
    }
  }
  draft.kernels.push({ form: 'loop', space, reduced, operands, reductions, results });
  draft.readable.push(...readable);
}

/** Whether arithmetic is done in the dtype itself. */
const isCarrier = (dtype: DType): boolean => carrierOf(dtype) === dtype;

const totalsOf = (reductions: readonly Reduction[]): Expression[] =>
  reductions.map((reduction, r) => reducedExpression(reduction.dtype, r));

/** One or two results over the whole space, their axes in some order. */
function addResultsAtPoints(
  draft: Draft,
  shape: readonly number[],
  leaves: readonly Expression[],
  results: Result[],
): void {
  const { tape } = draft;
  const pool = grow(tape, { leaves, dtypes: draft.dtypes }, 6);
  for (let i = 0; i <= tape.take(2); i++) {
    const left = [...shape.keys()];
    const strides = shape.map(() => 0);
    let step = 1;
    while (left.length > 0) {
      const [axis] = left.splice(tape.take(left.length), 1) as [number];
      strides[axis] = step;
      step *= shape[axis] as number;
    }
    const value = harvest(tape, pool, tape.pick(draft.dtypes));
    results.push({ buffer: addResult(draft, value.dtype, sizeOf(shape), true), value, strides });
  }
}

function randomReduction(draft: Draft, leaves: readonly Expression[], small: readonly Expression[]): Reduction {
  const { tape } = draft;
  let value = harvest(tape, grow(tape, { leaves, dtypes: draft.dtypes }, 4), tape.pick(draft.dtypes.filter(isCarrier)));
  const { kind } = dtypes[value.dtype];
  const combine = tape.pick((Object.keys(combineKinds) as Combine[]).filter((way) => combineKinds[way].includes(kind)));
  // Sums and products of floats must be exact in any order.
  if (kind === 'float' && combine === 'sum') value = growSmall(tape, small, value.dtype);
  if (kind === 'float' && combine === 'prod') value = unaryExpression('sign', value);
  return { combine, value, dtype: combine === 'argMax' || combine === 'argMin' ? 'int32' : value.dtype };
}

function addContract(draft: Draft): void {
  const { tape } = draft;
  const sources = draft.readable.filter((id) => {
    const { dtype, length, role } = spec(draft, id);
    return length > 0 && dtype !== 'bool' && isCarrier(dtype) && (role === 'input' || !isFloating(dtype));
  });
  if (sources.length === 0) {
    addLoop(draft);
    return;
  }
  const [batch, m, n, k] = [
    randomShape(tape, 1, 5),
    randomShape(tape, 2, 20),
    randomShape(tape, 1, 20),
    randomShape(tape, 2, 20),
  ];
  const left = tape.pick(sources);
  const { dtype } = spec(draft, left);
  const right = tape.pick(sources.filter((id) => spec(draft, id).dtype === dtype));
  const result = addResult(
    draft,
    dtype,
    [batch, m, n].map((axes) => sizeOf(axes)).reduce((a, b) => a * b),
    true,
  );
  draft.kernels.push({
    form: 'contract',
    batch,
    m,
    n,
    k,
    left: { buffer: left, view: stridedView(tape, [...batch, ...m, ...k], spec(draft, left).length) },
    right: { buffer: right, view: stridedView(tape, [...batch, ...k, ...n], spec(draft, right).length) },
    result,
  });
  draft.readable.push(result);
}

function addScatter(draft: Draft): void {
  const { tape } = draft;
  const space = randomShape(tape, 2, 60);
  const operands: Operand[] = [];
  const loads = addOperands(draft, space, [], operands);
  const leaves = [...loads, ...indexLeaf(draft, space.length)];
  const pool = grow(tape, { leaves, dtypes: draft.dtypes }, 3);
  const bases = draft.readable.filter((id) => {
    const { dtype, role } = spec(draft, id);
    return dtype !== 'bool' && (role === 'input' || !isFloating(dtype));
  });
  const base = bases.length > 0 && tape.once(2) ? tape.pick(bases) : undefined;
  const dtype = base === undefined ? tape.pick(draft.dtypes) : spec(draft, base).dtype;
  const length = base === undefined ? tape.pick([7, 1, 30, 0]) : spec(draft, base).length;
  const combine =
    dtype === 'bool' || !isCarrier(dtype) ? 'replace' : tape.pick(['replace', 'add', 'max', 'min'] as const);
  const small = smallLoads(draft, loads, operands);
  const value = combine === 'add' && isFloating(dtype) ? growSmall(tape, small, dtype) : harvest(tape, pool, dtype);
  const offset = binaryExpression('rem', harvest(tape, pool, 'int32'), constantExpression('int32', length + 2));
  const result = addResult(draft, dtype, length, true);
  draft.kernels.push({ form: 'scatter', space, operands, base, offset, value, combine, result });
  draft.readable.push(result);
}

function addSort(draft: Draft): void {
  const { tape } = draft;
  const sources = draft.readable.filter((id) => isCarrier(spec(draft, id).dtype));
  if (sources.length === 0) {
    addLoop(draft);
    return;
  }
  const source = tape.pick(sources);
  const { dtype, length } = spec(draft, source);
  const rows = tape.pick([1, 2, 3, 4, 5, 6].filter((divisor) => length % divisor === 0));
  const gives = tape.pick(['values', 'positions'] as const);
  const result = addResult(draft, gives === 'values' ? dtype : 'int32', length, true);
  draft.kernels.push({ form: 'sort', rows, length: length / rows, source, descending: tape.once(2), gives, result });
  draft.readable.push(result);
}

/**
 * A routine with every kind of statement: each instance's elements from the last to the first are combined with a running
 * value, and a loop of unknown length counts how often a whole number can be halved.
 */
function addRoutine(draft: Draft): void {
  const { tape } = draft;
  const sources = draft.readable.filter((id) => isCarrier(spec(draft, id).dtype));
  if (sources.length === 0) {
    addLoop(draft);
    return;
  }
  const source = tape.pick(sources);
  const { dtype, length } = spec(draft, source);
  const instances = tape.pick([1, 2, 3, 4, 5, 6].filter((divisor) => length % divisor === 0));
  const each = length / instances;
  const kept = addResult(draft, dtype, length, true);
  const counts = addResult(draft, 'int32', instances, true);
  const combine = tape.pick(['max', 'min'] as const);
  const limit = tape.take(5);
  const shape = { dtype, length: each };
  const arrays = { inputs: [shape], results: [shape, { dtype: 'int32' as const, length: 1 }] } as const;
  const routine = buildRoutine('random', arrays, (r, [x], [y, count]) => {
    const running = r.variable(dtype, 0);
    const left = r.variable('int32', 0);
    r.loopDown(each, 0, (i) => {
      running.set(running[combine](x.at(i)));
      y.set(i, running);
      r.if(
        i.less(limit),
        () => left.set(left.add(i).add(1)),
        () => left.set(x.at(i).to('int32').rem(1000).max(left)),
      );
    });
    count.set(0, 0);
    r.while(left.greater(0), () => {
      left.set(left.div(2));
      count.set(0, count.at(0).add(1));
    });
  });
  draft.kernels.push({ form: 'routine', routine, instances, buffers: [source, kept, counts] });
  draft.readable.push(kept, counts);
}

const builders: Readonly<Record<Kernel['form'], (draft: Draft) => void>> = {
  loop: addLoop,
  contract: addContract,
  scatter: addScatter,
  sort: addSort,
  routine: addRoutine,
  repeat: (draft) => addRepeat(draft, (inside) => builders[inside.tape.pick(innerForms)](inside), addLoopInto),
  branch: (draft) => addBranch(draft, (inside) => builders[inside.tape.pick(innerForms)](inside), addLoopInto),
};

const innerForms: readonly Kernel['form'][] = [
  'loop',
  'loop',
  'contract',
  'scatter',
  'sort',
  'routine',
  'repeat',
  'branch',
];

/** A map of readable buffers that writes a whole buffer. */
function addLoopInto(draft: Draft, buffer: BufferId): void {
  const { tape } = draft;
  const { dtype, length } = spec(draft, buffer);
  const operands: Operand[] = [];
  const leaves = [...addOperands(draft, [length], [], operands), ...indexLeaf(draft, 1)];
  const value = harvest(tape, grow(tape, { leaves, dtypes: draft.dtypes }, 3), dtype);
  draft.kernels.push({
    form: 'loop',
    space: [length],
    reduced: [],
    operands,
    reductions: [],
    results: [{ buffer, value }],
  });
}

/** Places the temporaries so that memory is used again, and lists inputs and outputs. */
function finish({ tape, buffers, kernels }: Draft): KernelProgram {
  const ids = [...buffers.keys()];
  const events = touchedBuffers(kernels);
  const touching = (id: BufferId): number[] => events.flatMap((touched, i) => (touched.includes(id) ? [i] : []));
  const placed: { first: number; last: number; start: number; end: number }[] = [];
  const planned = buffers.map((buffer, id): BufferSpec => {
    if (buffer.role !== 'temporary') return buffer;
    const [first, last] = [Math.min(...touching(id)), Math.max(...touching(id))];
    const bytes = Math.ceil((buffer.length * bytesOf(buffer.dtype)) / 64) * 64;
    let start = 0;
    const clash = (): (typeof placed)[number] | undefined =>
      placed.find((p) => p.first <= last && first <= p.last && p.start < start + bytes && start < p.end);
    for (let other = clash(); other; other = clash()) start = other.end;
    placed.push({ first, last, start, end: start + bytes });
    return { ...buffer, arenaOffset: start };
  });
  const inputs = ids.filter((id) => buffers[id]?.role === 'input');
  const outputs = ids.filter((id) => buffers[id]?.role === 'output');
  if (tape.once(4)) outputs.push(tape.pick(inputs));
  if (outputs.length > 0 && tape.once(4)) outputs.unshift(tape.pick(outputs));
  return { buffers: planned, inputs, outputs, kernels, arenaBytes: Math.max(0, ...placed.map((p) => p.end)) };
}
