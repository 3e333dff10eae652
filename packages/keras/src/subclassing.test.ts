/** Models that are subclasses, against drawn models of the same layers. */
import { add, mul, type Tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { input, layers, Model, model } from './index.ts';

const numbersOf = (x: { dataSync(): unknown }): number[] => Array.from(x.dataSync() as ArrayLike<number>, Number);
const count = 12;
const x = Array.from({ length: count }, (_, i) => [Math.sin(i * 1.7), Math.cos(i * 0.9), Math.sin(i)]);
const y = x.map(([a, b, c]) => [(a as number) * (b as number), c as number, a as number]);

class Residual extends Model {
  readonly widen = layers.dense(5, { activation: 'tanh' });
  readonly blocks = [layers.dense(5, { activation: 'relu' }), layers.dropout(0.2), layers.batchNormalization()];
  readonly narrow = layers.dense(3);

  override call(given: Tensor): Tensor {
    const hidden = this.blocks.reduce((out, block) => block(out), this.widen(given));
    return add(given, this.narrow(hidden)) as Tensor;
  }
}

function drawn(): Model {
  const given = input([3]);
  let hidden = layers.dense(5, { activation: 'tanh', name: 'widen' })(given);
  hidden = layers.dense(5, { activation: 'relu', name: 'blocks_0' })(hidden);
  hidden = layers.batchNormalization({ name: 'blocks_2' })(layers.dropout(0.2, { name: 'blocks_1' })(hidden));
  return model({ inputs: given, outputs: layers.add()([given, layers.dense(3, { name: 'narrow' })(hidden)]), seed: 7 });
}

describe('a subclass', () => {
  it.each([true, false])('trains as the drawn model of its layers (captured: %s)', async (jit) => {
    const [net, same] = [new Residual({ seed: 7 }), drawn()];
    net.build([3]);
    expect(net.weightNames).toEqual(same.weightNames);
    await same.setWeights(await net.getWeights());
    const histories = [];
    for (const one of [net, same]) {
      one.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'], jit });
      histories.push((await one.fit(x, y, { epochs: 2, batchSize: 5 })).history['mae'] as number[]);
    }
    // Their keys of dropout are those of its place among the layers, which is the same.
    const [found, expected] = histories as [number[], number[]];
    expected.forEach((value, i) => void expect(found[i]).toBeCloseTo(value, 5));
    expect(net.summary()).toContain('residual (subclass)');
  });

  it('takes and gives several batches, uses its context, and keeps masks', async () => {
    class Two extends Model {
      readonly words = layers.embedding(5, 3, { maskZero: true });
      readonly pool = layers.globalAveragePooling1d();
      readonly out = layers.dense(1);
      override call([words, scale]: readonly Tensor[], { training }: { training: boolean }): Tensor[] {
        const pooled = this.pool(this.words(words as Tensor));
        return [this.out(mul(pooled, scale as Tensor) as Tensor), training ? (mul(pooled, 2) as Tensor) : pooled];
      }
    }
    const net = new Two({ inputNames: ['words', 'scale'], outputNames: ['score', 'pooled'] });
    const words = [
      [1, 2, 0, 0],
      [3, 0, 0, 0],
    ];
    const scale = [[2], [0]];
    const [score, pooled] = await net.predictAll({ words, scale });
    const [, bias] = [await net.getLayerWeights('words'), (await net.getLayerWeights('out'))[1]];
    expect(numbersOf(score as Tensor)[1]).toBeCloseTo(numbersOf(bias as Tensor)[0] as number, 6);
    const [table] = (await net.getLayerWeights('words')).map(numbersOf) as [number[]];
    const rows = (i: number): number[] => table.slice(3 * i, 3 * i + 3);
    const expected = [...rows(1).map((v, i) => (v + (rows(2)[i] as number)) / 2), ...rows(3)];
    expected.forEach((value, i) => void expect(numbersOf(pooled as Tensor)[i]).toBeCloseTo(value, 5));
    net.compile({ optimizer: 'sgd', loss: 'mse' });
    const { history } = await net.fit(
      { words, scale },
      { score: [[1], [1]], pooled: [rows(1), rows(3)] },
      { epochs: 1 },
    );
    expect(Object.keys(history)).toEqual(['loss', 'scoreLoss', 'pooledLoss']);
  });

  it('keeps its weights in files, itself it cannot', async () => {
    const net = new Residual();
    net.build([3]);
    await expect(net.serialize()).rejects.toThrow(/residual \(subclass\), which holds a function/);
  });

  it('says what is missing', async () => {
    class Bare extends Model {}
    await expect(new Bare().predict(x)).rejects.toThrow(/no field of the model is a layer/);
    class Silent extends Model {
      readonly dense = layers.dense(2);
    }
    await expect(new Silent().predict(x)).rejects.toThrow(/no forward pass.*call\(x\)/s);
    const outer = layers.dense(2);
    class Foreign extends Model {
      readonly dense = layers.dense(2);
      override call(given: Tensor): Tensor {
        return outer(this.dense(given));
      }
    }
    await expect(new Foreign().predict(x)).rejects.toThrow(/call: expected calls of its own layers dense, got dense/);
    class Forgetful extends Model {
      readonly first = layers.dense(2);
      readonly second = layers.dense(2);
      override call(given: Tensor): Tensor {
        return this.first(given);
      }
    }
    await expect(new Forgetful().predict(x)).rejects.toThrow(/no call of second/);
  });
});
