/**
 * Calls of the host from C. C calls one function, the same for all programs of a thread of Node, which asks the program that runs.
 * A call may run other programs, and the same one, so what runs is a stack: every run puts itself on it and takes itself off.
 *
 * No exception goes through C. What a call throws is kept, C is told to stop, and it is thrown on when C has returned.
 */
import { raise } from '@deft/core';
import { goesOn } from './runtime/host-calls.ts';
import { callableAddress } from './toolchain/koffi.ts';

/** Does one of the calls of a program, given the table of addresses that C computes with. */
export type DoCall = (call: number, table: number) => void;

/** `koffi` runs C on a stack of 2 MiB, also where C is called from within C; half of it is for what the last program calls. */
const mostStackBytes = 2 ** 20;
/** What a program takes of it besides its tables of addresses. */
const frameBytes = 4096;

let address: number | undefined;
let running: DoCall | undefined;
let stackBytes = 0;
let failure: { readonly error: unknown } | undefined;

function answer(call: number, table: number): number {
  const doCall = running;
  try {
    doCall?.(call, table);
    return goesOn;
  } catch (error) {
    failure = { error };
    return 0;
  } finally {
    running = doCall;
  }
}

/** The address at which C calls the host. */
export function hostCallAddress(): number {
  address ??= callableAddress(answer, 'int DeftHostCall(double call, double table)');
  return address;
}

/**
 * Runs code that calls the host, as `doCall` does. `addresses` is how many C keeps on its stack. Throws what a call has thrown, and
 * `E_MEMORY` where programs run within programs so deep that C has no stack for another.
 */
export function runCalling(code: () => void, doCall: DoCall, addresses: number): void {
  const [around, bytes] = [running, frameBytes + 8 * addresses];
  if (stackBytes + bytes > mostStackBytes) {
    raise('E_MEMORY', {
      says: 'functions of the host run programs whose functions run programs, too many within each other',
      hint: 'let the function that a program calls compute its results itself, or call fewer programs within it',
    });
  }
  running = doCall;
  stackBytes += bytes;
  try {
    code();
  } finally {
    running = around;
    stackBytes -= bytes;
  }
  const failed = failure;
  failure = undefined;
  if (failed !== undefined) throw failed.error;
}
