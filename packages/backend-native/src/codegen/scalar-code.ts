/** The scalar ops of the kernel language as C expressions, for every dtype. `runtime/scalars.ts` has the functions. */
import { type DType, internal, isFloating } from '@deft/core';
import type { BinaryScalar, ComparisonScalar, Expression, UnaryScalar } from '@deft/kernel';
import { isHalf, valueType } from './c-types.ts';

const fastFloat32: ReadonlySet<UnaryScalar> = new Set(['exp', 'expm1', 'log', 'log1p', 'tanh', 'erf']);

const libraryNames: Partial<Record<UnaryScalar, string>> = { abs: 'fabs', round: 'rint' };
/** Functions of the C library that are one instruction. */
const quick: ReadonlySet<UnaryScalar> = new Set(['abs', 'floor', 'ceil', 'round', 'trunc', 'sqrt']);

/** A function of one value. */
function unaryCode(op: UnaryScalar, dtype: DType, x: string): string {
  if (op === 'isNaN') return isFloating(dtype) ? `(uint8_t)(${x} != ${x})` : '((uint8_t)0)';
  if (dtype === 'bool') return op === 'not' ? `(uint8_t)(!${x})` : internal(`scalar ${op} of bool`);
  const type = valueType(dtype);
  if (!isFloating(dtype)) {
    switch (op) {
      case 'neg':
        return `(${type})(-${x})`;
      case 'abs':
        return `(${type})(${x} < 0 ? -${x} : ${x})`;
      case 'sign':
        return `(${type})((${x} > 0) - (${x} < 0))`;
      case 'not':
        return `(${type})(~${x})`;
      case 'floor':
      case 'ceil':
      case 'round':
      case 'trunc':
        return x;
      default:
        return internal(`scalar ${op} of ${dtype}`);
    }
  }
  if (op === 'neg') return `(-${x})`;
  if (op === 'sign') return `sign_${dtype}(${x})`;
  const name = libraryNames[op] ?? op;
  if (dtype === 'float64') return `${name}(${x})`;
  if (quick.has(op)) return `${name}f(${x})`;
  return fastFloat32.has(op) ? `${op}_float32(${x})` : `(float)${name}((double)${x})`;
}

const operators: Partial<Record<BinaryScalar, string>> = { add: '+', sub: '-', mul: '*', and: '&', or: '|', xor: '^' };

/** A function of two values of one dtype. */
export function binaryCode(op: BinaryScalar, dtype: DType, x: string, y: string): string {
  const type = valueType(dtype);
  const operator = operators[op];
  if (operator !== undefined) return `(${type})(${x} ${operator} ${y})`;
  if (op === 'max' || op === 'min') return `${op}_${dtype}(${x}, ${y})`;
  if (op === 'shiftLeft' || op === 'shiftRight') {
    const count = `(${y} & ${dtype === 'int64' ? 63 : 31})`;
    const unsigned = dtype === 'int64' ? 'uint64_t' : 'uint32_t';
    return op === 'shiftLeft' ? `(${type})((${unsigned})${x} << ${count})` : `(${type})(${x} >> ${count})`;
  }
  if (!isFloating(dtype)) return `${op}_${dtype}(${x}, ${y})`;
  if (op === 'div') return `(${x} / ${y})`;
  const name = { rem: 'fmod', pow: 'pow_numbers', atan2: 'atan2' }[op as 'rem' | 'pow' | 'atan2'];
  return dtype === 'float64' ? `${name}(${x}, ${y})` : `(float)${name}((double)${x}, (double)${y})`;
}

const comparisons: Readonly<Record<ComparisonScalar, string>> = {
  equal: '==',
  notEqual: '!=',
  less: '<',
  lessEqual: '<=',
  greater: '>',
  greaterEqual: '>=',
};

/** A comparison. */
const compareCode = (op: ComparisonScalar, x: string, y: string): string => `(uint8_t)(${x} ${comparisons[op]} ${y})`;

/** A conversion. */
function castCode(from: DType, to: DType, x: string): string {
  if (to === 'bool') return `(uint8_t)(${x} != 0)`;
  if (isHalf(to)) return from === 'float64' ? `${to}_round(odd_float(${x}))` : `${to}_round((float)${x})`;
  if (isFloating(from) && !isFloating(to)) return `to_${to}((double)${x})`;
  return `(${valueType(to)})${x}`;
}

/** The same bits as another dtype of the same size. */
function bitcastCode(from: DType, to: DType, x: string): string {
  if (isHalf(from) || isHalf(to)) {
    const bits = isHalf(from) ? `${from}_encode(${x})` : `(uint16_t)${x}`;
    return isHalf(to) ? `${to}_decode(${bits})` : `(${valueType(to)})${bits}`;
  }
  if (!isFloating(from) && !isFloating(to)) return `(${valueType(to)})${x}`;
  return `bitcast_${from}_${to}(${x})`;
}

/** The code of a node whose meaning is the same everywhere, given that of its parts; `undefined` for leaves and gathers. */
export function operationCode(node: Expression, [a = '', b = '', c = '']: readonly string[]): string | undefined {
  switch (node.kind) {
    case 'unary':
      return unaryCode(node.op, node.x.dtype, a);
    case 'binary':
      return binaryCode(node.op, node.dtype, a, b);
    case 'compare':
      return compareCode(node.op, a, b);
    case 'select':
      return `${a} ? ${b} : ${c}`;
    case 'cast':
      return castCode(node.x.dtype, node.dtype, a);
    case 'bitcast':
      return bitcastCode(node.x.dtype, node.dtype, a);
    default:
      return undefined;
  }
}
