/**
 * The registry is complete: every op says all that the system, the reference page and the generated tests need, lies in a file of
 * its own and can be imported by its name.
 */
import { readdirSync } from 'node:fs';
import { allOperations, type Operation } from '@deft/core';
import * as tensorPackage from '@deft/tensor';
import { coverageOf, coverageTable, derivativeState } from '@deft/test-utils';
import { describe, expect, it } from 'vitest';
import { backends } from './modes.ts';

const operations = allOperations();
const folder = new URL('../../packages/ops/src/', import.meta.url);
const files = new Set(readdirSync(folder));

/** `log1p` lies in `log1p.ts`, `floorDiv` in `floor-div.ts`, `isNaN` in `is-nan.ts`. */
function fileOf(name: string): string {
  const words = name.replace(/NaN/g, 'Nan').replace(/([a-z0-9])([A-Z])/g, '$1-$2');
  return `${words.toLowerCase()}.ts`;
}

/** Ops that break a rule, with what is wrong. */
function offenders(problemOf: (operation: Operation) => string | undefined): string[] {
  return operations.flatMap((operation) => {
    const problem = problemOf(operation);
    return problem === undefined ? [] : [`${operation.name}: ${problem}`];
  });
}

describe('the registry', () => {
  it('has the ops of the first slice', () => {
    expect(operations.length).toBeGreaterThan(80);
  });

  it('says of every op what it is, and where it belongs', () => {
    expect(
      offenders(({ doc }) => {
        if (doc.summary.trim() === '' || !doc.summary.endsWith('.')) return 'the summary is no sentence';
        if (!/^[a-z][a-z ]*$/.test(doc.group)) return `the group is ${JSON.stringify(doc.group)}`;
        const unknown = (doc.see ?? []).filter((name) => !(name in tensorPackage));
        return unknown.length > 0 ? `it points to ${unknown.join(', ')}, which is not there` : undefined;
      }),
    ).toEqual([]);
  });

  it('has at least two samples of every op, told apart by their labels', () => {
    expect(
      offenders(({ samples, errors }) => {
        if (samples.length < 2) return `${samples.length} samples`;
        const isRepeated = [samples, errors].some((list) => new Set(list.map(({ label }) => label)).size < list.length);
        return isRepeated ? 'two samples have one label' : undefined;
      }),
    ).toEqual([]);
  });

  it('has exactly one derivative state of every op', () => {
    expect(
      offenders((operation) => {
        const state = derivativeState(operation);
        return typeof state === 'string' ? undefined : state.problem;
      }),
    ).toEqual([]);
  });

  it('has a gradient in the samples of every op that has one', () => {
    expect(
      offenders((operation) => {
        const { nonDifferentiable, inputs, samples } = operation;
        if (nonDifferentiable !== undefined || inputs.length === 0) return undefined;
        return samples.some(({ grad }) => grad !== undefined && grad !== 'skip') ? undefined : 'no sample checks it';
      }),
    ).toEqual([]);
  });

  it('has a reference of every primitive, and a lowering', () => {
    expect(
      offenders(({ kind, reference, lower, compose }) => {
        if (kind === 'composite') return compose ? undefined : 'a composite of nothing';
        return reference && lower ? undefined : `no ${reference ? 'lowering' : 'reference'}`;
      }),
    ).toEqual([]);
  });

  it('has names in camelCase, a file for each, and all of them in the barrel', () => {
    expect(
      offenders(({ name }) => {
        if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) return 'not camelCase';
        if (!files.has(fileOf(name))) return `no file ${fileOf(name)}`;
        const exported = (tensorPackage as Record<string, unknown>)[name] as { operation?: Operation } | undefined;
        return exported?.operation?.name === name ? undefined : 'not exported under its name';
      }),
    ).toEqual([]);
  });

  it('has a row of every op in the coverage table', () => {
    const table = coverageTable(coverageOf());
    for (const { name, limitations } of operations) {
      expect(table).toContain(`| \`${name}\` |`);
      for (const { reason } of limitations) expect(table).toContain(reason);
    }
  });
});

describe('the backends under test', () => {
  it('are the reference and wasm, and whatever else runs here', () => {
    expect(backends.running).toEqual(expect.arrayContaining(['reference', 'wasm']));
    for (const [name, why] of backends.missing) expect(why, name).toMatch(/is not there/);
  });
});
