/** `GradientTape`: rows G2 to G7 of what users of such tapes expect. */
import {
  add,
  argMax,
  batchJacobian,
  cast,
  checkpoint,
  floor,
  GradientTape,
  grad,
  jit,
  matmul,
  mul,
  onesLike,
  sin,
  stopGradient,
  sum,
  type Tensor,
  tensor,
  vmap,
  why,
} from '@deft/tensor';
import { describe, expect, it } from 'vitest';

const square = (x: Tensor): Tensor => mul(x, x) as Tensor;
const item = (x: unknown): number => (x as Tensor).item() as number;
const list = (x: unknown): number[] => Array.from((x as Tensor).dataSync(), Number);

describe('a tape', () => {
  it('gives the gradient of what it recorded, in the structure of the sources', () => {
    const [x, w] = [tensor([1, 2]), { a: tensor([3, 4]), b: tensor(5) }];
    const tape = new GradientTape();
    const y = tape.record((x, w) => sum(mul(mul(x, w.a), w.b)) as Tensor, x, w);
    expect(item(y)).toBe(55);
    const gradients = tape.gradient(y, { x, w });
    expect([list(gradients.x), list(gradients.w.a), item(gradients.w.b)]).toEqual([[15, 20], [5, 10], 11]);
  });

  it('says null, or zeros, where the target does not depend on a source (G2)', () => {
    const [x, z] = [tensor(3), tensor([1, 2])];
    const tape = new GradientTape({ persistent: true });
    const y = tape.record((x, _) => square(x), x, z);
    expect(tape.gradient(y, [x, z])[1]).toBeNull();
    expect(list(tape.gradient(y, [x, z], { unconnectedGradients: 'zero' })[1])).toEqual([0, 0]);
  });

  it('is used up by the first derivative unless it is persistent (G3)', () => {
    const x = tensor(3);
    const tape = new GradientTape();
    const y = tape.record(square, x);
    tape.gradient(y, x);
    expect(() => tape.gradient(y, x)).toThrow(/gradient: the tape has been used.*E_GRAD.*persistent: true/s);
    tape.reset();
    const again = tape.record(square, x);
    expect(item(tape.gradient(again, x))).toBe(6);
    using kept = new GradientTape({ persistent: true });
    const z = kept.record(square, x);
    expect([item(kept.gradient(z, x)), item(kept.gradient(z, x))]).toEqual([6, 6]);
  });

  it('adds up elements and targets, each as often as told (G5)', () => {
    const x = tensor([1, 2]);
    const tape = new GradientTape({ persistent: true });
    const [y, z] = tape.record((x): [Tensor, Tensor] => [square(x), mul(x, 3) as Tensor], x);
    expect(list(tape.gradient(y, x))).toEqual([2, 4]);
    expect(list(tape.gradient([y, z], x))).toEqual([5, 7]);
    expect(list(tape.gradient(y, x, { outputGradients: tensor([10, 1]) }))).toEqual([20, 4]);
    expect(() => tape.gradient(y, x, { outputGradients: tensor([1]) as Tensor })).toThrow(
      /outputGradients.*float32\[2\]/,
    );
  });

  it('does not record what is stopped (G6)', () => {
    const x = tensor(3);
    const tape = new GradientTape({ persistent: true });
    const y = tape.record((x) => mul(x, tape.stopRecording(square, x)) as Tensor, x);
    expect([item(y), item(tape.gradient(y, x))]).toEqual([27, 9]);
    const z = tape.record((x) => mul(x, stopGradient(x)) as Tensor, x);
    expect(item(tape.gradient(z, x))).toBe(3);
  });

  it('takes what is stopped for constant however it is written (G6)', () => {
    const x = tensor(3);
    const tape = new GradientTape({ persistent: true });
    const gradientOf = (f: (x: Tensor) => Tensor): unknown => tape.gradient(tape.record(f, x), x);
    expect(gradientOf((x) => tape.stopRecording((v) => v, x))).toBeNull();
    expect(gradientOf((x) => tape.stopRecording(() => x))).toBeNull();
    expect(gradientOf((x) => tape.stopRecording(() => square(x)))).toBeNull();
    expect(gradientOf((x) => stopGradient(x))).toBeNull();
    expect(gradientOf(() => x)).toBeNull();
    expect(
      item(
        gradientOf(
          (x) =>
            mul(
              x,
              tape.stopRecording(() => square(x)),
            ) as Tensor,
        ),
      ),
    ).toBe(9);
    expect(item(gradientOf((x) => x))).toBe(1);
  });

  it('tells a value from its constant, in any order of the results (G6)', () => {
    const x = tensor(3);
    const tape = new GradientTape({ persistent: true });
    const results = tape.record((x) => {
      const y = square(x);
      return [stopGradient(y), y, stopGradient(x), x];
    }, x);
    expect(results.map(item)).toEqual([9, 9, 3, 3]);
    expect(results.map((one) => tape.gradient(one, x)?.item() ?? null)).toEqual([null, 6, null, 1]);
  });

  it('goes on recording after an error in what is stopped (G6)', () => {
    const x = tensor(3);
    const tape = new GradientTape();
    const y = tape.record((x) => {
      const fail = (): Tensor => {
        throw new Error('stop');
      };
      expect(() => tape.stopRecording(fail)).toThrow('stop');
      return square(x);
    }, x);
    expect(item(tape.gradient(y, x))).toBe(6);
  });

  it('nests for higher derivatives (G7)', () => {
    const x = tensor(3);
    const outer = new GradientTape();
    const slope = outer.record((x) => {
      const inner = new GradientTape();
      const y = inner.record((x) => mul(square(x), x) as Tensor, x);
      return inner.gradient(y, x) as Tensor;
    }, x);
    expect([item(slope), item(outer.gradient(slope, x))]).toEqual([27, 18]);
  });

  it('goes on from what it recorded before, and to what lies between', () => {
    const x = tensor(2);
    const tape = new GradientTape({ persistent: true });
    const y = tape.record(square, x);
    const z = tape.record(square, y);
    expect([item(tape.gradient(z, x)), item(tape.gradient(z, y)), item(tape.gradient(y, x))]).toEqual([32, 8, 4]);
  });

  it('watches tensors that are no arguments', () => {
    const [x, w] = [tensor(2), tensor(5)];
    const tape = new GradientTape();
    const y = tape.record((x) => mul(x, tape.watch(w)) as Tensor, x);
    expect(tape.gradient(y, [x, w]).map(item)).toEqual([5, 2]);
  });

  it('gives whole Jacobians', () => {
    const [x, a] = [
      tensor([1, 2]),
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    ];
    const tape = new GradientTape();
    const y = tape.record((x) => matmul(a, square(x)) as Tensor, x);
    expect(tape.jacobian(y, x).toArray()).toEqual([
      [2, 8],
      [6, 16],
      [10, 24],
    ]);
  });

  it('works inside of captures, batches and other derivatives', () => {
    const slope = (x: Tensor): Tensor => {
      const tape = new GradientTape();
      const y = tape.record((x) => sin(square(x)) as Tensor, x);
      return tape.gradient(y, x) as Tensor;
    };
    const at = (x: number): number => 2 * x * Math.cos(x * x);
    expect(item(jit(slope)(tensor(0.5)))).toBeCloseTo(at(0.5), 6);
    list(vmap(slope)(tensor([0.5, 1.5]))).forEach((value, i) => {
      expect(value).toBeCloseTo(at(i + 0.5), 5);
    });
    const second = item(grad(slope)(tensor(0.5)));
    expect(second).toBeCloseTo(2 * Math.cos(0.25) - 4 * 0.25 * Math.sin(0.25), 5);
  });

  it('names what it does not know', () => {
    const x = tensor(3);
    const tape = new GradientTape({ persistent: true });
    const y = tape.record(square, x);
    expect(() => tape.gradient(y, tensor(1))).toThrow(/sources.*float32\[\] that the tape does not know.*record/s);
    expect(() => tape.jacobian(y, tensor(1))).toThrow(/^jacobian: source/);
    expect(() => tape.gradient(y, x, { unconnectedGradients: 'ZERO' as 'zero' })).toThrow(
      /unconnectedGradients: expected 'null' or 'zero'.*E_ARGUMENT/,
    );
    expect(() => tape.watch(x)).toThrow(/the tape is not recording/);
    expect(() => tape.record(() => tape.record(square, x))).toThrow(/already recording/);
    expect(() => tape.record(() => tape.watch(tensor(1, { dtype: 'int32' })))).toThrow(/a floating-point tensor/);
    expect(
      item(
        tape.gradient(
          tape.record((x) => mul(onesLike(x), x) as Tensor, x),
          x,
        ),
      ),
    ).toBe(1);
  });
});

describe('the Jacobians of a batch', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
    [5, -1],
  ]);
  const w = tensor([
    [1, -2, 0.5],
    [3, 0, 1],
  ]);
  const layer = (x: Tensor): Tensor => sin(matmul(x, w)) as Tensor;

  it('are those of batchJacobian, in chunks too, and captured', () => {
    const expected = list(batchJacobian(layer)(x));
    for (const chunkSize of [undefined, 1, 2]) {
      const tape = new GradientTape();
      const y = tape.record(layer, x);
      const found = tape.batchJacobian(y, x, chunkSize === undefined ? {} : { chunkSize });
      expect(found.shape).toEqual([3, 3, 2]);
      expect(list(found)).toEqual(expected);
      expect(() => tape.batchJacobian(y, x)).toThrow(/batchJacobian: the tape has been used/);
    }
    const captured = jit((x: Tensor) => {
      const tape = new GradientTape();
      return tape.batchJacobian(tape.record(layer, x), x);
    });
    for (const [i, one] of list(captured(x)).entries()) expect(one).toBeCloseTo(expected[i] as number, 5);
  });

  it('are the diagonal blocks of the Jacobian, and zeros for an unconnected source', () => {
    using tape = new GradientTape({ persistent: true });
    const y = tape.record(layer, x);
    const [blocks, whole] = [list(tape.batchJacobian(y, x)), list(tape.jacobian(y, x))];
    const diagonal = [0, 1, 2].flatMap((e) =>
      [0, 1, 2].flatMap((i) => [0, 1].map((j) => whole[((e * 3 + i) * 3 + e) * 2 + j])),
    );
    expect(blocks).toEqual(diagonal);
    const z = tensor([[1], [2], [3]]);
    const other = tape.record((_, x) => square(x), z, x);
    expect(list(tape.batchJacobian(other, z))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('need batches of one size', () => {
    const tape = new GradientTape({ persistent: true });
    const y = tape.record((x) => sum(x) as Tensor, x);
    expect(() => tape.batchJacobian(y, x)).toThrow(/batchJacobian: target: expected as many examples.*E_SHAPE/s);
  });
});

describe('why of a tape', () => {
  const [x, z, i] = [tensor([1, 2]), tensor([3, 4]), tensor([1], { dtype: 'int32' })];
  const loss = (x: Tensor, z: Tensor): Tensor =>
    sum(mul(x, add(stopGradient(z), cast(argMax(mul(z, 2) as Tensor), 'float32')))) as Tensor;

  it('names what is connected, what is cut off and where, what is unknown, before and after a derivative', () => {
    const tape = new GradientTape({ explains: true });
    const y = tape.record((x, z, _) => loss(x, z), x, z, tensor(1));
    const unused = tensor(0);
    for (const _ of [1, 2]) {
      const told = tape.why(y, { x, z, i, unused });
      const find = (path: string): (typeof told)[number] | undefined => told.find((one) => one.path.endsWith(path));
      expect(find('.x')).toMatchObject({ connected: true, reason: 'the result depends on it' });
      expect(find('.z')).toMatchObject({ connected: false, reason: expect.stringContaining('stopGradient') });
      expect(find('.z')?.reason).toMatch(/argMax has no derivative \(.*\) at .*gradient-tape\.test\.ts:\d+/);
      expect(find('.i')?.reason).toMatch(/it is int32/);
      expect(find('.unused')?.reason).toMatch(/the tape does not know it: pass it to record/);
      if (_ === 1) expect(tape.gradient(y, { x, z }).z).toBeNull();
    }
  });

  it('follows results that go in again, also constant ones', () => {
    const tape = new GradientTape({ explains: true, persistent: true });
    const [kept, cut] = tape.record((x, z): [Tensor, Tensor] => [square(x), floor(stopGradient(z)) as Tensor], x, z);
    const y = tape.record((a, b) => sum(mul(a, b)) as Tensor, kept, cut);
    expect(tape.why(y, [x, z, cut])).toMatchObject([
      { connected: true },
      { connected: false, reason: expect.stringContaining('stopGradient') },
      { connected: true },
    ]);
    expect(tape.why(cut, [z])).toMatchObject([{ connected: false, reason: expect.stringContaining('stopGradient') }]);
  });

  it('agrees with the gradient, and with why of the function', () => {
    const f = (x: Tensor, z: Tensor): Tensor => loss(x, z);
    for (const explains of [false, true]) {
      const tape = new GradientTape({ explains });
      const y = tape.record(f, x, z);
      const told = tape.why(y, [x, z]);
      const gradients = tape.gradient(y, [x, z]);
      expect(told.map((one) => one.connected)).toEqual(gradients.map((one) => one !== null));
      if (!explains) expect(told[1]?.reason).toMatch(/GradientTape\(\{ explains: true \}\)/);
    }
    const strip = (told: ReturnType<typeof why>): unknown => told.map(({ connected, reason }) => [connected, reason]);
    const tape = new GradientTape({ explains: true });
    expect(strip(tape.why(tape.record(f, x, z), [x, z]))).toEqual(strip(why(f, x, z)));
  });

  it('leaves values as they are', () => {
    const f = (x: Tensor): Tensor => {
      const place = argMax(x) as Tensor;
      const block = checkpoint((x: Tensor, place: Tensor) => mul(square(x), cast(place, 'float32')) as Tensor);
      return sum(block(x, place)) as Tensor;
    };
    const [plain, explaining] = [new GradientTape(), new GradientTape({ explains: true })];
    const [y, told] = [plain.record(f, x), explaining.record(f, x)];
    expect(item(told)).toBe(item(y));
    expect(list(explaining.gradient(told, x))).toEqual(list(plain.gradient(y, x)));
  });
});
