/** What the tape keeps, and for how long. */
import { currentInterpreter, nd, type Tensor, withInterpreter } from '@deft/core';
import { add, exp, mul, neg } from '@deft/ops';
import { describe, expect, it } from 'vitest';
import { pullBack } from './pull-back.ts';
import { type Slot, Tape } from './tape.ts';

const scalar = (value: number): Tensor => currentInterpreter().constant(nd([], [value]), false);
const saved = (slot: Slot | undefined): Readonly<Record<string, Tensor>> | undefined => slot?.producer?.saved;

describe('Tape', () => {
  it('saves what the op names and nothing else, and drops it on the last way back', () => {
    const tape = new Tape('test');
    const { tensor, slot } = tape.watch(scalar(2));
    const [root, product, aside] = withInterpreter(tape, () => {
      const negative = neg(tensor) as Tensor;
      const exponential = exp(negative) as Tensor;
      return [exponential, mul(exponential, tensor) as Tensor, exp(tensor) as Tensor];
    }) as [Tensor, Tensor, Tensor];
    const [first, second, third] = [root, product, aside].map((one) => tape.slotOf(one)) as [Slot, Slot, Slot];
    expect(Object.keys(saved(first) ?? {})).toEqual(exp.operation.saves);
    expect(Object.keys(saved(second) ?? {}).sort()).toEqual([...mul.operation.saves].sort());
    expect(Object.keys(saved(first.producer?.inputs[0]) ?? {})).toEqual([]);

    const seeds = [{ slot: second, cotangent: scalar(1) }];
    const [kept] = pullBack(seeds, [slot], false);
    const [dropped] = pullBack(seeds, [slot], true);
    // d/dx x e^-x = (1 - x) e^-x
    expect(kept?.item()).toBeCloseTo(-Math.exp(-2), 6);
    expect(dropped?.item()).toBe(kept?.item());
    expect([saved(first), saved(second)]).toEqual([undefined, undefined]);
    expect(Object.keys(saved(third) ?? {})).toEqual(exp.operation.saves);
    expect(() => pullBack(seeds, [slot], true)).toThrow(/internal: .*after its last pass/);
  });

  it('records nothing that does not depend on a watched tensor', () => {
    const tape = new Tape('test');
    const { tensor } = tape.watch(scalar(2));
    withInterpreter(tape, () => {
      const lifted = add(tape.lift(scalar(1)), 1) as Tensor;
      expect(lifted.interpreter).toBe(currentInterpreter());
      expect(tape.slotOf(add(lifted, tensor) as Tensor)).toBeDefined();
    });
  });

  it('goes back through long chains', () => {
    const tape = new Tape('test');
    const { tensor, slot } = tape.watch(scalar(1));
    const end = withInterpreter(tape, () => {
      let y = tensor;
      for (let i = 0; i < 20_000; i++) y = neg(y) as Tensor;
      return y;
    });
    const [cotangent] = pullBack([{ slot: tape.slotOf(end) as Slot, cotangent: scalar(1) }], [slot], true);
    expect(cotangent?.item()).toBe(1);
  });
});
