/** A function of a file, called like the one that was saved, with arguments of the types that it was saved for. */
import {
  baseInterpreter,
  DeftError,
  dispatch,
  isInterpreting,
  isReplaying,
  type Operation,
  raise,
  regionTools,
  type StateCell,
  type Tensor,
} from '@deft/core';
import { callsHost, type Graph } from '@deft/graph';
import { dropWithOwner, Holdings } from '../holdings.ts';
import type { CompiledFunction, Lowered } from '../lowered.ts';
import { TraceCache } from '../trace-cache.ts';
import { cellsOf, openDerivative, withCellsAsInputs, withOutputs } from './graph-parts.ts';
import { GraphProgram } from './graph-program.ts';
import { withDerivative, withoutDerivative } from './loaded-operation.ts';

/** A function that was loaded: called like the one that was saved. The file does not know its types. */
// biome-ignore lint/suspicious/noExplicitAny: whoever loads it knows what it takes
export type LoadedFunction = ((...args: any[]) => any) & {
  /** What it is for each kind of arguments that it was saved for. */
  readonly lowered: readonly Lowered[];
  /** The signatures, as text. */
  readonly signatures: readonly string[];
};

/** A function for arguments of one kind under a capture, a derivative or a batch: its results are an op, what it does to cells is ops. */
class AppliedFunction {
  readonly #lowered: Lowered;
  readonly #cells: readonly StateCell[];
  readonly #results: GraphProgram;
  readonly #operation: Operation;
  /** What replaced cells hold afterwards. */
  readonly #after: GraphProgram;
  readonly #afterAgain: GraphProgram;

  constructor(lowered: Lowered, holdings: Holdings) {
    const { name } = lowered;
    const cells = cellsOf(lowered.graph);
    const graph = withCellsAsInputs(lowered.graph, cells);
    const count = graph.outputs.length - lowered.replaced.length;
    const positions = [...graph.outputs.keys()];
    const program = (part: Graph): GraphProgram => new GraphProgram(part, name, holdings);
    this.#lowered = lowered;
    this.#cells = cells;
    this.#results = program(withOutputs(graph, positions.slice(0, count)));
    const after = withOutputs(graph, positions.slice(count));
    this.#after = program(after);
    this.#afterAgain = callsHost(after) ? program(regionTools().withoutEffects(after) as Graph) : this.#after;
    const derivative = lowered.derivative();
    this.#operation =
      derivative === undefined
        ? withoutDerivative(name, this.#results)
        : withDerivative(name, this.#results, openDerivative(derivative, cells), holdings);
  }

  run(tensors: readonly Tensor[]): unknown {
    const { results, replaced } = this.#lowered;
    const inputs = [...tensors, ...this.#cells.map((cell) => cell.get())];
    const isOpen = inputs.length > 0 && this.#results.graph.outputs.length > 0;
    const outputs = isOpen ? dispatch(this.#operation, inputs, {}) : this.#results.run(inputs);
    if (replaced.length > 0) {
      const after = (isReplaying() ? this.#afterAgain : this.#after).run(inputs);
      replaced.forEach((cell, i) => {
        cell.set(after[i] as Tensor);
      });
    }
    return results.structure.rebuild(
      results.leaves.map((leaf) => ('output' in leaf ? outputs[leaf.output] : leaf.value)),
    );
  }
}

/** What functions hold that are applied, at one size of dims that have names. */
interface Applied {
  readonly at: AppliedFunction;
  readonly holdings: Holdings;
}

/** Sizes for which a function stays at hand under captures and transforms. */
const mostSizes = 64;

/** A function for arguments of one kind. */
class OneKind {
  readonly lowered: Lowered;
  readonly #holdings: Holdings;
  #compiled: { readonly executor: unknown; readonly call: CompiledFunction } | undefined;
  readonly #applied = new TraceCache<Applied>(mostSizes, ({ holdings }) => holdings.dropAll());

  constructor(lowered: Lowered, holdings: Holdings) {
    this.lowered = lowered;
    this.#holdings = holdings;
    const applied = this.#applied;
    holdings.add({ dispose: () => applied.clear() });
  }

  call(args: readonly unknown[]): unknown {
    if (isInterpreting() || isReplaying()) return this.#appliedTo(args).run(this.lowered.tensorsOf(args));
    const executor = baseInterpreter();
    if (this.#compiled?.executor !== executor) {
      this.#compiled?.call.dispose();
      this.#compiled = { executor, call: this.lowered.compileInto(this.#holdings) };
    }
    return this.#compiled.call(...args);
  }

  #appliedTo(args: readonly unknown[]): AppliedFunction {
    const key = this.lowered.sizesOf(args).join();
    let applied = this.#applied.get(key);
    if (applied === undefined) {
      const holdings = new Holdings();
      applied = { at: new AppliedFunction(this.lowered.for(args), holdings), holdings };
      this.#applied.set(key, applied);
    }
    return applied.at;
  }
}

/** Says which signatures there are. */
function noneFits(name: string, kinds: readonly OneKind[]): never {
  return raise('E_SIGNATURE', {
    op: name,
    says: `the arguments fit none of the signatures that it was saved with: ${kinds.map(({ lowered }) => lowered.signature).join('; ')}`,
    hint: 'save it for these arguments, too: serialize({ f: [f.lower(…), f.lower(…)] })',
  });
}

/** The function of a file, for all kinds of arguments that it was saved for. */
export function loadedFunction(name: string, lowered: readonly Lowered[]): LoadedFunction {
  const holdings = new Holdings();
  const kinds = lowered.map((one) => new OneKind(one, holdings));
  const [first] = kinds as [OneKind];
  const call = (...args: unknown[]): unknown => {
    if (kinds.length === 1) return first.call(args);
    const kind = kinds.find((one) => fits(one.lowered, args)) ?? noneFits(name, kinds);
    return kind.call(args);
  };
  const loaded = Object.defineProperties(call, {
    name: { value: name },
    lowered: { value: Object.freeze([...lowered]) },
    signatures: { get: () => lowered.map(({ signature }) => signature) },
  }) as unknown as LoadedFunction;
  dropWithOwner(loaded, holdings);
  return loaded;
}

function fits(lowered: Lowered, args: readonly unknown[]): boolean {
  try {
    lowered.tensorsOf(args);
    return true;
  } catch (error) {
    if (error instanceof DeftError && error.code === 'E_SIGNATURE') return false;
    throw error;
  }
}
