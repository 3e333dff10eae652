/**
 * Save in one process, load in another that has none of the model's code: results, gradients, variables and further training are the
 * same bits.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { nativeUnavailableBecause } from '@deft/backend-native';
import { bundleProgram, folderWithPackages, type NodeProgram } from '@deft/test-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What both processes do with the functions, and print in digits that tell all floats apart. */
const exercise = `
  import { grad, key, randomNormal, seed, sum, valueAndGrad } from '@deft/tensor';

  export function exercise({ predict, loss, step }, w) {
    const random = (shape, word) => randomNormal(shape, { key: key(word) });
    const [x, y] = [random([16, 8], 1), random([16, 4], 2)];
    const log = (name, value) => console.log(name, JSON.stringify(value));
    seed(5);
    log('predict', predict(x).toArray());
    log('one row', predict(random([1, 8], 3)).toArray());
    log('no rows', predict(random([0, 8], 4)).toArray());
    const weights = random([8, 4], 6);
    const [value, gradients] = valueAndGrad(loss, { argnums: [0, 1] })(weights, x, y);
    log('gradient', [value.item(), gradients.map((each) => each.toArray())]);
    log('gradient of predictions', grad((z) => sum(predict(z)))(x).toArray());
    for (let i = 0; i < 5; i++) log('step', step(x, y).toArray());
    log('variable', w.value.toArray());
    w.assign(random([8, 4], 7));
    log('assigned', predict(x).toArray());
    for (let i = 0; i < 3; i++) log('retrained', step(x, y).toArray());
    log('variable', w.value.toArray());
  }
`;

const model = `
  import { add, customVjp, dropout, jit, matmul, mean, mul, print, relu, serialize, softmax, softmaxCrossEntropy, sub, tensorSpec, tanh, valueAndGrad, variable, key, randomNormal, scan, zeros } from '@deft/tensor';
  import { writeFileSync } from 'node:fs';

  const w = variable(randomNormal([8, 4], { key: key(11) }), { name: 'w' });
  const momentum = variable(zeros([8, 4]), { name: 'momentum' });
  const table = randomNormal([8, 8], { key: key(12) });
  const steep = customVjp((x) => x, (x) => [x, x], (x, ct) => [mul(ct, 3)]);
  const hidden = (x) => tanh(matmul(steep(x), table));
  const predict = jit((x) => softmax(matmul(hidden(x), w.value)), { name: 'predict' });
  const lossOf = (weights, x, y) => mean(softmaxCrossEntropy(matmul(relu(hidden(x)), weights), y));
  const loss = jit(lossOf, { name: 'loss' });
  const step = jit((x, y) => {
    const [value, gradient] = valueAndGrad((weights) => lossOf(weights, dropout(x, { rate: 0.2 }), y))(w.value);
    momentum.assign(add(mul(momentum.value, 0.9), gradient));
    w.assign(sub(w.value, mul(momentum.value, 0.05)));
    print('loss', value);
    return scan((total, row) => [add(total, row), total], zeros([4]), w.value)[0];
  }, { name: 'step' });
  const [x, y, rows] = [tensorSpec([16, 8], 'float32'), tensorSpec([16, 4], 'float32'), tensorSpec(['rows', 8], 'float32')];
  step.lower(x, y);
  writeFileSync(process.argv[2], serialize(
    { predict: predict.lower(rows), loss: loss.lower(tensorSpec([8, 4], 'float32'), x, y), step: step.lower(x, y) },
    { gradients: true },
  ));
  exercise({ predict, loss, step }, w);
`;

const reader = `
  import { deserialize } from '@deft/tensor';
  import { readFileSync } from 'node:fs';

  const { functions, variables } = deserialize(readFileSync(process.argv[2]));
  exercise(functions, variables.w);
`;

const backends = ['wasm', ...(nativeUnavailableBecause() === undefined ? ['native'] : [])];

describe('a file in another process', () => {
  const folders = [folderWithPackages(), folderWithPackages()] as const;
  const file = join(folders[0], 'model.deft');
  let programs: readonly [writes: NodeProgram, reads: NodeProgram];

  beforeAll(async () => {
    const inline = exercise.replaceAll('export ', '');
    programs = [await bundleProgram(folders[0], inline + model), await bundleProgram(folders[1], inline + reader)];
  });
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it.each(backends)('F23 is the model, bit for bit, on %s', async (backend) => {
    const environment = { DEFT_BACKEND: backend, DEFT_THREADS: '2' };
    const [writes, reads] = programs;
    const written = await writes.run([file], environment);
    expect(written.status, written.stderr).toBe(0);
    const read = await reads.run([file], environment);
    expect(read.status, read.stderr).toBe(0);
    const lines = (text: string): string[] => text.trimEnd().split('\n');
    expect(lines(read.stdout)).toEqual(lines(written.stdout));
    expect(lines(written.stdout).length).toBe(5 + 2 * 5 + 2 + 2 * 3 + 1);
  });
});
