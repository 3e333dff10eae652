/** Two networks that say what the next character may be: a small GPT, and two LSTMs above each other. */
import { input, layers, losses, type Model, model, sequential } from '@deft/keras';
import { adamW, cosineDecay } from '@deft/optim';

/** The names of the networks. */
export const NETWORKS = ['gpt', 'lstm'] as const;
/** One of them. */
export type NetworkName = (typeof NETWORKS)[number];

/** Sizes of a network. */
export interface Sizes {
  /** Different characters. */
  readonly characters: number;
  /** Characters of an example. */
  readonly block: number;
  /** Features of each character; the states of LSTMs have twice as many. */
  readonly width: number;
  /** Blocks of the GPT. */
  readonly blocks: number;
  /** Heads of its attention. */
  readonly heads: number;
  readonly seed: number;
}

/** The network: characters `[block]` in, a score for every character that may come next out. */
export function makeNetwork(name: NetworkName, sizes: Sizes): Model {
  return name === 'gpt' ? makeGpt(sizes) : makeLstm(sizes);
}

/**
 * GPT-2's form (Radford et al., 2019): embeddings of characters and of places, blocks whose parts begin with a normalisation,
 * and the embeddings of characters once more as the last product.
 */
function makeGpt({ characters, block, width, blocks, heads, seed }: Sizes): Model {
  const embedding = layers.reversibleEmbedding(characters, width, { embeddingsInitializer: 'randomNormal' });
  const text = input([block], { name: 'text', dtype: 'int32' });
  const seen = embedding(text);
  const places = layers.positionEmbedding(block, { embeddingsInitializer: 'randomNormal' })(seen);
  let hidden = layers.add()([seen, places]);
  for (let at = 0; at < blocks; at += 1) {
    const decoder = layers.transformerDecoder(4 * width, heads, {
      normalizeFirst: true,
      activation: 'gelu',
      name: `block_${at}`,
    });
    hidden = decoder(hidden);
  }
  return model({ inputs: text, outputs: embedding.reverse(layers.layerNormalization()(hidden)), seed, name: 'gpt' });
}

/** Two LSTMs above each other (Graves, 2013). */
function makeLstm({ characters, block, width, seed }: Sizes): Model {
  return sequential(
    [
      layers.embedding(characters, width),
      layers.lstm(2 * width, { returnSequences: true }),
      layers.lstm(2 * width, { returnSequences: true }),
      layers.dense(characters),
    ],
    { inputShape: [block], seed, name: 'lstm' },
  );
}

/** Compiles a network: AdamW, a learning rate that rises for a while and then falls to a tenth, gradients of norm 1 at most. */
export function compileNetwork(network: Model, { steps, rate }: { steps: number; rate: number }): void {
  const warmupSteps = Math.min(100, Math.ceil(steps / 10));
  const decaySteps = Math.max(1, steps - warmupSteps);
  const learningRate = cosineDecay(0, { decaySteps, warmupTarget: rate, warmupSteps, alpha: 0.1 });
  network.compile({
    optimizer: adamW({ learningRate, weightDecay: 0.1, beta2: 0.99, globalClipnorm: 1 }),
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
  });
}
