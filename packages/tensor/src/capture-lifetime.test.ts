/**
 * What captured functions keep and for how long: training steps compile once whatever changes between them, and what belongs to a
 * function or an instance goes when that goes. Collection is asked for, so these tests need a Node that is told to expose it.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  add,
  getBackend,
  grad,
  jit,
  matmul,
  mean,
  mul,
  randomUniform,
  setWarningOutput,
  square,
  sub,
  type Tensor,
  tanh,
  tensor,
  tensorSpec,
  variable,
  zeros,
} from './index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Lets finalisers run. */
async function collected(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('a training loop', () => {
  it('T7 T8 F2 of 1,000 steps with a changing learning rate and partial last batches compiles once', () => {
    const w = variable(randomUniform([3, 1]), { name: 'w' });
    const warnings: string[] = [];
    const before = setWarningOutput((text) => warnings.push(text));
    const step = jit(
      (x: Tensor, y: Tensor, rate: Tensor | number) => {
        const loss = (weights: Tensor) => mean(square(sub(tanh(matmul(x, weights) as Tensor), y)));
        const current = w.value as Tensor;
        const gradient = grad(loss)(current);
        w.assign(sub(current, mul(gradient, rate)));
        return loss(current);
      },
      {
        name: 'step',
        dynamic: [2],
        signature: [tensorSpec(['batch', 3], 'float32'), tensorSpec(['batch', 1], 'float32'), undefined],
      },
    );
    const x = randomUniform([32, 3]) as Tensor;
    const y = tanh(matmul(x, tensor([[1], [-2], [0.5]])) as Tensor);
    const last = [0, 1].map((_, i) => (i === 0 ? x : y)).map((all) => matmul(firstRows(7), all) as Tensor);
    const losses: number[] = [];
    for (let i = 0; i < 1000; i++) {
      const rate = 0.5 / (1 + i / 100);
      const loss = i % 5 === 4 ? step(last[0] as Tensor, last[1] as Tensor, rate) : step(x, y, rate);
      if (i % 100 === 0) losses.push(loss.item() as number);
    }
    setWarningOutput(before);
    expect(step.compileCount).toBe(1);
    expect(warnings).toEqual([]);
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 10);
  });

  it('T7 F7 J1 does so without a signature too: a second size is the second and last compilation', () => {
    const f = jit((x: Tensor, rate: Tensor | number) => mean(mul(x, rate)), { dynamic: [1] });
    for (let i = 0; i < 1000; i++) f(i % 10 === 9 ? zeros([7, 2]) : zeros([32, 2]), 1 / (i + 1));
    expect(f.compileCount).toBe(2);
  });
});

/** Picks the first rows of 32. */
const firstRows = (count: number): Tensor =>
  tensor(Array.from({ length: count }, (_, i) => Array.from({ length: 32 }, (_, k) => (i === k ? 1 : 0))));

class Model {
  readonly weights: Tensor;

  constructor(seed: number) {
    this.weights = tensor([seed, 1, 2]);
  }

  @jit()
  apply(x: Tensor): Tensor {
    return tanh(add(mul(x, this.weights), 1) as Tensor);
  }
}

describe('what captured functions hold', () => {
  it('F2 F7 a jitted method on 10,000 short-lived instances leaks nothing', { timeout: 600_000 }, async () => {
    const x = tensor([1, 2, 3]);
    const instances: WeakRef<Model>[] = [];
    const run = (from: number, count: number): void => {
      for (let i = from; i < from + count; i++) {
        const model = new Model(i);
        model.apply(x);
        if (i % 100 === 0) instances.push(new WeakRef(model));
      }
    };
    const held = async (): Promise<{ storages: number; heap: number }> => {
      await collected();
      return { storages: getBackend().memory().storages, heap: process.memoryUsage().heapUsed };
    };
    run(0, 1000);
    const before = await held();
    for (let i = 1; i < 10; i++) {
      run(i * 1000, 1000);
      await collected();
    }
    const after = await held();
    expect(instances.filter((one) => one.deref() !== undefined).length).toBeLessThan(3);
    expect(after.storages - before.storages).toBeLessThan(50);
    expect(after.heap - before.heap).toBeLessThan(20e6);
  });

  it('F8 so do 2,000 captured functions that were made and forgotten, with code of their own', {
    timeout: 600_000,
  }, async () => {
    const before = setWarningOutput(undefined);
    const run = (count: number): void => {
      for (let i = 0; i < count; i++) jit((x: Tensor) => add(mul(x, i), 1))(tensor([1, 2]));
    };
    run(200);
    await collected();
    const start = process.memoryUsage().heapUsed;
    for (let i = 0; i < 9; i++) {
      run(200);
      await collected();
    }
    setWarningOutput(before);
    expect(process.memoryUsage().heapUsed - start).toBeLessThan(20e6);
  });

  it('F7 F8 so does a synchronous loop that makes them, in which no finaliser runs', { timeout: 600_000 }, () => {
    const before = setWarningOutput(undefined);
    const kept = jit((x: Tensor) => mul(x, 3));
    const run = (from: number, count: number): number => {
      for (let i = from; i < from + count; i++) {
        jit((x: Tensor) => add(mul(x, i), 1))(tensor([1, 2]));
        if (i % 100 === 0) expect(kept(tensor(2)).item()).toBe(6);
      }
      collect();
      return process.memoryUsage().heapUsed;
    };
    run(0, 500);
    const start = run(500, 1000);
    expect(run(1500, 2000) - start).toBeLessThan(20e6);
    setWarningOutput(before);
    expect(kept.compileCount).toBe(1);
  });
});
