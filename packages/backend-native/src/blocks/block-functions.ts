/**
 * The functions that blocks are computed with: one for every scalar op and dtype, over many elements at once. They are built once for a
 * machine, with the library, and any kernel can be run by calling them one after the other, so an op that runs at once waits
 * for no compiler. Their meaning is that of `codegen/scalar-code.ts`, which compiled kernels use as well.
 *
 * All have one type, `(result, x, y, z, n)`. Elements are values (halves as floats), except where a name says `stored`.
 */
import { carrierOf, type DType, dtypes, internal, isFloating } from '@deft/core';
import {
  type BinaryScalar,
  binaryExpression,
  binaryKinds,
  type Combine,
  type ComparisonScalar,
  castExpression,
  combineKinds,
  compareExpression,
  type Expression,
  loadExpression,
  type ScatterCombine,
  type UnaryScalar,
  unaryExpression,
  unaryKinds,
} from '@deft/kernel';
import {
  accumulatorDType,
  accumulatorType,
  combinedValue,
  enteredValue,
  isBetter,
  leftValue,
} from '../codegen/accumulation.ts';
import { decoded, encoded, isHalf, storedType, valueType } from '../codegen/c-types.ts';
import { binaryCode, operationCode } from '../codegen/scalar-code.ts';

/** The name of the function that computes a node; `undefined` for leaves, gathers, and what leaves the bits as they are. */
export function functionOf(node: Expression): string | undefined {
  switch (node.kind) {
    case 'unary':
      return isIdentity(node.op, node.dtype) ? undefined : `${node.op}_${node.x.dtype}`;
    case 'binary':
      return `${node.op}_${node.dtype}`;
    case 'compare':
      return `${node.op}_${node.x.dtype}`;
    case 'select':
      return `select_${valueBytes(node.dtype)}`;
    case 'cast':
      return castName(node.x.dtype, node.dtype);
    case 'bitcast':
      return isHalf(node.dtype) ? `bitcast_${node.x.dtype}_${node.dtype}` : undefined;
    default:
      return undefined;
  }
}

/** Rounding whole numbers to whole ones. */
const isIdentity = (op: UnaryScalar, dtype: DType): boolean =>
  !isFloating(dtype) && ['floor', 'ceil', 'round', 'trunc'].includes(op);

/** The dtype whose values are held and converted in the same way: halves are floats, truth values are 0 and 1. */
const heldAs = (dtype: DType): DType => (isHalf(dtype) ? 'float32' : dtype === 'bool' ? 'uint8' : dtype);

/** The name of a conversion; none where the value stays what it is. */
function castName(from: DType, to: DType): string | undefined {
  const held = heldAs(from);
  return held === to || (from === 'bool' && to === 'uint8') ? undefined : `cast_${held}_${to}`;
}

/** Bytes of a value as it is computed with. */
export const valueBytes = (dtype: DType): number => (isHalf(dtype) ? 4 : dtypes[dtype].bytes);

/** The names of what a reduction is done with, all on accumulators: add a block, and bring what is known to one value. */
export const reductionFunctions = (combine: Combine, dtype: DType): Readonly<Record<ReductionPart, string>> => ({
  fold: `fold_${combine}_${dtype}`,
  join: `join_${combine}_${dtype}`,
  accumulate: `accumulate_${combine}_${dtype}`,
});

type ReductionPart = 'fold' | 'join' | 'accumulate';

/** Parts of one result that are accumulated side by side. */
export const foldedLanes = 16;
/** Elements of a block. */
export const blockLength = 256;

const real: readonly DType[] = (Object.keys(dtypes) as DType[]).filter((dtype) => dtypes[dtype].kind !== 'complex');
const carriers: readonly DType[] = real.filter((dtype) => carrierOf(dtype) === dtype);
const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] => Object.keys(record) as K[];

/** A function over points: `r[i]` of `x[i]` and so on. */
function pointwise(name: string, result: DType, parts: readonly DType[], code: string): [string, string] {
  const pointers = parts.map((dtype, i) => `const ${valueType(dtype)} *${'xyz'[i]} = given_${'xyz'[i]};`);
  const lines = [
    `BLOCK(${name}) {`,
    `${valueType(result)} *r = result;`,
    ...pointers,
    '#pragma GCC ivdep',
    `for (long i = 0; i < n; i++) r[i] = ${code};`,
    '}',
  ];
  return [name, lines.join('\n')];
}

const places = ['x[i]', 'y[i]', 'z[i]'];

function ofNode(node: Expression, parts: readonly DType[]): [string, string][] {
  const name = functionOf(node);
  const code = operationCode(node, places);
  return name === undefined || code === undefined ? [] : [pointwise(name, node.dtype, parts, code)];
}

function scalarFunctions(): [string, string][] {
  const comparisons: ComparisonScalar[] = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'];
  return [
    ...carriers.flatMap((dtype) => {
      const [x, y] = [loadExpression(dtype, 0), loadExpression(dtype, 1)];
      const { kind } = dtypes[dtype];
      const unary = keysOf(unaryKinds).filter((op) => unaryKinds[op].includes(kind));
      const binary = keysOf(binaryKinds).filter((op) => binaryKinds[op].includes(kind));
      return [
        ...unary.flatMap((op: UnaryScalar) => ofNode(unaryExpression(op, x), [dtype])),
        ...binary.flatMap((op: BinaryScalar) => ofNode(binaryExpression(op, x, y), [dtype, dtype])),
        ...comparisons.flatMap((op) => ofNode(compareExpression(op, x, y), [dtype, dtype])),
      ];
    }),
    ...real
      .filter((from) => heldAs(from) === from)
      .flatMap((from) => real.flatMap((to) => ofNode(castExpression(loadExpression(from, 0), to), [from]))),
    ...[
      ['float16', 'bfloat16'],
      ['bfloat16', 'float16'],
    ].flatMap(([from, to]) =>
      ofNode({ kind: 'bitcast', dtype: to as DType, x: loadExpression(from as DType, 0) }, [from as DType]),
    ),
    ...(['uint8', 'int32', 'float64'] as const).map((dtype) =>
      pointwise(`select_${valueBytes(dtype)}`, dtype, ['bool', dtype, dtype], 'x[i] ? y[i] : z[i]'),
    ),
    ...real
      .filter(isHalf)
      .flatMap((dtype): [string, string][] => [
        storedFunction(`decode_stored_${dtype}`, 'float', 'uint16_t', decoded(dtype, 'x[i]')),
        storedFunction(`encode_stored_${dtype}`, 'uint16_t', 'float', encoded(dtype, 'x[i]')),
      ]),
  ];
}

function storedFunction(name: string, to: string, from: string, code: string): [string, string] {
  const loop = `for (long i = 0; i < n; i++) r[i] = ${code};`;
  return [name, `BLOCK(${name}) { ${to} *r = result; const ${from} *x = given_x;\n#pragma GCC ivdep\n${loop} }`];
}

/** Accumulators of values; those of positions have the positions behind them, a block further. */
function reductionsOf(combine: Combine, dtype: DType): [string, string][] {
  const names = reductionFunctions(combine, dtype);
  const type = accumulatorType(combine, dtype);
  const values = `const ${valueType(dtype)} *x = given_x; ${type} *a = result;`;
  if (combine === 'argMax' || combine === 'argMin') {
    const at = `int32_t *at = (int32_t *)(a + ${blockLength});`;
    const better = (value: string, best: string): string => isBetter(combine, dtype, value, best);
    // y is the position of the first element.
    const position = 'int32_t position = *(const int32_t *)given_y;';
    return [
      [
        names.fold,
        `BLOCK(${names.fold}) { ${values} ${at} ${position}
for (long i = 0; i < n; i++) if (${better('x[i]', 'a[0]')}) { a[0] = x[i]; at[0] = position + (int32_t)i; } }`,
      ],
      [
        names.accumulate,
        `BLOCK(${names.accumulate}) { ${values} ${at} ${position}
#pragma GCC ivdep
for (long i = 0; i < n; i++) { int better = ${better('x[i]', 'a[i]')}; a[i] = better ? x[i] : a[i]; at[i] = better ? position : at[i]; } }`,
      ],
      [names.join, `BLOCK(${names.join}) {}`],
    ];
  }
  const both = (x: string, y: string): string => combinedValue(combine, dtype, x, y);
  const sum = (x: string, y: string): string => both(x, enteredValue(combine, dtype, y));
  return [
    [
      names.fold,
      `BLOCK(${names.fold}) { ${values} long i = 0;
for (; i + ${foldedLanes} <= n; i += ${foldedLanes}) {
#pragma GCC ivdep
for (long l = 0; l < ${foldedLanes}; l++) a[l] = ${sum('a[l]', 'x[i + l]')};
}
for (long l = 0; i < n; i++, l++) a[l] = ${sum('a[l]', 'x[i]')}; }`,
    ],
    [
      names.join,
      `__attribute__((optimize("O1"))) BLOCK(${names.join}) { ${type} *a = result; for (int w = ${foldedLanes / 2}; w > 0; w /= 2) for (int l = 0; l < w; l++) a[l] = ${both('a[l]', 'a[l + w]')}; }`,
    ],
    [
      names.accumulate,
      `BLOCK(${names.accumulate}) { ${values}
#pragma GCC ivdep
for (long i = 0; i < n; i++) a[i] = ${sum('a[i]', 'x[i]')}; }`,
    ],
  ];
}

/** The function that gives the values which were accumulated; none where they stand in the accumulators. */
export function leavingFunction(combine: Combine, dtype: DType): string | undefined {
  const held = accumulatorDType(combine, dtype);
  if (held === dtype) return undefined;
  return held === 'float64' ? 'cast_float64_float32' : `leave_${dtype}`;
}

/** Combines n values with the elements of a result at their offsets, one after the other; z is the result's length. */
export const scatterFunction = (combine: ScatterCombine, dtype: DType): string =>
  combine === 'replace' ? `scatter_replace_${dtypes[dtype].bytes}` : `scatter_${combine}_${dtype}`;

function scatterOf(combine: ScatterCombine, dtype: DType): [string, string] {
  const name = scatterFunction(combine, dtype);
  const next = combine === 'replace' ? 'y[i]' : binaryCode(combine, dtype, 'r[x[i]]', 'y[i]');
  // Values that replace others come as they are stored; the others are of dtypes that are stored as they are.
  const type = storedType(dtype);
  return [
    name,
    `BLOCK(${name}) { ${storedType(dtype)} *r = result; const int32_t *x = given_x; const ${type} *y = given_y; const unsigned long length = *(const unsigned long *)given_z;
for (long i = 0; i < n; i++) if ((unsigned long)(long)x[i] < length) r[x[i]] = ${next}; }`,
  ];
}

function allFunctions(): Map<string, string> {
  const combines = keysOf(combineKinds);
  return new Map([
    ...scalarFunctions(),
    ...carriers.flatMap((dtype) =>
      combines
        .filter((combine) => combineKinds[combine].includes(dtypes[dtype].kind))
        .flatMap((combine) => reductionsOf(combine, dtype)),
    ),
    ...(['float32', 'float64'] as const).map((dtype) =>
      pointwise(`leave_${dtype}`, dtype, [accumulatorDType('max', dtype)], leftValue('max', dtype, 'x[i]')),
    ),
    ...(['uint8', 'float16', 'int32', 'int64'] as const).map((dtype) => scatterOf('replace', dtype)),
    ...carriers.flatMap((dtype) =>
      (['add', 'max', 'min'] as const)
        .filter((combine) => binaryKinds[combine].includes(dtypes[dtype].kind))
        .map((combine) => scatterOf(combine, dtype)),
    ),
  ]);
}

const functions: ReadonlyMap<string, string> = allFunctions();
const numbers: ReadonlyMap<string, number> = new Map([...functions.keys()].map((name, i) => [name, i]));

/** The place of a function in the table of C. */
export const functionNumber = (name: string): number => numbers.get(name) ?? internal(`no function ${name} of blocks`);

/** The functions, and the table of them, `block_functions`. */
export const blockFunctionsSource: string = [
  'typedef void (*BlockFunction)(void *, const void *, const void *, const void *, long);',
  '#define BLOCK(name) static void block_##name(void *result, const void *given_x, const void *given_y, const void *given_z, long n)',
  ...functions.values(),
  'static const BlockFunction block_functions[] = {',
  [...functions.keys()].map((name) => `block_${name}`).join(',\n'),
  '};',
].join('\n');
