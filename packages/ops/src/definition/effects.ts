/**
 * What ops with effects share. The order of effects is state: each takes a token, the number of effects before it, and gives the
 * next. So a captured program keeps them in order, leaves none out and repeats none, in loops and branches too, and no pass
 * needs to know of it.
 */
import {
  type AbstractValue,
  type Attributes,
  type AttributeValue,
  abstractValue,
  baseInterpreter,
  dispatch,
  internal,
  isReplaying,
  type NdArray,
  nd,
  type Operation,
  registerRegionOperation,
  registerSharedState,
  StateCell,
  Tensor,
} from '@deft/core';
import { arrayText } from './array-text.ts';

class EffectOrder extends StateCell {
  readonly label = 'the order of effects (print, assert, hostCall)';
  readonly abstract: AbstractValue = abstractValue([], 'int32');

  protected stored(): Tensor {
    return baseInterpreter().constant(nd([], [0], 'int32'), false);
  }

  protected store(): void {
    // Between programs, order is that of calls.
  }
}

const order = new EffectOrder();
registerSharedState('order of effects', order);

/** What makes an op with an effect. */
export interface EffectDefinition {
  readonly name: string;
  readonly summary: string;
  /** Results besides the token. */
  results?(attributes: Attributes): readonly AbstractValue[];
  /** Does it, with host arrays. */
  run(inputs: readonly NdArray[], attributes: Attributes): readonly NdArray[];
  readonly vjp?: Operation['vjp'];
  readonly jvp?: Operation['jvp'];
}

/** The record of an op with an effect, in its place among others. */
export function effectOperation(definition: EffectDefinition): Operation {
  const { name, summary, results = () => [], run, vjp, jvp } = definition;
  return {
    name,
    kind: 'primitive',
    inputs: ['token and values'],
    variadic: true,
    multipleResults: true,
    doc: { group: 'effects', summary },
    host: 'ordered',
    infer: (_inputs, attributes) => [order.abstract, ...results(attributes)],
    reference: ([token, ...values], attributes) => {
      const made = run(values, attributes);
      return [nd([], [Number((token as NdArray).data[0]) + 1], 'int32'), ...made];
    },
    ...(vjp && jvp ? { vjp, jvp } : { nonDifferentiable: 'it gives nothing but its turn' }),
    saves: [],
    batch: 'composed',
    samples: [],
    errors: [],
    limitations: [],
    call: () => internal(`${name} is called through its function`),
  };
}

/** Applies an op with an effect; nothing where code runs a second time, and did it before. */
export function applyEffect(
  operation: Operation,
  values: readonly Tensor[],
  attributes: Attributes,
): readonly Tensor[] {
  if (isReplaying()) return [];
  const [token, ...results] = dispatch(operation, [order.get(), ...values], attributes);
  order.hand(token as Tensor);
  return results;
}

/** Makes the op known to graph text. */
export function registerEffect(operation: Operation): Operation {
  registerRegionOperation(operation.name, () => operation);
  return operation;
}

/** Words between values: a string, or `null` in place of each value. */
export type TextParts = readonly (string | null)[];

/** Tensors among things to be written, and the words between them. */
export function textParts(parts: readonly unknown[]): { readonly values: Tensor[]; readonly words: AttributeValue } {
  const values: Tensor[] = [];
  const words = parts.map((part) => {
    if (!(part instanceof Tensor)) return typeof part === 'string' ? part : plainText(part);
    values.push(part);
    return null;
  });
  return { values, words };
}

/** Words with the values in their places. */
export function spoken(words: TextParts, values: readonly NdArray[]): string {
  let next = 0;
  return words.map((word) => word ?? arrayText(values[next++] as NdArray)).join(' ');
}

function plainText(part: unknown): string {
  if (typeof part !== 'object' || part === null) return String(part);
  try {
    return JSON.stringify(part) ?? String(part);
  } catch {
    return String(part);
  }
}
