import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkBackendAgainstInterpreter,
  checkHostCallCases,
  checkHostCalls,
  overwritingProgram,
} from '@deft/test-utils';
import { describe, it } from 'vitest';
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

  it('where results are written over what was read', () => {
    checkBackendAgainstInterpreter(backend, { programs: overwritingProgram(), runs });
    checkBackendAgainstInterpreter(backend, { programs: overwritingProgram(), runs: 10 * runs, effort: 'quick' });
  });
});
