/** Each network is drawn as it should be, learns a little from few digits, and reads idx files as well. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeNetwork, NETWORKS } from './images/networks.ts';
import { readImages, trainOnImages } from './images/training.ts';
import { runForTest } from './testing/run-for-test.ts';

const silent = { update: () => {}, end: () => {} };

/** Images of ten classes that can be told apart at once: class `k` has two bright rows at its own height. */
function stripes(count: number): { images: Float32Array; labels: Int32Array } {
  const labels = Int32Array.from({ length: count }, (_, at) => at % 10);
  const images = new Float32Array(count * 784);
  for (const [at, label] of labels.entries()) {
    images.fill(1, at * 784 + (4 + 2 * label) * 28, at * 784 + (6 + 2 * label) * 28);
  }
  return { images, labels };
}

describe('images', () => {
  it('has the weights of LeNet-5', () => {
    // 6·26 + 16·(6·25 + 1) + 400·120 + 120 + 120·84 + 84 + 84·10 + 10
    expect(makeNetwork('lenet', { width: 1, seed: 1 }).countParameters()).toBe(61_706);
  });

  it.each(NETWORKS)('trains %s', async (name) => {
    const network = makeNetwork(name, { width: 0.25, seed: 1 });
    const set = stripes(100);
    const plan = { epochs: 8, batchSize: 10, rate: 0.01, shift: 0, seed: 1, progress: () => silent };
    const losses = await trainOnImages(network, set, plan);
    expect(losses).toHaveLength(80);
    const { accuracy, matrix } = await readImages(network, set);
    expect(accuracy).toBeGreaterThan(0.5);
    expect(matrix.flat().reduce((sum, count) => sum + count, 0)).toBe(100);
  });

  describe('as a program', () => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'idx-'));
      for (const [part, count] of [
        ['train', 40],
        ['t10k', 20],
      ] as const) {
        const { images, labels } = stripes(count);
        const pixels = Uint8Array.from(images, (grey) => 255 * grey);
        const sizes = new DataView(new ArrayBuffer(16));
        for (const [at, size] of [0x803, count, 28, 28].entries()) sizes.setUint32(4 * at, size);
        writeFileSync(join(folder, `${part}-images-idx3-ubyte`), Buffer.concat([Buffer.from(sizes.buffer), pixels]));
        const head = Buffer.from([0, 0, 8, 1, 0, 0, 0, count]);
        writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), Buffer.concat([head, Uint8Array.from(labels)]));
      }
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('reads a folder of idx files', async () => {
      const words = ['images', '--data', folder, '--epochs', '1', '--width', '0.25', '--network', 'resnet'];
      const { printed, pictures } = await runForTest(words);
      expect(printed).toContain('40 training and 20 test images');
      expect(printed).toContain('Test accuracy');
      expect(pictures).toEqual(['resnet-confusion.svg', 'resnet-loss.svg']);
    });

    it('names the classes', async () => {
      const names = 'T-shirt, trouser,pullover,dress,coat,sandal,shirt,sneaker,bag,ankle boot';
      const words = ['images', '--data', folder, '--epochs', '1', '--width', '0.25', '--classes'];
      const { printed, drawn } = await runForTest([...words, names]);
      expect(printed).toContain('0 T-shirt, 1 trouser, ');
      expect(drawn[0]).toContain('>ankle boot<');
      for (const wrong of ['one,two', `${names},`, `${names},more`]) {
        expect((await runForTest([...words, wrong])).complaints).toMatch(/--classes: expected 10 names/);
      }
    });

    it('refuses a folder that is not there', async () => {
      const { code, complaints } = await runForTest(['images', '--data', join(folder, 'gone')]);
      expect(code).toBe(2);
      expect(complaints).toContain('gone');
    });
  });
});
