/**
 * The same network in plain arithmetic, forward and backward: what `grad` does, written out. Rows are arrays of
 * numbers; names follow the page "hello".
 */
import { ANSWER, HIDDEN, numbersOf, READ, VOCABULARY, type Weights } from './network.ts';

type Rows = number[][];

/** Losses of the four answers, and the gradient of their sum by every weight. */
export interface ByHand {
  readonly losses: readonly number[];
  readonly gradients: Weights<Rows>;
}

/** Runs forwards, then backwards through time. */
export function byHand({ input, state, stateBias, output, outputBias }: Weights<Rows>): ByHand {
  const [read, right] = [numbersOf(READ), numbersOf(ANSWER)];
  const at = (rows: Rows, i: number, j: number): number => rows[i]?.[j] as number;

  // Forwards: states[0] is the empty state, states[t + 1] the one behind character t.
  const states: Rows = [new Array<number>(HIDDEN).fill(0)];
  const probabilities: Rows = [];
  for (const [t, character] of read.entries()) {
    const next = range(HIDDEN).map((j) => {
      const before = range(HIDDEN).reduce((sum, i) => sum + at(states, t, i) * at(state, i, j), 0);
      return Math.tanh(at(input, character, j) + before + at(stateBias, 0, j));
    });
    states.push(next);
    const powers = range(VOCABULARY.length).map((k) =>
      Math.exp(range(HIDDEN).reduce((sum, j) => sum + (next[j] as number) * at(output, j, k), at(outputBias, 0, k))),
    );
    const total = powers.reduce((sum, power) => sum + power, 0);
    probabilities.push(powers.map((power) => power / total));
  }

  // Backwards: `later` is what the steps behind t say of the state behind character t.
  const gradients = {
    input: zeros(input),
    state: zeros(state),
    stateBias: zeros(stateBias),
    output: zeros(output),
    outputBias: zeros(outputBias),
  };
  let later = new Array<number>(HIDDEN).fill(0);
  for (const t of range(read.length).reverse()) {
    const dScores = range(VOCABULARY.length).map((k) => at(probabilities, t, k) - (k === right[t] ? 1 : 0));
    const dSums = range(HIDDEN).map((j) => {
      const fromScores = dScores.reduce((sum, d, k) => sum + d * at(output, j, k), 0);
      return (fromScores + (later[j] as number)) * (1 - at(states, t + 1, j) ** 2);
    });
    for (const j of range(HIDDEN)) {
      for (const [k, d] of dScores.entries()) grow(gradients.output, j, k, at(states, t + 1, j) * d);
      for (const i of range(HIDDEN)) grow(gradients.state, i, j, at(states, t, i) * (dSums[j] as number));
      grow(gradients.input, read[t] as number, j, dSums[j] as number);
      grow(gradients.stateBias, 0, j, dSums[j] as number);
    }
    for (const [k, d] of dScores.entries()) grow(gradients.outputBias, 0, k, d);
    later = range(HIDDEN).map((i) => dSums.reduce((sum, d, j) => sum + d * at(state, i, j), 0));
  }
  return { losses: right.map((k, t) => -Math.log(at(probabilities, t, k))), gradients };
}

/** The largest difference between gradients by hand and those that `grad` gives. */
export function furthest(mine: Weights<Rows>, others: Weights): number {
  const names = Object.keys(mine) as (keyof Weights)[];
  const differences = names.flatMap((name) => {
    const rows = others[name].toArray() as Rows;
    return mine[name].flatMap((row, i) => row.map((value, j) => Math.abs(value - (rows[i]?.[j] ?? Number.NaN))));
  });
  return Math.max(...differences);
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
const zeros = (rows: Rows): Rows => rows.map((row) => row.map(() => 0));

function grow(rows: Rows, i: number, j: number, by: number): void {
  (rows[i] as number[])[j] = (rows[i]?.[j] as number) + by;
}
