import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, crc32c } from './checksum.ts';

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

describe('published values', () => {
  it('are given for 123456789', () => {
    const digits = Uint8Array.from('123456789', (digit) => digit.charCodeAt(0));
    expect([crc32(digits), crc32c(digits)]).toEqual([0xcbf43926, 0xe3069283]);
    expect([crc32(new Uint8Array()), crc32c(new Uint8Array())]).toEqual([0, 0]);
  });

  it.each([
    ['32 zeros', '00'.repeat(32), 0x8a9136aa],
    ['32 ones', 'ff'.repeat(32), 0x62a8ab43],
    ['rising bytes', Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0')).join(''), 0x46dd794e],
    [
      'falling bytes',
      Array.from({ length: 32 }, (_, i) => (31 - i).toString(16).padStart(2, '0')).join(''),
      0x113fdb5c,
    ],
    [
      'an iSCSI command',
      '01c00000 00000000 00000000 00000000 14000000 00000400 00000014 00000018 28000000 00000000 02000000 00000000',
      0xd9963a56,
    ],
  ])('are those of RFC 3720, B.4: %s', (_, hex, sum) => {
    expect(crc32c(bytesOf(hex))).toBe(sum);
  });
});

describe.each([
  ['crc32', crc32, 0xedb88320],
  ['crc32c', crc32c, 0x82f63b78],
] as const)('%s', (_, checksum, polynomial) => {
  it('is the remainder of the definition', () => {
    const byDivision = (bytes: Uint8Array): number => {
      let word = 0xffffffff;
      for (const byte of bytes) {
        word ^= byte;
        for (let bit = 0; bit < 8; bit++) word = word & 1 ? (word >>> 1) ^ polynomial : word >>> 1;
      }
      return ~word >>> 0;
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => checksum(bytes) === byDivision(bytes)));
  });

  it('goes on where it stopped', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 20 }), (a, b) => {
        expect(checksum(b, checksum(a))).toBe(checksum(Uint8Array.from([...a, ...b])));
      }),
    );
  });

  it('sees every changed byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, change) => {
        const changed = bytes.slice();
        const place = at % bytes.length;
        changed[place] = (changed[place] as number) ^ change;
        expect(checksum(changed)).not.toBe(checksum(bytes));
      }),
    );
  });
});
