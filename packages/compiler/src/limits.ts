/**
 * The constants of the fusion decisions, in one table. They trade memory traffic against computing things twice.
 */

/** What the compiler compares with when it decides whether to keep a value fused or to store it. */
export const limits = {
  /** Scalar nodes in one fused expression; beyond it the generated code spills registers and compiles slowly. */
  expressionSize: 640,
  /** Buffers that one loop kernel may read; each needs an address register of its own. */
  operands: 24,
  /** Buffers that one loop kernel may write, for the same reason. */
  results: 8,
  /** A value that is computed at most this many times over … */
  cheapFactor: 2,
  /** … is computed again rather than stored if that takes at most this much work (see `weightOf`) … */
  cheapWeight: 4,
  /** … and reads at most this many full-sized buffers; otherwise reading it back once is less traffic. */
  cheapReads: 2,
  /** A value of at most this much work is never stored for being used often: a load would cost as much. */
  trivialWeight: 1,
  /** A kernel of several stages has at least so many places, which threads can share, … */
  stagedPlaces: 8,
  /** … or at most so many points. */
  stagedPoints: 16384,
  /** Kernels that are run again to make one value that a memory budget has no room for. */
  repeatedKernels: 32,
  /** What those read and what is this many times smaller than the value is kept for them rather than made again. */
  keptFraction: 8,
  /** Values that are compared, from the seemingly cheapest on, before one is given up. */
  repeatedCandidates: 6,
  /** Values that are given up for each kernel of a program, at most. */
  repeatedPerKernel: 2,
  /** A constant node is computed at compile time only if its results have at most this many elements … */
  foldedElements: 1024,
  /** … and its inputs at most this many, because references are slow. */
  foldedInputElements: 16384,
  /** Constants of at most this many elements are compared by content; larger ones only by identity. */
  comparedConstantElements: 64,
} as const;
