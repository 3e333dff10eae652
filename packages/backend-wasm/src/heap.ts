/**
 * The allocator over one WebAssembly memory. It is a two-level segregated fit: free blocks hang in lists by size class
 * (a power of two, divided in 16), bitmaps tell which lists have blocks, so allocating and freeing take constant time;
 * neighbours in address order are merged at once. The bookkeeping lies on the JavaScript side, so no kernel can damage
 * it. Pointers are byte addresses, multiples of 64, in 0 … 2³²-1; 0 is never a valid one.
 *
 * Invariants: blocks tile `[base, end)` without gaps; no two free blocks are neighbours; a block is in exactly the list
 * of its size if free and in `used` if not.
 */
import { internal } from '@deft/core';

const unit = 64;
const subdivisions = 16;
const subdivisionBits = 4;
const pageBytes = 65536;
const levels = 32;

interface Block {
  /** In units of 64 bytes. */
  start: number;
  size: number;
  free: boolean;
  /** Neighbours in address order. */
  before: Block | undefined;
  after: Block | undefined;
  /** Neighbours in the list of free blocks of its class. */
  previousFree: Block | undefined;
  nextFree: Block | undefined;
}

/** What a heap holds at the moment. */
export interface HeapStatistics {
  /** Bytes handed out, rounded up to blocks. */
  readonly usedBytes: number;
  /** Bytes of free blocks within the memory. */
  readonly freeBytes: number;
  /** Largest free block. */
  readonly largestFreeBytes: number;
  readonly usedBlocks: number;
  readonly freeBlocks: number;
  /** Size of the memory. */
  readonly memoryBytes: number;
}

/** Options of a heap. */
export interface HeapOptions {
  /** First byte that may be handed out (default 1024: what lies below stays free for fixed data). */
  readonly baseBytes?: number;
  /** The memory is never grown beyond this (default and most: 4 GiB). */
  readonly maximumBytes?: number;
}

/**
 * Allocates in a memory and grows it.
 *
 * @example
 * const heap = new Heap(new WebAssembly.Memory({ initial: 1, maximum: 65536 }));
 * const pointer = heap.allocate(1024); // 0 when there is no room
 * heap.bytes.fill(0, pointer, pointer + 1024);
 * heap.free(pointer);
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  private readonly maximumBytes: number;
  private readonly used = new Map<number, Block>();
  private readonly lists: (Block | undefined)[] = new Array<Block | undefined>(levels * subdivisions).fill(undefined);
  private levelBits = 0;
  private readonly listBits = new Int32Array(levels);
  private usedUnits = 0;
  private freeUnits = 0;
  private freeCount = 0;
  private last: Block | undefined;
  private readonly base: number;
  private end: number;
  private view: Uint8Array;

  constructor(memory: WebAssembly.Memory, options: HeapOptions = {}) {
    this.memory = memory;
    this.maximumBytes = Math.min(options.maximumBytes ?? 2 ** 32, 2 ** 32);
    this.base = Math.ceil(Math.max(options.baseBytes ?? 1024, unit) / unit);
    this.view = new Uint8Array(memory.buffer);
    this.end = Math.max(this.base, Math.floor(this.view.length / unit));
    if (this.end > this.base) this.append(this.end - this.base);
  }

  /**
   * All bytes of the memory, which may be a shared one. Growing the memory detaches older views, or leaves them too short:
   * take it anew after each allocation. The heap alone grows its memory.
   */
  get bytes(): Uint8Array {
    return this.view;
  }

  /** A block of at least `bytes` bytes, aligned to 64; 0 when neither the memory nor its growth has room. */
  allocate(bytes: number): number {
    if (!(bytes >= 0 && Number.isSafeInteger(bytes))) internal(`allocation of ${bytes} bytes`);
    const size = Math.max(1, Math.ceil(bytes / unit));
    let block = this.find(size);
    if (block === undefined) {
      if (!this.grow(size)) return 0;
      block = this.find(size) ?? internal('the heap grew and has no room');
    }
    this.unlink(block);
    if (block.size > size) this.split(block, size);
    block.free = false;
    this.usedUnits += size;
    const pointer = block.start * unit;
    this.used.set(pointer, block);
    return pointer;
  }

  /** Gives a block back. */
  free(pointer: number): void {
    const block = this.used.get(pointer);
    if (block === undefined) internal(`free of ${pointer}, which is not allocated`);
    this.used.delete(pointer);
    this.usedUnits -= block.size;
    block.free = true;
    const { before, after } = block;
    if (after?.free === true) {
      this.unlink(after);
      block.size += after.size;
      this.setAfter(block, after.after);
    }
    if (before?.free === true) {
      this.unlink(before);
      before.size += block.size;
      this.setAfter(before, block.after);
      this.link(before);
    } else this.link(block);
  }

  /** Bytes of the block at a pointer: what was asked for, rounded up. */
  sizeOf(pointer: number): number {
    return (this.used.get(pointer)?.size ?? internal(`size of ${pointer}, which is not allocated`)) * unit;
  }

  statistics(): HeapStatistics {
    let largest = 0;
    for (let block = this.last; block !== undefined; block = block.before) {
      if (block.free && block.size > largest) largest = block.size;
    }
    return {
      usedBytes: this.usedUnits * unit,
      freeBytes: this.freeUnits * unit,
      largestFreeBytes: largest * unit,
      usedBlocks: this.used.size,
      freeBlocks: this.freeCount,
      memoryBytes: this.memory.buffer.byteLength,
    };
  }

  /** Puts `units` new units at the end, as a free block or as growth of the last one. */
  private append(units: number): void {
    const last = this.last;
    if (last?.free === true) {
      this.unlink(last);
      last.size += units;
      this.link(last);
      return;
    }
    const block: Block = {
      start: this.end - units,
      size: units,
      free: true,
      before: last,
      after: undefined,
      previousFree: undefined,
      nextFree: undefined,
    };
    if (last !== undefined) last.after = block;
    this.last = block;
    this.link(block);
  }

  /** Grows the memory so that a block of `size` units fits at its end, by a quarter at least where that is allowed. */
  private grow(size: number): boolean {
    const current = this.memory.buffer.byteLength;
    const tail = this.last?.free === true ? this.last.size : 0;
    const needed = Math.ceil(((this.end + size - tail) * unit - current) / pageBytes);
    const allowed = Math.floor((this.maximumBytes - current) / pageBytes);
    if (needed > allowed) return false;
    const generous = Math.min(allowed, Math.max(needed, Math.ceil(current / 4 / pageBytes), 16));
    if (!this.tryGrow(generous) && !this.tryGrow(needed)) return false;
    const end = Math.floor(this.memory.buffer.byteLength / unit);
    const units = end - this.end;
    this.end = end;
    this.append(units);
    return true;
  }

  private tryGrow(pages: number): boolean {
    try {
      this.memory.grow(pages);
      this.view = new Uint8Array(this.memory.buffer);
      return true;
    } catch {
      return false; // The engine says no with a RangeError.
    }
  }

  private setAfter(block: Block, after: Block | undefined): void {
    block.after = after;
    if (after === undefined) this.last = block;
    else after.before = block;
  }

  private split(block: Block, size: number): void {
    const rest: Block = {
      start: block.start + size,
      size: block.size - size,
      free: true,
      before: block,
      after: undefined,
      previousFree: undefined,
      nextFree: undefined,
    };
    this.setAfter(rest, block.after);
    block.size = size;
    block.after = rest;
    this.link(rest);
  }

  /** List of a size: sizes below 16 have a list each; above, each power of two is divided in 16. */
  private listOf(size: number): number {
    if (size < subdivisions) return size;
    const level = 31 - Math.clz32(size);
    return (level - subdivisionBits + 1) * subdivisions + ((size >>> (level - subdivisionBits)) - subdivisions);
  }

  /** A free block of at least `size` units: the head of the smallest list whose blocks all fit, else the own list searched. */
  private find(size: number): Block | undefined {
    const level = size < subdivisions ? 0 : 31 - Math.clz32(size) - subdivisionBits;
    const list = this.listOf(size + (1 << level) - 1);
    const row = list >> subdivisionBits;
    const within = (this.listBits[row] as number) & (-1 << (list & (subdivisions - 1)));
    if (within !== 0) return this.lists[(row << subdivisionBits) + lowestBit(within)];
    const rows = row >= 31 ? 0 : this.levelBits & (-1 << (row + 1));
    if (rows !== 0) {
      const first = lowestBit(rows);
      return this.lists[(first << subdivisionBits) + lowestBit(this.listBits[first] as number)];
    }
    let candidate = this.lists[this.listOf(size)];
    while (candidate !== undefined && candidate.size < size) candidate = candidate.nextFree;
    return candidate;
  }

  private link(block: Block): void {
    const list = this.listOf(block.size);
    const head = this.lists[list];
    block.previousFree = undefined;
    block.nextFree = head;
    if (head !== undefined) head.previousFree = block;
    this.lists[list] = block;
    const row = list >> subdivisionBits;
    this.listBits[row] = (this.listBits[row] as number) | (1 << (list & (subdivisions - 1)));
    this.levelBits |= 1 << row;
    this.freeUnits += block.size;
    this.freeCount++;
  }

  private unlink(block: Block): void {
    const { previousFree, nextFree } = block;
    if (nextFree !== undefined) nextFree.previousFree = previousFree;
    if (previousFree !== undefined) previousFree.nextFree = nextFree;
    else {
      const list = this.listOf(block.size);
      this.lists[list] = nextFree;
      if (nextFree === undefined) {
        const row = list >> subdivisionBits;
        this.listBits[row] = (this.listBits[row] as number) & ~(1 << (list & (subdivisions - 1)));
        if (this.listBits[row] === 0) this.levelBits &= ~(1 << row);
      }
    }
    block.previousFree = undefined;
    block.nextFree = undefined;
    this.freeUnits -= block.size;
    this.freeCount--;
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
