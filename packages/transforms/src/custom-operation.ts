/**
 * Ops made for one call: a user's function with a derivative of its own takes part in dispatch as a composite op whose
 * record is made on the spot. No executor ever sees one: captures inline it, and at the base it is simply run.
 */
import {
  algebra,
  baseInterpreter,
  currentInterpreter,
  dispatch,
  inferByRunning,
  internal,
  type Operation,
  type Tensor,
} from '@deft/core';
import { recordFlat } from './grad.ts';

/** A function of tensors with its own way back. */
export interface CustomRule {
  readonly name: string;
  /** Paths of the operands, for messages. */
  readonly inputs: readonly string[];
  compute(inputs: readonly Tensor[]): readonly Tensor[];
  /** Results, and what `backward` needs besides cotangents. */
  forward(inputs: readonly Tensor[]): { readonly outputs: readonly Tensor[]; readonly residuals: readonly Tensor[] };
  /** Cotangents of the operands; `null` where there is none. */
  backward(residuals: readonly Tensor[], cotangents: readonly Tensor[]): readonly (Tensor | null)[];
}

const zerosLike = ({ abstract }: Tensor): Tensor => algebra().zeros(abstract.shape, abstract.dtype);

function operationOf(rule: CustomRule): Operation {
  const residualName = (i: number): string => `residual ${i}`;
  return {
    name: rule.name,
    kind: 'composite',
    inputs: rule.inputs,
    variadic: false,
    multipleResults: true,
    doc: { summary: 'A function with a derivative of its own.', group: 'transforms' },
    infer: (inputs) => inferByRunning((tensors) => rule.compute(tensors), inputs),
    compose: (inputs) => rule.compute(inputs),
    saves: [],
    forward: (inputs) => {
      const { outputs, residuals } = rule.forward(inputs);
      return { outputs, saved: Object.fromEntries(residuals.map((residual, i) => [residualName(i), residual])) };
    },
    vjp: (cotangents, saved) => rule.backward(Object.values(saved), cotangents),
    // `backward` is linear in the cotangents, so its own pullback is the way forward.
    jvp: (primals, tangents) => {
      const { outputs, residuals } = rule.forward(primals);
      const transposed = recordFlat(
        rule.name,
        (cotangents) => {
          const results = rule.backward(residuals, cotangents);
          return primals.map((primal, i) => results[i] ?? zerosLike(primal));
        },
        outputs.map(zerosLike),
      );
      return transposed.pullback(tangents);
    },
    batch: 'composed',
    samples: [],
    errors: [],
    limitations: [],
    call: () => internal(`${rule.name} is made for one call`),
  };
}

/** Applies a function with its own derivative to tensors of any level. */
export function applyCustom(rule: CustomRule, inputs: readonly Tensor[]): readonly Tensor[] {
  const base = baseInterpreter();
  if (currentInterpreter() === base && inputs.every((input) => input.interpreter === base)) return rule.compute(inputs);
  return dispatch(operationOf(rule), inputs, {});
}
