/** Three networks for small grey images, each of a family that made history, cut down to 28 × 28 pixels. */
import { CLASS_COUNT, IMAGE_SIDE } from '@deft/digits';
import { input, layers, losses, type Model, model, sequential } from '@deft/keras';
import { adam } from '@deft/optim';

/** The names of the networks. */
export const NETWORKS = ['lenet', 'resnet', 'vgg'] as const;
/** One of them. */
export type NetworkName = (typeof NETWORKS)[number];

/** How many channels a network has, as a share of what it usually has: tests make it small. */
export interface NetworkOptions {
  readonly width: number;
  readonly seed: number;
}

const INPUT = [IMAGE_SIDE, IMAGE_SIDE, 1] as const;

/** The network, compiled for training. */
export function makeNetwork(name: NetworkName, options: NetworkOptions): Model {
  const made = BUILDERS[name](options);
  made.compile({
    optimizer: adam(),
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
  });
  return made;
}

const BUILDERS: Readonly<Record<NetworkName, (options: NetworkOptions) => Model>> = {
  lenet: makeLenet,
  resnet: makeResnet,
  vgg: makeVgg,
};

/**
 * LeNet-5 (LeCun, Bottou, Bengio and Haffner, 1998): two convolutions of 5 × 5, each halved by its pooling, and three dense
 * layers. Rectified and pooled by the maximum, where the original has `tanh` and averages.
 */
function makeLenet({ width, seed }: NetworkOptions): Model {
  const size = scaled(width);
  return sequential(
    [
      layers.conv2d(size(6), 5, { padding: 'same', activation: 'relu' }),
      layers.maxPooling2d(2),
      layers.conv2d(size(16), 5, { activation: 'relu' }),
      layers.maxPooling2d(2),
      layers.flatten(),
      layers.dense(size(120), { activation: 'relu' }),
      layers.dense(size(84), { activation: 'relu' }),
      layers.dense(CLASS_COUNT),
    ],
    { inputShape: [...INPUT], seed, name: 'lenet' },
  );
}

/**
 * A small residual network (He, Zhang, Ren and Sun, 2015): three stages, each of one block that adds what two convolutions
 * say to what came in. The second and the third stage halve the image and double the channels.
 */
function makeResnet({ width, seed }: NetworkOptions): Model {
  const size = scaled(width);
  const image = input([...INPUT], { name: 'image' });
  let x = normalized(layers.conv2d(size(16), 3, { padding: 'same', strides: 2, useBias: false })(image));
  for (const [stage, channels] of [size(16), size(32), size(64)].entries()) {
    const strides = stage === 0 ? 1 : 2;
    const inner = normalized(layers.conv2d(channels, 3, { padding: 'same', strides, useBias: false })(x));
    const outer = layers.batchNormalization()(layers.conv2d(channels, 3, { padding: 'same', useBias: false })(inner));
    // Where the sizes differ, a convolution of 1 × 1 takes the shortcut to the other size.
    const shortcut = stage === 0 ? x : layers.conv2d(channels, 1, { strides, useBias: false })(x);
    x = layers.relu()(layers.add()([outer, shortcut]));
  }
  const pooled = layers.globalAveragePooling2d()(x);
  return model({ inputs: image, outputs: layers.dense(CLASS_COUNT)(pooled), seed, name: 'resnet' });
}

/**
 * A small network in the manner of VGG (Simonyan and Zisserman, 2014): convolutions of 3 × 3 in pairs, and pooling between
 * the pairs.
 */
function makeVgg({ width, seed }: NetworkOptions): Model {
  const size = scaled(width);
  const pair = (channels: number): ReturnType<typeof layers.conv2d>[] => [
    layers.conv2d(channels, 3, { padding: 'same', activation: 'relu' }),
    layers.conv2d(channels, 3, { padding: 'same', activation: 'relu' }),
  ];
  return sequential(
    [
      ...pair(size(16)),
      layers.maxPooling2d(2),
      ...pair(size(32)),
      layers.maxPooling2d(2),
      layers.flatten(),
      layers.dropout(0.3),
      layers.dense(size(128), { activation: 'relu' }),
      layers.dense(CLASS_COUNT),
    ],
    { inputShape: [...INPUT], seed, name: 'vgg' },
  );
}

type Drawn = ReturnType<typeof input>;

const normalized = (x: Drawn): Drawn => layers.relu()(layers.batchNormalization()(x));

function scaled(width: number): (channels: number) => number {
  return (channels) => Math.max(1, Math.round(channels * width));
}
