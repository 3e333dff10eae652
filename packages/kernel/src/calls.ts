/** Where programs call functions of the host. */
import { internal } from '@deft/core';
import type { HostFunction } from './host-function.ts';
import { type CallKernel, type Kernel, type KernelProgram, kernelListsOf } from './kernel.ts';

/** The call kernels of a list and of the lists within its kernels, in the order in which they stand. */
export function callsWithin(kernels: readonly Kernel[]): CallKernel[] {
  return kernels.flatMap((kernel) =>
    kernel.form === 'call' ? [kernel] : kernelListsOf(kernel).flatMap((list) => callsWithin(list)),
  );
}

/** The function that a kernel calls, of those of its program. */
export function hostFunctionOf(calls: KernelProgram['calls'], { call }: CallKernel): HostFunction {
  return calls?.[call] ?? internal(`there is no function ${call}`);
}
