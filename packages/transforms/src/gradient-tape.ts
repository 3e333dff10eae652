/**
 * `GradientTape`: derivatives of values that were computed earlier. A tape records what functions do with the tensors they
 * are given, remembers the tensors that went in and came out, and goes back from any of them to any other, when asked.
 *
 * Recording happens within `record` only: tensors of a running tape belong to it and have no meaning outside, so what comes
 * out of `record` are plain tensors again, by which the tape knows their place.
 */
import { algebra, isDifferentiable, raise, Tensor, withInterpreter } from '@deft/core';
import { checkBatches, jacobiansOf } from './batch-jacobian.ts';
import { alongUnits, checkChunkSize } from './directions.ts';
import { derivativeFor, describe, leavesLike, tensorLeaves } from './leaves.ts';
import { pullBack, type Seed } from './pull-back.ts';
import { type Cut, type Slot, Tape } from './tape.ts';
import { type End, explain, type GradientExplanation } from './why.ts';

/** Options of a tape. */
export interface GradientTapeOptions {
  /** Keeps what was recorded after a derivative was taken, so that more can be; false unless told. */
  readonly persistent?: boolean;
  /**
   * Follows values without a derivative too, so that `why` names the ops that ended the way and their lines; false unless
   * told. Functions with rules of their own (`customVjp`, `checkpoint`) then must get such values as arguments.
   */
  readonly explains?: boolean;
}

/** Options of `gradient`. */
export interface TapeGradientOptions<T = unknown> {
  /** What each target weighs: a tree like the target's; ones unless told, so that elements and targets add up. */
  readonly outputGradients?: T;
  /** What stands for a source that the target does not depend on: `null` unless told. */
  readonly unconnectedGradients?: 'null' | 'zero';
}

/** The gradients of a tree of tensors. */
export type TapeGradients<S> = S extends Tensor ? S | null : { -readonly [K in keyof S]: TapeGradients<S[K]> };

/** The gradients of a tree of tensors, zeros where a source is unconnected. */
export type TapeGradientsOrZeros<S> = S extends Tensor ? S : { -readonly [K in keyof S]: TapeGradientsOrZeros<S[K]> };

/**
 * Records functions of tensors and gives derivatives afterwards.
 *
 * A tape that is not `persistent` is used up by the first derivative. Tapes nest: a derivative taken within another tape's
 * `record` is recorded there, which is how higher derivatives come about. Memory of what was recorded is given back by the
 * first derivative, by `reset`, and at the end of a `using` block.
 *
 * @example
 * ```ts
 * import { GradientTape, mul, tensor } from '@deft/tensor';
 * const x = tensor(3);
 * const tape = new GradientTape();
 * const y = tape.record((x) => mul(x, x), x);
 * console.log(tape.gradient(y, x)?.item()); // 6
 * ```
 */
export class GradientTape {
  readonly #persistent: boolean;
  readonly #explains: boolean;
  #tape: Tape;
  #slots = new WeakMap<Tensor, Slot>();
  /** Where the way to results without a derivative ended, and that of tensors that were such results when they went in. */
  #cuts = new WeakMap<Tensor | Slot, Cut>();
  #recording = false;
  #used = false;
  #disposed = false;

  constructor(options: GradientTapeOptions = {}) {
    this.#persistent = options.persistent === true;
    this.#explains = options.explains === true;
    this.#tape = this.#newTape();
  }

  /**
   * Runs `f` and records what it does with its arguments, any trees. Gives its result, a tree of plain tensors; those can
   * be asked for, and given to `record` again.
   *
   * Throws `E_GRAD` when the tape is used up or already recording, `E_ARGUMENT` for an async function.
   */
  record<A extends unknown[], R>(f: (...args: A) => R, ...args: A): R {
    this.#check('record');
    if (this.#recording) {
      raise('E_GRAD', {
        op: 'record',
        says: 'the tape is already recording',
        hint: 'use another tape for an inner derivative',
      });
    }
    const tape = this.#tape;
    const { tensors, rebuild } = tensorLeaves(args, 'args');
    const inputs = tensors.map((tensor) => (isDifferentiable(tensor.dtype) ? this.#enter(tensor) : tensor));
    this.#recording = true;
    try {
      const result = withInterpreter(tape, () => f(...(rebuild(inputs) as A)));
      const outputs = tensorLeaves(result, 'result');
      const recorded = outputs.tensors.map((tensor) => this.#leave(tensor, tape));
      // Constants last: only then is it known which values the tape has a place for.
      return outputs.rebuild(recorded.map((primal, i) => primal ?? this.#constant(outputs.tensors[i] as Tensor))) as R;
    } finally {
      this.#recording = false;
    }
  }

  /**
   * Within `record`: the recorded form of a tensor that is no argument, to be used instead of it. Throws `E_GRAD` outside,
   * and for a tensor that is not floating-point.
   */
  watch<T extends Tensor>(tensor: T): T {
    this.#check('watch');
    if (!this.#recording) {
      raise('E_GRAD', {
        op: 'watch',
        says: 'the tape is not recording',
        hint: 'pass the tensor to record(f, …) as an argument, or watch it within f',
      });
    }
    if (!(tensor instanceof Tensor) || !isDifferentiable(tensor.dtype)) {
      raise('E_GRAD', {
        op: 'watch',
        argument: 'tensor',
        expected: 'a floating-point tensor',
        found: describe(tensor),
      });
    }
    return this.#enter(tensor) as T;
  }

  /**
   * Within `record`: runs `f` on the plain values of its arguments. Nothing of it is recorded, whether `f` takes its tensors
   * as arguments or closes over them, and its result is constant.
   */
  stopRecording<A extends unknown[], R>(f: (...args: A) => R, ...args: A): R {
    const tape = this.#tape;
    const plain = (tree: unknown, path: string): unknown => {
      const { tensors, rebuild } = tensorLeaves(tree, path);
      return rebuild(tensors.map((tensor) => tape.primalOf(tensor)));
    };
    return plain(
      tape.pause(() => f(...(plain(args, 'args') as A))),
      'result',
    ) as R;
  }

  /**
   * The gradient of a target (a tensor or a tree of them; elements and targets are added up) by sources, any tree of tensors
   * that went into `record` or came out of it. The result has their structure; a source that the target does not depend
   * on has `null`, or zeros with `unconnectedGradients: 'zero'`.
   *
   * Throws `E_GRAD` when the tape is used up, or a source is unknown to it.
   */
  gradient<T, S>(
    target: T,
    sources: S,
    options: TapeGradientOptions<T> & { readonly unconnectedGradients: 'zero' },
  ): TapeGradientsOrZeros<S>;
  gradient<T, S>(target: T, sources: S, options?: TapeGradientOptions<T>): TapeGradients<S>;
  gradient(target: unknown, sources: unknown, options: TapeGradientOptions = {}): unknown {
    this.#check('gradient');
    const { unconnectedGradients = 'null' } = options;
    if (unconnectedGradients !== 'null' && unconnectedGradients !== 'zero') {
      raise('E_ARGUMENT', {
        op: 'gradient',
        argument: 'unconnectedGradients',
        expected: "'null' or 'zero'",
        found: describe(unconnectedGradients),
      });
    }
    const targets = tensorLeaves(target, 'target');
    const weights =
      options.outputGradients === undefined
        ? undefined
        : leavesLike('gradient', options.outputGradients, targets.structure, 'outputGradients');
    const wanted = tensorLeaves(sources, 'sources');
    const slots = wanted.tensors.map((tensor, i) => this.#slotOf('gradient', tensor, wanted.paths[i] as string));
    const seeds = targets.tensors.flatMap((tensor, i): Seed[] => {
      const slot = this.#lookUp(tensor);
      if (slot === undefined) return [];
      const { abstract } = tensor;
      const cotangent =
        weights === undefined
          ? algebra().ones(abstract.shape, abstract.dtype)
          : derivativeFor('gradient', weights[i], abstract, `outputGradients ${targets.paths[i]}`);
      return [{ slot, cotangent }];
    });
    const cotangents = pullBack(seeds, slots, !this.#persistent);
    if (!this.#persistent) this.#used = true;
    return wanted.rebuild(
      wanted.tensors.map(({ abstract }, i) => {
        if (cotangents[i] !== undefined) return cotangents[i];
        return unconnectedGradients === 'zero' ? algebra().zeros(abstract.shape, abstract.dtype) : null;
      }),
    );
  }

  /**
   * The derivatives of every element of a target by every element of a source: `[...target, ...source]`. One way back for
   * each element of the target, all in one batch, or `chunkSize` of them at once.
   *
   * Throws `E_GRAD` when the tape is used up, or a tensor is unknown to it.
   */
  jacobian(target: Tensor, source: Tensor, options: { readonly chunkSize?: number } = {}): Tensor {
    this.#check('jacobian');
    checkChunkSize('jacobian', options.chunkSize);
    const pull = this.#wayBack('jacobian', target, source);
    const [rows] = alongUnits(target, (direction) => [pull(direction)], options.chunkSize) as [Tensor];
    this.#useUp();
    return algebra().reshape(rows, [...target.abstract.shape, ...source.abstract.shape]);
  }

  /**
   * For a target and a source with the same batch axis in front, whose examples do not depend on each other: the derivatives of
   * each example of the target by the same example of the source, `[batch, ...target, ...source]`. One way back for each
   * element of one example's target, all in one batch, or `chunkSize` of them at once.
   *
   * Throws `E_GRAD` when the tape is used up, or a tensor is unknown to it; `E_SHAPE` where the batches differ in size.
   */
  batchJacobian(target: Tensor, source: Tensor, options: { readonly chunkSize?: number } = {}): Tensor {
    this.#check('batchJacobian');
    checkChunkSize('batchJacobian', options.chunkSize);
    checkBatches(source, target, 'target');
    const pull = this.#wayBack('batchJacobian', target, source);
    const jacobians = jacobiansOf(source, target, pull, options.chunkSize);
    this.#useUp();
    return jacobians;
  }

  /**
   * Explains the gradient of a target (a tensor or a tree of them) by sources, any tree of tensors: for each of them whether it
   * has one, or else why not. With `explains: true` the tape names the ops without a derivative and their lines. Uses nothing
   * up, and can be asked after a derivative was taken.
   */
  why(target: unknown, sources: unknown): readonly GradientExplanation[] {
    this.#refuseDisposed('why');
    const ends = tensorLeaves(target, 'target').tensors.map((tensor): End => {
      const slot = this.#lookUp(tensor);
      return { slot, cut: slot ? undefined : (this.#tape.cutOf(tensor) ?? this.#cuts.get(tensor)) };
    });
    const { tensors, paths } = tensorLeaves(sources, 'sources');
    return explain(
      ends,
      tensors.map((tensor, i) => ({ path: paths[i] as string, dtype: tensor.dtype, slot: this.#lookUp(tensor) })),
      {
        unknown: 'the tape does not know it: pass it to record(f, …) as an argument, or watch it within f',
        ...(this.#explains
          ? {}
          : {
              apart:
                'the result does not depend on it, or only through ops without a derivative; new GradientTape({ explains: true }) names them',
            }),
        cutBefore: (slot) => this.#cuts.get(slot),
      },
    );
  }

  /** Forgets all that was recorded; the tape can be used again. Throws `E_GRAD` behind the end of a `using` block. */
  reset(): void {
    this.#refuseDisposed('reset');
    this.#forget();
  }

  #newTape(): Tape {
    return new Tape('GradientTape', { explains: this.#explains });
  }

  /** Takes a cotangent of the target to that of the source, zeros where none arrives. */
  #wayBack(op: string, target: Tensor, source: Tensor): (cotangent: Tensor) => Tensor {
    const slot = this.#slotOf(op, source, 'source');
    const from = this.#slotOf(op, target, 'target');
    return (cotangent) => {
      const [arrived] = pullBack([{ slot: from, cotangent }], [slot], false);
      return arrived ?? algebra().zeros(source.abstract.shape, source.dtype);
    };
  }

  /** After ways back that kept what was saved. */
  #useUp(): void {
    if (this.#persistent) return;
    this.#forget();
    this.#used = true;
  }

  #forget(): void {
    this.#tape = this.#newTape();
    this.#slots = new WeakMap();
    this.#cuts = new WeakMap();
    this.#used = false;
  }

  /** The end of a `using` block. */
  [Symbol.dispose](): void {
    this.#forget();
    this.#used = true;
    this.#disposed = true;
  }

  #refuseDisposed(op: string): void {
    if (!this.#disposed) return;
    const hint = 'make a new tape';
    raise('E_GRAD', { op, says: 'the tape was disposed of at the end of its block', hint });
  }

  #check(op: string): void {
    this.#refuseDisposed(op);
    if (!this.#used) return;
    raise('E_GRAD', {
      op,
      says: 'the tape has been used: its first derivative gave its memory back',
      hint: 'for several derivatives write new GradientTape({ persistent: true }), or call reset() and record again',
    });
  }

  /** The recorded form of a plain tensor. */
  #enter(tensor: Tensor): Tensor {
    const known = this.#slots.get(tensor);
    const { tensor: entered, slot } = this.#tape.watch(tensor, known);
    this.#slots.set(tensor, slot);
    const cut = this.#cuts.get(tensor);
    if (cut) this.#cuts.set(slot, cut);
    return entered;
  }

  /** The plain form of a recorded result, by which its place is known from now on; `undefined` for a constant. */
  #leave(tensor: Tensor, tape: Tape): Tensor | undefined {
    const slot = tape.slotOf(tensor);
    if (slot === undefined) return undefined;
    const primal = tape.primalOf(tensor);
    const known = this.#slots.get(primal);
    const own = known === undefined || known === slot ? primal : copyOf(primal);
    this.#slots.set(own, slot);
    return own;
  }

  /** The plain form of a constant. A tensor that the tape knows would be taken for what it knows: it gives a copy. */
  #constant(tensor: Tensor): Tensor {
    const primal = this.#tape.primalOf(tensor);
    const cut = this.#tape.cutOf(tensor);
    const own = this.#slots.has(primal) || (cut && this.#cuts.has(primal)) ? copyOf(primal) : primal;
    if (cut) this.#cuts.set(own, cut);
    return own;
  }

  #lookUp(tensor: Tensor): Slot | undefined {
    return this.#tape.slotOf(tensor) ?? this.#slots.get(tensor);
  }

  #slotOf(op: string, tensor: Tensor, path: string): Slot {
    const slot = this.#lookUp(tensor);
    if (slot) return slot;
    return raise('E_GRAD', {
      op,
      argument: path,
      expected: 'a tensor that went into record or came out of it',
      found: `${tensor.abstract.text} that the tape does not know`,
      hint: isDifferentiable(tensor.dtype)
        ? 'pass it to record(f, …) as an argument, or watch it within f'
        : 'only floating-point tensors have derivatives',
    });
  }
}

/** The same value as another tensor: through another shape, as a reshape to its own shape hands the tensor through. */
function copyOf(tensor: Tensor): Tensor {
  const { shape } = tensor.abstract;
  return algebra().reshape(algebra().reshape(tensor, [1, ...shape]), shape);
}
