/**
 * Writing on, token by token. The model works through the sequence with a memory of what it has seen (`startDecoding`), so that
 * every token costs one step of one token. A beginning is read in pieces of one length, and what is left of it one by one: so two
 * programs serve beginnings of every length. A memory that is full begins anew with the last half of what it held.
 */
import { raise, type Tensor, threefry2x32 } from '@deft/core';
import { type ExampleShape, type LayerLike, startDecoding, type Weights } from '@deft/nn';
import { jit, slice, tensor } from '@deft/tensor';
import { checkCount, checkSeed } from './number-checks.ts';
import { type DrawnToken, makeSampler, type SamplingOptions } from './sampling.ts';

/** Options of `generate`. */
export interface GenerateOptions extends SamplingOptions {
  /** Tokens to write at most; without end unless told. */
  readonly maxNewTokens?: number;
  /** A token behind which nothing is written; it is given itself. */
  readonly endToken?: number;
  /** Where the draws come from; the model's seed unless told. */
  readonly seed?: number;
  /**
   * How many tokens the model remembers: those its input has room for unless told. When they are there, the memory begins anew
   * with the last half of them. Recurrent layers have no such bound: give them as many tokens as there are to be.
   */
  readonly context?: number;
  /** Whether the outputs are logits rather than probabilities; true unless told. */
  readonly fromLogits?: boolean;
}

/** One step of decoding: the state is taken over. */
export type DecodingStep = (
  parameters: Weights,
  state: Weights,
  tokens: Tensor,
) => { readonly output: Tensor; readonly state: Weights };

/** What `generate` needs of a model. */
export interface DecodedModel {
  readonly layer: LayerLike;
  readonly seed: number;
  /** Steps that the input has room for, where they are fixed. */
  readonly steps: number | undefined;
  /** Weights as they are now. */
  weights(): { readonly parameters: Weights; readonly layerState: Weights };
  readonly step: DecodingStep;
}

/** Tokens of a beginning that are read at a time. */
const pieceLength = 32;
/** Sets the generator apart from others that are fed with the same seed. */
const purpose = 0x6e657874;

/** The decoding step of a layer, captured: what comes out are the scores behind the last token, `[tokens]`. */
export function prepareDecoding(layer: LayerLike): DecodingStep {
  const step: DecodingStep = (parameters, state, tokens) => {
    const result = layer.apply(parameters, state, tokens, { training: false });
    const output = result.output as Tensor;
    if (Array.isArray(output) || output.rank < 2 || output.rank > 3) {
      const expected = 'one output of shape [tokens] or [steps, tokens]';
      const found = Array.isArray(output) ? `${output.length} outputs` : `[${output.shape.slice(1).join(', ')}]`;
      raise('E_MODEL', { op: 'generate', argument: 'model', expected, found });
    }
    const last = output.shape.map((size, axis) => (axis === 1 && output.rank === 3 ? size - 1 : 0));
    const sizes = output.shape.map((size, axis) => (axis === 1 && output.rank === 3 ? 1 : size));
    return { output: slice(output, last, sizes) as Tensor, state: result.state };
  };
  return jit(step, { donate: [1], name: `${layer.name} decoding` });
}

/** Where a sequence stands: what was written, and the model's memory of it. */
class Decoder {
  readonly #model: DecodedModel;
  readonly #context: number;
  /** The tokens that the memory holds. */
  #held: number[] = [];
  #state: Weights | undefined;

  constructor(model: DecodedModel, context: number) {
    this.#model = model;
    this.#context = context;
  }

  /** Reads tokens; gives the scores of what comes next. */
  async read(tokens: readonly number[]): Promise<ArrayLike<number>> {
    let ahead = tokens;
    if (this.#state === undefined || this.#held.length + ahead.length > this.#context) {
      // A memory that was full keeps the last half of it; a beginning is kept as far as there is room.
      const most = this.#state === undefined ? this.#context : Math.ceil(this.#context / 2);
      ahead = [...this.#held, ...tokens].slice(-most);
      this.#held = [];
      const shape: ExampleShape = [this.#context];
      const decoding = { batch: 1, length: this.#context };
      this.#state = startDecoding(this.#model.layer, this.#model.weights().layerState, shape, decoding);
    }
    this.#held.push(...ahead);
    let output: Tensor | undefined;
    for (let at = 0; at < ahead.length; ) {
      const size = ahead.length - at >= pieceLength ? pieceLength : 1;
      output?.dispose();
      output = this.#step(ahead.slice(at, at + size));
      at += size;
    }
    const scores = await (output as Tensor).data();
    (output as Tensor).dispose();
    return scores as ArrayLike<number>;
  }

  #step(tokens: readonly number[]): Tensor {
    const piece = tensor([[...tokens]], { dtype: 'int32' }) as Tensor;
    const { output, state } = this.#model.step(this.#model.weights().parameters, this.#state as Weights, piece);
    this.#state = state;
    return output;
  }
}

/** Checks the options of `generate`, and then writes on. */
export function generateTokens(
  model: DecodedModel,
  prompt: readonly number[],
  options: GenerateOptions,
): AsyncGenerator<DrawnToken> {
  const op = 'generate';
  const { maxNewTokens = Number.POSITIVE_INFINITY, endToken, seed = model.seed, fromLogits = true } = options;
  if (maxNewTokens !== Number.POSITIVE_INFINITY) checkCount(op, 'maxNewTokens', maxNewTokens, 0);
  checkSeed(op, seed);
  const context = options.context ?? model.steps;
  if (context === undefined) {
    const says = 'the input of the model has a free number of steps';
    raise('E_MODEL', { op, says, hint: 'give `context`: how many tokens the model is to remember' });
  }
  checkCount(op, 'context', context, 1);
  if (prompt.length === 0 || !prompt.every((token) => Number.isInteger(token) && token >= 0 && token < 2 ** 31)) {
    const found = prompt.length === 0 ? 'none' : `[${prompt.slice(0, 20).join(', ')}]`;
    raise('E_MODEL', { op, argument: 'prompt', expected: 'one token or more, whole numbers from 0', found });
  }
  const sample = makeSampler(op, options);
  const key = threefry2x32([seed, purpose], [0, 0]);
  return (async function* write() {
    const decoder = new Decoder(model, context);
    let unread: readonly number[] = prompt;
    for (let count = 0; count < maxNewTokens; count++) {
      const scores = await decoder.read(unread);
      const logits = fromLogits ? scores : Float64Array.from(scores, Math.log);
      const drawn = sample(logits, threefry2x32(key, [count, 0])[0] / 2 ** 32);
      yield drawn;
      if (drawn.token === endToken) return;
      unread = [drawn.token];
    }
  })();
}
