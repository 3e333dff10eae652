/** Whether native code can run here: what is missing, in the order in which it is cheap to find out and of use to hear. */
import process from 'node:process';
import { cacheFolder, folderProblem } from './toolchain/cache-folder.ts';
import { koffiProblem } from './toolchain/koffi.ts';
import { findToolchain, platformProblem } from './toolchain/toolchain.ts';

/**
 * Why the native backend cannot run here, in one line, or `undefined` if it can. Nothing is built or written for the answer.
 *
 * @example
 * ```ts
 * import { nativeUnavailableBecause } from '@deft/backend-native';
 * console.log(nativeUnavailableBecause() ?? 'native code runs here');
 * ```
 */
export function nativeUnavailableBecause(): string | undefined {
  const toolchain = findToolchain();
  const compilerProblem = typeof toolchain === 'string' ? toolchain : undefined;
  return platformProblem(process.platform) ?? koffiProblem() ?? compilerProblem ?? folderProblem(cacheFolder());
}

/**
 * What the C compiler that builds native code says of itself, or `undefined` where there is none.
 *
 * @example
 * ```ts
 * import { nativeCompiler } from '@deft/backend-native';
 * console.log(nativeCompiler() ?? 'there is none');
 * ```
 */
export function nativeCompiler(): string | undefined {
  const toolchain = findToolchain();
  return typeof toolchain === 'string' ? undefined : toolchain.version;
}
