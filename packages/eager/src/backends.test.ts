/** What `auto` takes, and what it does where a backend turns out not to work. */
import { referenceBackend } from '@deft/backend-reference';
import { wasmBackend } from '@deft/backend-wasm';
import { raise } from '@deft/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type BackendEntry,
  backendChoice,
  type ChoiceListener,
  getBackend,
  installDefaultBackend,
  registerBackend,
  setBackend,
} from './index.ts';

const heard = vi.fn<ChoiceListener>();
const register = (name: string, rank: number, rest: Partial<BackendEntry> = {}): void =>
  registerBackend({ name, rank, unavailableBecause: () => undefined, make: referenceBackend, ...rest });
const makeFails = vi.fn<() => never>(() =>
  raise('E_BACKEND', { op: 'broken', says: 'its compiler is broken\nand says a lot', hint: 'mend it' }),
);

beforeEach(() => {
  vi.stubEnv('DEFT_BACKEND', '');
  for (const spy of [heard, makeFails]) spy.mockClear();
  for (const name of ['missing', 'broken', 'strict']) register(name, 0);
  register('wasm', 10, { make: wasmBackend });
  register('reference', 1);
  installDefaultBackend(heard);
});

describe('auto', () => {
  it('takes the best that runs, and says why', () => {
    expect(getBackend().name).toBe('wasm');
    expect(backendChoice()).toEqual({ name: 'wasm', reason: 'the fastest that runs here' });
    expect(heard.mock.calls).toEqual([[backendChoice(), []]]);
  });

  it('passes over what cannot run here, or cannot be made, and says why', () => {
    register('missing', 30, { unavailableBecause: () => 'there is none' });
    register('broken', 20, { make: makeFails, mayFail: true });
    const reason = 'the fastest that runs here; not missing: there is none; not broken: its compiler is broken';
    const passedOver = [
      { name: 'missing', reason: 'there is none' },
      { name: 'broken', reason: 'its compiler is broken' },
    ];
    expect(backendChoice()).toEqual({ name: 'wasm', reason });
    setBackend('reference');
    setBackend('auto');
    expect(backendChoice()).toEqual({ name: 'wasm', reason });
    expect(heard.mock.calls).toEqual([1, 2].map(() => [{ name: 'wasm', reason }, passedOver]));
    expect(makeFails).toHaveBeenCalledTimes(1);
    expect(() => {
      setBackend('broken');
      getBackend();
    }).toThrow(/broken: its compiler is broken/);
  });

  it('goes to no slower one where a backend fails that must not', () => {
    register('strict', 20, { make: makeFails });
    expect(() => getBackend()).toThrow(/its compiler is broken/);
    expect(() => setBackend('auto')).toThrow(/its compiler is broken/);
    expect(heard).not.toHaveBeenCalled();
  });

  it('is silent where something else was asked for', () => {
    register('missing', 30, { unavailableBecause: () => 'there is none' });
    setBackend('reference');
    expect(backendChoice()).toEqual({ name: 'reference', reason: 'setBackend names it' });
    vi.stubEnv('DEFT_BACKEND', 'wasm');
    installDefaultBackend(heard);
    expect(backendChoice()).toEqual({ name: 'wasm', reason: 'DEFT_BACKEND names it' });
    setBackend('auto');
    expect(getBackend().name).toBe('wasm');
    expect(heard).not.toHaveBeenCalled();
  });
});
