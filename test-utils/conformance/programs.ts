/**
 * Random well-typed programs of ops: inputs, and a tape of choices that says which op is applied to which values. A program is
 * applied by replaying the tape, which asks for nothing but shapes and dtypes, so the same program runs at once, captured,
 * differentiated and batched; a shorter tape is a simpler program.
 *
 * Values stay of moderate size: products and powers take one factor through `tanh`. What depends on a comparison compares inputs,
 * which are the same in every mode. A good part of the steps applies any op of the registry (`registry-step.ts`).
 */
import { type DType, isFloating, type NdArray, type Tensor, tryBroadcast } from '@deft/core';
import { printGraph, traceGraph } from '@deft/graph';
import * as d from '@deft/tensor';
import { anyArray, Tape } from '@deft/test-utils';
import fc from 'fast-check';
import { registryStep, type StepValues } from './registry-step.ts';

/** A random program. */
export interface Program {
  readonly inputs: readonly NdArray[];
  /** Choices of the tape. */
  readonly choices: readonly number[];
  /** Only ops with derivatives everywhere. */
  readonly smooth: boolean;
}

const mostElements = 1024;
const mostSteps = 30;

/** The public functions as the program applies them: to tensors of any type. */
// biome-ignore lint/suspicious/noExplicitAny: shapes are random, so the types cannot follow
const ops = d as unknown as Record<string, (...args: any[]) => Tensor>;
const call = (name: string, ...args: unknown[]): Tensor => (ops[name] as (...args: unknown[]) => Tensor)(...args);

const bounded = (x: Tensor): Tensor => call('tanh', x);

const smoothUnary: readonly ((x: Tensor) => Tensor)[] = [
  (x) => call('neg', x),
  (x) => call('sin', call('mul', bounded(x), 3)),
  bounded,
  (x) => call('sigmoid', x),
  (x) => call('exp', bounded(x)),
  (x) => call('softplus', x),
  (x) => call('square', bounded(x)),
  (x) => call('sqrt', call('add', call('mul', x, bounded(x)), 1)),
  (x) => call('log', call('add', call('square', bounded(x)), 0.5)),
  (x) => call('gelu', x),
  (x) => call('mul', x, 0.5),
  (x) => call('sub', 1, x),
];
const allUnary: readonly ((x: Tensor) => Tensor)[] = [
  ...smoothUnary,
  (x) => call('abs', x),
  (x) => call('relu', x),
  (x) => call('clip', x, -1, 1.5),
  (x) => call('leakyRelu', x),
];
const smoothBinary: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  (x, y) => call('add', x, y),
  (x, y) => call('sub', x, y),
  (x, y) => call('mul', x, bounded(y)),
  (x, y) => call('div', x, call('add', call('square', bounded(y)), 1)),
];
const allBinary: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  ...smoothBinary,
  (x, y) => call('maximum', x, y),
  (x, y) => call('minimum', x, y),
];
const smoothReductions = ['sum', 'mean', 'logSumExp'];
const allReductions = [...smoothReductions, 'max', 'min'];
const wholeBinary = ['add', 'sub', 'mul', 'maximum', 'minimum'];

/** Values made so far. */
interface Values extends StepValues {
  readonly floats: Tensor[];
  readonly wholes: Tensor[];
  readonly conditions: Tensor[];
}

type Step = (tape: Tape, values: Values, smooth: boolean, dtype: DType) => Tensor | readonly Tensor[] | undefined;

function fits(...tensors: readonly Tensor[]): boolean {
  const shape = tryBroadcast(tensors.map((x) => x.abstract.shape));
  return shape !== undefined && shape.reduce((size, dim) => size * dim, 1) <= mostElements;
}

const partOf = (tape: Tape, count: number): number[] =>
  Array.from({ length: count }, (_, i) => i).filter(() => tape.take(2) === 1);

function permutation(tape: Tape, count: number): number[] {
  const rest = Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: count }, () => rest.splice(tape.take(rest.length), 1)[0] as number);
}

/** What a step does to floats or whole numbers alike. */
const moves: readonly ((tape: Tape, x: Tensor) => Tensor | undefined)[] = [
  (_, x) => call('reshape', x, [x.size]),
  (_, x) => call('reshape', x, [...x.abstract.shape].reverse()),
  (tape, x) => call('transpose', x, permutation(tape, x.rank)),
  (tape, x) => (x.size > 128 ? undefined : call('broadcastTo', x, [1 + tape.take(3), ...x.abstract.shape])),
  (tape, x) => (x.rank === 0 ? undefined : call('flip', x, tape.take(x.rank))),
  (tape, x) => call('expandDims', x, tape.take(x.rank + 1)),
  (tape, x) => {
    if (x.rank === 0 || x.size > 256) return undefined;
    return call('concat', [x, x], tape.take(x.rank));
  },
  (tape, x) => {
    const size = x.abstract.shape.map((dim) => (dim < 2 ? dim : dim - tape.take(2)));
    return call(
      'slice',
      x,
      x.abstract.shape.map((dim, axis) => tape.take(dim - (size[axis] as number) + 1)),
      size,
    );
  },
  (tape, x) =>
    x.size > 128
      ? undefined
      : call(
          'pad',
          x,
          x.abstract.shape.map(() => [tape.take(2), tape.take(2)]),
        ),
];

const floatSteps: readonly Step[] = [
  (tape, { floats }, smooth) => tape.pick(smooth ? smoothUnary : allUnary)(tape.pick(floats)),
  (tape, { floats }, smooth) => {
    const [x, y] = [tape.pick(floats), tape.pick(floats)];
    return fits(x, y) ? tape.pick(smooth ? smoothBinary : allBinary)(x, y) : undefined;
  },
  (tape, { floats }) => tape.pick(moves)(tape, tape.pick(floats)),
  (tape, { floats }, smooth) => {
    const x = tape.pick(floats);
    const reduction = tape.pick(smooth ? smoothReductions : allReductions);
    if (x.size === 0) return undefined;
    return call(reduction, x, { axis: partOf(tape, x.rank), keepDims: tape.take(2) === 1 });
  },
  (tape, { floats }) => {
    const [x, y] = [tape.pick(floats), tape.pick(floats)];
    if (x.rank === 0 || x.size > 256) return undefined;
    const inner = x.abstract.shape.at(-1) as number;
    if (y.rank > 0 && y.size <= 256 && y.abstract.shape.at(-2) === inner && stacksFit(x, y))
      return call('matmul', bounded(x), y);
    const row = call('reshape', x, [inner === 0 ? 0 : x.size / inner, inner]);
    return call('matmul', bounded(row), row, { transposeB: true });
  },
  (tape, { floats, conditions }) => {
    if (conditions.length === 0) return undefined;
    const [condition, x, y] = [tape.pick(conditions), tape.pick(floats), tape.pick(floats)];
    return fits(condition, x, y) ? call('where', condition, x, y) : undefined;
  },
  (tape, { floats }) => {
    const x = tape.pick(floats);
    return x.rank === 0 ? undefined : call('softmax', x, { axis: tape.take(x.rank) });
  },
  (tape, { wholes }, _, dtype) => (wholes.length === 0 ? undefined : call('cast', tape.pick(wholes), dtype)),
  registryStep,
  registryStep,
  registryStep,
  registryStep,
];

/** Whether two stacks of matrices have stacking axes that broadcast. */
function stacksFit(x: Tensor, y: Tensor): boolean {
  const stacked = tryBroadcast([x.abstract.shape.slice(0, -2), y.abstract.shape.slice(0, -2)]);
  return stacked !== undefined && stacked.reduce((size, dim) => size * dim, 1) <= 8;
}

const wholeSteps: readonly Step[] = [
  (tape, { wholes }) => {
    const [x, y] = [tape.pick(wholes), tape.pick(wholes)];
    return fits(x, y) ? call(tape.pick(wholeBinary), x, y) : undefined;
  },
  (tape, { wholes }) => tape.pick(moves)(tape, tape.pick(wholes)),
  (tape, { wholes }) => {
    const x = tape.pick(wholes);
    return call('sum', x, { axis: partOf(tape, x.rank), keepDims: tape.take(2) === 1 });
  },
  (tape, { wholes, conditions }) => {
    if (conditions.length === 0) return undefined;
    const [condition, x, y] = [tape.pick(conditions), tape.pick(wholes), tape.pick(wholes)];
    return fits(condition, x, y) ? call('where', condition, x, y) : undefined;
  },
];

/** Adds a result to the values, if it is of a dtype and a size that steps go on with. */
function keep(value: Tensor, { floats, wholes, conditions }: Values, dtype: DType): void {
  if (value.size > mostElements || value.rank > 6) return;
  if (value.dtype === dtype) floats.push(value);
  else if (value.dtype === 'int32') wholes.push(value);
  else if (value.dtype === 'bool') conditions.push(value);
}

/**
 * Applies a program to tensors of its inputs' shapes. The results are the last float and one more value of any kind, or,
 * with `everything`, all floats. `dtype` is the dtype of floats.
 */
export function applyProgram(
  { choices, smooth }: Program,
  inputs: readonly Tensor[],
  dtype: DType = 'float32',
  everything = false,
): Tensor[] {
  const tape = new Tape(choices);
  const exact = inputs.filter((input) => isFloating(input.dtype));
  const values: Values = { floats: [], wholes: [], conditions: [], exact };
  for (const input of inputs) {
    (isFloating(input.dtype) ? values.floats : values.wholes).push(input);
    // Elements of inputs are multiples of 1/64: none lies where a difference could step over the threshold.
    values.conditions.push(call('greater', input, tape.take(3) - 1 + (isFloating(input.dtype) ? 1 / 128 : 0)));
  }
  const steps = 1 + tape.take(mostSteps);
  for (let i = 0; i < steps; i++) {
    const onWholes = !smooth && values.wholes.length > 0 && tape.once(4);
    const made = tape.pick(onWholes ? wholeSteps : floatSteps)(tape, values, smooth, dtype);
    for (const value of Array.isArray(made) ? (made as readonly Tensor[]) : made === undefined ? [] : [made as Tensor])
      keep(value, values, dtype);
  }
  if (everything) return values.floats;
  const others = smooth ? values.floats : [...values.floats, ...values.wholes];
  return [values.floats.at(-1) as Tensor, tape.pick(others)];
}

/** The program as graph text, with its inputs. */
export function programText(program: Program): string {
  const types = program.inputs.map(({ shape, dtype }) => d.abstractValue(shape, dtype));
  const { graph } = traceGraph((tensors) => applyProgram(program, tensors), types);
  const data = program.inputs.map((input, i) => `%${i} = [${Array.from(input.data).join(', ')}]`);
  return [printGraph(graph), ...data].join('\n');
}

/** Shapes with few dims, so that values fit each other often. */
const programShape: fc.Arbitrary<number[]> = fc.oneof(
  { weight: 8, arbitrary: fc.array(fc.constantFrom<number>(1, 2, 3), { minLength: 0, maxLength: 3, size: 'max' }) },
  { weight: 1, arbitrary: fc.constantFrom<number[]>([17], [4, 5], [2, 3, 9], [0], [2, 0]) },
);

const input = (dtype: DType): fc.Arbitrary<NdArray> => programShape.chain((shape) => anyArray({ shape, dtype }));

/** A random program of one to thirty ops. */
export function anyProgram(options: { readonly smooth?: boolean } = {}): fc.Arbitrary<Program> {
  const smooth = options.smooth === true;
  const floats = fc.array(input('float32'), { minLength: 1, maxLength: 3 });
  const wholes = smooth ? fc.constant([]) : fc.array(input('int32'), { maxLength: 2 });
  const choices = fc.array(fc.nat({ max: 65535 }), { maxLength: 180, size: 'max' });
  return fc
    .tuple(floats, wholes, choices)
    .map(([some, more, tape]): Program => ({ inputs: [...some, ...more], choices: tape, smooth }));
}
