import { WasmBackend } from '@deft/backend-wasm';
import { type NdArray, nd } from '@deft/core';
import {
  add,
  backendChoice,
  backendNames,
  getBackend,
  mul,
  relu,
  setBackend,
  sum,
  type Tensor,
  tensor,
} from '@deft/tensor';
import { afterEach, describe, expect, it } from 'vitest';
import { eagerExecutor } from './backends.ts';

afterEach(() => setBackend('auto'));

describe('the choice of a backend', () => {
  it('is made by the environment first', () => {
    expect(getBackend().name).toBe(process.env['DEFT_BACKEND']);
    expect(backendChoice()).toEqual({ name: getBackend().name, reason: 'DEFT_BACKEND names it' });
    expect(backendNames()).toEqual(['native', 'wasm', 'reference']);
  });

  it('can be made by name or by a backend of one’s own', () => {
    setBackend('reference');
    expect(getBackend().name).toBe('reference');
    expect(add([1, 2], 1).toArray()).toEqual([2, 3]);
    const own = new WasmBackend();
    setBackend(own);
    expect(getBackend()).toBe(own);
    expect(add([1, 2], 1).toArray()).toEqual([2, 3]);
  });

  it('refuses unknown names', () => {
    expect(() => setBackend('cuda')).toThrow(
      /setBackend: backend "cuda" is not there: known are native, wasm, reference \[E_BACKEND\]/,
    );
  });

  it('keeps tensors with the backend that made them', () => {
    setBackend('wasm');
    const x = tensor([1, 2]);
    setBackend('reference');
    expect(() => add(x, 1)).toThrow(/belongs to backend wasm, the current backend is reference.*\[E_BACKEND\]/);
    setBackend('wasm');
    expect(add(x, 1).toArray()).toEqual([2, 3]);
  });
});

describe('eager tensors', () => {
  it('can be disposed of, one owner at a time', () => {
    const one = add(1, 0) as Tensor;
    const again = add(1, 0) as Tensor;
    one.dispose();
    expect(() => one.toArray()).toThrow(/E_DISPOSED/);
    expect(again.item()).toBe(1);
    {
      using scoped = add(again, 1) as Tensor;
      expect(scoped.item()).toBe(2);
    }
  });

  it('share equal scalars without sharing their end', () => {
    const executor = eagerExecutor();
    const five = (): NdArray => nd([], [5]);
    const [a, b] = [executor.constant(five(), false), executor.constant(five(), false)];
    a.dispose();
    expect(b.item()).toBe(5);
  });

  it('run one kernel for each primitive and each fused composite', () => {
    const x = tensor([
      [1, -2],
      [3, -4],
    ]) as Tensor;
    const before = eagerExecutor().kernelCount;
    relu(x);
    sum(mul(x, 2));
    expect(eagerExecutor().kernelCount - before).toBe(3);
  });
});
