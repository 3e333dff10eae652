/**
 * A function together with its way back, as one region: whoever divides it (`RegionTools.split`) learns what the way there must
 * keep for the way back. Cotangents come from some results and go to some inputs only, so lists of them are shorter than
 * the lists of all; flags say which items are there.
 */
import type { AbstractValue } from './abstract-value.ts';
import type { Region } from './operation.ts';
import { calculus, regionTools } from './region.ts';
import type { Tensor } from './tensor.ts';

/** The items whose flag is set. */
export function marked<T>(list: readonly T[], flags: readonly boolean[]): T[] {
  return list.filter((_, i) => flags[i]);
}

/** For every flag that is set the next item, else `undefined`. */
export function spread<T>(items: readonly T[], flags: readonly boolean[]): (T | undefined)[] {
  let next = 0;
  return flags.map((flag) => (flag ? items[next++] : undefined));
}

/** A function that goes there and back. */
export interface RoundTripFunction {
  readonly f: (inputs: readonly Tensor[]) => readonly Tensor[];
  readonly inputs: readonly AbstractValue[];
  readonly outputs: readonly AbstractValue[];
  /** Of each input whether its cotangent is wanted. */
  readonly wanted: readonly boolean[];
  /** Of each output whether a cotangent comes from there. */
  readonly active: readonly boolean[];
}

/** A function with its way back. */
export interface RoundTrip {
  /** The inputs and the cotangents of active outputs; to the outputs and the cotangents that arrive. */
  readonly region: Region;
  /** What the function or a rule reads besides. */
  readonly closedOver: readonly Tensor[];
  /** Of each input whether a cotangent arrives there. */
  readonly arrives: readonly boolean[];
}

/** Traces a function with its way back. */
export function traceRoundTrip({ f, inputs: types, outputs, wanted, active }: RoundTripFunction): RoundTrip {
  let arrives: readonly boolean[] = [];
  const { regions, closedOver } = regionTools().trace([
    {
      inputs: [...types, ...marked(outputs, active)],
      f: (inputs) => {
        const primals = inputs.slice(0, types.length);
        const recorded = calculus().record(
          (chosen) => f(spread(chosen, wanted).map((one, i) => one ?? (primals[i] as Tensor))),
          marked(primals, wanted),
        );
        const cotangents = recorded.pullBack(spread(inputs.slice(types.length), active));
        const each = spread(cotangents, wanted);
        arrives = each.map((cotangent) => cotangent !== undefined);
        return [...recorded.outputs, ...each.flatMap((cotangent) => cotangent ?? [])];
      },
    },
  ]);
  return { region: regions[0] as Region, closedOver, arrives };
}
