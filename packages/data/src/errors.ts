/** Failures of functions that users give, told with the element they failed at. */
import { DeftError } from '@deft/core';

/** A failure that is no element's own, though it came with one: of a worker, or of the module that it runs. It is never passed by. */
export class StepFailure extends Error {}

/** An `E_PIPELINE` that says at which element a function failed; what it threw is the `cause`. */
export function errorAtElement(op: string, number: number, cause: unknown): DeftError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return Object.assign(new DeftError('E_PIPELINE', { op, says: `element ${number}: ${reason}` }), { cause });
}

/** Throws `E_PIPELINE` that says at which element a function failed; what it threw is the `cause`. */
export function raiseAtElement(op: string, number: number, cause: unknown): never {
  throw errorAtElement(op, number, cause);
}
