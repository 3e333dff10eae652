/**
 * `@deft/ops`: the registry's entries, one file each, and the constructors they are made with.
 */
export { add } from './add.ts';
export { broadcastTo } from './broadcast-to.ts';
export type { TensorLike } from './definition/convert.ts';
export { defineComposite, definePrimitive } from './definition/define.ts';
export { greater } from './greater.ts';
export { relu } from './relu.ts';
export { reshape } from './reshape.ts';
export { sum } from './sum.ts';
export { sumTo } from './sum-to.ts';
export { where } from './where.ts';
