/**
 * Routines as compiled functions that serve every size: whole numbers other than 0, 1 and -1, and the lengths of arrays, are read
 * from a list when the function runs. So a routine is compiled once for a machine, whatever it is applied to.
 */
import { type BufferSpec, type Expression, type RoutineKernel, rewriteExpression, type Statement } from '@deft/kernel';
import { emitRoutine } from '../codegen/routine-kernel.ts';
import { libraryHeader } from '../runtime/library.ts';
import { scalarsSource } from '../runtime/scalars.ts';

/** A routine as code, and the numbers of one use of it. */
export interface RoutineSource {
  /** Exports `deft_routine`, which gives the function's address. */
  readonly source: string;
  readonly list: Float64Array;
}

const isSize = (node: Expression): node is Extract<Expression, { kind: 'constant' }> =>
  node.kind === 'constant' && node.dtype === 'int32' && Math.abs(node.value) > 1;

/** A routine whose sizes are other ones, no two alike, so that code for both knows none of them. */
function withOtherSizes(kernel: RoutineKernel): RoutineKernel {
  let count = 0;
  const other = (size: number): number => size + 1_000_003 + count++;
  const memo = new Map<Expression, Expression>();
  const expression = (root: Expression): Expression =>
    rewriteExpression(root, (node) => (isSize(node) ? { ...node, value: other(node.value) } : node), memo);
  const statements = (list: readonly Statement[]): Statement[] => list.map(statement);
  const statement = (own: Statement): Statement => {
    switch (own.kind) {
      case 'assign':
        return { ...own, value: expression(own.value) };
      case 'store':
        return { ...own, offset: expression(own.offset), value: expression(own.value) };
      case 'loop':
        return { ...own, from: expression(own.from), to: expression(own.to), body: statements(own.body) };
      case 'while':
        return { ...own, condition: expression(own.condition), body: statements(own.body) };
      case 'if':
        return {
          ...own,
          condition: expression(own.condition),
          body: statements(own.body),
          otherwise: statements(own.otherwise),
        };
    }
  };
  const { routine } = kernel;
  const arrays = routine.arrays.map((array) => ({ ...array, length: other(array.length) }));
  return { ...kernel, routine: { ...routine, arrays, body: statements(routine.body) } };
}

/** The function of a routine kernel; it is given the routine's buffers alone, in order. */
export function routineSource(kernel: RoutineKernel, buffers: readonly BufferSpec[]): RoutineSource {
  const own: RoutineKernel = { ...kernel, buffers: kernel.buffers.map((_, i) => i) };
  const specs = kernel.buffers.map((id) => buffers[id] as BufferSpec);
  const { source, listFor } = emitRoutine('routine', [own, withOtherSizes(own)], specs);
  return {
    source: [
      scalarsSource,
      libraryHeader,
      source,
      '__attribute__((visibility("default"))) double deft_routine(void) { return (double)(uintptr_t)&routine; }',
      '',
    ].join('\n'),
    list: listFor(own),
  };
}
