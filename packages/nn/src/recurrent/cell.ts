/**
 * What a recurrent cell is: one step of a recurrent layer, as a plain description with pure functions. It says which weights it
 * has and what it carries from step to step; the layer around it makes the weights, cuts the sequence into steps and keeps the
 * states. What depends on the inputs alone is separate from the step, so that it is computed for all steps at once.
 */
import { type DType, sameShape, shapeText, Tensor } from '@deft/core';
import { checkLayerName, type OwnWeights, type WeightDeclaration } from '../define-layer.ts';
import type { ExampleShape, LayerConfig } from '../layer.ts';
import { type Fail, failOf } from '../layer-errors.ts';
import { reject } from '../options.ts';

/** What a cell knows when it draws what holds for all steps. */
export interface DrawContext {
  /** Examples at a time. */
  readonly batch: number;
  /** The shape of one step of one example. */
  readonly stepShape: ExampleShape;
  /** The dtype of inputs and states. */
  readonly dtype: DType;
  readonly key: Tensor;
}

/** What a cell carries from step to step, one state or several. */
export type CellStates = readonly [Tensor, ...Tensor[]];

/** What one step gives. */
export interface CellResult {
  readonly output: Tensor;
  /** The states to go on with. */
  readonly states: readonly Tensor[];
}

/** A recurrent cell. Made by `lstmCell`, `gruCell` and so on, and by `defineCell`. */
export interface Cell {
  readonly kind: string;
  /** What it is called among stacked cells; its kind unless told. */
  readonly name: string;
  /** Its options as plain data. */
  readonly config: LayerConfig;
  /** Whether it draws random numbers in training. */
  readonly random: boolean;
  /** Whether it holds functions of its user, which no file keeps. */
  readonly holdsCode: boolean;
  /** How many states it carries. */
  readonly stateCount: number;
  /** Which of its states its output is, if it is one of them. */
  readonly outputState: number | undefined;
  /** The shapes of its states, without the axis of the batch. */
  stateShapes(stepShape: ExampleShape, fail: Fail): readonly ExampleShape[];
  outputShape(stepShape: ExampleShape, fail: Fail): ExampleShape;
  weights(stepShape: ExampleShape, fail: Fail): readonly WeightDeclaration[];
  /** What is drawn once for all steps, in training: dropout's masks. */
  draw(context: DrawContext): unknown;
  /** What steps need of their inputs: `[…, batch, …stepShape]`, with the axis of the steps in front or without it. */
  prepare(weights: OwnWeights, x: Tensor, drawn: unknown): Tensor;
  /** One step: `x` is what `prepare` gave for it. */
  step(weights: OwnWeights, states: CellStates, x: Tensor, drawn: unknown): CellResult;
}

/** What `defineCell` needs. `D` is what the cell draws for all steps. */
export interface CellDefinition<D = unknown> {
  readonly kind: string;
  /** What it is called among stacked cells; its kind unless told. */
  readonly name?: string | undefined;
  /** Its options as plain data. */
  readonly config?: LayerConfig;
  /** Whether it draws random numbers in training, in `draw`; false unless told. */
  readonly random?: boolean;
  /** How many states it carries; 1 unless told. */
  readonly stateCount?: number;
  /** The shapes of its states, without the axis of the batch. They begin as zeros. */
  stateShapes(stepShape: ExampleShape, fail: Fail): readonly ExampleShape[];
  /** The shape of a step's output, where that is not its first state. */
  outputShape?(stepShape: ExampleShape, fail: Fail): ExampleShape;
  /** Its weights for steps of a shape; none unless told. */
  weights?(stepShape: ExampleShape, fail: Fail): readonly WeightDeclaration[];
  /** What is drawn once for all steps, in training. */
  draw?(context: DrawContext): D;
  /** What depends on the inputs alone: run once, on all steps `[steps, batch, …stepShape]`. The inputs themselves unless told. */
  prepare?(weights: OwnWeights, x: Tensor, drawn: D | undefined): Tensor;
  /**
   * One step: the states after it, of which the first is the output; or output and states. `x` is what `prepare` gave for this
   * step, `drawn` what `draw` gave, in training.
   */
  step(weights: OwnWeights, states: CellStates, x: Tensor, drawn: D | undefined): readonly Tensor[] | CellResult;
}

function checkStep(shapes: readonly ExampleShape[], result: CellResult, batch: number, fail: Fail): void {
  const expected = shapes.map((shape) => [batch, ...shape]);
  const found = [...result.states, result.output];
  if (
    found.length === expected.length &&
    found.every((one, i) => one instanceof Tensor && sameShape(one.shape, expected[i] as number[]))
  ) {
    return;
  }
  fail({
    expected: `a step to give states and an output of shapes ${expected.map(shapeText).join(', ')}`,
    found: found.map((one) => (one instanceof Tensor ? shapeText(one.shape) : typeof one)).join(', '),
  });
}

/** A cell of this library, whose functions its kind stands for. */
export function makeCell<D>(definition: CellDefinition<D>, holdsCode: boolean): Cell {
  const { kind, name = kind, config = {}, random = false, stateCount = 1 } = definition;
  const { stateShapes, outputShape, draw, prepare } = definition;
  checkLayerName(kind, name);
  const fail = failOf(kind, name, 'step');
  const outputOf = outputShape ?? ((stepShape, tell) => stateShapes(stepShape, tell)[0] as ExampleShape);
  return {
    kind,
    name,
    config,
    random,
    holdsCode,
    stateCount,
    outputState: outputShape === undefined ? 0 : undefined,
    stateShapes,
    outputShape: outputOf,
    weights: definition.weights ?? (() => []),
    draw: draw ?? (() => undefined),
    prepare: prepare ? (weights, x, drawn) => prepare(weights, x, drawn as D | undefined) : (_, x) => x,
    step: (weights, states, x, drawn) => {
      const made = definition.step(weights, states, x, drawn as D | undefined);
      const result = 'states' in made ? made : { output: made[0] as Tensor, states: made };
      if (holdsCode) {
        const [batch, ...first] = states[0].shape as number[];
        const shapes = states.map(({ shape }) => shape.slice(1) as ExampleShape);
        const output = outputShape === undefined ? first : (result.output.shape.slice(1) as ExampleShape);
        checkStep([...shapes, output], result, batch as number, fail);
      }
      return result;
    },
  };
}

/**
 * A recurrent cell of your own, for `rnn`. Like a layer made by `lambda` it is code, which no file keeps.
 *
 * @throws `E_LAYER` for a definition without its functions; later, where a step gives states of other shapes
 * @example
 * ```ts
 * import { defineCell, rnn } from '@deft/nn';
 * import { add, mul, ones } from '@deft/tensor';
 * // A running mean that forgets: h ← 0.9 h + x.
 * const decay = defineCell({
 *   kind: 'decay',
 *   stateShapes: (stepShape) => [stepShape],
 *   step: (weights, [h], x) => [add(mul(h, 0.9), x)],
 * });
 * const { output } = rnn(decay).apply({}, {}, ones([1, 3, 2]), { training: false });
 * console.log(output.shape); // [1, 2]
 * ```
 */
export function defineCell<D = unknown>(definition: CellDefinition<D>): Cell {
  const { kind } = definition;
  if (typeof kind !== 'string') reject('defineCell', 'kind', 'a name', kind);
  for (const name of ['stateShapes', 'step'] as const) {
    if (typeof definition[name] !== 'function') reject(kind, name, 'a function', definition[name]);
  }
  return makeCell(definition, true);
}

/** Whether a value is a cell. */
export function isCell(value: unknown): value is Cell {
  return typeof value === 'object' && value !== null && typeof (value as Cell).stateShapes === 'function';
}
