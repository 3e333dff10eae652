/** What programs get that are not for Node: the names of this package, and the word that native code needs Node. */
import { raise } from '@deft/core';
import type * as native from './index.ts';

const reason = 'native code needs Node';

const refuse = (): never => raise('E_BACKEND', { op: 'native', says: reason });

export const nativeUnavailableBecause: typeof native.nativeUnavailableBecause = () => reason;
export const nativeCompiler: typeof native.nativeCompiler = () => undefined;
export const nativeBackend: typeof native.nativeBackend = refuse;
export const cacheContents: typeof native.cacheContents = refuse;
export const clearCache: typeof native.clearCache = refuse;
// A function can be called with `new`, too; what it would be the instance of is never there.
export const NativeBackend: typeof native.NativeBackend = function NativeBackend() {
  refuse();
} as unknown as typeof native.NativeBackend;
