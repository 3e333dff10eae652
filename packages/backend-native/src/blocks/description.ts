/** Descriptions: lists of 64-bit words that C reads, with parts that lie behind a head and are found by their offsets in it. */

/** A whole number, or 64 bits. */
export type Word = number | bigint;

/** Words with a head whose last places say where further parts begin. */
export class Description {
  readonly words: Word[];

  /** A description whose head has so many words. */
  constructor(head: number) {
    this.words = new Array<Word>(head).fill(0);
  }

  /** Adds words behind everything; their offset from the beginning. */
  append(words: readonly Word[]): number {
    const offset = this.words.length;
    for (const word of words) this.words.push(word);
    return offset;
  }
}
