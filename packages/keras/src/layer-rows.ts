/** A model layer by layer, for tables and drawings: what each gets from which, what it gives, and its weights. */
import { bytesOf, sizeOf } from '@deft/core';
import type { ExampleShape, FunctionalLayer, LayerLike, SequentialLayer, WeightSpecification } from '@deft/nn';
import {
  type FreeShape,
  freeShape,
  type InputShape,
  type PlainShape,
  shapesOf,
  standInFor,
  standInSizes,
} from './input-shape.ts';

/** A layer in a model, or one of the model's inputs. */
export interface LayerRow {
  readonly name: string;
  readonly kind: string;
  readonly outputShapes: readonly FreeShape[];
  /** Numbers of elements and bytes of its weights; nothing where a layer above has them already. */
  readonly parameters: number;
  readonly trainable: number;
  readonly bytes: number;
  /** Rows that it gets its inputs from. */
  readonly from: readonly number[];
}

/** What a layer is for each of the sizes that stand in for free axes. */
interface Placed {
  readonly layer: LayerLike;
  readonly inputs: readonly PlainShape[];
  readonly from: readonly number[];
}

function outputsOf({ layer, inputs }: Placed): FreeShape[] {
  const [first, second] = inputs.map((shape) => shapesOf(layer.outputShape(shape)));
  return (first as readonly ExampleShape[]).map((shape, i) =>
    freeShape(shape, (second as readonly ExampleShape[])[i] ?? shape),
  );
}

function countsOf(weights: readonly WeightSpecification[]): Pick<LayerRow, 'parameters' | 'trainable' | 'bytes'> {
  const total = (of: (weight: WeightSpecification) => number): number =>
    weights.reduce((sum, weight) => sum + of(weight), 0);
  return {
    parameters: total(({ shape }) => sizeOf(shape)),
    trainable: total(({ shape, trainable }) => (trainable ? sizeOf(shape) : 0)),
    bytes: total(({ shape, dtype }) => sizeOf(shape) * bytesOf(dtype)),
  };
}

function rowOf(placed: Placed, isShared: boolean): LayerRow {
  const { layer, inputs, from } = placed;
  const weights = isShared ? [] : layer.weights(inputs[0] as PlainShape);
  return { name: layer.name, kind: layer.kind, outputShapes: outputsOf(placed), ...countsOf(weights), from };
}

const inputRow = (name: string, shape: FreeShape): LayerRow => ({
  name,
  kind: 'input',
  outputShapes: [shape],
  ...countsOf([]),
  from: [],
});

function drawnRows(layer: FunctionalLayer, inputShape: InputShape, plain: readonly PlainShape[]): LayerRow[] {
  const { calls, inputs, inputNames } = layer;
  const names = inputNames ?? [inputs[0]?.name ?? 'input'];
  const rows = shapesOf(inputShape).map((shape, i) => inputRow(names[i] as string, shape));
  /** The row that gives each place. */
  const givenBy = rows.map((_, i) => i);
  const shapes = plain.map((shape): ExampleShape[] => [...shapesOf(shape)]);
  const seen = new Set<LayerLike>();
  for (const { layer: called, inputs: from, takesSeveral } of calls) {
    const own = shapes.map((all): PlainShape => {
      const given = from.map((place) => all[place] as ExampleShape);
      return takesSeveral ? given : (given[0] as ExampleShape);
    });
    const placed: Placed = { layer: called, inputs: own, from: from.map((place) => givenBy[place] as number) };
    const row = rows.push(rowOf(placed, seen.has(called))) - 1;
    seen.add(called);
    own.forEach((shape, i) => {
      for (const given of shapesOf(called.outputShape(shape))) {
        shapes[i]?.push(given);
        if (i === 0) givenBy.push(row);
      }
    });
  }
  return rows;
}

/** The rows of a model, each after those it gets its inputs from; the inputs first. */
export function layerRows(layer: LayerLike, inputShape: InputShape): LayerRow[] {
  const plain = standInSizes.map((size) => standInFor('summary', inputShape, size));
  if (layer.kind === 'functional') return drawnRows(layer as FunctionalLayer, inputShape, plain);
  const rows = shapesOf(inputShape).map((shape, i) => inputRow(layer.inputNames?.[i] ?? 'input', shape));
  const all = layer.kind === 'sequential' ? (layer as unknown as SequentialLayer).layers : [layer];
  let shapes: readonly PlainShape[] = plain;
  let from = rows.map((_, i) => i);
  for (const inner of all as readonly LayerLike[]) {
    from = [rows.push(rowOf({ layer: inner, inputs: shapes, from }, false)) - 1];
    shapes = shapes.map((shape) => inner.outputShape(shape));
  }
  return rows;
}
