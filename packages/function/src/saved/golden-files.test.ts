/**
 * Files of every version of the format are read forever: those in `golden/v<version>/` were written once, each with the calls that were
 * made of its functions then and what came of them. Values may differ by rounding, as programs may be compiled otherwise.
 *
 * A new version of the format gets files of its own: `DEFT_WRITE_GOLDEN=1 npx vitest run --project unit <this file>` writes those
 * of the current version that are not there yet, and then `npm run format`. Files that are there are never written again: if one
 * cannot be read any more, the reader is at fault.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Tensor } from '@deft/core';
import { deserialize, grad, seed, setBackend, setPrintOutput, sum, tensor } from '@deft/tensor';
import { type GoldenCase, goldenCases } from '@deft/test-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from './container.ts';

// biome-ignore lint/suspicious/noExplicitAny: files hold anything
type Any = any;

const folder = fileURLToPath(new URL('../../golden/', import.meta.url));

/** Arguments and results as JSON: tensors by their dtype, shape and elements. */
function toJson(value: Any): Any {
  if (value instanceof Tensor) {
    const data = Array.from(value.dataSync() as ArrayLike<number | bigint>, (each) =>
      typeof each === 'bigint' ? String(each) : toJson(each),
    );
    return { dtype: value.dtype, shape: value.shape, data };
  }
  if (value instanceof Map) return { map: [...value].map(([key, each]) => [key, toJson(each)]) };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toJson(each)]));
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : String(value);
  return value === undefined ? null : value;
}

function fromJson(value: Any): Any {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  if ('dtype' in value && 'data' in value) {
    const elements = value.data.map((each: number | string) => (value.dtype === 'int64' ? BigInt(each) : Number(each)));
    return tensor(elements, { dtype: value.dtype, shape: value.shape } as Any);
  }
  if ('map' in value) return new Map(value.map.map(([key, each]: [string, Any]) => [key, fromJson(each)]));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fromJson(each)]));
}

/** Holds values to those that were recorded. */
function expectClose(found: Any, expected: Any, path: string): void {
  if (typeof expected === 'number' && typeof found === 'number') {
    expect(Math.abs(found - expected), `${path}: ${found} for ${expected}`).toBeLessThanOrEqual(
      1e-5 * Math.max(1, Math.abs(expected)),
    );
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(found ?? {}), path).toEqual(Object.keys(expected));
    for (const key of Object.keys(expected)) expectClose(found[key], expected[key], `${path}.${key}`);
  } else expect(found, path).toEqual(expected);
}

let lines: string[] = [];
let before: ReturnType<typeof setPrintOutput>;
beforeAll(() => {
  before = setPrintOutput((line) => lines.push(line));
});
afterAll(() => {
  setPrintOutput(before);
  setBackend('auto');
});

/** Makes the calls, one after the other, and says what came of each. */
function replay(file: Uint8Array, calls: GoldenCase['calls']): Any[] {
  const { functions, variables } = deserialize(file);
  seed(3);
  return calls.map(({ function: name, arguments: given, gradient }) => {
    lines = [];
    const call = functions[name] as Any;
    const args = fromJson(given);
    const f = gradient
      ? grad((...inputs: Any[]) => sum(call(...inputs)), { argnums: args.map((_: Any, i: number) => i) } as Any)
      : call;
    const result = toJson((f as Any)(...args));
    const cells = Object.entries(variables).map(([key, { value }]) => [key, toJson(value)] as const);
    return { result, lines, variables: Object.fromEntries(cells) };
  });
}

const recorded = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(join(folder, name)).map((file) => `${name}/${file}`))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace(/\.json$/, ''));

describe.runIf(process.env['DEFT_WRITE_GOLDEN'] === '1')('writing', () => {
  it('files of the current version', () => {
    setBackend('reference');
    for (const { name, make, calls } of goldenCases()) {
      const path = join(folder, `v${version}`, name);
      if (existsSync(`${path}.deft`)) continue;
      mkdirSync(join(folder, `v${version}`), { recursive: true });
      const file = make();
      const given = calls.map((call) => ({ ...call, arguments: toJson(call.arguments) }));
      const results = replay(file, given);
      writeFileSync(`${path}.deft`, file);
      writeFileSync(`${path}.json`, `${JSON.stringify({ calls: given, results }, undefined, 2)}\n`);
    }
  });
});

describe.each(['reference', 'wasm'])('J14 F23 files of all versions, on %s', (backend) => {
  it.each(recorded)('%s', (name) => {
    setBackend(backend);
    const { calls, results } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
    expectClose(replay(readFileSync(join(folder, `${name}.deft`)), calls), results, name);
  });

  it('are there, and so are those of the current version', () => {
    for (const { make } of goldenCases()) expect(make().length).toBeGreaterThan(100);
    expect(recorded.length).toBeGreaterThanOrEqual(4);
    for (let i = 1; i <= version; i++) expect(recorded.some((name) => name.startsWith(`v${i}/`))).toBe(true);
  });
});
