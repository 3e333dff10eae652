/**
 * Writing on, token by token. The model works through the sequence with a memory of what it has seen (`startDecoding`), so that
 * every token costs one step of one token; several texts take it together. A beginning is read in pieces of one length, and what is
 * left of it one by one: so two programs serve beginnings of every length. A memory that is full begins anew with the last half of
 * what it held.
 */
import { raise, type Tensor, threefry2x32 } from '@deft/core';
import { type ExampleShape, type LayerLike, startDecoding, type Weights } from '@deft/nn';
import { jit, slice, tensor } from '@deft/tensor';
import { checkCount, checkSeed } from './number-checks.ts';
import { type DrawnToken, makeSampler, type Sampler, type SamplingOptions } from './sampling.ts';

/** Options of `generate`. */
export interface GenerateOptions extends SamplingOptions {
  /** Tokens to write at most; without end unless told. */
  readonly maxNewTokens?: number;
  /** A token behind which nothing is written; it is given itself. */
  readonly endToken?: number;
  /** Where the draws come from; the model's seed unless told. */
  readonly seed?: number;
  /**
   * Which of the seed's streams of draws a text is written with, 0 unless told. Of several prompts, number `i` takes stream
   * `stream + i`: so it gives what it gives alone with that stream, and many prompts may be given in parts.
   */
  readonly stream?: number;
  /**
   * How many tokens the model remembers: those its input has room for unless told. When they are there, the memory begins anew
   * with the last half of them. Recurrent layers have no such bound: give them as many tokens as there are to be.
   */
  readonly context?: number;
  /** Whether the outputs are logits rather than probabilities; true unless told. */
  readonly fromLogits?: boolean;
}

/** Options of `generate` for several prompts. */
export interface GenerateTextsOptions extends GenerateOptions {
  /** How many texts are written together at most; 32 unless told. */
  readonly batchSize?: number;
  /** Gets every token as it is written, and the number of its prompt. What it throws ends the writing. */
  readonly onToken?: (drawn: DrawnToken, prompt: number) => void;
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
const op = 'generate';

/** The decoding step of a layer, captured: what comes out are the scores behind the last token, `[tokens]`. */
export function prepareDecoding(layer: LayerLike): DecodingStep {
  const step: DecodingStep = (parameters, state, tokens) => {
    const result = layer.apply(parameters, state, tokens, { training: false });
    const output = result.output as Tensor;
    if (Array.isArray(output) || output.rank < 2 || output.rank > 3) {
      const expected = 'one output of shape [tokens] or [steps, tokens]';
      const found = Array.isArray(output) ? `${output.length} outputs` : `[${output.shape.slice(1).join(', ')}]`;
      raise('E_MODEL', { op, argument: 'model', expected, found });
    }
    const last = output.shape.map((size, axis) => (axis === 1 && output.rank === 3 ? size - 1 : 0));
    const sizes = output.shape.map((size, axis) => (axis === 1 && output.rank === 3 ? 1 : size));
    return { output: slice(output, last, sizes) as Tensor, state: result.state };
  };
  return jit(step, { donate: [1], name: `${layer.name} decoding` });
}

/** What `generate` was told, checked. */
interface WritingPlan {
  readonly maxNewTokens: number;
  readonly endToken: number | undefined;
  readonly context: number;
  readonly fromLogits: boolean;
  readonly sample: Sampler;
  readonly seed: number;
  readonly stream: number;
}

/** A text that is being written. */
interface OpenText {
  /** Which of several it is. */
  readonly index: number;
  /** What the memory holds of it, and behind that what it is yet to read. */
  tokens: number[];
  written: number;
  isOpen: boolean;
}

/** A token, and which of several texts it belongs to. */
interface WrittenToken extends DrawnToken {
  readonly text: number;
}

/** The texts to write behind beginnings, of which as much is kept as there is room for. */
function openTexts(prompts: readonly (readonly number[])[], { context, maxNewTokens }: WritingPlan): OpenText[] {
  const isOpen = maxNewTokens > 0;
  return prompts.map((prompt, index) => ({ index, tokens: prompt.slice(-context), written: 0, isOpen }));
}

/**
 * Texts in groups that are written together. While the first of a group is written, its longer beginnings are read one by one rather
 * than in pieces; so they differ by at most half of what is to be written.
 */
function groupsOf(texts: readonly OpenText[], batchSize: number, maxNewTokens: number): OpenText[][] {
  const groups: OpenText[][] = [];
  let group: OpenText[] = [];
  for (const text of [...texts].sort((a, b) => a.tokens.length - b.tokens.length)) {
    const more = text.tokens.length - (group[0] ?? text).tokens.length;
    if (group.length === 0 || group.length === batchSize || more > maxNewTokens / 2) {
      group = [];
      groups.push(group);
    }
    group.push(text);
  }
  return groups;
}

/**
 * Writes texts together, with one step for all of them. At any time all stand at the same place of the memory: a text whose beginning
 * is short is written while others are still read. One that has ended stays in the batch, and is not looked at.
 */
async function* writeTogether(
  model: DecodedModel,
  texts: readonly OpenText[],
  plan: WritingPlan,
): AsyncGenerator<WrittenToken> {
  const { maxNewTokens, endToken, context, fromLogits, sample } = plan;
  const key = threefry2x32([plan.seed, purpose], [0, 0]);
  let place = 0;
  let state: Weights | undefined;
  for (;;) {
    const open = texts.filter(({ isOpen }) => isOpen);
    if (open.length === 0) return;
    if (state === undefined || place === context) {
      if (place > 0) for (const text of texts) text.tokens = text.tokens.slice(-Math.ceil(context / 2));
      place = 0;
      const shape: ExampleShape = [context];
      state = startDecoding(model.layer, model.weights().layerState, shape, { batch: texts.length, length: context });
    }
    const size = open.every(({ tokens }) => tokens.length - place >= pieceLength) ? pieceLength : 1;
    const pieces = texts.map(({ tokens }) => Array.from({ length: size }, (_, i) => tokens[place + i] ?? 0));
    const result = model.step(model.weights().parameters, state, tensor(pieces, { dtype: 'int32' }) as Tensor);
    state = result.state;
    place += size;
    const isRead = open.some(({ tokens }) => tokens.length === place);
    const scores = isRead ? ((await result.output.data()) as Float32Array) : new Float32Array();
    result.output.dispose();
    const vocabulary = scores.length / texts.length;
    for (const [row, text] of texts.entries()) {
      if (!text.isOpen || text.tokens.length > place) continue;
      const own = scores.subarray(row * vocabulary, (row + 1) * vocabulary);
      const logits = fromLogits ? own : Float64Array.from(own, Math.log);
      const drawn = sample(logits, threefry2x32(key, [text.written++, plan.stream + text.index])[0] / 2 ** 32);
      text.tokens.push(drawn.token);
      text.isOpen = drawn.token !== endToken && text.written < maxNewTokens;
      yield { text: text.index, ...drawn };
    }
  }
}

/** Checks the options of `generate`. */
function planWriting(model: DecodedModel, options: GenerateOptions): WritingPlan {
  const {
    maxNewTokens = Number.POSITIVE_INFINITY,
    endToken,
    seed = model.seed,
    stream = 0,
    fromLogits = true,
  } = options;
  if (maxNewTokens !== Number.POSITIVE_INFINITY) checkCount(op, 'maxNewTokens', maxNewTokens, 0);
  checkSeed(op, seed);
  checkSeed(op, stream, 'stream');
  const context = options.context ?? model.steps;
  if (context === undefined) {
    const says = 'the input of the model has a free number of steps';
    raise('E_MODEL', { op, says, hint: 'give `context`: how many tokens the model is to remember' });
  }
  checkCount(op, 'context', context, 1);
  return { maxNewTokens, endToken, context, fromLogits, sample: makeSampler(op, options), seed, stream };
}

function checkPrompt(argument: string, prompt: readonly number[]): void {
  if (prompt.length > 0 && prompt.every((token) => Number.isInteger(token) && token >= 0 && token < 2 ** 31)) return;
  const found = prompt.length === 0 ? 'none' : `[${prompt.slice(0, 20).join(', ')}]`;
  raise('E_MODEL', { op, argument, expected: 'one token or more, whole numbers from 0', found });
}

/** Writes on behind a beginning. */
async function* writeText(
  model: DecodedModel,
  prompt: readonly number[],
  plan: WritingPlan,
): AsyncGenerator<DrawnToken> {
  for await (const { token, probability } of writeTogether(model, openTexts([prompt], plan), plan)) {
    yield { token, probability };
  }
}

/** Writes on behind every beginning. */
async function writeTexts(
  model: DecodedModel,
  prompts: readonly (readonly number[])[],
  options: GenerateTextsOptions,
): Promise<DrawnToken[][]> {
  const plan = planWriting(model, options);
  const { batchSize = 32, onToken } = options;
  checkCount(op, 'batchSize', batchSize, 1);
  for (const [i, prompt] of prompts.entries()) checkPrompt(`prompts[${i}]`, prompt);
  if (plan.maxNewTokens === Number.POSITIVE_INFINITY && plan.endToken === undefined) {
    const hint = 'give `maxNewTokens` or `endToken`; the tokens of one prompt come as they are written';
    raise('E_MODEL', { op, says: 'several texts without end would never be there', hint });
  }
  const texts = prompts.map((): DrawnToken[] => []);
  for (const group of groupsOf(openTexts(prompts, plan), batchSize, plan.maxNewTokens)) {
    for await (const { text, ...drawn } of writeTogether(model, group, plan)) {
      (texts[text] as DrawnToken[]).push(drawn);
      onToken?.(drawn, text);
    }
  }
  return texts;
}

/** Checks the options of `generate`, and then writes on behind one beginning or several. */
export function writeOn(
  model: DecodedModel,
  prompt: readonly number[] | readonly (readonly number[])[],
  options: GenerateTextsOptions,
): AsyncGenerator<DrawnToken> | Promise<DrawnToken[][]> {
  if (Array.isArray(prompt[0])) return writeTexts(model, prompt as readonly (readonly number[])[], options);
  const plan = planWriting(model, options);
  checkPrompt('prompt', prompt as readonly number[]);
  return writeText(model, prompt as readonly number[], plan);
}
