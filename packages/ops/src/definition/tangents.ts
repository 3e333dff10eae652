/** Forward derivatives of ops with several operands: a sum over those operands that vary. */
import type { Tensor } from '@deft/core';
import { add } from '../add.ts';

/** Adds the terms of the operands that vary; of the others nothing is computed. At least one varies. */
export function tangentSum(varies: readonly boolean[], ...terms: readonly (() => Tensor)[]): Tensor {
  return terms.flatMap((term, i) => (varies[i] ? [term()] : [])).reduce((total, term) => add(total, term) as Tensor);
}
