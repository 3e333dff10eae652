/**
 * An encoder reads the question, a decoder writes the answer and looks back at what the encoder saw: two GRUs with
 * attention between them (Bahdanau, Cho and Bengio, 2015; here with plain products as scores).
 */
import { input, layers, losses, type Model, model } from '@deft/keras';
import { adam } from '@deft/optim';
import { argMax, type Tensor, tensor } from '@deft/tensor';
import { fitModel } from '../fit-model.ts';
import type { Progress } from '../progress.ts';
import { begun, CHARACTER_COUNT, decode, encode, type Problem, type Problems } from './problems.ts';

/** Sizes of the network. */
export interface Sizes {
  readonly questionLength: number;
  readonly answerLength: number;
  readonly hidden: number;
  readonly seed: number;
}

/** Both ends that the same layers have. */
export interface Networks {
  /** Gives scores `[answer, characters]`; this one is trained. */
  readonly writer: Model;
  /** Gives what each step of the answer looks at, `[answer, question]`. Has weights of its own: see `attentionMap`. */
  readonly looker: Model;
}

type Two = readonly [ReturnType<typeof input>, ReturnType<typeof input>];

/** The network, compiled for training. */
export function makeNetworks({ questionLength, answerLength, hidden, seed }: Sizes): Networks {
  const question = input([questionLength], { name: 'question', dtype: 'int32' });
  const written = input([answerLength], { name: 'written', dtype: 'int32' });
  const [seen, last] = layers.gru(hidden, { returnSequences: true, returnState: true, name: 'encoder' })(
    layers.embedding(CHARACTER_COUNT, hidden / 2, { name: 'read' })(question),
  ) as Two;
  const wanted = layers.gru(hidden, { returnSequences: true, name: 'decoder' })([
    layers.embedding(CHARACTER_COUNT, hidden / 2, { name: 'write' })(written),
    last,
  ]);
  const [context, shares] = layers.attention({ returnAttentionScores: true, name: 'look' })([wanted, seen]) as Two;
  const both = layers.concatenate()([wanted, context]);
  const mixed = layers.dense(hidden, { activation: 'tanh', name: 'mix' })(both);
  const scores = layers.dense(CHARACTER_COUNT, { name: 'characters' })(mixed);
  const writer = model({ inputs: [question, written], outputs: scores, seed });
  writer.compile({
    optimizer: adam({ learningRate: 0.005, globalClipnorm: 1 }),
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
  });
  return { writer, looker: model({ inputs: [question, written], outputs: [scores, shares], seed }) };
}

/** Trains with teacher forcing: at each step the decoder is given the right answer so far, not its own. */
export function trainWriter(
  writer: Model,
  problems: Problems,
  plan: { epochs: number; batchSize: number; rate: number; progress: (steps: number) => Progress },
): Promise<number[]> {
  const { train, questionLength, answerLength } = problems;
  const inputs = [
    numbers(train.map(({ question }) => encode(question, questionLength))),
    numbers(train.map(({ answer }) => begun(encode(answer, answerLength), answerLength))),
  ];
  const targets = numbers(train.map(({ answer }) => encode(answer, answerLength)));
  return fitModel(writer, { ...plan, count: train.length, inputs: () => inputs, targets });
}

/** Writes the answer to each question, always the most probable character next. */
export async function writeAnswers(
  writer: Model,
  questions: readonly string[],
  { questionLength, answerLength }: Pick<Problems, 'questionLength' | 'answerLength'>,
): Promise<string[]> {
  const read = numbers(questions.map((question) => encode(question, questionLength)));
  const written = questions.map((): number[] => []);
  for (let step = 0; step < answerLength; step += 1) {
    const soFar = numbers(written.map((answer) => begun(answer, answerLength)));
    const best = argMax(await writer.predict([read, soFar], { batchSize: 250 }), { axis: 2 }).toArray() as number[][];
    for (const [at, answer] of written.entries()) answer.push(best[at]?.[step] as number);
  }
  return written.map(decode);
}

/** The share of problems whose whole answer is right. */
export async function exactMatches(writer: Model, problems: readonly Problem[], sizes: Problems): Promise<number> {
  const answers = await writeAnswers(
    writer,
    problems.map(({ question }) => question),
    sizes,
  );
  return problems.filter(({ answer }, at) => answers[at] === answer).length / problems.length;
}

/** What each character of the answer looked at: rows for the answer, columns for the question. */
export async function attentionMap(
  { writer, looker }: Networks,
  problem: Problem,
  sizes: Problems,
): Promise<number[][]> {
  await looker.setWeights(await writer.getWeights());
  const [, shares] = await looker.predictAll([
    numbers([encode(problem.question, sizes.questionLength)]),
    numbers([begun(encode(problem.answer, sizes.answerLength), sizes.answerLength)]),
  ]);
  const [map] = (shares as Tensor).toArray() as number[][][];
  return map ?? [];
}

const numbers = (rows: readonly (readonly number[])[]): Tensor =>
  tensor(
    rows.map((row) => [...row]),
    { dtype: 'int32' },
  );
