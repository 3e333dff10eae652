import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProgramBuilder, parseProgram, type Storage } from '@deft/kernel';
import {
  checkBackendAgainstInterpreter,
  checkHostCallCases,
  checkHostCalls,
  overwritingProgram,
} from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NativeBackend, nativeUnavailableBecause } from './index.ts';

describe.skipIf(nativeUnavailableBecause() !== undefined)('the native backend gives what the interpreter gives', () => {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'deft-native-'));
  const backend = new NativeBackend({ cacheFolder });
  const divided = new NativeBackend({ cacheFolder, threads: 3, shortestDivided: 0 });
  // Every one that is compiled takes a tenth of a second.
  const runs = Math.ceil(Number(process.env['DEFT_RUNS'] ?? 60) / 2);
  for (const form of ['loop', 'contract', 'scatter', 'sort', 'routine', 'repeat', 'branch', 'call'] as const) {
    it(`on random programs of form ${form}`, () => {
      checkBackendAgainstInterpreter(backend, { forms: [form], runs });
      checkBackendAgainstInterpreter(divided, { forms: [form], runs });
    });

    it(`by functions that are there, on random programs of form ${form}`, () => {
      const many = { forms: [form], runs: 10 * runs, effort: 'quick' } as const;
      checkBackendAgainstInterpreter(backend, many);
      checkBackendAgainstInterpreter(divided, many);
    });

    it(`by code for every size, on random programs of form ${form}`, () => {
      checkBackendAgainstInterpreter(divided, { forms: [form], runs, everySize: true });
    });
  }

  it('where calls of the host run programs, dispose of what is in use, and fail', () => {
    for (const each of [backend, divided]) {
      checkHostCalls(each, { runs: 10 * runs, effort: 'quick' });
      checkHostCalls(each, { runs: Math.ceil(runs / 4) });
    }
    checkHostCalls(divided, { runs: Math.ceil(runs / 4), everySize: true });
    for (const each of [backend, divided]) {
      checkHostCallCases(each, (program) => each.compile(program));
      checkHostCallCases(each, (program) => each.compile(program, 'quick'));
      checkHostCallCases(each, (program) => each.compileSizes([program, program]).at(program));
    }
  });

  it('however deep programs run within programs, or with an error', () => {
    for (const effort of ['quick', 'full'] as const) {
      let depth = 0;
      let limit = 5;
      const builder = new ProgramBuilder();
      // Many buffers, so that the addresses fill C's stack before the engine's own is full.
      for (let i = 0; i < 800; i++) builder.constant('int32', new Int32Array(1));
      const host = { name: 'deeper', run: () => [new Int32Array([deeper()])] };
      const [called] = builder.call(host, [], [{ dtype: 'int32', length: 1 }]) as [number];
      const executable = backend.compile(builder.program([called]), effort);
      const run = (): number => backend.readSync(executable.run([])[0] as Storage)[0] as number;
      const deeper = (): number => (++depth === limit ? depth : run());
      expect(run()).toBe(5);
      [depth, limit] = [0, Number.POSITIVE_INFINITY];
      expect(run).toThrow('E_MEMORY');
      [depth, limit] = [0, 3];
      expect(run()).toBe(3);
    }
  });

  it('where a loop packs a part of a matrix that begins behind its first element', () => {
    const program = parseProgram(`program arena 64 inputs b0 b1 outputs b5
b0: input float32[32]
b1: input float32[16]
b2: place float32[16]
b3: place float32[16]
b4: temporary float32[16] at 0
b5: output float32[16]
repeat forward steps 3 count none taken none
carry b1 as b2 next b3 spare b4 result b5
body {
  contract batch [] m [4] n [4] k [4]
  left: b2 view [4, 4]
  right: b0 view [4, 4] offset 4 strides [8, 1]
  b3 = product
}`);
    for (const options of [{ effort: 'quick' }, { effort: 'full' }, { everySize: true }] as const) {
      checkBackendAgainstInterpreter(backend, { programs: fc.constant(program), runs: 10, ...options });
    }
  });

  it('where results are written over what was read', () => {
    checkBackendAgainstInterpreter(backend, { programs: overwritingProgram(), runs });
    checkBackendAgainstInterpreter(backend, { programs: overwritingProgram(), runs: 10 * runs, effort: 'quick' });
  });
});
