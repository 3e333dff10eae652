/** Gradient descent on the network of "hello", and the same descent of the same network made of layers. */
import { layers, losses, type Model, sequential } from '@deft/keras';
import { sgd } from '@deft/optim';
import { grad, jit, mul, sub, tensor } from '@deft/tensor';
import { ANSWER, asTensors, firstWeights, HIDDEN, loss, numbersOf, READ, VOCABULARY, type Weights } from './network.ts';

/** How to train. */
export interface Plan {
  readonly steps: number;
  readonly rate: number;
  readonly seed: number;
  /** Called after each step. */
  readonly watch?: (step: number, loss: number) => void;
}

/** A training that is over. */
export interface Trained<T> {
  readonly network: T;
  /** Before each step, summed over the four answers. */
  readonly losses: readonly number[];
}

const descend = jit((weights: Weights, rate: ReturnType<typeof tensor>) => {
  const g = grad(loss)(weights);
  return {
    input: sub(weights.input, mul(g.input, rate)),
    state: sub(weights.state, mul(g.state, rate)),
    stateBias: sub(weights.stateBias, mul(g.stateBias, rate)),
    output: sub(weights.output, mul(g.output, rate)),
    outputBias: sub(weights.outputBias, mul(g.outputBias, rate)),
  };
});
const cost = jit(loss);

/** Trains the network that is written out. */
export function trainWritten({ steps, rate, seed, watch }: Plan): Trained<Weights> {
  let network = asTensors(firstWeights(seed));
  const all: number[] = [];
  for (let step = 1; step <= steps; step += 1) {
    all.push(cost(network).item());
    network = descend(network, tensor(rate));
    watch?.(step, all.at(-1) as number);
  }
  return { network, losses: all };
}

/** Trains `simpleRnn` and `dense`, beginning with the same weights. */
export async function trainLayers({ steps, rate, seed, watch }: Plan): Promise<Trained<Model>> {
  const network = sequential([layers.simpleRnn(HIDDEN, { returnSequences: true }), layers.dense(VOCABULARY.length)], {
    inputShape: [READ.length, VOCABULARY.length],
  });
  const { input, state, stateBias, output, outputBias } = firstWeights(seed);
  const flat = (rows: readonly (readonly number[])[]): ReturnType<typeof tensor> => tensor([...(rows[0] ?? [])]);
  await network.setWeights([tensor(input), tensor(state), flat(stateBias), tensor(output), flat(outputBias)]);
  // A model's loss is the mean of the answers, not their sum: a rate four times as high takes the same step.
  network.compile({
    optimizer: sgd({ learningRate: rate * READ.length }),
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
  });
  const all: number[] = [];
  await network.fit([oneHotRows(READ)], [numbersOf(ANSWER)], {
    epochs: steps,
    callbacks: [
      {
        onEpochEnd: (epoch, logs) => {
          all.push((logs['loss'] ?? Number.NaN) * READ.length);
          watch?.(epoch + 1, all.at(-1) as number);
        },
      },
    ],
  });
  return { network, losses: all };
}

/** What a model answers. */
export async function layersAnswer(model: Model, text: string): Promise<string> {
  const [scores] = (await model.predict([oneHotRows(text)])).toArray() as number[][][];
  return (scores ?? []).map((row) => VOCABULARY[row.indexOf(Math.max(...row))]).join('');
}

function oneHotRows(text: string): number[][] {
  return numbersOf(text).map((number) => VOCABULARY.map((_, index) => (index === number ? 1 : 0)));
}
