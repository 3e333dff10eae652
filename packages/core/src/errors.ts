/**
 * The error catalogue: one total table from code to meaning, and the one class that all errors of the library have.
 * A message states the op, the argument, what was expected, what was found, the operands and the next step; it is
 * formatted only when an error is raised. The user's call site is read off the stack by `call-site.ts`.
 */
import { type CallSite, currentCallSite } from './call-site.ts';

/** Code of an error; stable, and the name of its docs page. */
export type ErrorCode =
  | 'E_ARGUMENT'
  | 'E_ARITY'
  | 'E_ATTRIBUTE'
  | 'E_ASSERT'
  | 'E_AXIS'
  | 'E_BACKEND'
  | 'E_BROADCAST'
  | 'E_CAPTURE_LEAK'
  | 'E_CAPTURE_READ'
  | 'E_CAPTURE_IMPURE'
  | 'E_CHECK'
  | 'E_CONCAT'
  | 'E_CONV_CHANNELS'
  | 'E_DATA'
  | 'E_DIM'
  | 'E_DISPOSED'
  | 'E_DTYPE'
  | 'E_GRAD'
  | 'E_GRAPH'
  | 'E_LAYER'
  | 'E_MATMUL_INNER'
  | 'E_MEMORY'
  | 'E_MODEL'
  | 'E_FILE'
  | 'E_NUMERICS'
  | 'E_PIPELINE'
  | 'E_RANK'
  | 'E_READ'
  | 'E_RESHAPE'
  | 'E_SHAPE'
  | 'E_SIGNATURE'
  | 'E_SPECIALIZED'
  | 'E_TREE'
  | 'E_VALUE'
  | 'E_VARIABLE';

/** What every code means; the docs have one page per code. */
export const errorCatalogue: Readonly<Record<ErrorCode, string>> = {
  E_ARGUMENT: 'An argument is not of the kind the op takes.',
  E_ARITY: 'An op was given the wrong number of tensors.',
  E_ATTRIBUTE: 'An option has a value outside its range.',
  E_ASSERT: 'Something that the program asserts does not hold.',
  E_AXIS: 'An axis is out of range or given twice.',
  E_BACKEND: 'A tensor of one backend was used with another, or a backend is not there.',
  E_BROADCAST: 'Shapes do not broadcast together.',
  E_CAPTURE_LEAK: 'A deferred tensor was used outside the function that made it.',
  E_CAPTURE_READ: 'The elements of a deferred tensor were asked for during capture.',
  E_CAPTURE_IMPURE: 'Something that would be frozen into the captured graph was used during capture.',
  E_CHECK: 'A captured function does something else than the same function at once.',
  E_CONCAT: 'Tensors to be joined differ in rank, dtype or in a dim other than the joined one.',
  E_CONV_CHANNELS: 'The channels of input and filter do not fit.',
  E_DATA: 'The number of elements does not fit the shape.',
  E_DIM: 'A dim is not a whole number of at least 0, or too large.',
  E_DISPOSED: 'A tensor was used after its memory was given back.',
  E_DTYPE: 'An op was given a dtype that it does not take.',
  E_GRAD: 'A derivative was asked for where none exists.',
  E_GRAPH: 'A graph is malformed.',
  E_LAYER: 'A layer cannot take this input.',
  E_MATMUL_INNER: 'The inner dimensions of a product differ.',
  E_MEMORY: 'Memory ran out.',
  E_MODEL: 'A model was used in the wrong order or with the wrong data.',
  E_FILE: 'A file is damaged or not of the format it should have.',
  E_NUMERICS: 'A NaN or an infinity was computed while checkNumerics is on.',
  E_PIPELINE: 'A step of an input pipeline failed, or cannot go on from where it is told to.',
  E_RANK: 'A tensor has the wrong number of axes.',
  E_READ: 'The elements cannot be read this way here.',
  E_RESHAPE: 'The new shape holds another number of elements.',
  E_SHAPE: 'Shapes do not fit each other.',
  E_SIGNATURE: 'A call does not fit the signature of the captured function.',
  E_SPECIALIZED: 'A captured function that is to serve every size does not do the same at every size.',
  E_TREE: 'Two nested structures differ.',
  E_VALUE: 'A tensor was used as a plain JavaScript value.',
  E_VARIABLE: 'A variable was made or changed where that is not possible.',
};

/** What a message is made of. `says` replaces the sentence that is otherwise built of argument, expected and found. */
export interface ErrorDetails {
  readonly op?: string;
  /** The op inside of the composite `op` that found the fault. */
  readonly within?: string;
  readonly argument?: string;
  readonly expected?: string;
  readonly found?: string;
  /** The operands as `float32[2, 3]`. */
  readonly operands?: readonly { readonly text: string }[];
  readonly says?: string;
  /** What to write instead. */
  readonly hint?: string;
  readonly callSite?: CallSite;
}

function sentence(code: ErrorCode, details: ErrorDetails): string {
  if (details.says !== undefined) return details.says;
  const argument = details.argument === undefined ? '' : `${details.argument}: `;
  if (details.expected === undefined) return argument + errorCatalogue[code];
  const found = details.found === undefined ? '' : `, got ${details.found}`;
  return `${argument}expected ${details.expected}${found}`;
}

function format(code: ErrorCode, details: ErrorDetails, callSite: CallSite | undefined): string {
  const within = details.within === undefined ? '' : ` (in ${details.within})`;
  const op = details.op === undefined ? '' : `${details.op}${within}: `;
  const operands = details.operands?.length ? ` (operands ${details.operands.map((o) => o.text).join(', ')})` : '';
  const hint = details.hint === undefined ? '' : `\n  hint: ${details.hint}`;
  const where = callSite === undefined ? '' : `\n  at ${callSite.text}`;
  return `${op}${sentence(code, details)}${operands} [${code}]${hint}${where}`;
}

/** Every error that the library raises on purpose. */
export class DeftError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** The user's line that caused the error, where the engine's stack shows one. */
  readonly callSite: CallSite | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const callSite = details.callSite ?? currentCallSite();
    super(format(code, details, callSite));
    this.name = 'DeftError';
    this.code = code;
    this.details = details;
    this.callSite = callSite;
  }
}

/** Throws the catalogue's error. */
export function raise(code: ErrorCode, details: ErrorDetails = {}): never {
  throw new DeftError(code, details);
}

/** Throws an error that is a bug of this library, never of its user. */
export function internal(message: string): never {
  throw new Error(`internal: ${message}`);
}
