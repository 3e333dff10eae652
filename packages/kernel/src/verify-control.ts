/** Checks of kernels that hold kernels: repeat and branch. */
import { internal } from '@deft/core';
import type { BranchKernel, BufferId, BufferSpec, Kernel, RepeatKernel } from './kernel.ts';

/**
 * Checks a list of kernels within another one. `known` may be read, and takes in what the list writes; `places` are the
 * places that it may write.
 */
export type KernelChecker = (
  kernels: readonly Kernel[],
  what: string,
  known: Set<BufferId>,
  places: ReadonlySet<BufferId>,
) => void;

interface Site {
  readonly where: string;
  readonly buffers: readonly BufferSpec[];
}

function check(condition: boolean, site: Site, message: () => string): void {
  if (!condition) internal(`${site.where}: ${message()}`);
}

function specAt(site: Site, id: BufferId): BufferSpec {
  return site.buffers[id] ?? internal(`${site.where}: there is no buffer ${id}`);
}

function isElement(site: Site, id: BufferId, dtype: BufferSpec['dtype']): void {
  const spec = specAt(site, id);
  check(spec.dtype === dtype && spec.length === 1, site, () => `buffer ${id} is no ${dtype} element`);
}

const isPlace = (site: Site, id: BufferId): void => {
  check(specAt(site, id).role === 'place', site, () => `buffer ${id} is no place`);
};

/** Throws an `internal:` error unless the kernel keeps its invariants. `written` was known before it. */
export function verifyRepeat(
  kernel: RepeatKernel,
  site: Site,
  written: ReadonlySet<BufferId>,
  inside: KernelChecker,
): void {
  const { steps, count, condition, carries, reads, writes, body, taken } = kernel;
  check(
    steps === Number.POSITIVE_INFINITY || (Number.isSafeInteger(steps) && steps >= 0),
    site,
    () => `${steps} steps`,
  );
  const hasEnd = steps !== Number.POSITIVE_INFINITY || count !== undefined || condition !== undefined;
  check(hasEnd, site, () => 'nothing ends it');
  if (count !== undefined) isElement(site, count, 'int32');
  if (taken !== undefined) isElement(site, taken, 'int32');
  const writePlaces = new Set(writes.map((slice) => slice.place));
  const own = [...carries.map((c) => c.current), ...reads.map((s) => s.place), ...writePlaces];
  const nexts = carries.filter((c) => !writePlaces.has(c.next)).map((c) => c.next);
  const places = [...own, ...nexts];
  check(new Set(places).size === places.length, site, () => 'a place has two uses');
  for (const id of places) {
    isPlace(site, id);
    check(!written.has(id), site, () => `place ${id} belongs to another kernel`);
  }
  for (const { stack, place } of [...reads, ...writes]) {
    const [whole, slice] = [specAt(site, stack), specAt(site, place)];
    const fits = whole.dtype === slice.dtype && whole.length === steps * slice.length;
    check(fits, site, () => `${steps} slices of ${slice.length} in buffer ${stack} of ${whole.length}`);
  }
  for (const { initial, current, next, spare, result } of carries) {
    const { dtype, length } = specAt(site, current);
    for (const id of [initial, next, result, ...(spare === undefined ? [] : [spare])]) {
      const spec = specAt(site, id);
      check(spec.dtype === dtype && spec.length === length, site, () => `buffers ${current} and ${id} differ in kind`);
    }
    const hasMemory = (spare !== undefined) !== writePlaces.has(next);
    check(hasMemory, site, () => `place ${next} has no memory, or two`);
  }
  const currents = carries.map((c) => c.current);
  if (condition !== undefined) {
    const known = new Set([...written, ...currents]);
    inside(condition.kernels, 'condition', known, new Set());
    isElement(site, condition.holds, 'bool');
    const { role } = specAt(site, condition.holds);
    const isKnown = known.has(condition.holds) || role === 'input' || role === 'constant';
    check(isKnown, site, () => 'the condition is not computed');
  }
  const known = new Set([...written, ...currents, ...reads.map((s) => s.place)]);
  const writable = new Set([...nexts, ...writePlaces]);
  inside(body, 'body', known, writable);
  for (const id of writable) check(known.has(id), site, () => `the body does not write place ${id}`);
}

/** Throws an `internal:` error unless the kernel keeps its invariants. */
export function verifyBranch(
  { index, branches, results }: BranchKernel,
  site: Site,
  written: ReadonlySet<BufferId>,
  places: ReadonlySet<BufferId>,
  inside: KernelChecker,
): void {
  isElement(site, index, 'int32');
  check(branches.length > 0, site, () => 'no branches');
  branches.forEach((branch, i) => {
    const known = new Set(written);
    inside(branch, `branch ${i}`, known, places);
    for (const id of results) check(known.has(id), site, () => `branch ${i} does not write buffer ${id}`);
  });
}
