/** A captured function as it can be looked at: the bridge from `jit` to the compiler's pages and pictures. */
import { isProgramExecutor, type ProgramView, viewOf } from '@deft/compiler';
import { baseInterpreter, raise } from '@deft/core';
import type { Lowered } from '../lowered.ts';
import { measureKernels } from '../profile.ts';

/** What can be lowered: a captured function. */
export interface Lowerable<A extends readonly unknown[]> {
  readonly name: string;
  lower(...args: A): Lowered<never[], unknown>;
}

/** What a view has besides graph and program. */
export interface ProgramViewOptions {
  /**
   * Whether the kernels are timed, each run alone on these arguments, which have to be tensors then. Not for functions that call
   * functions of the host.
   */
  readonly measured?: boolean;
}

/**
 * What a captured function is for these arguments: its graph after every pass, and the program. Tensors may be replaced by specs where
 * nothing is measured. `viewHtml` makes a page of it, `mermaidGraph(view.compiled.graph)` a picture.
 *
 * Errors: `E_ARGUMENT` where kernels are to be timed and cannot be.
 *
 * @example
 * ```ts
 * import { add, jit, programView, relu, type Tensor, tensor, viewHtml } from '@deft/tensor';
 * const shifted = jit((x: Tensor) => relu(add(x, 1)), { name: 'shifted' });
 * const view = programView(shifted, [tensor([1, -2])]);
 * console.log(view.name, view.compiled.program.kernels.length); // shifted 1
 * console.log(viewHtml(view).includes('<h1>shifted</h1>')); // true
 * ```
 */
export function programView<A extends readonly unknown[]>(
  f: Lowerable<A>,
  args: NoInfer<A>,
  { measured = false }: ProgramViewOptions = {},
): ProgramView {
  const lowered = f.lower(...args);
  const { name, graph, compileOptions } = lowered;
  const executor = baseInterpreter();
  if (!measured) return viewOf(graph, { name, ...compileOptions });
  const refuse = (found: string): never =>
    raise('E_ARGUMENT', { op: name, argument: 'measured', expected: 'a program whose kernels can be timed', found });
  if (!isProgramExecutor(executor)) return refuse(`${executor.name}, which runs no programs`);
  return viewOf(graph, {
    name,
    ...compileOptions,
    measure: (compiled) => {
      if ((compiled.program.calls ?? []).length > 0) refuse('one that calls functions of the host');
      const captured = compiled.captures.map(({ tensor, cell }) => (cell === undefined ? tensor : cell.own()));
      return measureKernels(compiled, executor, [...lowered.tensorsOf(args), ...captured]);
    },
  });
}
