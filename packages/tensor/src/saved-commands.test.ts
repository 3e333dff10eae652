/** The commands `deft show` and `deft run`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram, folderWithPackages, type NodeProgram, type ProgramEnding } from '@deft/test-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { add, jit, matmul, mul, print, serialize, sum, type Tensor, tensor, tensorSpec, variable } from './index.ts';

// biome-ignore lint/suspicious/noExplicitAny: specs stand for tensors
type Any = any;

describe('deft', () => {
  const folder = folderWithPackages();
  const files = mkdtempSync(join(tmpdir(), 'deft-'));
  const path = (name: string): string => join(files, name);
  let program: NodeProgram;
  beforeAll(async () => {
    const command = fileURLToPath(new URL('command.ts', import.meta.url));
    program = await bundleProgram(folder, `import ${JSON.stringify(command)};`);
    const w = variable(
      tensor([
        [1, 2],
        [3, 4],
      ]),
      { name: 'w' },
    );
    const spec = (...shape: (number | string)[]): Any => tensorSpec(shape, 'float32');
    const predict = jit((x: Tensor) => matmul(x, w.value), { name: 'predict' });
    const mixed = jit(
      ({ x, scale }: { x: Tensor; scale: number }, i: Tensor) => {
        print('summed', sum(x));
        return {
          scaled: mul(x, scale),
          rest: [add(i, 1), 'fixed', Number.NaN],
          large: tensor([2n ** 60n], { dtype: 'int64' }),
        };
      },
      { name: 'mixed' },
    );
    writeFileSync(
      path('model.deft'),
      serialize(
        {
          predict: predict.lower(spec('batch', 2)),
          mixed: mixed.lower({ x: spec(2), scale: 3 }, tensorSpec([], 'int32') as Any),
        },
        { gradients: true },
      ),
    );
    writeFileSync(path('rows.json'), '[[[1, 0], [0, 1], [1, 1]]]');
    writeFileSync(path('mixed.json'), '[{ "x": [1, 2], "scale": 3 }, 41]');
    writeFileSync(path('wrong.json'), '[[[1, 0, 0]]]');
    writeFileSync(path('broken.json'), '[');
    writeFileSync(path('broken.deft'), 'hello');
  });
  afterAll(() => {
    for (const each of [folder, files]) rmSync(each, { recursive: true, force: true });
  });

  const deft = (...words: string[]): Promise<ProgramEnding> =>
    program.run(words, { DEFT_BACKEND: 'reference', DEFT_THREADS: '1' });

  it('shows what a file holds', async () => {
    const { status, stdout, stderr } = await deft('show', path('model.deft'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n').slice(0, -2)).toEqual([
      'functions',
      '  predict: predict(args[0]: float32[batch, 2]) → float32[batch, 2], 1 ops, with its derivative',
      expect.stringMatching(
        /^ {2}mixed: mixed\(args\[0\]\.scale: 3, args\[0\]\.x: float32\[2\], args\[1\]: int32\[\]\) → .+, \d+ ops, with its derivative$/,
      ),
      'variables',
      '  w: float32[2, 2]',
    ]);
    expect(stdout).toMatch(/elements \d+ B, graphs \d+ B, manifest \d+ B\n$/);
    const graph = await deft('show', path('model.deft'), '--function', 'predict');
    expect(graph.stdout).toContain('graph(%0: float32[batch, 2], %1: float32[2, 2]) {');
  });

  it('calls a function of it', async () => {
    expect(await deft('run', path('model.deft'), '--function', 'predict', '--inputs', path('rows.json'))).toEqual({
      status: 0,
      stdout: '[[1,2],[3,4],[4,6]]\n',
      stderr: '',
    });
    expect(await deft('run', path('model.deft'), '--function', 'mixed', '--inputs', path('mixed.json'))).toEqual({
      status: 0,
      stdout: '{"large":["1152921504606846976"],"rest":[42,"fixed","NaN"],"scaled":[3,6]}\n',
      stderr: 'summed 3\n',
    });
  });

  it.each<[string[], RegExp]>([
    [['show', 'nowhere.deft'], /nowhere\.deft cannot be read: ENOENT/],
    [['show', 'broken.deft'], /broken\.deft: deserialize: byte 0: it is no saved program/],
    [['show', 'model.deft', '--function', 'toString'], /there is no function "toString": there are predict, mixed/],
    [['run', 'model.deft', '--function', 'predict'], /inputs: expected a list of 1; the signature is predict/],
    [
      ['run', 'model.deft', '--function', 'predict', '--inputs', 'wrong.json'],
      /expected float32\[batch, 2\], got float32\[1, 3\]/,
    ],
    [['run', 'model.deft', '--function', 'mixed', '--inputs', 'rows.json'], /inputs: expected a list of 2/],
    [['run', 'model.deft', '--function', 'predict', '--inputs', 'broken.json'], /broken\.json is no JSON/],
    [['run', 'model.deft', '--function', 'predict', '--inputs', 'nowhere.json'], /nowhere\.json cannot be read/],
  ])('ends with code 1 and a line for %j', async (words, says) => {
    const { status, stdout, stderr } = await deft(...words.map((word) => (/\./.test(word) ? path(word) : word)));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^deft: /);
    expect(stderr).toMatch(says);
  });
});
