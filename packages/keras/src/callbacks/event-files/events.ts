/**
 * Events as TensorBoard reads them: the messages `Event`, `Summary`, `SummaryMetadata` and `TensorProto`, whose fields are
 * numbered as in TensorFlow's `event.proto`, `summary.proto`, `tensor.proto` and `tensor_shape.proto`.
 */
import { bytesField, joinBytes, numberField } from '@deft/core';
import { doubleField, littleEndian, textField } from './event-fields.ts';

const float32 = 1;
const float64 = 2;

/** The first event of a file, which says what it is. */
export function versionEvent(seconds: number): Uint8Array {
  return joinBytes([doubleField(1, seconds), textField(3, 'brain.Event:2')]);
}

/** An event with one tensor for a plugin of TensorBoard. */
function tensorEvent(
  seconds: number,
  step: number,
  tag: string,
  plugin: { readonly name: string; readonly dataClass: number },
  tensor: Uint8Array,
): Uint8Array {
  const metadata = joinBytes([bytesField(1, textField(1, plugin.name)), numberField(4, plugin.dataClass)]);
  const value = joinBytes([textField(1, tag), bytesField(8, tensor), bytesField(9, metadata)]);
  return joinBytes([doubleField(1, seconds), numberField(2, step), bytesField(5, bytesField(1, value))]);
}

/** A figure at a step. */
export function scalarEvent(seconds: number, step: number, tag: string, value: number): Uint8Array {
  const noAxes = new Uint8Array();
  const tensor = joinBytes([numberField(1, float32), bytesField(2, noAxes), bytesField(5, littleEndian([value], 4))]);
  return tensorEvent(seconds, step, tag, { name: 'scalars', dataClass: 1 }, tensor);
}

/** Buckets at a step: rows of left edge, right edge and count. */
export function histogramEvent(seconds: number, step: number, tag: string, buckets: Float64Array): Uint8Array {
  const axes = [buckets.length / 3, 3].map((size) => bytesField(2, numberField(1, size)));
  const tensor = joinBytes([
    numberField(1, float64),
    bytesField(2, joinBytes(axes)),
    bytesField(4, littleEndian(buckets, 8)),
  ]);
  return tensorEvent(seconds, step, tag, { name: 'histograms', dataClass: 2 }, tensor);
}
