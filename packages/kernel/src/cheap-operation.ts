/** Which ops are better computed again than kept for the way back: views, and maps without slow functions. Read from what they lower to. */
import type { AbstractValue, Attributes, Operation } from '@deft/core';
import { type Expression, foldExpression, loadExpression } from './expression.ts';
import { type Lowering, spaceOf } from './lowering.ts';

const quick: ReadonlySet<string> = new Set([
  'add',
  'sub',
  'mul',
  'neg',
  'abs',
  'max',
  'min',
  'sign',
  'and',
  'or',
  'not',
  'xor',
]);

const isQuick = (node: Expression): boolean =>
  node.kind === 'unary' || node.kind === 'binary' ? quick.has(node.op) : node.kind !== 'gather';

/** Whether computing the op again costs less than keeping its result. */
export function isCheapOperation(
  operation: Operation,
  inputs: readonly AbstractValue[],
  attributes: Attributes,
  outputs: readonly AbstractValue[],
): boolean {
  if (operation.onPlanes) return true; // takes parts of complex numbers, or puts them together
  const lower = operation.lower as Lowering | undefined;
  if (!lower || outputs.length !== 1) return false;
  const [form] = lower(inputs, attributes, outputs);
  if (form?.form === 'view' || form?.form === 'reshape') return true;
  if (form?.form !== 'map') return false;
  const value = form.value(
    inputs.map((input, i) => loadExpression(input.dtype, i)),
    spaceOf((outputs[0] as AbstractValue).shape),
  );
  return foldExpression<boolean>(value, (node, parts) => isQuick(node) && parts.every(Boolean));
}
