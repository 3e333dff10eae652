/** What the plain steps of a pipeline cost for an element that costs nothing, against bare generators that do the same. */
import { range } from '@deft/data';
import { bestOf } from './measure.ts';

/** Nanoseconds an element. */
export interface DataCost {
  readonly name: string;
  readonly pipeline: number;
  /** Of asynchronous generators that do the same; where there are none, of one that gives the numbers. */
  readonly generators: number;
}

const count = 100_000;

async function* numbers(): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) yield i;
}

async function* mapped(): AsyncGenerator<number> {
  for await (const i of numbers()) yield 2 * i;
}

async function* batched(): AsyncGenerator<Float32Array> {
  let batch: number[] = [];
  for await (const i of mapped()) {
    if (batch.push(i) < 32) continue;
    yield Float32Array.from(batch);
    batch = [];
  }
  if (batch.length > 0) yield Float32Array.from(batch);
}

const double = (i: number): number => 2 * i;
const pairs: Readonly<
  Record<string, readonly [pipeline: AsyncIterable<unknown>, generators: () => AsyncIterable<unknown>]>
> = {
  range: [range(count), numbers],
  'range.map': [range(count).map(double), mapped],
  'range.map.batch(32)': [range(count).map(double).batch(32), batched],
  'range.shuffle(1000)': [range(count).shuffle(1000), numbers],
  'range.shuffle(1000).map.batch(32).prefetch': [range(count).shuffle(1000).map(double).batch(32).prefetch(), batched],
};

async function read(elements: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of elements);
}

/** Measures every chain of steps. */
export async function dataCosts(): Promise<readonly DataCost[]> {
  const costs: DataCost[] = [];
  const nanoseconds = async (f: () => Promise<void>): Promise<number> =>
    ((await bestOf(f, { warmUp: 2, runs: 12 })) * 1e6) / count;
  for (const [name, [pipeline, generators]] of Object.entries(pairs)) {
    costs.push({
      name,
      pipeline: await nanoseconds(() => read(pipeline)),
      generators: await nanoseconds(() => read(generators())),
    });
  }
  return costs;
}
