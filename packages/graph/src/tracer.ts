/**
 * The deferred tracer: an interpreter that computes nothing and writes down every op as a node of a graph. It is pushed
 * as a dynamic interpreter, so it gets every op of the captured function; a derivative or a batch transform that runs
 * inside the capture stands above it and reaches it with the ops of its rules.
 *
 * Invariants: every traced tensor's payload is a value of this tracer's graph; a concrete tensor from outside becomes one
 * capture however often it is read; composites are inlined, so a graph holds primitives only.
 *
 * A *region* (the body of a loop, see `regions.ts`) is traced by a tracer of its own. It may read tensors of any interpreter
 * that is running, and it keeps composites that state something of their derivative as nodes: the derivative of the region
 * is taken of its graph. They are inlined when the op with the region becomes a node of a graph that is no region.
 */
import {
  type AbstractValue,
  type Attributes,
  abstractValue,
  baseInterpreter,
  DeferredCallSite,
  dispatch,
  findOperation,
  Interpreter,
  leaked,
  type NdArray,
  type Operation,
  type OperationRegions,
  raise,
  sizeOf,
  Tensor,
  withInterpreter,
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
import { replayGraph } from './interpret.ts';
import { closeGraphs } from './region-inputs.ts';

/** Arrays with more elements than this are kept out of the graph: they become captured tensors of the base. */
const largestConstant = 4096;

/** What a tracer does besides. */
export interface TracerOptions {
  /** Tensors of running transforms may be read from outside; they become captures too. */
  readonly readsAny?: boolean;
  /** Composites that state something of their derivative become nodes. */
  readonly keepsRules?: boolean;
  /** Scalars that happen to be equal stay constants of their own. */
  readonly keepsScalars?: boolean;
}

const statesDerivative = (operation: Operation): boolean =>
  operation.vjp !== undefined || operation.jvp !== undefined || operation.nonDifferentiable !== undefined;

/** Records ops as graph nodes instead of running them. */
export class GraphTracer extends Interpreter {
  readonly name = 'capture';
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
    const inferred = operation.infer(
      inputs.map((input) => input.abstract),
      attributes,
    );
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
  readonly graph: Graph;
  /** What the function returned. These tensors belong to the ended capture: only their shapes and dtypes are of use. */
  readonly result: R;
}

/**
 * Captures a function of tensors as a graph by running it once on tensors that have a shape and a dtype but no elements.
 * Concrete tensors that it reads become captures of the graph. Results may be inputs, constants or captured tensors.
 *
 * Throws `E_CAPTURE_READ` where the function asks for elements, `E_CAPTURE_IMPURE` where it reads a tensor of a
 * transform that runs around the capture, and the errors of its ops, at the user's line.
 */
export function traceGraph<R extends readonly Tensor[]>(
  f: (inputs: readonly Tensor[]) => R,
  inputs: readonly AbstractValue[],
  options: TracerOptions = {},
): Traced<R> {
  const tracer = new GraphTracer(options);
  const values = inputs.map((abstract) => freeValue(abstract));
  return withInterpreter(
    tracer,
    () => {
      const result: unknown = f(values.map((value) => tracer.input(value)));
      if (result instanceof Promise) return result as never; // withInterpreter raises the error
      if (!Array.isArray(result)) {
        raise('E_ARGUMENT', {
          op: tracer.name,
          argument: 'function',
          expected: 'a function that returns a list of tensors',
          found: result === null ? 'null' : typeof result,
        });
      }
      return { graph: tracer.finish(values, result), result: result as unknown as R };
    },
    true,
  );
}
