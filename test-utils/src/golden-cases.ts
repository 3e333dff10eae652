/** What the golden files hold (`packages/function/golden`). Changing a function here changes no file that is there. */

import { type Tensor, tensorSpec } from '@deft/core';
import { jit, serialize } from '@deft/function';
import {
  add,
  assert,
  concat,
  cond,
  cumSum,
  dropout,
  foriLoop,
  gather,
  greater,
  key,
  layerNormalization,
  less,
  matmul,
  mean,
  mul,
  print,
  randomNormal,
  randomUniform,
  relu,
  scan,
  sigmoid,
  softmax,
  softmaxCrossEntropy,
  sort,
  sub,
  sum,
  tanh,
  tensor,
  transpose,
  variable,
  whileLoop,
  zeros,
} from '@deft/ops';
import { customVjp, valueAndGrad } from '@deft/transforms';

// biome-ignore lint/suspicious/noExplicitAny: specs stand for tensors
type Any = any;

/** A file, and calls of its functions. */
export interface GoldenCase {
  readonly name: string;
  make(): Uint8Array;
  readonly calls: readonly {
    readonly function: string;
    readonly arguments: readonly unknown[];
    /** Whether the gradient of the sum of the result is asked for. */
    readonly gradient?: boolean;
  }[];
}

const spec = (...shape: (number | string)[]): Any => tensorSpec(shape, 'float32');
const random = (shape: number[], word: number): Tensor => randomNormal(shape, { key: key(word) }) as Tensor;

function network(): Uint8Array {
  const w1 = variable(random([6, 5], 3), { name: 'w1' });
  const w2 = variable(random([5, 3], 4), { name: 'w2' });
  const logits = (a: Tensor, b: Tensor, input: Tensor): Tensor => matmul(relu(matmul(input, a)), b) as Tensor;
  const predict = jit((input: Tensor) => softmax(logits(w1.value, w2.value, input)), { name: 'predict' });
  const loss = jit(
    (a: Tensor, b: Tensor, input: Tensor, target: Tensor) => mean(softmaxCrossEntropy(logits(a, b, input), target)),
    { name: 'loss' },
  );
  const step = jit(
    (input: Tensor, target: Tensor, { rate }: { rate: Tensor }) => {
      const of = ([a, b]: [Tensor, Tensor]): Tensor => mean(softmaxCrossEntropy(logits(a, b, input), target)) as Tensor;
      const [value, [g1, g2]] = valueAndGrad(of)([w1.value, w2.value]) as [Tensor, [Tensor, Tensor]];
      w1.assignSub(mul(g1, rate));
      w2.assignSub(mul(g2, rate));
      return { value };
    },
    { name: 'step' },
  );
  return serialize(
    {
      predict: predict.lower(spec('batch', 6)),
      loss: loss.lower(spec(6, 5), spec(5, 3), spec(4, 6), spec(4, 3)),
      step: step.lower(spec(4, 6), spec(4, 3), { rate: spec() } as Any),
    },
    { gradients: true },
  );
}

function loops(): Uint8Array {
  const cell = (h: Tensor, row: Tensor, w: Tensor): Tensor => tanh(add(matmul(h, w), row)) as Tensor;
  const recurrent = jit(
    (rows: Tensor, w: Tensor) =>
      scan(
        (h: Tensor, row: Tensor) => {
          const next = cell(h, row, w);
          return [next, next] as [Tensor, Tensor];
        },
        zeros([3]),
        rows,
      )[1],
    { name: 'recurrent' },
  );
  const branching = jit(
    (z: Tensor) =>
      cond(
        greater(sum(z), 0) as Tensor,
        () => foriLoop(0, 3, (_, h: Tensor) => sigmoid(mul(h, 1.5)) as Tensor, z),
        () =>
          whileLoop(
            (h: Tensor) => less(sum(h), 5) as Tensor,
            (h: Tensor) => add(h, 1) as Tensor,
            z,
            { maximumIterations: 9 },
          ),
      ),
    { name: 'branching' },
  );
  return serialize(
    { recurrent: recurrent.lower(spec(5, 3), spec(3, 3)), branching: branching.lower(spec(3)) },
    { gradients: true },
  );
}

function effects(): Uint8Array {
  const count = variable(tensor(0, { dtype: 'int32' }), { name: 'count' });
  const noisy = jit(
    (z: Tensor) => {
      count.assignAdd(1);
      const noise = randomUniform([3]);
      print('call', count.value, 'of "noisy"', { with: 'words' });
      assert(greater(sum(z), -100), 'too small:', z);
      return [dropout(add(z, noise), { rate: 0.4 }), randomNormal([2])];
    },
    { name: 'noisy' },
  );
  return serialize({ noisy: noisy.lower(spec(3)) });
}

function structures(): Uint8Array {
  const table = tensor(
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    { dtype: 'float16' },
  );
  const steep = customVjp(
    (z: Tensor) => z,
    (z: Tensor) => [z, z] as [Tensor, Tensor],
    (_z: Tensor, ct: Tensor) => [mul(ct, 3) as Tensor],
  );
  const f = jit(
    ({ i, scale }: { i: Tensor; scale: number }, list: readonly [Tensor, string], map: Map<string, Tensor>) =>
      new Map<string, unknown>([
        ['looked up', gather(table, i)],
        ['fixed', [true, null, Number.NaN, -0, scale]],
        ['sorted', sort(list[0])],
        ['joined', concat([cumSum(list[0]), map.get('more') as Tensor])],
        ['large', tensor([2n ** 62n, -1n], { dtype: 'int64' })],
        ['complex', tensor([[1, -2]], { dtype: 'complex64' })],
      ]),
    { name: 'f' },
  );
  const normalised = jit((z: Tensor) => layerNormalization(transpose(steep(z)), zeros([2]), zeros([2])), {
    name: 'normalised',
  });
  const scaled = jit((z: Tensor) => sub(steep(z), mean(z, { axis: 0 })), { name: 'scaled' });
  const given = [
    { i: tensorSpec([2], 'int32') as Any, scale: 2 },
    [spec(3), 'kind'],
    new Map([['more', spec(1)]]),
  ] as Any;
  return serialize(
    {
      f: (f.lower as Any)(...given),
      normalised: normalised.lower(spec(2, 4)),
      scaled: [scaled.lower(spec('n', 2)), scaled.lower(spec('n', 3))],
    },
    { gradients: true },
  );
}

/** The files. */
export function goldenCases(): readonly GoldenCase[] {
  const [x, y] = [random([4, 6], 1), softmax(random([4, 3], 2)) as Tensor];
  return [
    {
      name: 'network',
      make: network,
      calls: [
        { function: 'predict', arguments: [x] },
        { function: 'predict', arguments: [random([1, 6], 7)] },
        { function: 'predict', arguments: [zeros([0, 6])] },
        { function: 'loss', arguments: [random([6, 5], 8), random([5, 3], 9), x, y], gradient: true },
        { function: 'step', arguments: [x, y, { rate: tensor(0.5) }] },
        { function: 'step', arguments: [x, y, { rate: tensor(0.25) }] },
        { function: 'predict', arguments: [x] },
      ],
    },
    {
      name: 'loops',
      make: loops,
      calls: [
        { function: 'recurrent', arguments: [random([5, 3], 1), random([3, 3], 2)] },
        { function: 'recurrent', arguments: [random([5, 3], 1), random([3, 3], 2)], gradient: true },
        { function: 'branching', arguments: [tensor([1, 2, 3])] },
        { function: 'branching', arguments: [tensor([-1, -2, -3])] },
        { function: 'branching', arguments: [tensor([1, 2, 3])], gradient: true },
      ],
    },
    {
      name: 'effects',
      make: effects,
      calls: [
        { function: 'noisy', arguments: [tensor([1, 2, 3])] },
        { function: 'noisy', arguments: [tensor([4, 5, 6])] },
      ],
    },
    {
      name: 'structures',
      make: structures,
      calls: [
        {
          function: 'f',
          arguments: [
            { i: tensor([2, 0], { dtype: 'int32' }), scale: 2 },
            [tensor([3, 1, 2]), 'kind'],
            new Map([['more', tensor([9])]]),
          ],
        },
        { function: 'normalised', arguments: [random([2, 4], 3)] },
        { function: 'normalised', arguments: [random([2, 4], 3)], gradient: true },
        { function: 'scaled', arguments: [random([1, 2], 4)] },
        { function: 'scaled', arguments: [random([5, 3], 5)], gradient: true },
      ],
    },
  ];
}
