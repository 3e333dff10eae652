/**
 * What capture itself costs (row F26): a call that finds its trace, each part of its arguments that is compared (a guard), each
 * variable that it changes, and each op of a new trace, written down and compiled. Times are the best of several rounds; the
 * cost of a part is the slope between two numbers of them.
 */
import { add, jit, mul, type Tensor, tensor, tensorSpec, variable } from '@deft/tensor';

/** One cost. */
export interface CaptureCost {
  readonly name: string;
  readonly microseconds: number;
}

const rounds = 7;

/** Microseconds of one run, best of several rounds of many. */
function microsecondsOf(run: () => void, runs: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < runs; i++) run();
    best = Math.min(best, performance.now() - start);
  }
  return (1000 * best) / runs;
}

const slope = (f: (count: number) => number, few: number, many: number): number => (f(many) - f(few)) / (many - few);

/** A call whose result is its argument: nothing is computed. */
function callWith(rest: readonly unknown[]): number {
  const f = jit((x: Tensor, _rest: readonly unknown[]) => x);
  const x = tensor([1, 2, 3]);
  f(x, rest);
  return microsecondsOf(() => f(x, rest), 3000);
}

const tensors = (count: number): Tensor[] => Array.from({ length: count }, (_, i) => tensor([i, i]));
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function callChanging(count: number): number {
  const all = Array.from({ length: count }, () => variable(0));
  const f = jit((x: Tensor) => {
    for (const each of all) each.assign(x);
    return x;
  });
  const x = tensor(1);
  f(x);
  return microsecondsOf(() => f(x), 1000);
}

const chain =
  (count: number) =>
  (x: Tensor): Tensor => {
    let y = x;
    for (let i = 0; i < count; i++) y = (i % 2 === 0 ? add(y, x) : mul(y, 0.5)) as Tensor;
    return y;
  };

const spec = tensorSpec([8, 8], 'float32');

function written(count: number): number {
  const f = jit(chain(count));
  return microsecondsOf(() => f.lower(spec), 10);
}

function compiled(count: number): number {
  const lowered = jit(chain(count)).lower(spec);
  return microsecondsOf(() => lowered.compile().dispose(), 3);
}

/** All costs, on the backend in use. */
export function captureCosts(): CaptureCost[] {
  return [
    { name: 'a call that finds its trace', microseconds: callWith([]) },
    { name: 'a guard: one more tensor', microseconds: slope((n) => callWith(tensors(n)), 1, 101) },
    { name: 'a guard: one more number', microseconds: slope((n) => callWith(numbers(n)), 1, 101) },
    { name: 'a variable that the call changes', microseconds: slope(callChanging, 1, 21) },
    { name: 'an op written down', microseconds: slope(written, 20, 220) },
    { name: 'an op compiled', microseconds: slope(compiled, 20, 120) },
  ];
}
