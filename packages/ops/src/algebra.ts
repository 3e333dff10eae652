/** Gives core the functions on tensors that transforms and conversions are written with. Loaded for this effect. */
import { provideAlgebra } from '@deft/core';

export { provideAlgebra };
