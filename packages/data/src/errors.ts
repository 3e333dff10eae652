/** Failures of functions that users give, told with the element they failed at. */
import { DeftError } from '@deft/core';

/** Throws `E_PIPELINE` that says at which element a function failed; what it threw is the `cause`. */
export function raiseAtElement(op: string, number: number, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const error = new DeftError('E_PIPELINE', { op, says: `element ${number}: ${reason}` });
  throw Object.assign(error, { cause });
}
