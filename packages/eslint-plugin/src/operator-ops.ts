/** The ops that JavaScript's operators and `Math` have counterparts in. */

/** Operators of two operands. */
export const binaryOps: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  // JavaScript's remainder has the sign of the dividend.
  '%': 'fmod',
  '**': 'pow',
  '>': 'greater',
  '>=': 'greaterEqual',
  '<': 'less',
  '<=': 'lessEqual',
  '==': 'equal',
  '===': 'equal',
  '!=': 'notEqual',
  '!==': 'notEqual',
  '&': 'bitwiseAnd',
  '|': 'bitwiseOr',
  '^': 'bitwiseXor',
  '<<': 'leftShift',
  '>>': 'rightShift',
};

/** Operators of one operand. */
export const unaryOps: Readonly<Record<string, string>> = { '-': 'neg', '~': 'bitwiseNot' };

/** Functions of `Math` by name, where the op has another. */
const mathOps: Readonly<Record<string, string>> = { max: 'maximum', min: 'minimum' };

/** Functions of `Math` without an op. */
const mathOnly: ReadonlySet<string> = new Set(['clz32', 'fround', 'f16round', 'imul', 'random', 'sumPrecise']);

/** The op for a function of `Math`. */
export function mathOp(name: string): string | undefined {
  return mathOnly.has(name) ? undefined : (mathOps[name] ?? name);
}
