/**
 * The generator finds faults: an op with one thing wrong breaks exactly the law that says so.
 */
import { dispatch, nd, type Operation, raise, type Tensor } from '@deft/core';
import { cos, mul, sin, sum, tensor } from '@deft/ops';
import { describe, expect, it } from 'vitest';
import { checkBatches } from './check-batching.ts';
import { checkDerivatives } from './check-derivatives.ts';
import { checkErrors } from './check-errors.ts';
import { checkInference, checkLimitation, checkValues } from './check-values.ts';
import { Findings } from './findings.ts';

type Check = (operation: Operation, findings: Findings) => void | Promise<void>;

const checks: Readonly<Record<string, Check>> = {
  values: checkValues,
  inference: checkInference,
  derivatives: checkDerivatives,
  batching: checkBatches,
  errors: checkErrors,
};

/** The failures of an op by law. */
async function faultsOf(operation: Operation): Promise<Record<string, string>> {
  const faults: Record<string, string> = {};
  for (const [law, check] of Object.entries(checks)) {
    const findings = new Findings();
    await check(operation, findings);
    if (findings.lines.length > 0) faults[law] = findings.lines.join('\n');
  }
  return faults;
}

/** An op like another but for some fields. */
function altered(
  like: Operation,
  changes: Partial<Operation>,
  attributes: () => Record<string, never> = () => ({}),
): Operation {
  const operation: Operation = {
    ...like,
    samples: like.samples.map((sample) => ({ ...sample })),
    call: ((...inputs: Tensor[]) => dispatch(operation, inputs, attributes())[0]) as never,
    ...changes,
  };
  return operation;
}

const sine = altered(sin.operation, {
  samples: [{ label: 'typical', inputs: [nd([3], [-2, 0.5, 1])], grad: 'check' }],
});
const slope =
  (factor: number) =>
  ([x]: readonly Tensor[], [dx]: readonly Tensor[]) => [mul(mul(dx as Tensor, cos(x as Tensor)), factor) as Tensor];
const pull =
  (factor: number): NonNullable<Operation['vjp']> =>
  ([ct], { x }) => [mul(mul(ct as Tensor, cos(x as Tensor)), factor) as Tensor];

describe('the conformance checks', () => {
  it('let a right op pass', async () => {
    expect(await faultsOf(altered(sine, {}))).toEqual({});
  });

  it('find a lowering that computes something else, in every mode', async () => {
    const { values } = await faultsOf(altered(sine, { lower: cos.operation.lower }));
    for (const mode of ['eager', 'captured', 'captured views'])
      expect(values).toContain(`typical (float32), ${mode} on wasm`);
    expect(values).toMatch(
      /typical \(float64\), eager on reference: 3 of 3 elements differ, the worst at \[0\]: expected -0\.909/,
    );
  });

  it('find a shape rule that states something else', async () => {
    const reference: Operation['reference'] = ([x]) => [
      { ...(x as NonNullable<typeof x>), shape: [1, ...(x as NonNullable<typeof x>).shape] },
    ];
    expect(Object.keys(await faultsOf(altered(sine, { reference })))).toContain('values');
  });

  it('find a slope that is wrong in one mode or in both', async () => {
    const both = await faultsOf(altered(sine, { jvp: slope(1.01), vjp: pull(1.01) }));
    expect(Object.keys(both)).toEqual(['derivatives']);
    expect(both['derivatives']).toMatch(
      /reverse: 3 entries differ, the worst at input 0.*\n.*forward: 3 entries differ/,
    );
    const forward = await faultsOf(altered(sine, { jvp: slope(1.01) }));
    expect(forward['derivatives']).toMatch(/forward: .*\n.*adjoint: /);
  });

  it('find a stated gradient that does not come out', async () => {
    const samples = [{ label: 'kink', inputs: [nd([2], [0, 0])], grad: [[1, 0.5]] }];
    const faults = await faultsOf(altered(sine, { samples }));
    expect(Object.keys(faults)).toEqual(['derivatives']);
    for (const mode of ['plain', 'forward mode', 'eager on wasm', 'captured on wasm', 'captured on reference']) {
      expect(faults['derivatives']).toContain(
        `kink (float32), stated gradient, ${mode}: input 0: 1 element differs at [1]: expected 0.5, got 1`,
      );
    }
  });

  it('find a gradient check that compares nothing, and one of an op without derivatives', async () => {
    const samples = [{ label: 'empty', inputs: [nd([0], [])], grad: 'check' as const }];
    expect((await faultsOf(altered(sine, { samples })))['derivatives']).toContain('nothing was compared');
    const { jvp: _, vjp: __, ...ruleless } = sine;
    const faults = await faultsOf(altered(ruleless as Operation, { nonDifferentiable: 'for the test' }));
    expect(faults['derivatives']).toContain('an op without derivatives');
  });

  it('find a batching rule that reduces over the batch', async () => {
    const total = altered(
      sum.operation,
      {
        samples: [{ label: 'typical', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])] }],
        errors: [],
        // The axes are those of one example: the rule forgets that the batch stands in front.
        batch: ([x]) => [sum(x as Tensor, { axis: 0 }) as Tensor],
      },
      () => ({ axes: [0], keepDims: false }) as never,
    );
    const faults = await faultsOf(total);
    expect(Object.keys(faults)).toEqual(['batching']);
  });

  it('find wrong words, words that depend on the mode, and memory that stays', async () => {
    const bad = { label: 'bad', inputs: [{ shape: [2] }], code: 'E_VALUE' as const, says: /sine: no/ };
    const kept: Tensor[] = [];
    const failing = (says: (x: Tensor) => string) =>
      altered(sine, {
        errors: [bad],
        call: ((x: Tensor) => (x.size === 2 ? raise('E_VALUE', { op: 'sine', says: says(x) }) : sin(x))) as never,
      });
    expect(await faultsOf(failing(() => 'no'))).toEqual({});
    expect((await faultsOf(failing(() => 'yes')))['errors']).toContain('expected /sine: no/, got sine: yes');
    const dependent = await faultsOf(failing((x) => `no ${x.interpreter.name}`));
    expect(dependent['errors']).toContain('the oracle says');
    const leaking = await faultsOf(
      failing((x) => {
        if (x.interpreter.name === 'eager') kept.push(tensor([1, 2, 3]));
        return 'no';
      }),
    );
    expect(leaking['errors']).toMatch(/the backend holds \d+ storages more than before/);
    expect(kept.length).toBeGreaterThan(0);
    expect((await faultsOf(altered(sine, { errors: [bad] })))['errors']).toContain('no error was raised');
  });

  it('skip what is limited, until it holds after all', async () => {
    const limitation = { backend: 'wasm', dtype: 'float32' as const, reason: 'for the test' };
    const limited = altered(sine, { lower: cos.operation.lower, limitations: [limitation] });
    const { values } = await faultsOf(limited);
    expect(values).not.toContain('(float32), eager on wasm');
    expect(values).toContain('(float64), eager on wasm');
    expect(() => checkLimitation(limited, limitation)).not.toThrow();
    expect(() => checkLimitation(altered(sine, { limitations: [limitation] }), limitation)).toThrow('remove it');
  });
});
