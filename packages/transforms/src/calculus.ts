/**
 * Gives core the derivatives and the batching of functions that ops with regions state their rules with. Loaded for this
 * effect.
 */
import {
  type BatchAxis,
  type Calculus,
  findInterpreter,
  isDifferentiable,
  provideCalculus,
  type Tensor,
  withInterpreter,
} from '@deft/core';
import { BatchInterpreter } from './batch-interpreter.ts';
import { JvpInterpreter } from './jvp-interpreter.ts';
import { pullBack, type Seed } from './pull-back.ts';
import { stopGradient } from './stop-gradient.ts';
import { Tape } from './tape.ts';

type Flat = (inputs: readonly Tensor[]) => readonly Tensor[];

function record(f: Flat, inputs: readonly Tensor[]): ReturnType<Calculus['record']> {
  const tape = new Tape('grad');
  const watched = inputs.map((input) => (isDifferentiable(input.dtype) ? tape.watch(input) : undefined));
  const results = withInterpreter(tape, () => f(inputs.map((input, i) => watched[i]?.tensor ?? input)));
  const slots = results.map((result) => tape.slotOf(result));
  return {
    outputs: results.map((result) => tape.primalOf(result)),
    pullBack: (cotangents) => {
      const seeds = slots.flatMap((slot, i): Seed[] => {
        const cotangent = cotangents[i];
        return slot && cotangent ? [{ slot, cotangent }] : [];
      });
      const arrived = pullBack(
        seeds,
        watched.flatMap((one) => (one ? [one.slot] : [])),
        true,
      );
      let next = 0;
      return watched.map((one) => (one ? arrived[next++] : undefined));
    },
  };
}

function push(
  f: Flat,
  primals: readonly Tensor[],
  tangents: readonly (Tensor | undefined)[],
): ReturnType<Calculus['push']> {
  const interpreter = new JvpInterpreter();
  const results = withInterpreter(interpreter, () =>
    f(primals.map((primal, i) => interpreter.join(primal, tangents[i]))),
  );
  const parts = results.map((result) => interpreter.split(result));
  return { outputs: parts.map((part) => part.primal), tangents: parts.map((part) => part.tangent) };
}

function batch(
  f: Flat,
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
  axis?: BatchAxis,
): ReturnType<Calculus['batch']> {
  const interpreter = new BatchInterpreter(size, axis);
  const results = withInterpreter(interpreter, () =>
    f(inputs.map((input, i) => (batched[i] ? interpreter.example(input) : input))),
  );
  const parts = results.map((result) => interpreter.all(result));
  return { values: parts.map((part) => part.value), batched: parts.map((part) => part.batched) };
}

function batchAxis(nameOrAxis: string | BatchAxis): ReturnType<Calculus['batchAxis']> {
  return findInterpreter((interpreter) => {
    const axis = interpreter instanceof BatchInterpreter ? interpreter.axis : undefined;
    if (axis === undefined || (axis !== nameOrAxis && axis.name !== nameOrAxis)) return undefined;
    return { axis, level: interpreter.level, index: () => (interpreter as BatchInterpreter).index() };
  });
}

function batchAxisNames(): readonly string[] {
  const names = new Set<string>();
  findInterpreter((interpreter) => {
    if (interpreter instanceof BatchInterpreter && interpreter.axis) names.add(interpreter.axis.name);
    return undefined;
  });
  return [...names];
}

provideCalculus({ record, push, batch, constant: stopGradient, batchAxis, batchAxisNames });
