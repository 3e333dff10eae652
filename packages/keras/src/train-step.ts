/** Steps of training one at a time: on a model's own weights, and on a copy of them for comparing and measuring. */
import type { Tensor } from '@deft/core';
import type { ExampleShape } from '@deft/nn';
import { cutPairs, disposeBatch } from './batch-source.ts';
import { type Compiled, compileCountOf, prepareTraining, traceCountOf } from './compiled.ts';
import { type FigureState, readFigures, reportedNames, startFigures } from './figures.ts';
import type { ModelNames, Pairs } from './model-examples.ts';
import type { Scores, TrainStep } from './model-options.ts';
import { pairsFor, type SourcedModel } from './model-sources.ts';
import { keyFor } from './model-weights.ts';
import { StepRunner, type Variables } from './step-runner.ts';
import { type HostWeight, makeTrees, readWeights, tensorOf } from './weight-list.ts';

/** Options of `trainStep`. */
export interface TrainStepOptions {
  /** As in `compile` unless told. */
  readonly jit?: boolean;
  /** For dropout; the model's unless told. */
  readonly seed?: number;
}

/** One step of training on all pairs as one batch. */
export async function stepOnce(
  names: ModelNames,
  runner: StepRunner,
  pairs: Pairs,
  reported: readonly string[],
): Promise<Scores> {
  runner.restartFigures();
  const batch = cutPairs(pairs, names, undefined, 0, pairs.count);
  const pending = runner.dispatch(batch);
  disposeBatch(batch);
  return (await readFigures(pending, reported)).logs;
}

/** A training step on weights of its own, with a fresh optimiser. */
export function trainStepOn(
  model: SourcedModel,
  { objective, optimizer, capture }: Compiled,
  weights: readonly HostWeight[],
  outputShapes: readonly ExampleShape[],
  { jit: isJitted = capture.isJitted, seed }: TrainStepOptions & { readonly seed: number },
): TrainStep {
  const { parameters, state } = makeTrees(weights);
  const train = prepareTraining(objective, optimizer, { ...capture, isJitted });
  const variables: Variables = { parameters, layerState: state, optimizerState: optimizer.initialize(parameters) };
  const start = (): FigureState => startFigures(objective, outputShapes);
  const runner = new StepRunner({ train }, optimizer, variables, keyFor(seed, 'training'), start);
  const specifications = weights.map(({ specification }) => specification);
  return {
    get traceCount(): number {
      return traceCountOf(train);
    },
    get compileCount(): number {
      return compileCountOf(train);
    },
    get learningRate(): number {
      return runner.learningRate;
    },
    set learningRate(value: number) {
      runner.learningRate = value;
    },
    run: async (x, y) => stepOnce(model, runner, await pairsFor(model, 'trainStep', x, y), reportedNames(objective)),
    dispatch: (x, y) => runner.dispatch({ x, y }),
    getWeights: async (): Promise<Tensor[]> => {
      const { parameters: now, layerState } = runner.variables;
      return (await readWeights({ parameters: now, state: layerState }, specifications)).map(tensorOf);
    },
  };
}
