/** What kernels compute, in words. */
import type { Kernel, KernelProgram } from '@deft/kernel';
import { amount } from '../explain.ts';
import { type ProgramCost, programCost } from '../program-cost.ts';

/** What one kernel of a program computes and moves. */
export const costOfKernel = (kernel: Kernel, program: KernelProgram): ProgramCost =>
  programCost({ ...program, kernels: [kernel] });

/** Operations on floating-point numbers; of an estimate that it is one. */
export const flopsText = ({ flops, isExact }: ProgramCost): string =>
  `${isExact ? '' : 'about '}${amount(flops, 'FLOP')}`;

/** Transcendental functions, which count apart; nothing where there are none. */
export const transcendentalsText = ({ transcendentals }: ProgramCost): string =>
  transcendentals === 0 ? '' : `${amount(transcendentals, '')} transcendental functions`;

/** Everything that is computed. */
export const workText = (cost: ProgramCost): string =>
  [flopsText(cost), transcendentalsText(cost)].filter((text) => text !== '').join(', ');
