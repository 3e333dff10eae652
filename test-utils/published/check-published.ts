/**
 * Compares elementary functions and the random generator with published values on every backend, at once and captured, and
 * says how far the worst element is off. The contract: exp, log, tanh, sin and cos within 4 units in the last place in
 * float32, every other function within what its publisher allows or 4, whichever is more; random words equal; layers within
 * the digits that were published.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { threefry2x32 } from '@deft/core';
import * as deft from '@deft/tensor';
import { ulpDistance } from '@deft/test-utils';
import { backends, on } from '../conformance/modes.ts';
import type { Comparison } from './comparison.ts';
import { type PublishedPoints, readKnownAnswers, readPoints } from './published-files.ts';
import { compareLayersWithPublished } from './published-layers.ts';
import { compareModelsWithPublished } from './published-models.ts';

/** Our names of NumPy's functions, where they differ. */
const names: Readonly<Record<string, string>> = {
  arccos: 'acos',
  arccosh: 'acosh',
  arcsin: 'asin',
  arcsinh: 'asinh',
  arctan: 'atan',
  arctanh: 'atanh',
};
const strict: ReadonlySet<string> = new Set(['exp', 'log', 'tanh', 'sin', 'cos']);

type Unary = (x: deft.Tensor) => deft.Tensor;

function comparePoints(name: string, f: Unary, backend: string, mode: string, points: PublishedPoints): Comparison {
  const { dtype, inputs, outputs } = points;
  const limit = dtype === 'float32' && strict.has(name) ? 4 : Math.max(4, points.allowed);
  const found = on(backend, () => f(deft.tensor(inputs, { shape: [inputs.length], dtype })).dataSync());
  let [worst, at] = [0, 0];
  outputs.forEach((expected, i) => {
    const distance = ulpDistance(expected, Number(found[i]), dtype);
    if (distance > worst) [worst, at] = [distance, i];
  });
  const where = worst === 0 ? '' : ` at ${inputs[at]}: expected ${outputs[at]}, got ${found[at]}`;
  const verdict = worst <= limit ? 'ok' : 'TOO FAR';
  const text = `${name.padEnd(8)} ${dtype} ${backend.padEnd(9)} ${mode.padEnd(8)} ${String(worst).padStart(8)} ulp of ${limit}, ${inputs.length} points, ${verdict}${where}`;
  return { text, passed: worst <= limit, worst: { name: `${name} ${dtype}`, ulps: worst } };
}

/** All comparisons with the files of a folder. */
export function* compareWithPublished(folder: string): Generator<Comparison> {
  const ulp = join(folder, 'ulp');
  for (const file of readdirSync(ulp).sort()) {
    const numpy = /^(?:umath-validation-set-)?(\w+)\.csv$/.exec(file)?.[1];
    if (numpy === undefined) continue;
    const name = names[numpy] ?? numpy;
    const f = (deft as unknown as Record<string, Unary | undefined>)[name];
    if (f === undefined) {
      yield { text: `${name}: there is no such function`, passed: false };
      continue;
    }
    for (const points of readPoints(readFileSync(join(ulp, file), 'utf8'))) {
      for (const backend of backends.running) {
        yield comparePoints(name, f, backend, 'eager', points);
        yield comparePoints(name, deft.jit(f), backend, 'captured', points);
      }
    }
  }
  const answers = readKnownAnswers(readFileSync(join(folder, 'random123-kat_vectors.txt'), 'utf8'));
  // The file holds answers of other generators and numbers of rounds, too; the library has this one.
  if (answers.length === 0) yield { text: 'threefry2x32: no known answers in the file', passed: false };
  for (const { counter, key, words } of answers) {
    const text = `threefry2x32 of ${counter.join(', ')} with key ${key.join(', ')}`;
    yield { text: `${text} on the host`, passed: String(threefry2x32(key, counter)) === String(words) };
    for (const backend of backends.running) {
      const found = on(backend, () =>
        ([0, 1] as const).map((word) => {
          const uint = (value: number): deft.Tensor => deft.tensor(new Uint32Array([value]));
          const options = { shape: [1], stream: counter[1], word };
          return Number(deft.threefry(uint(key[0]), uint(key[1]), uint(counter[0]), options).dataSync()[0]);
        }),
      );
      yield { text: `${text} on ${backend}`, passed: String(found) === String(words) };
    }
  }
  yield* compareLayersWithPublished(folder);
  yield* compareModelsWithPublished(folder);
}
