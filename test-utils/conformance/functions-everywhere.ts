/**
 * Functions of tensors, whatever they are made of, on every backend, at once and captured, against the plain interpreter. What
 * native compiles is compiled for many functions together, since its compiler takes long for one.
 */
import { type NativeBackend, nativeUnavailableBecause } from '@deft/backend-native';
import { type NdArray, tensorOfCopy } from '@deft/core';
import type { Executable } from '@deft/kernel';
import { getBackend } from '@deft/tensor';
import { expect } from 'vitest';
import { Findings } from './findings.ts';
import { backends, fetch, on, oracle, runCaptured, slowToCompile, type TensorsFunction } from './modes.ts';
import { caseOf } from './native-captured.ts';

/** A function with inputs. */
export interface FunctionCase {
  readonly label: string;
  readonly f: TensorsFunction;
  readonly inputs: readonly NdArray[];
}

/** Float32 sums in another order differ by this share of the largest element. */
const tolerance = 2e-5;

function expectAlike(expected: readonly NdArray[], found: readonly NdArray[]): void {
  expect(found.map(({ shape, dtype }) => [shape, dtype])).toEqual(expected.map(({ shape, dtype }) => [shape, dtype]));
  expected.forEach(({ data }, i) => {
    const numbers = Array.from(data as ArrayLike<number>, Number);
    const scale = Math.max(1, ...numbers.filter(Number.isFinite).map(Math.abs));
    const others = Array.from(found[i]?.data as ArrayLike<number>, Number);
    numbers.forEach((number, at) => {
      const other = others[at] as number;
      if (Object.is(number, other) || number === other || Math.abs(number - other) <= tolerance * scale) return;
      throw new Error(`result ${i}, element ${at}: expected ${number}, got ${other}`);
    });
  });
}

/** Runs functions everywhere. Throws with everything that was found. */
export function checkEverywhere(cases: readonly FunctionCase[]): void {
  const findings = new Findings();
  const expected = cases.map(({ f, inputs }) => on(oracle, () => fetch(f(inputs.map(tensorOfCopy)))));
  for (const backend of backends.running) {
    on(backend, () => {
      cases.forEach(({ label, f, inputs }, i) => {
        findings.attempt(`${label}, at once on ${backend}`, () =>
          expectAlike(expected[i] as NdArray[], fetch(f(inputs.map(tensorOfCopy)))),
        );
        if (slowToCompile.has(backend)) return;
        findings.attempt(`${label}, captured on ${backend}`, () =>
          expectAlike(expected[i] as NdArray[], runCaptured(f, inputs)),
        );
      });
    });
  }
  if (backends.running.includes('native') && nativeUnavailableBecause() === undefined) {
    on('native', () => {
      const programs = cases.map(({ label, f, inputs }) => caseOf(label, f, inputs));
      const executables = (getBackend() as NativeBackend).compileTogether(programs.map(({ program }) => program));
      programs.forEach(({ label, run }, i) => {
        findings.attempt(`${label}, captured on native`, () =>
          expectAlike(expected[i] as NdArray[], run(executables[i] as Executable)),
        );
      });
    });
  }
  findings.finish();
}
