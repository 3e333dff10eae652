/**
 * Unpacks gzip data of known size. A gzip file can hold a thousand times its own size, so nothing here unpacks more than
 * its caller asked for: first the beginning, from which the caller learns the size that is promised, then the whole,
 * bounded by that size.
 */
import { constants, gunzipSync } from 'node:zlib';
import { InputError } from './input-error.ts';

/** Deflate cannot pack more than 1,032 bytes into one: 258 bytes for two bits at best. */
export const LARGEST_GZIP_RATIO = 1032;

/** Packed bytes that {@link gunzipBeginning} looks at, so it never unpacks more than about 4 MiB. */
const BEGINNING_BYTES = 4096;
const BEGINNING_LIMIT = LARGEST_GZIP_RATIO * (BEGINNING_BYTES + 1);

/** What Node's zlib throws. */
interface ZlibError extends Error {
  readonly code?: string;
}

/**
 * The first `length` unpacked bytes, or fewer when the file ends earlier.
 *
 * @param packed - the file, or at least its first 4 KiB
 * @param path - named in errors
 * @throws InputError when the data does not begin as gzip
 */
export function gunzipBeginning(packed: Uint8Array, length: number, path: string): Uint8Array {
  if (packed.length >= 2 && (packed[0] !== 0x1f || packed[1] !== 0x8b)) {
    throw new InputError(`${path}: byte 0: not a gzip file (it must begin with the bytes 1f 8b)`);
  }
  const beginning = packed.subarray(0, BEGINNING_BYTES);
  try {
    return gunzipSync(beginning, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: BEGINNING_LIMIT,
    }).subarray(0, length);
  } catch (error) {
    if ((error as ZlibError).code === 'Z_DATA_ERROR') {
      throw damaged(beginning, BEGINNING_LIMIT, path, error as ZlibError);
    }
    // A file of a few bytes gives "unexpected end of file": nothing unpacked, and the caller names the truncation.
    return new Uint8Array(0);
  }
}

/**
 * Unpacks a whole gzip file (of one or several members) that must hold exactly `length` bytes.
 *
 * @param packed - the whole file
 * @param length - unpacked bytes expected, at least 1; never is more than this allocated
 * @param path - named in errors
 * @throws InputError when the data is damaged, truncated, longer or shorter than expected, or followed by other bytes
 */
export function gunzipExactly(packed: Uint8Array, length: number, path: string): Uint8Array {
  let unpacked: Uint8Array;
  let consumed: number;
  try {
    // With `info`, the answer also holds the engine, which counts the packed bytes it took; @types/node leaves that out.
    const answer = gunzipSync(packed, { maxOutputLength: length, chunkSize: 1 << 20, info: true }) as unknown as {
      readonly buffer: Uint8Array;
      readonly engine: { readonly bytesWritten: number };
    };
    unpacked = answer.buffer;
    consumed = answer.engine.bytesWritten;
  } catch (error) {
    switch ((error as ZlibError).code) {
      case 'ERR_BUFFER_TOO_LARGE':
        throw new InputError(
          `${path}: byte ${length} of the unpacked data: trailing bytes after the promised ${length}`,
        );
      case 'Z_BUF_ERROR':
        throw new InputError(`${path}: byte ${packed.length}: the gzip data is truncated here`);
      case 'Z_DATA_ERROR':
        throw damaged(packed, length, path, error as ZlibError);
      default:
        throw error;
    }
  }
  if (consumed < packed.length) {
    throw new InputError(`${path}: byte ${consumed}: ${packed.length - consumed} trailing bytes after the gzip data`);
  }
  if (unpacked.length < length) {
    const ends = `byte ${unpacked.length} of the unpacked data`;
    throw new InputError(`${path}: ${ends}: truncated here, but the header promises ${length} bytes`);
  }
  return unpacked;
}

/**
 * The error for damaged data, with the byte at which unpacking fails. Node does not tell the place, so it is searched: a
 * beginning of the file unpacks without complaint exactly as long as it does not hold that byte.
 */
function damaged(packed: Uint8Array, limit: number, path: string, cause: ZlibError): InputError {
  let good = 0;
  let bad = packed.length;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (unpacksSoFar(packed.subarray(0, middle), limit)) {
      good = middle;
    } else {
      bad = middle;
    }
  }
  return new InputError(`${path}: byte ${good}: damaged gzip data (${cause.message})`, { cause });
}

function unpacksSoFar(beginning: Uint8Array, limit: number): boolean {
  try {
    gunzipSync(beginning, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: limit, chunkSize: 1 << 20 });
    return true;
  } catch (error) {
    return (error as ZlibError).code !== 'Z_DATA_ERROR';
  }
}
