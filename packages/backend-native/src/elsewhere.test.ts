import { describe, expect, it } from 'vitest';
import * as elsewhere from './elsewhere.ts';
import * as native from './index.ts';

describe('outside of Node', () => {
  it('the package has the same names, and says that native code needs Node', () => {
    expect(Object.keys(elsewhere).sort()).toEqual(Object.keys(native).sort());
    expect([elsewhere.nativeUnavailableBecause(), elsewhere.nativeCompiler()]).toEqual([
      'native code needs Node',
      undefined,
    ]);
    const uses = [elsewhere.nativeBackend, elsewhere.cacheContents, elsewhere.clearCache];
    for (const use of [...uses, () => new elsewhere.NativeBackend()]) {
      expect(use).toThrow(/native code needs Node \[E_BACKEND\]/);
    }
  });
});
