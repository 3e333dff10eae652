/** Writes an op's samples as the code that a reader would write, with the results that the reference backend gives. */
import { isComplex, type NdArray, nd, type Operation, type OperationSample, Tensor } from '@deft/core';
import { tensor } from '@deft/tensor';

/** More elements than this do not help a reader. */
const mostElements = 24;
const mostSamples = 3;

function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  const short = Number(value.toPrecision(6));
  if (Math.fround(short) === value || short === value) return String(short);
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return value.toExponential(3).replace(/$/, '…');
  const text = String(Math.trunc(value * 1e4) / 1e4);
  return `${text.includes('.') ? text : `${text}.0`}…`;
}

/** Nested arrays as a literal. */
export function valueText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, item]) => `${name}: ${valueText(item)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return String(value);
}

function exactText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(exactText).join(', ')}]`;
  if (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0)) {
    const short = Number(value.toPrecision(7));
    return String(Math.fround(short) === value ? short : value);
  }
  return valueText(value);
}

const asTensor = ({ data, shape, dtype }: NdArray): Tensor => tensor(data, { shape, dtype });

function inputText(array: NdArray): string {
  if (isComplex(array.dtype)) {
    const parts = [0, 1].map((part) => array.data.filter((_, i) => i % 2 === part));
    return `complex(${parts.map((data) => inputText({ shape: array.shape, dtype: 'float32', data })).join(', ')})`;
  }
  const values = exactText(asTensor(array).toArray());
  return array.dtype === 'float32' || array.dtype === 'bool'
    ? `tensor(${values})`
    : `tensor(${values}, { dtype: '${array.dtype}' })`;
}

function isShown({ inputs, grad }: OperationSample): boolean {
  const elements = inputs.reduce((count, { data }) => count + data.length, 0);
  return elements <= mostElements && inputs.every(({ data }) => data.length > 0) && grad !== 'skip';
}

/** The last of the plain arguments with these texts among its options. */
function withOptions(rest: readonly unknown[], options: readonly string[]): string[] {
  const texts = rest.map(exactText);
  const last = rest.at(-1);
  if (typeof last !== 'object' || last === null || Array.isArray(last)) return [...texts, `{ ${options.join(', ')} }`];
  const given = Object.entries({ ...last }).map(([name, value]) => `${name}: ${exactText(value)}`);
  return [...texts.slice(0, -1), `{ ${[...given, ...options].join(', ')} }`];
}

function callText(operation: Operation, sample: OperationSample, hasOptionalKey: boolean): string {
  const { name, inputs: names, variadic } = operation;
  const texts = sample.inputs.map(inputText);
  const rest = sample.rest ?? [];
  if (variadic) return `${name}(${[`[${texts.join(', ')}]`, ...rest.map(exactText)].join(', ')})`;
  const at = hasOptionalKey ? names.indexOf('key') : -1;
  if (at < 0) return `${name}(${[...texts, ...rest.map(exactText)].join(', ')})`;
  // Tensors in front of the key are arguments, those behind it are options by their names.
  const options = names.map((input, i) => `${input}: ${texts[i]}`).slice(at);
  return `${name}(${[...texts.slice(0, at), ...withOptions(rest, [...options.slice(1), options[0] as string])].join(', ')})`;
}

function results(operation: Operation, sample: OperationSample): readonly Tensor[] {
  const inputs = sample.inputs.map((input) => asTensor(nd(input.shape, Array.from(input.data), input.dtype)));
  const call = operation.call as (...args: unknown[]) => unknown;
  const result = operation.variadic ? call(inputs, ...(sample.rest ?? [])) : call(...inputs, ...(sample.rest ?? []));
  return result instanceof Tensor ? [result] : (result as readonly Tensor[]);
}

/** The samples of an op as one program, or `undefined` where none is short enough. */
export function sampleProgram(operation: Operation, hasOptionalKey: boolean): string | undefined {
  const shown = operation.samples
    .filter(isShown)
    .map((sample) => ({ sample, outputs: results(operation, sample) }))
    .filter(({ outputs }) => outputs.every(({ size }) => size > 0 && size <= mostElements))
    .slice(0, mostSamples);
  if (shown.length === 0) return undefined;
  const lines = shown.flatMap(({ sample, outputs }) => {
    const call = callText(operation, sample, hasOptionalKey);
    const values = outputs.map((output) => output.toArray());
    const [print, printed] = operation.multipleResults
      ? [`${call}.map((part) => part.toArray())`, valueText(values)]
      : [`${call}.toArray()`, valueText(values[0])];
    return [`// ${sample.label}`, `console.log(${print}); // → ${printed}`];
  });
  const usesTensor = lines.some((line) => line.includes('tensor('));
  const usesComplex = lines.some((line) => line.includes('complex('));
  const names = [
    ...new Set([operation.name, ...(usesTensor ? ['tensor'] : []), ...(usesComplex ? ['complex'] : [])]),
  ].sort();
  return [`import { ${names.join(', ')} } from '@deft/tensor';`, '', ...lines].join('\n');
}
