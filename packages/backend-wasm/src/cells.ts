/**
 * Residency: which buffers lie in wasm memory and which are kept aside on the JavaScript side, so that nobody has to
 * free anything and memory stays bounded, even in a synchronous loop where no finaliser ever runs.
 *
 * A buffer is three objects. The `Cell` is what owners hold. It points to a `Content`: bytes in wasm memory (`pointer`)
 * or host bytes (`host`), one of the two. The store keeps the content, never the cell, in the set of resident contents.
 *
 * - A dead cell whose content is resident: the registry's finaliser frees it, once the event loop turns.
 * - Under pressure, before any turn: every unpinned resident content is copied out to host bytes and dropped from the set
 *   and from the registry. From then on only its cell holds it, so the collector reclaims host bytes of dead cells, which
 *   it does in synchronous code too. Live cells come back to wasm memory when they are next used.
 * - When much comes back between two evictions, live data does not fit the soft limit: the limit doubles instead of
 *   evicting again, up to the size of the memory.
 *
 * The registry must not hold evicted contents, hence it is told at eviction and at return.
 *
 * Small cells share contents: while resident they lie side by side in *slabs* of 8 KB, so that one allocation and one
 * registration serve dozens of them. A slab's content is watched through its `Slab`, which all its cells hold; it is
 * freed when the last of them dies, or was released.
 */
import { internal, raise } from '@deft/core';
import type { Heap } from './heap.ts';

interface Content {
  /** Address in wasm memory; 0 while the bytes are on the host. */
  pointer: number;
  /** The bytes while they are not in wasm memory. */
  host: Uint8Array<ArrayBuffer> | undefined;
  readonly byteLength: number;
  /** While above 0 the address must stay. */
  pins: number;
  /** Place in the list of resident contents. */
  place: number;
  /** Whether the host bytes come from an eviction (and not from the user). */
  evicted: boolean;
}

/** What the cells of a slab hold together: as long as one of them lives, so does this, and the content stays. */
interface Slab {
  readonly content: Content;
  /** Bytes handed out from the start. */
  used: number;
  /** Cells that lie here and were not released. */
  cells: number;
}

/** A buffer of fixed length whose bytes are in wasm memory or on the host. Made and used through a `CellStore`. */
export class Cell {
  readonly byteLength: number;
  /** @internal Undefined after release. */
  content: Content | undefined;
  /** @internal Where the bytes begin in the content. */
  offset = 0;
  /** @internal The slab of a small cell. */
  slab: Slab | undefined;

  constructor(byteLength: number, content: Content | undefined) {
    this.byteLength = byteLength;
    this.content = content;
  }

  /** Whether the memory was given back. */
  get released(): boolean {
    return this.content === undefined;
  }

  /** Whether the bytes are in wasm memory at the moment. */
  get resident(): boolean {
    return this.content !== undefined && this.content.pointer !== 0;
  }
}

/** Options of a store. */
export interface CellStoreOptions {
  /** Resident bytes above which unpinned cells are evicted (default 256 MB); doubles when live data needs more. */
  readonly softLimitBytes?: number;
  /** Is given host bytes that were moved into wasm memory: nobody has them any more. */
  readonly onMoved?: (bytes: Uint8Array<ArrayBuffer>) => void;
}

/** Figures about a store. */
export interface CellStatistics {
  /** Resident cells; the small ones of a slab count as one. */
  readonly residentCells: number;
  /** Bytes of them, slabs counted whole. */
  readonly residentBytes: number;
  readonly softLimitBytes: number;
  /** Times that all unpinned cells were copied out. */
  readonly evictions: number;
  /** Bytes copied out and brought back, in total. */
  readonly evictedBytes: number;
  readonly returnedBytes: number;
}

/** What a resident cell costs besides its bytes (objects, registry entry); counts toward the limit, so that millions of tiny cells are bounded too. */
const bookkeepingBytes = 512;
const largestLimit = 2 ** 32;
/** Small contents are copied out into shared host arrays: one live content keeps at most one of these alive. */
const sharedHostBytes = 32768;
const sharedContentBytes = 2048;
/** Cells up to this size lie in slabs. */
const smallBytes = 256;
const slabBytes = 8192;
/** What kernels may count on. */
const alignment = 64;

/**
 * Keeps cells within a heap.
 *
 * @example
 * const cells = new CellStore(heap);
 * const cell = cells.fromHost(new Uint8Array([1, 2, 3, 4]));
 * const pointer = cells.pin(cell); // in wasm memory, and stays there
 * run(pointer);
 * cells.unpin(cell);
 * cells.read(cell); // a copy of its bytes
 */
export class CellStore {
  private readonly heap: Heap;
  private readonly resident: Content[] = [];
  private softLimit: number;
  private cost = 0;
  private residentBytes = 0;
  private returnedSinceEviction = 0;
  private evictions = 0;
  private evictedBytes = 0;
  private returnedBytes = 0;
  private readonly registry: FinalizationRegistry<Content>;
  private readonly onMoved: CellStoreOptions['onMoved'];
  /** The slab that takes the next small cells, resident. */
  private open: Slab | undefined;

  constructor(heap: Heap, options: CellStoreOptions = {}) {
    this.heap = heap;
    this.softLimit = options.softLimitBytes ?? 256 * 2 ** 20;
    this.onMoved = options.onMoved;
    this.registry = new FinalizationRegistry((content) => {
      if (content.pointer !== 0) this.dropResident(content);
    });
  }

  /** A cell in wasm memory with undefined bytes. Raises `E_MEMORY` when there is no room even after eviction. */
  create(byteLength: number): Cell {
    const content = byteLength <= smallBytes ? undefined : makeContent(byteLength, undefined);
    const cell = new Cell(byteLength, content);
    if (content === undefined) this.placeInSlab(cell);
    else this.place(cell, content);
    return cell;
  }

  /** A cell of host bytes, brought to wasm memory on first use. The bytes belong to the cell from now on. */
  fromHost(bytes: Uint8Array<ArrayBuffer>): Cell {
    return new Cell(bytes.byteLength, makeContent(bytes.byteLength, bytes));
  }

  /** The cell's address, brought to wasm memory if need be. Valid until the next allocation: `pin` to keep it. */
  makeResident(cell: Cell): number {
    const content = this.residentContent(cell);
    return content.pointer + cell.offset;
  }

  /** As `makeResident`; the address stays until as many `unpin`s. */
  pin(cell: Cell): number {
    const content = this.residentContent(cell);
    content.pins++;
    return content.pointer + cell.offset;
  }

  unpin(cell: Cell): void {
    const content = contentOf(cell);
    if (content.pins === 0) internal('unpin of a cell that is not pinned');
    content.pins--;
  }

  /** Gives the memory back now; the cell cannot be used any more. A second release does nothing. */
  release(cell: Cell): void {
    const { content, slab } = cell;
    if (content === undefined) return;
    if (slab === undefined) {
      if (content.pins > 0) internal('release of a pinned cell');
      this.releaseContent(content);
    } else {
      if (slab.cells === 1 && content.pins > 0) internal('release of a pinned cell');
      slab.cells--;
      if (slab.cells === 0) {
        if (slab === this.open) this.open = undefined;
        this.releaseContent(content);
      }
    }
    cell.content = undefined;
  }

  /** A new cell that takes the bytes of `cell` over; `cell` counts as released. */
  donate(cell: Cell): Cell {
    const content = contentOf(cell);
    if (cell.slab === undefined && content.pins > 0) internal('donation of a pinned cell');
    cell.content = undefined;
    const taker = new Cell(cell.byteLength, content);
    taker.offset = cell.offset;
    taker.slab = cell.slab;
    if (cell.slab === undefined && content.pointer !== 0) {
      this.registry.unregister(content);
      this.registry.register(taker, content, content);
    }
    return taker;
  }

  /** A copy of the cell's bytes; an evicted cell stays where it is. */
  read(cell: Cell): Uint8Array<ArrayBuffer> {
    const content = contentOf(cell);
    const { offset, byteLength } = cell;
    return content.host?.slice(offset, offset + byteLength) ?? this.copyOut(content.pointer + offset, byteLength);
  }

  /** Copies every unpinned resident cell out and frees its memory. */
  evictAll(): void {
    const pinned: Content[] = [];
    const source = this.heap.bytes;
    let shared = new Uint8Array(0);
    let sharedUsed = 0;
    this.open = undefined;
    for (const content of this.resident) {
      if (content.pins > 0) {
        content.place = pinned.push(content) - 1;
        continue;
      }
      const { pointer, byteLength } = content;
      if (byteLength > sharedContentBytes) content.host = this.copyOut(pointer, byteLength);
      else {
        if (sharedUsed + byteLength > shared.length) {
          shared = new Uint8Array(sharedHostBytes);
          sharedUsed = 0;
        }
        content.host = shared.subarray(sharedUsed, sharedUsed + byteLength);
        content.host.set(source.subarray(pointer, pointer + byteLength));
        sharedUsed += byteLength;
      }
      content.evicted = true;
      this.heap.free(pointer);
      content.pointer = 0;
      this.registry.unregister(content);
      this.account(content, -1);
      this.evictedBytes += content.byteLength;
    }
    this.resident.length = 0;
    for (const content of pinned) this.resident.push(content);
    this.evictions++;
    this.returnedSinceEviction = 0;
  }

  statistics(): CellStatistics {
    return {
      residentCells: this.resident.length,
      residentBytes: this.residentBytes,
      softLimitBytes: this.softLimit,
      evictions: this.evictions,
      evictedBytes: this.evictedBytes,
      returnedBytes: this.returnedBytes,
    };
  }

  private copyOut(pointer: number, byteLength: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(byteLength);
    bytes.set(this.heap.bytes.subarray(pointer, pointer + byteLength));
    return bytes;
  }

  private residentContent(cell: Cell): Content {
    const content = contentOf(cell);
    if (content.pointer !== 0) return content;
    const host = content.host ?? internal('a cell has neither memory nor host bytes');
    if (cell.slab === undefined && cell.byteLength <= smallBytes) {
      this.placeInSlab(cell);
      const { content: slabContent } = cell.slab as unknown as Slab;
      this.heap.bytes.set(host, slabContent.pointer + cell.offset);
      return slabContent;
    }
    if (content.evicted) {
      this.returnedSinceEviction += content.byteLength + bookkeepingBytes;
      this.returnedBytes += content.byteLength;
    }
    this.place(cell.slab ?? cell, content);
    this.heap.bytes.set(host, content.pointer);
    content.host = undefined;
    if (!content.evicted) this.onMoved?.(host);
    content.evicted = false;
    return content;
  }

  /** Gives a small cell the next bytes of the open slab. */
  private placeInSlab(cell: Cell): void {
    let slab = this.open;
    if (slab === undefined || slab.used + cell.byteLength > slabBytes) {
      slab = { content: makeContent(slabBytes, undefined), used: 0, cells: 0 };
      this.open = undefined;
      this.place(slab, slab.content);
      this.open = slab;
    }
    cell.slab = slab;
    cell.content = slab.content;
    cell.offset = slab.used;
    slab.used += Math.max(alignment, Math.ceil(cell.byteLength / alignment) * alignment);
    slab.cells++;
  }

  private releaseContent(content: Content): void {
    content.host = undefined;
    if (content.pointer === 0) return;
    this.registry.unregister(content);
    this.dropResident(content);
  }

  /** Finds memory for a content and enters it into set and registry, which watches its owner. */
  private place(owner: Cell | Slab, content: Content): void {
    const needed = content.byteLength + bookkeepingBytes;
    const limit = this.softLimit;
    if (this.cost + needed > this.softLimit) this.relieve(needed);
    let pointer = this.heap.allocate(content.byteLength);
    if (pointer === 0) {
      this.evictAll();
      pointer = this.heap.allocate(content.byteLength);
    }
    if (pointer === 0) {
      this.softLimit = limit; // a request that cannot be met leaves the limit as it was
      this.outOfMemory(content.byteLength);
    }
    content.pointer = pointer;
    content.place = this.resident.push(content) - 1;
    this.account(content, 1);
    this.registry.register(owner, content, content);
  }

  /** Makes the limit hold again: raised if live data needs it, else by eviction. */
  private relieve(needed: number): void {
    if (this.returnedSinceEviction > this.softLimit / 2 && this.softLimit < largestLimit) {
      this.softLimit = Math.min(this.softLimit * 2, largestLimit);
      this.returnedSinceEviction = 0;
      if (this.cost + needed <= this.softLimit) return;
    }
    this.evictAll();
    // What is pinned stays: leave as much room again, or the next allocation would evict once more.
    while ((this.cost + needed) * 2 > this.softLimit && this.softLimit < largestLimit) {
      this.softLimit = Math.min(this.softLimit * 2, largestLimit);
    }
  }

  private dropResident(content: Content): void {
    this.heap.free(content.pointer);
    content.pointer = 0;
    const moved = this.resident.pop() as Content;
    if (moved !== content) {
      this.resident[content.place] = moved;
      moved.place = content.place;
    }
    this.account(content, -1);
  }

  private account(content: Content, sign: 1 | -1): void {
    this.cost += sign * (content.byteLength + bookkeepingBytes);
    this.residentBytes += sign * content.byteLength;
  }

  private outOfMemory(byteLength: number): never {
    const { usedBytes, freeBytes, largestFreeBytes, memoryBytes } = this.heap.statistics();
    raise('E_MEMORY', {
      expected: `room for ${byteLength} bytes in WebAssembly memory`,
      found: `${memoryBytes} bytes of memory, ${usedBytes} of them pinned, ${freeBytes} free, largest free block ${largestFreeBytes}`,
      hint: 'WebAssembly addresses 4 GiB: use smaller batches or smaller tensors',
    });
  }
}

function makeContent(byteLength: number, host: Uint8Array<ArrayBuffer> | undefined): Content {
  return { pointer: 0, host, byteLength, pins: 0, place: 0, evicted: false };
}

function contentOf(cell: Cell): Content {
  return cell.content ?? raise('E_DISPOSED', { expected: 'memory', found: 'a buffer that was given back' });
}
