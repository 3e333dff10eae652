/**
 * What the system knows of an op, and the registry of all of them. The constructors that op files use
 * (`definePrimitive`, `defineComposite`) stand in `@deft/ops` and produce these records; tracer, transforms, compiler and
 * executors read them and never ask for a name.
 */
import type { AbstractValue } from './abstract-value.ts';
import type { DType } from './dtype.ts';
import type { ErrorCode } from './errors.ts';
import { internal } from './errors.ts';
import type { NdArray } from './nd-array.ts';
import type { Tensor } from './tensor.ts';

/** Options of an op as the graph keeps them: plain data that prints and parses. */
export type AttributeValue =
  | number
  | string
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

/** All options of one application of an op. */
export type Attributes = { readonly [key: string]: AttributeValue };

/** Results of which some have a batch axis in front, and the others are the same for all examples. */
export interface PartlyBatched {
  readonly values: readonly Tensor[];
  readonly batched: readonly boolean[];
}

/** The words of an op: become TSDoc and the reference page. */
export interface OperationDocumentation {
  readonly summary: string;
  readonly math?: string;
  readonly notes?: readonly string[];
  readonly see?: readonly string[];
  /** Group on the reference page, e.g. `arithmetic`, `reduction`, `random`. */
  readonly group: string;
}

/**
 * One example that the generated tests run in every mode, on every backend. The op is called as
 * `op(...inputs, ...rest)`, or `op(inputs, ...rest)` if it is variadic.
 */
export interface OperationSample {
  readonly label: string;
  readonly inputs: readonly NdArray[];
  readonly rest?: readonly unknown[];
  /**
   * `check`: compare with finite differences in float64; `skip`: no derivative is compared here; numbers: the gradient
   * of the sum of the result for every input, stated because the point is a kink.
   */
  readonly grad?: 'check' | 'skip' | readonly (readonly number[])[];
  /** Allowed error in units in the last place (float32) against the reference; 4 unless told. */
  readonly ulp?: number;
}

/** A bad call and the error it must give in every mode. */
export interface OperationErrorSample {
  readonly label: string;
  readonly inputs: readonly { readonly shape: readonly number[]; readonly dtype?: DType }[];
  readonly rest?: readonly unknown[];
  readonly code: ErrorCode;
  readonly says: RegExp;
}

/** A backend or dtype for which an op does not hold yet; shown in the coverage table, and fails when it holds after all. */
export interface OperationLimitation {
  readonly backend?: string;
  readonly dtype?: DType;
  readonly reason: string;
}

/** Values kept from the forward pass, by the names that `saves` lists (`output` is the result). */
export type Saved = { readonly [name: string]: Tensor };

/** A function of tensors as data. */
export interface Region {
  readonly inputs: readonly { readonly abstract: AbstractValue }[];
  readonly outputs: readonly { readonly abstract: AbstractValue }[];
}

/** The operands of an op that are, in order, the first inputs of all its regions, and the same at every run of them. */
export interface ClosedOver {
  /** Which operand is the first of them. */
  readonly from: number;
  readonly count: number;
}

/** What an op of regions states of them. */
export interface OperationRegions {
  readonly list: readonly Region[];
  /** The same op of other regions. */
  withRegions(regions: readonly Region[]): Operation;
  closedOver(attributes: Attributes): ClosedOver;
  /** The attributes for another number of closed-over operands. */
  withClosedOver(attributes: Attributes, count: number): Attributes;
  /** Which operands and results are stacks, of which a region takes or gives a slice along the first axis. */
  stacks?(attributes: Attributes): { readonly operands: readonly number[]; readonly results: readonly number[] };
  /** Whether regions run many times, so that what is the same every time is better computed before. */
  readonly repeats: boolean;
  /** The same application without the results that nobody uses and without what only they need. */
  prune?(attributes: Attributes, used: readonly boolean[]): PrunedApplication | undefined;
}

/** An application of an op with fewer operands and results. */
export interface PrunedApplication {
  readonly operation: Operation;
  readonly attributes: Attributes;
  /** Operands that are left, by their old positions. */
  readonly operands: readonly number[];
  /** Results that are left, by their old positions. */
  readonly results: readonly number[];
}

/** The axis along which a `vmap` that has a name holds its examples. Known by identity: another call has another one. */
export interface BatchAxis {
  readonly name: string;
  readonly size: number;
}

/** One op. `L` is the type of its lowering, which core does not know. */
export interface Operation<L = unknown> {
  readonly name: string;
  readonly kind: 'primitive' | 'composite';
  /** Names of the tensor arguments in order; their number is the arity. */
  readonly inputs: readonly string[];
  /** The op takes any number of tensors of the one kind that `inputs` names. */
  readonly variadic: boolean;
  /** The op gives a list of tensors (of any length) rather than one. */
  readonly multipleResults: boolean;
  readonly doc: OperationDocumentation;

  /** Shape and dtype rule; raises the op's errors. A composite's is derived by running `compose` on abstract values. */
  infer(inputs: readonly AbstractValue[], attributes: Attributes): readonly AbstractValue[];
  /** The ops a composite is made of. */
  readonly compose?: (inputs: readonly Tensor[], attributes: Attributes) => readonly Tensor[];
  /**
   * Lowering of a primitive to kernel forms; opaque here. A primitive with `compose` is run by that where it is executed at
   * once, and is a node of its own in a graph.
   */
  readonly lower?: L;
  /** Plain arrays in, plain arrays out: the oracle. A composite's may be left to its parts. */
  readonly reference?: (inputs: readonly NdArray[], attributes: Attributes) => readonly NdArray[];
  /**
   * The op is computed on the host by its `reference`, wherever the rest is computed: it calls the user's code or writes text.
   * `ordered`: the first operand and the first result are a token (int32[]), which puts it in its place among other such ops.
   */
  readonly host?: 'pure' | 'ordered';

  /** The functions that the op calls (a loop's body), as data. */
  readonly regions?: OperationRegions;

  /** Derivative along tangents. Inputs without a tangent come with zeros, and `varies` says which have one. */
  readonly jvp?: (
    primals: readonly Tensor[],
    tangents: readonly Tensor[],
    attributes: Attributes,
    outputs: readonly Tensor[],
    varies: readonly boolean[],
  ) => readonly Tensor[];
  /**
   * Value and derivative at once, used instead of `jvp` where both are computed together. Inputs that do not depend on the
   * direction have no tangent, nor need results.
   */
  readonly pushForward?: (
    primals: readonly Tensor[],
    tangents: readonly (Tensor | undefined)[],
    attributes: Attributes,
  ) => { readonly outputs: readonly Tensor[]; readonly tangents: readonly (Tensor | undefined)[] };
  /**
   * Cotangents of the inputs from those of the outputs; `null` where there is none or `needs` says none is wanted. Shapes
   * and dtypes of the inputs come as `types`, so that no input need be saved for its shape. Outputs that nothing depends on
   * come with zeros, and `arrived` says which have a cotangent.
   */
  readonly vjp?: (
    cotangents: readonly Tensor[],
    saved: Saved,
    attributes: Attributes,
    needs: readonly boolean[],
    types: readonly AbstractValue[],
    arrived: readonly boolean[],
  ) => readonly (Tensor | null)[];
  /**
   * The sum of many results as one application of ops, where that is less work than adding them up one by one: all operands
   * have an axis of their own in front, along which the results are summed.
   */
  readonly summed?: (stacks: readonly Tensor[], attributes: Attributes) => Tensor;
  /** Elements that `vjp` reads of the forward pass: names of inputs, or `output`. */
  readonly saves: readonly string[];
  /**
   * For a saved value that only some cotangents need: the inputs whose cotangents do. It is not saved, and `vjp` does not
   * get it, when none of these is wanted; so a product with a constant keeps the constant alone.
   */
  readonly savedFor?: { readonly [saved: string]: readonly string[] };
  /**
   * The op multiplies and sums over long axes (a matrix product, a convolution), so that its result is small beside the work it
   * takes. Memory policies ask for it.
   */
  readonly contraction?: true;
  /**
   * The result is the operand, but counts as another value: graph passes neither remove the op nor merge what stands before it with
   * what stands behind it, and kernels are not merged across it.
   */
  readonly barrier?: true;
  /**
   * Replaces the plain forward pass when a derivative will be taken and more than inputs and outputs must be kept. `needs`
   * says of which inputs cotangents will be asked for.
   */
  readonly forward?: (
    inputs: readonly Tensor[],
    attributes: Attributes,
    needs: readonly boolean[],
  ) => { readonly outputs: readonly Tensor[]; readonly saved: Saved };
  /** Why no derivative exists (comparisons, integer results …); set exactly when `jvp`, `vjp` and `compose` give none. */
  readonly nonDifferentiable?: string;

  /**
   * How a batch axis passes through. `elementwise`: inputs broadcast, so the axis just rides along, and cotangents are
   * summed back to the inputs' shapes by the transforms. A rule gets batched inputs with the batch axis in front, and the axis
   * where it has a name, to hand it on to batches of the functions that the op calls. Its results have the batch axis in front, unless
   * it says which of them are the same for all examples.
   */
  readonly batch:
    | 'elementwise'
    | 'composed'
    | ((
        inputs: readonly Tensor[],
        batched: readonly boolean[],
        attributes: Attributes,
        size: number,
        axis?: BatchAxis,
      ) => readonly Tensor[] | PartlyBatched);

  /**
   * For an op that combines the examples of one batch: along that axis `batch` does not hold. `combine` gets the first operand of all
   * examples, the axis in front, and gives a result that is the same for all of them. Where the operand is the same for
   * all examples, `compose` says what comes of it.
   */
  readonly across?: {
    readonly axis: BatchAxis;
    combine(examples: Tensor): Tensor;
  };

  /**
   * The op on complex operands, made of ops on their parts: what `dispatch` applies in its place where an operand is complex.
   * A primitive without one takes none.
   */
  readonly complexForm?: Operation;
  /**
   * For the few ops that take complex numbers apart and put them together: the same on float32 arrays that stand for complex
   * ones, real parts first and imaginary parts behind them along a new first axis.
   */
  readonly onPlanes?: (inputs: readonly Tensor[], attributes: Attributes) => readonly Tensor[];

  readonly samples: readonly OperationSample[];
  readonly errors: readonly OperationErrorSample[];
  readonly limitations: readonly OperationLimitation[];
  /** The public function, as samples call it. */
  readonly call: (...args: never[]) => unknown;
}

/** An op's public function together with its record. */
export type OperationFunction<F> = F & { readonly operation: Operation };

const registry = new Map<string, Operation>();

/** Enters an op into the registry; a name can be taken once. */
export function registerOperation(operation: Operation): void {
  if (registry.has(operation.name)) internal(`op ${operation.name} is registered twice`);
  registry.set(operation.name, operation);
}

/** The op of that name, or `undefined`; used by parsers and tools. */
export function findOperation(name: string): Operation | undefined {
  return registry.get(name);
}

/** All registered ops, by name. */
export function allOperations(): readonly Operation[] {
  return [...registry.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
