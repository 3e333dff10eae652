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
  /** Lowering of a primitive to kernel forms; opaque here. */
  readonly lower?: L;
  /** Plain arrays in, plain arrays out: the oracle. A composite's may be left to its parts. */
  readonly reference?: (inputs: readonly NdArray[], attributes: Attributes) => readonly NdArray[];

  /** Derivative along tangents. Inputs without a tangent come with zeros. */
  readonly jvp?: (
    primals: readonly Tensor[],
    tangents: readonly Tensor[],
    attributes: Attributes,
    outputs: readonly Tensor[],
  ) => readonly Tensor[];
  /** Cotangents of the inputs from those of the outputs; `null` where there is none or `needs` says none is wanted. */
  readonly vjp?: (
    cotangents: readonly Tensor[],
    saved: Saved,
    attributes: Attributes,
    needs: readonly boolean[],
  ) => readonly (Tensor | null)[];
  /** What `vjp` reads of the forward pass: names of inputs, or `output`. */
  readonly saves: readonly string[];
  /** Replaces the plain forward pass when a derivative will be taken and more than inputs and outputs must be kept. */
  readonly forward?: (
    inputs: readonly Tensor[],
    attributes: Attributes,
  ) => { readonly outputs: readonly Tensor[]; readonly saved: Saved };
  /** Why no derivative exists (comparisons, integer results …); set exactly when `jvp`, `vjp` and `compose` give none. */
  readonly nonDifferentiable?: string;

  /**
   * How a batch axis passes through. `elementwise`: inputs broadcast, so the axis just rides along, and cotangents are
   * summed back to the inputs' shapes by the transforms. A rule gets batched inputs with the batch axis in front.
   */
  readonly batch:
    | 'elementwise'
    | 'composed'
    | ((
        inputs: readonly Tensor[],
        batched: readonly boolean[],
        attributes: Attributes,
        size: number,
      ) => readonly Tensor[]);

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
