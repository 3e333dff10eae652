/**
 * Where values come from, for reports: the op that made a tensor and the user's line. Known for tensors that a tape with an
 * interest in it noted.
 */
import { DeferredCallSite, type Tensor } from '@deft/core';

/** The op that made a value, and where it was applied. */
export interface Origin {
  readonly op: string;
  readonly callSite: DeferredCallSite;
}

const origins = new WeakMap<Tensor, Origin>();

/** Notes that the values were made by an op that is being applied now; what is known already stays. */
export function noteOrigin(
  values: readonly Tensor[],
  op: string,
  callSite: DeferredCallSite = DeferredCallSite.here(),
): void {
  for (const value of values) if (!origins.has(value)) origins.set(value, { op, callSite });
}

/** What is known of a value. */
export function originOf(value: Tensor): Origin | undefined {
  return origins.get(value);
}
