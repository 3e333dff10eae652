/** The lists of names agree with what the packages export, and messages name only what there is. */
import '@deft/tensor/fluent';
import * as deft from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { resultOf } from './deft-names.ts';
import { rules } from './index.ts';
import { functionNames, methodNames } from './op-names.ts';
import { binaryOps, mathOp, unaryOps } from './operator-ops.ts';

const exported: Readonly<Record<string, unknown>> = { ...deft };
const names = (lists: typeof functionNames): string[] => Object.values(lists).flatMap((list) => [...list]);

describe('the names of ops', () => {
  it('hold every op', () => {
    const ops = Object.entries(exported).filter(([, value]) => typeof value === 'function' && 'operation' in value);
    expect(ops.length).toBeGreaterThan(300);
    expect(ops.filter(([name]) => resultOf(functionNames, name) === undefined).map(([name]) => name)).toEqual([]);
  });

  it('are exported', () => {
    expect(names(functionNames).filter((name) => typeof exported[name] !== 'function')).toEqual([]);
  });

  it('of methods are methods of tensors', () => {
    expect(names(methodNames).filter((name) => !(name in deft.Tensor.prototype))).toEqual([]);
  });

  it('say what calls give', () => {
    const x = deft.tensor([1, 2]);
    expect(resultOf(functionNames, 'relu')).toBe('tensor');
    expect(deft.relu(x)).toBeInstanceOf(deft.Tensor);
    expect(resultOf(functionNames, 'split')).toBe('list');
    expect(deft.split(x, 2).every((part) => part instanceof deft.Tensor)).toBe(true);
    expect(resultOf(functionNames, 'unique')).toBe('record');
    expect(Object.values(deft.unique(x)).every((part) => part instanceof deft.Tensor)).toBe(true);
    expect(resultOf(functionNames, 'seed')).toBeUndefined();
  });
});

it('operators have ops', () => {
  const math = Object.getOwnPropertyNames(Math).filter((name) => typeof Math[name as keyof Math] === 'function');
  const ops = [...Object.values(binaryOps), ...Object.values(unaryOps), ...math.flatMap((name) => mathOp(name) ?? [])];
  expect(ops.filter((op) => resultOf(functionNames, op) !== 'tensor')).toEqual([]);
});

describe.each(Object.entries(rules))('%s', (_, { meta }) => {
  const texts = Object.values(meta.messages).join('\n');

  it('recommends only what there is', () => {
    const calls = [...texts.matchAll(/(?<![.\w}])([a-z]\w*)\(/g)].map((call) => call[1] as string);
    expect(calls.filter((name) => !(name in exported))).toEqual([]);
    const methods = [...texts.matchAll(/(?:\b[a-z]\w*|\}\})\.([a-z]\w*)\(/g)].map((call) => call[1] as string);
    expect(methods.filter((name) => !(name in deft.Tensor.prototype))).toEqual([]);
  });

  it('says what it is about', () => {
    expect(meta.docs.description).toMatch(/^[A-Z].*\.$/);
  });
});
