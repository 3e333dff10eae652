/**
 * The deferred tracer: an interpreter that computes nothing and writes down every op as a node of a graph. It is pushed
 * as a dynamic interpreter, so it gets every op of the captured function; a derivative or a batch transform that runs
 * inside the capture stands above it and reaches it with the ops of its rules.
 *
 * Invariants: every traced tensor's payload is a value of this tracer's graph; a concrete tensor from outside becomes one
 * capture however often it is read; composites are inlined, so a graph holds primitives only.
 *
 * It is the scope of the state that the function reads and replaces: what a cell holds when it is first read is a value from
 * outside, what it holds at the end a result.
 *
 * A *region* (the body of a loop, see `regions.ts`) is traced by a tracer of its own. It may read tensors of any interpreter
 * that is running, and it keeps composites that state something of their derivative as nodes: the derivative of the region
 * is taken of its graph. They are inlined when the op with the region becomes a node of a graph that is no region.
 */
import {
  type AbstractValue,
  type Attributes,
  abstractValue,
  atBase,
  baseInterpreter,
  type CallSite,
  DeferredCallSite,
  dispatch,
  findOperation,
  Interpreter,
  leaked,
  type NdArray,
  type Operation,
  type OperationRegions,
  raise,
  type StateCell,
  type StateScope,
  sizeOf,
  stateScope,
  Tensor,
  withInterpreter,
  withoutDerivative,
  withStateScope,
} from '@deft/core';
import {
  freeValue,
  type Graph,
  type GraphCapture,
  type GraphConstant,
  type GraphNode,
  type GraphValue,
  makeNode,
} from './graph.ts';
import { evaluateGraph, replayGraph } from './interpret.ts';
import { closeGraphs } from './region-inputs.ts';

/** Arrays with more elements than this are kept out of the graph: they become captured tensors of the base. */
const largestConstant = 4096;

/** What a tracer does besides. */
export interface TracerOptions {
  /** What is running, for messages about tensors that were kept: `a call of f`. */
  readonly call?: string;
  /** Tensors of running transforms may be read from outside; they become captures too. */
  readonly readsAny?: boolean;
  /** Composites that state something of their derivative become nodes. */
  readonly keepsRules?: boolean;
  /** Scalars that happen to be equal stay constants of their own. */
  readonly keepsScalars?: boolean;
  /** Called before a cell of state is made, of which it says whether that may be, by throwing. Without it none can be made. */
  readonly makesCell?: ((label: string) => void) | undefined;
}

/** A cell that the traced function read or replaced. */
export interface TracedCell {
  readonly cell: StateCell;
  /** What it holds at the start, in the graph and outside. */
  readonly start: GraphValue;
  readonly outside: Tensor;
  /** What it holds at the end, where it was replaced. */
  readonly end: GraphValue | undefined;
}

interface CellState {
  readonly start: Tensor;
  readonly outside: Tensor;
  current: Tensor;
  replaced: boolean;
}

/** For code that is run later, in the place where the regions of an op are finished: what it would read then may be another value. */
function refusingState(operation: Operation, level: number): StateScope {
  const refuse = (cell: StateCell): never =>
    raise('E_CAPTURE_IMPURE', {
      op: operation.name,
      says: `in the body of a loop or branch, a function with a derivative of its own uses ${cell.label}`,
      hint: 'read it outside of that function and pass the value as an argument; random ops take { key }',
    });
  return {
    level,
    replays: false,
    get: refuse,
    set: refuse,
    initial: (label) => raise('E_VARIABLE', { op: operation.name, says: `${label} is made in the body of a loop` }),
  };
}

const statesDerivative = (operation: Operation): boolean =>
  operation.vjp !== undefined || operation.jvp !== undefined || operation.nonDifferentiable !== undefined;

/** Records ops as graph nodes instead of running them. */
export class GraphTracer extends Interpreter implements StateScope {
  readonly name = 'capture';
  readonly #outerScope = stateScope();
  /** Within something that is run a second time, effects are left out. */
  readonly replays: boolean = this.#outerScope?.replays ?? false;
  readonly #cells = new Map<StateCell, CellState>();
  readonly #constants: GraphConstant[] = [];
  readonly #scalars = new Map<string, Tensor>();
  readonly #captures: GraphCapture[] = [];
  readonly #captured = new Map<Tensor, Tensor>();
  readonly #nodes: GraphNode[] = [];
  readonly #options: TracerOptions;
  /** The user's line of the library composite that is being inlined. */
  #inlining: DeferredCallSite | undefined;

  constructor(options: TracerOptions = {}) {
    super();
    this.#options = options;
  }

  /** A traced tensor for an input of the graph. */
  input(value: GraphValue): Tensor {
    return this.#traced(value);
  }

  process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const keeps = this.#options.keepsRules === true;
    if (operation.kind === 'composite' && operation.compose && !(keeps && statesDerivative(operation))) {
      return this.#inline(operation, inputs, attributes);
    }
    if (operation.regions && !keeps) return this.#finishRegions(operation.regions, inputs, attributes);
    return this.#record(operation, inputs, attributes);
  }

  #record(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const types = inputs.map((input) => input.abstract);
    const isLater = operation.kind === 'composite' && findOperation(operation.name) !== operation;
    const inferred = isLater
      ? withStateScope(refusingState(operation, this.level), () => operation.infer(types, attributes))
      : operation.infer(types, attributes);
    const node = makeNode(
      operation,
      inputs.map((input) => input.payload as GraphValue),
      attributes,
      inferred,
      this.#inlining ?? DeferredCallSite.here(),
    );
    this.#nodes.push(node);
    return node.outputs.map((value) => this.#traced(value));
  }

  lift(tensor: Tensor): Tensor {
    const known = this.#captured.get(tensor);
    if (known) return known;
    if (!tensor.interpreter.active) leaked(tensor);
    if (tensor.interpreter !== baseInterpreter() && !this.#options.readsAny) {
      raise('E_CAPTURE_IMPURE', {
        operands: [tensor.abstract],
        says: `the captured function reads a tensor of a running ${tensor.interpreter.name} from outside`,
        hint: 'pass the tensor to the captured function as an argument',
      });
    }
    const traced = this.#traced(freeValue(tensor.abstract));
    this.#captures.push({ value: traced.payload as GraphValue, tensor });
    this.#captured.set(tensor, traced);
    return traced;
  }

  override origin(tensor: Tensor): { readonly call: string; readonly callSite: CallSite | undefined } {
    const { producer } = tensor.payload as GraphValue;
    return { call: this.#options.call ?? `a call of ${this.name}`, callSite: producer?.callSite?.value };
  }

  get(cell: StateCell): Tensor {
    return this.#cell(cell).current;
  }

  set(cell: StateCell, value: Tensor): void {
    const state = this.#cell(cell);
    const own = value.interpreter === this ? value : this.lift(value);
    // A region is differentiated later, when nobody knows any more that the value went through state.
    state.current = this.#options.keepsRules === true ? withoutDerivative(own) : own;
    state.replaced = true;
  }

  initial(label: string, value: Tensor): Tensor {
    const { makesCell } = this.#options;
    if (makesCell === undefined) {
      raise('E_VARIABLE', {
        says: `${label} is made in the body of a loop, in a branch or in a function that is captured for one op`,
        hint: 'make it before, and assign to it there',
      });
    }
    makesCell(label);
    const own = value.interpreter === this ? value : this.lift(value);
    const graph = this.#graphOf(own.payload as GraphValue);
    if (graph === undefined) {
      raise('E_VARIABLE', {
        operands: [value.abstract],
        says: `${label} would start from a value that depends on an argument of the captured function`,
        hint: 'make it before the call, or start from a constant and assign to it',
      });
    }
    return atBase(() => withStateScope(undefined, () => evaluateGraph(graph, [])[0] as Tensor));
  }

  /** What a value is computed from; `undefined` where inputs are among it. */
  #graphOf(output: GraphValue): Graph | undefined {
    const needed = new Set<GraphValue>([output]);
    for (let i = this.#nodes.length - 1; i >= 0; i--) {
      const node = this.#nodes[i] as GraphNode;
      if (node.outputs.some((value) => needed.has(value))) for (const input of node.inputs) needed.add(input);
    }
    const isNeeded = ({ value }: { readonly value: GraphValue }): boolean => needed.has(value);
    const cells = this.cells.map(({ cell, start, outside }) => ({ value: start, tensor: outside, cell }));
    const captures = [...this.#captures, ...cells].filter(isNeeded);
    const constants = this.#constants.filter(isNeeded);
    const nodes = this.#nodes.filter((node) => node.outputs.some((value) => needed.has(value)));
    const known = new Set([...captures, ...constants].map(({ value }) => value));
    const isClosed = [...needed].every((value) => value.producer !== undefined || known.has(value));
    return isClosed ? { inputs: [], constants, captures, nodes, outputs: [output] } : undefined;
  }

  #cell(cell: StateCell): CellState {
    let state = this.#cells.get(cell);
    if (state === undefined) {
      const outside = cell.outside(this.#outerScope);
      const { shape, dtype } = cell.abstract;
      const start = this.#traced(freeValue(abstractValue(shape, dtype)));
      state = { start, outside, current: start, replaced: false };
      this.#cells.set(cell, state);
    }
    return state;
  }

  /** The cells that were read or replaced, in the order in which they first were. */
  get cells(): TracedCell[] {
    return [...this.#cells].map(([cell, { start, outside, current, replaced }]) => ({
      cell,
      start: start.payload as GraphValue,
      outside,
      end: replaced ? (current.payload as GraphValue) : undefined,
    }));
  }

  constant(array: NdArray, weak: boolean): Tensor {
    const size = sizeOf(array.shape);
    if (size > largestConstant) return this.lift(baseInterpreter().constant(array, weak));
    const abstract = abstractValue(array.shape, array.dtype, weak);
    if (size !== 1 || this.#options.keepsScalars) return this.#constant(abstract, array);
    const elements = Array.from(array.data, (element) => (Object.is(element, -0) ? '-0' : element));
    const key = `${abstract.text} ${weak} ${elements.join(' ')}`;
    let traced = this.#scalars.get(key);
    if (!traced) {
      traced = this.#constant(abstract, array);
      this.#scalars.set(key, traced);
    }
    return traced;
  }

  /** The graph of everything recorded so far, with these tensors as results. */
  finish(inputs: readonly GraphValue[], results: readonly Tensor[]): Graph {
    const outputs = results.map((result, i) => this.#resultValue(result, i));
    return { inputs, constants: this.#constants, captures: this.#captures, nodes: this.#nodes, outputs };
  }

  #resultValue(result: unknown, position: number): GraphValue {
    if (!(result instanceof Tensor)) {
      return raise('E_ARGUMENT', {
        op: this.name,
        argument: `result ${position}`,
        expected: 'a tensor',
        found: result === null ? 'null' : typeof result,
      });
    }
    return (result.interpreter === this ? result : this.lift(result)).payload as GraphValue;
  }

  #constant(abstract: AbstractValue, array: NdArray): Tensor {
    const value = freeValue(abstract);
    this.#constants.push({ value, array });
    return this.#traced(value);
  }

  #traced(value: GraphValue): Tensor {
    return new Tensor(value.abstract, this, value);
  }

  /** The op with all composites of its regions inlined; what they read from outside becomes operands. */
  #finishRegions(regions: OperationRegions, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const { from, count } = regions.closedOver(attributes);
    const graphs = (regions.list as readonly Graph[]).map((region) => {
      const tracer = new GraphTracer({ readsAny: true });
      const values = region.inputs.map((input) => freeValue(input.abstract));
      return withInterpreter(
        tracer,
        () => {
          const arguments_ = values.map((value) => tracer.input(value));
          return tracer.finish(values, tracer.#replay(region, arguments_));
        },
        true,
      );
    });
    const { graphs: closed, tensors } = closeGraphs(graphs, count);
    const more = tensors.map((tensor) => (tensor.interpreter === this ? tensor : this.lift(tensor)));
    return this.#record(
      regions.withRegions(closed),
      [...inputs.slice(0, from + count), ...more, ...inputs.slice(from + count)],
      regions.withClosedOver(attributes, count + more.length),
    );
  }

  /** Records the ops of a graph with their users' lines. */
  #replay(graph: Graph, inputs: readonly Tensor[]): readonly Tensor[] {
    const outer = this.#inlining;
    try {
      return replayGraph(graph, inputs, (node, operands) => {
        this.#inlining = node.callSite ?? outer;
        return dispatch(node.operation, operands, node.attributes);
      });
    } finally {
      this.#inlining = outer;
    }
  }

  #inline(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const compose = operation.compose as NonNullable<Operation['compose']>;
    const outer = this.#inlining;
    if (outer !== undefined || findOperation(operation.name) !== operation) return compose(inputs, attributes);
    this.#inlining = DeferredCallSite.here();
    try {
      return compose(inputs, attributes);
    } finally {
      this.#inlining = outer;
    }
  }
}

/** What capturing a function gives. */
export interface Traced<R extends readonly Tensor[]> {
  /** Results are those of the function, then what the replaced cells hold at the end. */
  readonly graph: Graph;
  /** Cells that the function replaces. */
  readonly replaced: readonly StateCell[];
  /** What the function returned. These tensors belong to the ended capture: only their shapes and dtypes are of use. */
  readonly result: R;
}

/** A function run on a tracer. */
export interface TracedFunction<R extends readonly Tensor[]> {
  /** Without cells. */
  readonly graph: Graph;
  readonly result: R;
  readonly cells: readonly TracedCell[];
}

/** Runs a function on a new tracer. */
export function traceFunction<R extends readonly Tensor[]>(
  f: (inputs: readonly Tensor[]) => R,
  inputs: readonly AbstractValue[],
  options: TracerOptions = {},
): TracedFunction<R> {
  const tracer = new GraphTracer(options);
  const values = inputs.map((abstract) => freeValue(abstract));
  return withInterpreter(
    tracer,
    () => {
      const result: unknown = withStateScope(tracer, () => f(values.map((value) => tracer.input(value))));
      if (result instanceof Promise) return result as never; // withInterpreter raises the error
      if (!Array.isArray(result)) {
        raise('E_ARGUMENT', {
          op: tracer.name,
          argument: 'function',
          expected: 'a function that returns a list of tensors',
          found: result === null ? 'null' : typeof result,
        });
      }
      return { graph: tracer.finish(values, result), result: result as unknown as R, cells: tracer.cells };
    },
    true,
  );
}

/**
 * Captures a function of tensors as a graph by running it once on tensors that have a shape and a dtype but no elements.
 * Concrete tensors that it reads become captures of the graph, and so do the cells of state that it reads; what the cells
 * that it replaces hold at the end become further results. Results may be inputs, constants or captured tensors.
 *
 * Throws `E_CAPTURE_READ` where the function asks for elements, `E_CAPTURE_IMPURE` where it reads a tensor of a
 * transform that runs around the capture, and the errors of its ops, at the user's line.
 */
export function traceGraph<R extends readonly Tensor[]>(
  f: (inputs: readonly Tensor[]) => R,
  inputs: readonly AbstractValue[],
  options: TracerOptions = {},
): Traced<R> {
  const { graph, result, cells } = traceFunction(f, inputs, options);
  if (cells.length === 0) return { graph, result, replaced: [] };
  const captures = cells.map(({ cell, start, outside }): GraphCapture => ({ value: start, tensor: outside, cell }));
  const replaced = cells.filter(({ end }) => end !== undefined);
  return {
    graph: {
      ...graph,
      captures: [...graph.captures, ...captures],
      outputs: [...graph.outputs, ...replaced.map(({ end }) => end as GraphValue)],
    },
    result,
    replaced: replaced.map(({ cell }) => cell),
  };
}
