/**
 * `@deft/ops`: the registry's entries, one file each, and the constructors they are made with.
 *
 * Written by scripts/generate-ops.mjs; run it after adding an op.
 */
import './algebra.ts';

export { add } from './add.ts';
export { broadcastTo } from './broadcast-to.ts';
export { cast } from './cast.ts';
export type { TensorLike } from './definition/convert.ts';
export { defineComposite, definePrimitive } from './definition/define.ts';
export { div } from './div.ts';
export { greater } from './greater.ts';
export { mul } from './mul.ts';
export { neg } from './neg.ts';
export { relu } from './relu.ts';
export { reshape } from './reshape.ts';
export { sub } from './sub.ts';
export { sum } from './sum.ts';
export { sumTo } from './sum-to.ts';
export { where } from './where.ts';
