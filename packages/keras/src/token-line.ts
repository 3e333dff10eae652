/**
 * Tokens in a line: the most probable stands first, among equals the one with the smaller number, and each takes as much of the
 * line as its weight. Who stands at a place is found without sorting, as quickselect (Hoare, 1961) finds an element by its rank: a
 * token splits the others into those before and behind it, and only the part with the place is split again.
 */

/** A token and the part of the line that it takes. */
export interface Standing {
  readonly token: number;
  readonly from: number;
  readonly to: number;
}

/** The tokens' numbers; those before a split stand before those behind it, and otherwise in no order. */
export class TokenLine {
  readonly #logits: ArrayLike<number>;
  readonly #order: Int32Array;

  /** Of the `count` most probable tokens, at most all. */
  constructor(logits: ArrayLike<number>, count: number) {
    this.#logits = logits;
    const order = new Int32Array(logits.length);
    for (let token = 0; token < order.length; token++) order[token] = token;
    this.#order = order;
    if (count < order.length) {
      this.#bringForward(count);
      this.#order = order.subarray(0, count);
    }
  }

  get tokens(): Int32Array {
    return this.#order;
  }

  /** Who stands at a place; nobody where the line has ended. */
  at(place: number, weights: Float64Array): Standing | undefined {
    const order = this.#order;
    let from = 0;
    let to = order.length;
    let before = 0;
    while (from < to) {
      const middle = this.#split(from, to);
      let start = before;
      for (let i = from; i < middle; i++) start += weights[order[i] as number] as number;
      const token = order[middle] as number;
      const end = start + (weights[token] as number);
      if (place < start) {
        to = middle;
      } else if (place < end) {
        return { token, from: start, to: end };
      } else {
        from = middle + 1;
        before = end;
      }
    }
    return undefined;
  }

  /** Brings the `count` most probable tokens to the front; there are more. */
  #bringForward(count: number): void {
    let from = 0;
    let to = this.#order.length;
    for (;;) {
      const middle = this.#split(from, to);
      if (middle === count) return;
      if (middle < count) from = middle + 1;
      else to = middle;
    }
  }

  /** Splits the tokens of `from` to `to` at one of them, and says where it stands. */
  #split(from: number, to: number): number {
    const order = this.#order;
    const logits = this.#logits;
    const place = this.#median(from, (from + to) >>> 1, to - 1);
    const pivot = order[place] as number;
    const least = logits[pivot] as number;
    order[place] = order[to - 1] as number;
    let middle = from;
    for (let i = from; i < to - 1; i++) {
      const token = order[i] as number;
      const logit = logits[token] as number;
      if (logit < least || (logit === least && token > pivot)) continue;
      order[i] = order[middle] as number;
      order[middle++] = token;
    }
    order[to - 1] = order[middle] as number;
    order[middle] = pivot;
    return middle;
  }

  /** Which of three places has the token that stands between the other two. */
  #median(a: number, b: number, c: number): number {
    if (this.#isBefore(a, b)) return this.#isBefore(b, c) ? b : this.#isBefore(a, c) ? c : a;
    return this.#isBefore(a, c) ? a : this.#isBefore(b, c) ? c : b;
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#order[a] as number, this.#order[b] as number];
    const [own, its] = [this.#logits[one] as number, this.#logits[other] as number];
    return own > its || (own === its && one < other);
  }
}
