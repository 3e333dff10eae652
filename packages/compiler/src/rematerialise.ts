/**
 * Keeps the memory between kernels within a budget by computing values again. Where the most bytes are alive, a value that waits
 * there for a later reader is given up, and the kernels that make it run again right before that reader; they read what is
 * alive then, and what is not is made again with them. The value is chosen that costs the least work for its bytes.
 *
 * Kernels run again as they are, results that nobody needs included, so every bit stays the same: fusing them with their readers
 * could sum in another order. A value that is made again sooner than it was serves all readers behind, so a long chain comes to
 * segments that are computed again once each, not once for each of their values.
 */
import type { BufferId, Kernel } from '@deft/kernel';
import type { Draft, DraftBuffer, DraftKernel } from './draft.ts';
import { KernelSchedule, ScheduledBuffers } from './kernel-schedule.ts';
import { limits } from './limits.ts';
import { planMemory } from './memory-plan.ts';

/** The draft with kernels run again until its temporaries fit into `budget` bytes, or as near as that comes. */
export function rematerialise(draft: Draft, budget: number): Draft {
  return new Rematerialisation(draft).run(budget);
}

/** Calls of the host happen as often as the program says; loops and branches may hold some. */
const onlyOnce: ReadonlySet<Kernel['form']> = new Set(['routine', 'repeat', 'branch', 'call']);

const canRunAgain = ({ form }: Kernel): boolean => !onlyOnce.has(form);

class Rematerialisation {
  readonly #draft: Draft;
  readonly #buffers: ScheduledBuffers;
  /** Of values that were made again the buffer that had them first. */
  readonly #origins = new Map<BufferId, BufferId>();

  constructor(draft: Draft) {
    this.#draft = draft;
    this.#buffers = new ScheduledBuffers(draft);
  }

  run(budget: number): Draft {
    const whole = new KernelSchedule(this.#buffers, this.#draft.kernels);
    const mostSteps = limits.repeatedPerKernel * whole.kernels.length;
    let current = whole;
    // A plan needs at least as many bytes as are alive.
    for (let step = 0; step < mostSteps; step++) {
      if (current.peak <= budget && this.#arenaBytes(current) <= budget) break;
      const next = this.#step(current);
      if (next === undefined) break;
      current = next;
    }
    if (current === whole || this.#arenaBytes(current) >= this.#arenaBytes(whole)) return this.#draft;
    return { ...this.#draft, buffers: this.#buffers.list, kernels: current.kernels };
  }

  #arenaBytes({ kernels }: KernelSchedule): number {
    const list = kernels.map(({ kernel }) => kernel);
    return planMemory(this.#buffers.list, list, (id) => this.#buffers.isTemporary(id)).arenaBytes;
  }

  /** The schedule in which the cheapest value is not kept over the fullest kernel; `undefined` where none helps. */
  #step(schedule: KernelSchedule): KernelSchedule | undefined {
    const fullest = schedule.loads.indexOf(schedule.peak);
    const waiting = [...schedule.touches].flatMap(([id, at]) => {
      const next = at.find((place) => place > fullest);
      if (next === undefined || (at[0] as number) >= fullest || at.includes(fullest)) return [];
      const maker = schedule.kernels[at[0] as number] as DraftKernel;
      const bytes = this.#buffers.bytes(id);
      return [
        { id, next, bytes, price: this.#buffers.facts(maker.kernel).cost / bytes, life: next - (at[0] as number) },
      ];
    });
    waiting.sort((a, b) => a.price - b.price || b.life - a.life);
    let best: { readonly schedule: KernelSchedule; readonly price: number } | undefined;
    let tried = 0;
    for (const { id, next, bytes } of waiting) {
      if (tried === limits.repeatedCandidates) break;
      const kernels = this.#withoutWaiting(schedule, id, next);
      if (kernels === undefined) continue;
      const after = new KernelSchedule(this.#buffers, kernels);
      const helps = after.peak < schedule.peak || (after.peak === schedule.peak && after.peaks < schedule.peaks);
      if (!helps) continue;
      tried++;
      const price = (after.cost - schedule.cost) / bytes;
      const isBetter =
        best === undefined || price < best.price || (price === best.price && after.peak < best.schedule.peak);
      if (isBetter) best = { schedule: after, price };
    }
    return best?.schedule;
  }

  #originOf(id: BufferId): BufferId {
    return this.#origins.get(id) ?? id;
  }

  /** The kernels with a value made again right before the kernel at `next`, for this and for all later readers. */
  #withoutWaiting(schedule: KernelSchedule, value: BufferId, next: number): DraftKernel[] | undefined {
    const again = this.#makersAgain(schedule, value, next);
    if (again === undefined) return undefined;
    const fresh = new Map<BufferId, BufferId>();
    const byOrigin = new Map<BufferId, BufferId>();
    for (const place of again.makers) {
      for (const id of this.#factsAt(schedule, place).writes) {
        const copy = this.#copyOf(id);
        fresh.set(id, copy);
        byOrigin.set(this.#originOf(id), copy);
      }
    }
    const inserted = again.makers.map((place): DraftKernel => {
      const maker = schedule.kernels[place] as DraftKernel;
      const numberOf = (id: BufferId): BufferId => fresh.get(id) ?? again.insteadOf.get(id) ?? id;
      return { ...maker, kernel: this.#buffers.renumbered(maker.kernel, numberOf) };
    });
    const behind = schedule.kernels.slice(next).map((each): DraftKernel => {
      const { reads, writes } = this.#buffers.facts(each.kernel);
      if (!reads.some((id) => byOrigin.has(this.#originOf(id)))) return each;
      const numberOf = (id: BufferId): BufferId =>
        writes.includes(id) ? id : (byOrigin.get(this.#originOf(id)) ?? id);
      return { ...each, kernel: this.#buffers.renumbered(each.kernel, numberOf) };
    });
    return this.#read([...schedule.kernels.slice(0, next), ...inserted, ...behind]);
  }

  /**
   * The places of the kernels that make a value of what is alive at `next`, in order, and which buffers stand for others that
   * they read. `undefined` where too many kernels would run again, or one that cannot.
   */
  #makersAgain(
    schedule: KernelSchedule,
    value: BufferId,
    next: number,
  ): { makers: number[]; insteadOf: Map<BufferId, BufferId> } | undefined {
    const makers: number[] = [];
    const insteadOf = new Map<BufferId, BufferId>();
    const visited = new Set<number>();
    const make = (id: BufferId): boolean => {
      const place = schedule.first(id);
      if (visited.has(place)) return true;
      visited.add(place);
      const maker = schedule.kernels[place];
      if (maker === undefined || !canRunAgain(maker.kernel) || visited.size > limits.repeatedKernels) return false;
      for (const read of this.#factsAt(schedule, place).reads) {
        if (!this.#buffers.isTemporary(read) || schedule.isAlive(read, next)) continue;
        const twin = this.#aliveTwin(schedule, read, next);
        if (twin !== undefined) insteadOf.set(read, twin);
        else if (this.#buffers.bytes(read) * limits.keptFraction > this.#buffers.bytes(value) && !make(read))
          return false;
      }
      makers.push(place);
      return true;
    };
    return make(value) ? { makers, insteadOf } : undefined;
  }

  /** A buffer with the same elements that is alive. */
  #aliveTwin(schedule: KernelSchedule, id: BufferId, at: number): BufferId | undefined {
    const origin = this.#originOf(id);
    for (const other of schedule.touches.keys()) {
      if (this.#originOf(other) === origin && schedule.isAlive(other, at)) return other;
    }
    return undefined;
  }

  #factsAt(schedule: KernelSchedule, place: number) {
    return this.#buffers.facts((schedule.kernels[place] as DraftKernel).kernel);
  }

  #copyOf(id: BufferId): BufferId {
    const { dtype, length, value } = this.#buffers.list[id] as DraftBuffer;
    const reason = 'made again, as keeping it takes more than the memory budget';
    const held = value === undefined ? {} : { value };
    const copy = this.#buffers.list.push({ dtype, length, source: 'kernel', reason, ...held }) - 1;
    this.#origins.set(copy, this.#originOf(id));
    return copy;
  }

  /** The kernels of whose results some are read. */
  #read(kernels: readonly DraftKernel[]): DraftKernel[] {
    const read = new Set<BufferId>();
    const kept = [...kernels].reverse().filter(({ kernel }) => {
      const { reads, writes } = this.#buffers.facts(kernel);
      if (!writes.some((id) => read.has(id) || this.#buffers.isOutput(id))) return false;
      for (const id of reads) read.add(id);
      return true;
    });
    return kept.reverse();
  }
}
