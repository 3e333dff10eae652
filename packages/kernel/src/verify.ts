/**
 * Checks programs: everything that backends rely on. Passes and planners are our own code, so every failure is a bug of the
 * library and raises an error that starts with `internal:`.
 */
import { carrierOf, type Dims, type DType, dtypes, internal, isComplex, isDType, sameShape, sizeOf } from '@deft/core';
import type { Expression } from './expression.ts';
import {
  type BranchKernel,
  type BufferId,
  type BufferSpec,
  bufferBytes,
  buffersOf,
  type CallKernel,
  type ContractKernel,
  type Kernel,
  type KernelProgram,
  type LoopKernel,
  type Operand,
  type RepeatKernel,
  type ScatterKernel,
  type SortKernel,
} from './kernel.ts';
import { combineKinds } from './scalar-functions.ts';
import { type KernelChecker, verifyBranch, verifyRepeat } from './verify-control.ts';
import { type Surroundings, verifyElement, verifyExpression } from './verify-expression.ts';
import { verifyArena, verifyDonations } from './verify-memory.ts';
import { verifyRoutine } from './verify-routine.ts';
import { isContiguous, type View } from './view.ts';
import { readsOutside } from './view-bounds.ts';

/** One kernel and the buffers around it. */
interface Site {
  /** Begins every message. */
  readonly where: string;
  readonly buffers: readonly BufferSpec[];
  /** How many functions of the host the program has. */
  readonly calls: number;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function check(condition: boolean, site: Pick<Site, 'where'>, message: () => string): void {
  if (!condition) internal(`${site.where}: ${message()}`);
}

/** Throws an `internal:` error unless the program keeps every invariant of kernels, expressions and views. */
export function verifyProgram(program: KernelProgram): void {
  program.buffers.forEach((buffer, id) => {
    verifyBuffer(buffer, program.arenaBytes, { where: `buffer ${id}` });
  });
  verifyRoles(program);
  const written = new Set<BufferId>();
  verifyKernels(program.kernels, 'kernel ', program, written);
  program.buffers.forEach(({ role }, id) => {
    check(role !== 'output' || written.has(id), { where: `buffer ${id}` }, () => 'an output that no kernel writes');
  });
  verifyArena(program);
  verifyDonations(program);
}

function verifyBuffer(buffer: BufferSpec, arenaBytes: number, site: Pick<Site, 'where'>): void {
  const { dtype, length, role, arenaOffset, donated, over, data } = buffer;
  check(isDType(dtype), site, () => `dtype ${String(dtype)}`);
  check(isCount(length), site, () => `${length} elements`);
  check((role === 'constant') === (data !== undefined), site, () => `elements of a buffer that is ${role}`);
  check((role === 'temporary') === (arenaOffset !== undefined), site, () => `arena offset of a buffer that is ${role}`);
  check(role === 'input' || donated === undefined, site, () => `a donated buffer that is ${role}`);
  check(role === 'output' || over === undefined, site, () => `a buffer that is ${role} over another`);
  if (data) {
    check(
      data instanceof dtypes[dtype].array && data.length === length,
      site,
      () => `constant elements of another kind`,
    );
  }
  if (arenaOffset !== undefined) {
    check(isCount(arenaOffset) && arenaOffset % 64 === 0, site, () => `arena offset ${arenaOffset}`);
    const end = arenaOffset + bufferBytes(buffer);
    check(end <= arenaBytes, site, () => `ends at byte ${end} of an arena of ${arenaBytes}`);
  }
}

function verifyRoles({ buffers, inputs, outputs }: KernelProgram): void {
  const site = { where: 'program' };
  check(new Set(inputs).size === inputs.length, site, () => 'a buffer is an input twice');
  for (const id of inputs) check(buffers[id]?.role === 'input', site, () => `input ${id} is not an input buffer`);
  for (const id of outputs) {
    const role = buffers[id]?.role;
    check(role === 'output' || role === 'input', site, () => `output ${id} is neither an output nor an input buffer`);
  }
  buffers.forEach(({ role }, id) => {
    check(role !== 'input' || inputs.includes(id), site, () => `input buffer ${id} is not listed`);
    check(role !== 'output' || outputs.includes(id), site, () => `output buffer ${id} is not listed`);
  });
}

/** Checks a list of kernels that runs when `written` has been; what they write is entered. */
function verifyKernels(
  kernels: readonly Kernel[],
  where: string,
  program: Pick<KernelProgram, 'buffers' | 'calls'>,
  written: Set<BufferId>,
  places: ReadonlySet<BufferId> = new Set<BufferId>(),
): void {
  const { buffers, calls = [] } = program;
  kernels.forEach((kernel, i) => {
    const site = { where: `${where}${i} (${kernel.form})`, buffers, calls: calls.length };
    const before = new Set(written);
    verifyAccess(kernel, site, written, places);
    const inside: KernelChecker = (list, what, known, own) => {
      verifyKernels(list, `${site.where} ${what} `, program, known, own);
    };
    if (kernel.form === 'repeat') verifyRepeat(kernel, site, before, inside);
    else if (kernel.form === 'branch') verifyBranch(kernel, site, before, places, inside);
    else verifyKernel(kernel, site);
  });
}

/** Reads what has been written, and writes what has not. */
function verifyAccess(kernel: Kernel, site: Site, written: Set<BufferId>, places: ReadonlySet<BufferId>): void {
  const { reads, writes } = buffersOf(kernel);
  for (const id of [...reads, ...writes]) check(site.buffers[id] !== undefined, site, () => `there is no buffer ${id}`);
  for (const id of reads) {
    const role = (site.buffers[id] as BufferSpec).role;
    const known = role === 'input' || role === 'constant' || written.has(id);
    check(known, site, () => `reads buffer ${id} before it is written`);
  }
  for (const id of writes) {
    const role = (site.buffers[id] as BufferSpec).role;
    check(
      role === 'output' || role === 'temporary' || places.has(id),
      site,
      () => `writes buffer ${id}, which is ${role}`,
    );
    check(!written.has(id), site, () => `writes buffer ${id} again`);
    written.add(id);
  }
}

function verifyKernel(kernel: Exclude<Kernel, RepeatKernel | BranchKernel>, site: Site): void {
  switch (kernel.form) {
    case 'loop':
      verifyLoop(kernel, site);
      break;
    case 'contract':
      verifyContract(kernel, site);
      break;
    case 'scatter':
      verifyScatter(kernel, site);
      break;
    case 'sort':
      verifySort(kernel, site);
      break;
    case 'routine':
      verifyRoutine(kernel, site.buffers, site.where);
      break;
    case 'call':
      verifyCall(kernel, site);
      break;
  }
}

function bufferAt(site: Site, id: BufferId): BufferSpec {
  return site.buffers[id] ?? internal(`${site.where}: there is no buffer ${id}`);
}

function verifyDims(dims: Dims, site: Site): void {
  check(dims.every(isCount), site, () => `a space of [${dims}]`);
}

/** The result buffer has that dtype and holds one element for each point. */
function verifyResult(id: BufferId, dtype: DType, length: number, site: Site): void {
  const buffer = bufferAt(site, id);
  check(buffer.dtype === dtype, site, () => `${dtype} for buffer ${id}, which is ${buffer.dtype}`);
  check(buffer.length === length, site, () => `${length} elements for buffer ${id} of ${buffer.length}`);
}

function verifyView(operand: Operand, site: Site): void {
  const { view, buffer } = operand;
  const rank = view.shape.length;
  const say = (what: string) => (): string => `${what} of the view of buffer ${buffer}`;
  verifyDims(view.shape, site);
  check(view.strides.length === rank, site, say('strides'));
  check([view.offset, ...view.strides].every(Number.isSafeInteger), site, say('address'));
  for (const guard of view.guards) {
    check(guard.coefficients.length === rank, site, say('guard'));
    check([guard.offset, ...guard.coefficients].every(Number.isSafeInteger), site, say('guard'));
    check(isCount(guard.limit), site, say('guard'));
  }
  if (view.guards.length > 0) verifyElement(`${site.where}: fill`, bufferAt(site, buffer).dtype, view.fill);
}

/** The view is over `space`, and stays within its buffer there. */
function verifyReads(operand: Operand, space: Dims, site: Site): void {
  const { view, buffer } = operand;
  const { length } = bufferAt(site, buffer);
  check(sameShape(view.shape, space), site, () => `a view over [${view.shape}] in a space of [${space}]`);
  check(!readsOutside(view, length), site, () => `the view of buffer ${buffer} leaves its ${length} elements`);
}

/** Whether the view is the same all along the axes from `from` on. */
function standsStill({ shape, strides, guards }: View, from: number): boolean {
  return shape.every(
    (dim, axis) =>
      axis < from || dim <= 1 || (strides[axis] === 0 && guards.every((guard) => guard.coefficients[axis] === 0)),
  );
}

/** What expressions of a kernel may refer to; `kept` is the number of axes they may depend on. */
function surroundingsOf(
  operands: readonly Operand[],
  space: Dims,
  kept: number,
  reduced: readonly DType[],
  site: Site,
): Surroundings {
  const operandAt = (index: number, dtype: DType): Operand => {
    const operand = operands[index] ?? internal(`${site.where}: there is no operand ${index}`);
    const found = bufferAt(site, operand.buffer).dtype;
    check(found === dtype, site, () => `operand ${index} is read as ${dtype}, but is ${found}`);
    return operand;
  };
  const seen = new Set<number>();
  return {
    where: site.where,
    space,
    keptAxes: kept,
    reduced,
    onLoad: (index, dtype) => {
      const operand = operandAt(index, dtype);
      if (seen.has(index)) return;
      seen.add(index);
      const { shape } = operand.view;
      check(sameShape(shape, space), site, () => `operand ${index} is a view over [${shape}], not over [${space}]`);
      check(standsStill(operand.view, kept), site, () => `operand ${index} of a result depends on a reduced axis`);
      // Results are evaluated once per place, even where there is nothing to reduce.
      const points = space.map((dim, axis) => (axis < kept ? dim : 1));
      verifyReads({ ...operand, view: { ...operand.view, shape: points } }, points, site);
    },
    onGather: (index, dtype) => {
      const { view, buffer } = operandAt(index, dtype);
      check(
        view.shape.length === 1 && isContiguous(view),
        site,
        () => `gather from operand ${index}, which is not flat`,
      );
      check((view.shape[0] as number) <= bufferAt(site, buffer).length, site, () => `gather beyond buffer ${buffer}`);
    },
  };
}

/** Whether the strides are those of a contiguous array with the axes in some order; those of single places are free. */
function isArrangement(shape: Dims, strides: Dims | undefined): boolean {
  if (strides === undefined) return true;
  if (strides.length !== shape.length || !strides.every(isCount)) return false;
  if (sizeOf(shape) === 0) return true;
  const axes = [...shape.keys()].filter((axis) => shape[axis] !== 1);
  axes.sort((a, b) => (strides[a] as number) - (strides[b] as number));
  let step = 1;
  return axes.every((axis) => {
    const expected = step;
    step *= shape[axis] as number;
    return strides[axis] === expected;
  });
}

function verifyLoop(kernel: LoopKernel, site: Site): void {
  const { space, reduced, operands, reductions, results } = kernel;
  const full = [...space, ...reduced];
  verifyDims(full, site);
  check(reductions.length > 0 || reduced.length === 0, site, () => 'reduced axes without a reduction');
  check(results.length > 0, site, () => 'no results');
  for (const operand of operands) verifyView(operand, site);
  const known: DType[] = [];
  const everywhere = surroundingsOf(operands, full, full.length, known, site);
  const memo = new Map<Expression, true>();
  reductions.forEach(({ combine, value, dtype }, r) => {
    verifyExpression(value, everywhere, memo);
    const taken = combineKinds[combine]?.includes(dtypes[value.dtype].kind) ?? false;
    check(taken, site, () => `reduction ${r}: ${combine} of ${value.dtype}`);
    const expected = combine === 'argMax' || combine === 'argMin' ? 'int32' : value.dtype;
    check(dtype === expected, site, () => `reduction ${r}: ${combine} gives ${expected}, not ${dtype}`);
    known.push(dtype);
  });
  const kept = space.length;
  const atPlaces = surroundingsOf(operands, full, kept, known, site);
  const resultMemo = new Map<Expression, true>();
  for (const { buffer, value, strides } of results) {
    if (strides === undefined) verifyExpression(value, atPlaces, resultMemo);
    else verifyExpression(value, everywhere, memo);
    check(isArrangement(full, strides), site, () => `strides [${strides}] of a result over [${full}]`);
    verifyResult(buffer, value.dtype, sizeOf(strides === undefined ? space : full), site);
  }
}

function verifyContract(kernel: ContractKernel, site: Site): void {
  const { batch, m, n, k, left, right, result } = kernel;
  verifyDims([...batch, ...m, ...n, ...k], site);
  for (const operand of [left, right]) {
    verifyView(operand, site);
    check(operand.view.guards.length === 0, site, () => `the view of buffer ${operand.buffer} has guards`);
  }
  verifyReads(left, [...batch, ...m, ...k], site);
  verifyReads(right, [...batch, ...k, ...n], site);
  const { dtype } = bufferAt(site, left.buffer);
  check(bufferAt(site, right.buffer).dtype === dtype, site, () => 'operands of two dtypes');
  check(dtype !== 'bool' && carrierOf(dtype) === dtype, site, () => `contraction of ${dtype}`);
  verifyResult(result, dtype, sizeOf([...batch, ...m, ...n]), site);
}

function verifyScatter(kernel: ScatterKernel, site: Site): void {
  const { space, operands, base, offset, value, combine, result } = kernel;
  verifyDims(space, site);
  for (const operand of operands) verifyView(operand, site);
  const surroundings = surroundingsOf(operands, space, space.length, [], site);
  const memo = new Map<Expression, true>();
  verifyExpression(offset, surroundings, memo);
  verifyExpression(value, surroundings, memo);
  check(offset.dtype === 'int32', site, () => `offset is ${offset.dtype}`);
  check(combine === 'replace' || carrierOf(value.dtype) === value.dtype, site, () => `combines ${value.dtype}`);
  check(combine !== 'add' || value.dtype !== 'bool', site, () => 'adds bool');
  verifyResult(result, value.dtype, bufferAt(site, result).length, site);
  if (base !== undefined) {
    const { dtype, length } = bufferAt(site, base);
    verifyResult(result, dtype, length, site);
  }
}

function verifySort(kernel: SortKernel, site: Site): void {
  const { rows, length, source, gives, result } = kernel;
  verifyDims([rows, length], site);
  const { dtype, length: elements } = bufferAt(site, source);
  check(carrierOf(dtype) === dtype, site, () => `sorts ${dtype}`);
  check(elements === rows * length, site, () => `${rows} rows of ${length} in a buffer of ${elements}`);
  verifyResult(result, gives === 'values' ? dtype : 'int32', elements, site);
}

function verifyCall({ call, operands, results }: CallKernel, site: Site): void {
  check(isCount(call) && call < site.calls, site, () => `calls function ${call} of ${site.calls}`);
  check(results.length > 0, site, () => 'no results');
  for (const id of [...operands, ...results]) {
    const { dtype } = bufferAt(site, id);
    check(!isComplex(dtype), site, () => `buffer ${id} is ${dtype}`);
  }
}
