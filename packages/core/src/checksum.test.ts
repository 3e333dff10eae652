import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32 } from './checksum.ts';

it('gives the published check value', () => {
  expect(crc32(Uint8Array.from('123456789', (digit) => digit.charCodeAt(0)))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

it('goes on where it stopped', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      expect(crc32(b, crc32(a))).toBe(crc32(Uint8Array.from([...a, ...b])));
    }),
  );
});

it('sees every changed byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, change) => {
      const changed = bytes.slice();
      const place = at % bytes.length;
      changed[place] = (changed[place] as number) ^ change;
      expect(crc32(changed)).not.toBe(crc32(bytes));
    }),
  );
});
