/**
 * Policies of dtypes: which dtype a layer computes in, and which its weights have. Mixed ones compute in 16 bits and keep the
 * weights in 32, so that small updates are not lost (Micikevicius et al. 2018).
 */
import { type DType, isFloating, raise, type Tensor } from '@deft/core';
import { cast } from '@deft/tensor';

/** Name of a policy: a dtype for everything, or a mixed one. */
export type DTypePolicy = 'float32' | 'float64' | 'float16' | 'bfloat16' | 'mixedFloat16' | 'mixedBfloat16';

/** What a layer computes in, and keeps weights in, by the policy's name. */
const policies: Readonly<Record<DTypePolicy, readonly [compute: DType, weights: DType]>> = {
  float32: ['float32', 'float32'],
  float64: ['float64', 'float64'],
  float16: ['float16', 'float16'],
  bfloat16: ['bfloat16', 'bfloat16'],
  mixedFloat16: ['float16', 'float32'],
  mixedBfloat16: ['bfloat16', 'float32'],
};

/** Checks a policy from a user or a file. Throws `E_LAYER` for an unknown one. */
export function checkPolicy(layer: string, policy: unknown): DTypePolicy | undefined {
  if (policy === undefined) return undefined;
  if (typeof policy === 'string' && Object.hasOwn(policies, policy)) return policy as DTypePolicy;
  const found = typeof policy === 'string' ? JSON.stringify(policy.slice(0, 40)) : typeof policy;
  return raise('E_LAYER', {
    op: layer,
    argument: 'dtype',
    expected: `one of ${Object.keys(policies).join(', ')}`,
    found,
  });
}

/** The dtype of weights. */
export function weightDType(policy: DTypePolicy | undefined): DType {
  return policy === undefined ? 'float32' : policies[policy][1];
}

/** A floating tensor in the dtype that a policy computes in; others, and all without a policy, as they are. */
export function toCompute(policy: DTypePolicy | undefined, x: Tensor): Tensor {
  return policy === undefined ? x : inFloating(x, policies[policy][0]);
}

/** A floating tensor in another dtype; others as they are. */
export function inFloating(x: Tensor, dtype: DType): Tensor {
  return isFloating(x.dtype) && x.dtype !== dtype ? (cast(x, dtype) as Tensor) : x;
}
