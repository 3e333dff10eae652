/**
 * Ops made for one call: a user's function with a derivative of its own takes part in dispatch as a composite op whose
 * record is made on the spot. No executor ever sees one: captures inline it, and at the base it is simply run.
 */
import {
  algebra,
  baseInterpreter,
  currentInterpreter,
  dispatch,
  flatten,
  inferByRunning,
  internal,
  type Operation,
  raise,
  Tensor,
  type TreeStructure,
} from '@deft/core';
import { recordFlat } from './grad.ts';
import { describe, type Leaves, tensorLeaves } from './leaves.ts';

/** A function of tensors with its own way back. */
export interface CustomRule {
  readonly name: string;
  /** Paths of the operands, for messages. */
  readonly inputs: readonly string[];
  compute(inputs: readonly Tensor[]): readonly Tensor[];
  /** Results, and what `backward` needs besides cotangents. */
  forward(inputs: readonly Tensor[]): { readonly outputs: readonly Tensor[]; readonly residuals: readonly Tensor[] };
  /** Cotangents of the operands; `null` where there is none. */
  backward(
    residuals: readonly Tensor[],
    cotangents: readonly Tensor[],
    needs: readonly boolean[],
    arrived: readonly boolean[],
  ): readonly (Tensor | null)[];
  /** The way forward, if it is not that of what `compute` is made of. */
  jvp?(primals: readonly Tensor[], tangents: readonly Tensor[], varies: readonly boolean[]): readonly Tensor[];
}

const zerosLike = ({ abstract }: Tensor): Tensor => algebra().zeros(abstract.shape, abstract.dtype);

/** `backward` is linear in the cotangents, so its own pullback is the way forward. */
export function transposed(rule: CustomRule): NonNullable<CustomRule['jvp']> {
  return (primals, tangents) => {
    const { outputs, residuals } = rule.forward(primals);
    const back = recordFlat(
      rule.name,
      (cotangents) => {
        const results = rule.backward(
          residuals,
          cotangents,
          primals.map(() => true),
          cotangents.map(() => true),
        );
        return primals.map((primal, i) => results[i] ?? zerosLike(primal));
      },
      outputs.map(zerosLike),
    );
    return back.pullback(tangents, true);
  };
}

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
    vjp: (cotangents, saved, _attributes, needs, _types, arrived) =>
      rule.backward(Object.values(saved), cotangents, needs, arrived),
    ...(rule.jvp
      ? {
          jvp: (primals, tangents, _attributes, _outputs, varies) =>
            (rule.jvp as NonNullable<CustomRule['jvp']>)(primals, tangents, varies),
        }
      : {}),
    batch: 'composed',
    samples: [],
    errors: [],
    limitations: [],
    call: () => internal(`${rule.name} is made for one call`),
  };
}

/** Options that `customVjp` and `customJvp` share. */
export interface CustomDerivativeOptions {
  /** Arguments that are never differentiated by: asking for their derivative throws `E_GRAD`. */
  readonly nondiffArgnums?: readonly number[];
  /**
   * Derivatives that are known to be zeros come to the rule as `null`, so that nothing need be computed with them; otherwise
   * they come as tensors of zeros.
   */
  readonly symbolicZeros?: boolean;
}

/** The same structure, in which any tensor may be `null`: a derivative of zeros. */
export type WithZeros<T> = T extends Tensor
  ? T | null
  : T extends (...args: never[]) => unknown
    ? T
    : T extends object
      ? { [K in keyof T]: WithZeros<T[K]> }
      : T;

/** Whether each operand may be differentiated by. Throws `E_ARGUMENT` at a position that is no argument's. */
export function differentiableOperands(
  op: string,
  call: FlatCall<unknown[]>,
  nondiffArgnums: readonly number[] = [],
): readonly boolean[] {
  for (const position of nondiffArgnums) {
    if (Number.isInteger(position) && position >= 0 && position < call.leaves.length) continue;
    const expected = `positions from 0 to ${call.leaves.length - 1}`;
    raise('E_ARGUMENT', { op, argument: 'nondiffArgnums', expected, found: String(position) });
  }
  return call.leaves.flatMap((one, i) => one.tensors.map(() => !nondiffArgnums.includes(i)));
}

/** Throws `E_GRAD` where a derivative is asked for that the function is declared not to have. */
export function refuseNondiff(
  op: string,
  names: readonly string[],
  allowed: readonly boolean[],
  asked: readonly boolean[],
): void {
  const bad = asked.findIndex((wanted, i) => wanted && allowed[i] === false);
  if (bad === -1) return;
  raise('E_GRAD', {
    op,
    argument: names[bad] as string,
    says: `${names[bad]} is being differentiated, but nondiffArgnums declares it constant`,
    hint: 'leave it out of nondiffArgnums and give its derivative, or pass stopGradient(…) of it',
  });
}

/** Applies a function with its own derivative to tensors of any level. */
export function applyCustom(rule: CustomRule, inputs: readonly Tensor[]): readonly Tensor[] {
  const base = baseInterpreter();
  if (currentInterpreter() === base && inputs.every((input) => input.interpreter === base)) return rule.compute(inputs);
  return dispatch(operationOf(rule), inputs, {});
}

/** The arguments of a call as operands, and functions of trees as functions of operands. */
export interface FlatCall<A extends unknown[]> {
  /** One entry for each argument. */
  readonly leaves: readonly Leaves[];
  readonly operands: readonly Tensor[];
  /** Paths of the operands. */
  readonly names: readonly string[];
  /** The arguments with other operands. */
  argumentsFrom(operands: readonly Tensor[]): A;
  /** The tensors of a result, whose structure is remembered. Throws `E_ARGUMENT` at a leaf that is no tensor. */
  results(value: unknown): readonly Tensor[];
  /** A tree of the remembered structure. */
  resultFrom(tensors: readonly Tensor[]): unknown;
}

/** Prepares a call of a function of trees for `applyCustom`. */
export function flatCall<A extends unknown[]>(op: string, args: A): FlatCall<A> {
  const leaves = args.map((arg, i) => tensorLeaves(arg, `args[${i}]`));
  let result: TreeStructure | undefined;
  return {
    leaves,
    operands: leaves.flatMap((one) => one.tensors),
    names: leaves.flatMap((one) => one.paths),
    argumentsFrom: (operands) => {
      let next = 0;
      return leaves.map((one) => one.rebuild(one.tensors.map(() => operands[next++]))) as A;
    },
    results: (value) => {
      const { leaves: tensors, structure } = flatten(value, 'result');
      const bad = tensors.findIndex((leaf) => !(leaf instanceof Tensor));
      if (bad !== -1) {
        const argument = structure.paths[bad] as string;
        raise('E_ARGUMENT', { op, argument, expected: 'a tensor', found: describe(tensors[bad]) });
      }
      result = structure;
      return tensors as Tensor[];
    },
    resultFrom: (tensors) => (result ?? internal(`${op} gave no result`)).rebuild(tensors),
  };
}
