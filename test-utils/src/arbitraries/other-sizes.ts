/**
 * A kernel program with other numbers of sizes in it: extents, strides, offsets, limits, constants. It need not mean anything: beside
 * the program it came from it says of which numbers a backend may take nothing for granted.
 */
import type { KernelProgram } from '@deft/kernel';

/** Where numbers of sizes stand; other numbers (of buffers, operands, variables) tell what a program is made of. */
const sizes: ReadonlySet<string> = new Set([
  'space',
  'reduced',
  'shape',
  'offset',
  'strides',
  'coefficients',
  'limit',
  'fill',
  'value',
  'batch',
  'm',
  'n',
  'k',
  'rows',
  'length',
  'instances',
  'steps',
]);

/** What does not depend on an axis depends on it at no size. */
const keepsZero: ReadonlySet<string> = new Set(['strides', 'coefficients']);

/** The program with those numbers changed for which `changes` says by how much; 0 leaves one as it is. */
export function withOtherSizes(program: KernelProgram, changes: () => number): KernelProgram {
  const made = new Map<object, unknown>();
  const visit = (value: unknown, key: string): unknown => {
    if (typeof value === 'number') {
      return sizes.has(key) && !(value === 0 && keepsZero.has(key)) ? value + changes() : value;
    }
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) return value.map((item) => visit(item, key));
    const known = made.get(value);
    if (known !== undefined) return known;
    const copy: Record<string, unknown> = {};
    made.set(value, copy);
    for (const [name, item] of Object.entries(value)) copy[name] = visit(item, name);
    return copy;
  };
  return visit(program, '') as KernelProgram;
}
