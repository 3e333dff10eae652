/** Orders that are drawn, from whatever numbers their caller draws. */

/**
 * The numbers below `count` in an order that is drawn (Fisher and Yates; Durstenfeld, algorithm 235, CACM 7, 1964). For every place
 * from the last to the second, in this order, `fractionAt` gives a number from 0 to below 1; all orders are equally likely as far as
 * these are fine enough.
 */
export function drawnOrder(count: number, fractionAt: (place: number) => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let place = count - 1; place > 0; place--) {
    const other = Math.floor(fractionAt(place) * (place + 1));
    const held = order[place] as number;
    order[place] = order[other] as number;
    order[other] = held;
  }
  return order;
}
