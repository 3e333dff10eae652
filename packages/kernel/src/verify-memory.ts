/** Checks of where buffers lie: what shares memory, and when. */
import { internal } from '@deft/core';
import { type BufferId, bufferBytes, type KernelProgram, type Touch, touchesOf } from './kernel.ts';
import { mayOverwrite } from './overwriting.ts';

/** The first and the last of a program's touches that touches a buffer. */
interface Life {
  readonly first: number;
  readonly last: number;
}

function livesOf(touches: readonly Touch[]): Map<BufferId, Life> {
  const lives = new Map<BufferId, Life>();
  touches.forEach(({ buffers }, i) => {
    for (const id of buffers) lives.set(id, { first: lives.get(id)?.first ?? i, last: i });
  });
  return lives;
}

/** Throws an `internal:` error if temporaries that share bytes are alive at the same time and neither is written over the other. */
export function verifyArena({ buffers, kernels }: KernelProgram): void {
  const touches = touchesOf(kernels);
  const lives = livesOf(touches);
  const placed = buffers.flatMap((buffer, id) => {
    const life = lives.get(id);
    if (buffer.arenaOffset === undefined || buffer.length === 0 || life === undefined) return [];
    return [{ id, life, start: buffer.arenaOffset, end: buffer.arenaOffset + bufferBytes(buffer) }];
  });
  type Placed = (typeof placed)[number];
  const takesOver = (before: Placed, after: Placed): boolean => {
    if (before.life.last !== after.life.first || before.start !== after.start) return false;
    const kernel = touches[after.life.first]?.kernel;
    return kernel !== undefined && mayOverwrite(kernel, before.id, after.id, buffers);
  };
  placed.sort((a, b) => a.start - b.start);
  placed.forEach((a, i) => {
    for (let j = i + 1; j < placed.length; j++) {
      const b = placed[j] as Placed;
      if (b.start >= a.end) break;
      const together = a.life.first <= b.life.last && b.life.first <= a.life.last;
      if (!together || takesOver(a, b) || takesOver(b, a)) continue;
      internal(`arena: buffers ${a.id} and ${b.id} share bytes while both are alive`);
    }
  });
}

/** Throws an `internal:` error if an output may take the memory of an input that it may not be written over. */
export function verifyDonations({ buffers, kernels, outputs }: KernelProgram): void {
  const touches = touchesOf(kernels);
  const lives = livesOf(touches);
  const taken = new Set<BufferId>();
  buffers.forEach((buffer, id) => {
    const { over } = buffer;
    if (over === undefined) return;
    const say = (what: string): never => internal(`output ${id} over buffer ${over}: ${what}`);
    const below = buffers[over] ?? say('there is none');
    if (!below.donated || outputs.includes(over)) say('it is not given up');
    if (taken.has(over)) say('another output lies there');
    taken.add(over);
    if (below.length !== buffer.length || bufferBytes(below) !== bufferBytes(buffer)) say('it has another size');
    const begins = lives.get(id)?.first ?? say('nothing writes it');
    const ends = lives.get(over)?.last ?? -1;
    const { kernel } = touches[begins] as Touch;
    if (ends > begins || (ends === begins && !mayOverwrite(kernel, over, id, buffers))) say('it is still read');
  });
}
