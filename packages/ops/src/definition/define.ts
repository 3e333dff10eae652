/**
 * The two constructors of ops. An op file calls one of them with everything the system should know of the op; the result
 * is the public function, with the op's record as its `operation`. Rules are written with plain tuples and single
 * results; the constructors bring them to the uniform form that interpreters read.
 */
import {
  type AbstractValue,
  type Attributes,
  algebra,
  carrierOf,
  DeftError,
  dispatch,
  inferByRunning,
  isComplex,
  type NdArray,
  type Operation,
  type OperationDocumentation,
  type OperationErrorSample,
  type OperationFunction,
  type OperationLimitation,
  type OperationSample,
  registerOperation,
  type Tensor,
} from '@deft/core';
import type { Form, Lowering } from '@deft/kernel';
import { convertInputs, type Promotion, type TensorLike } from './convert.ts';

/** The tensors and attributes that a public call stands for. */
export interface Call<A extends Attributes> {
  readonly inputs: readonly TensorLike[];
  readonly attributes: A;
}

type Each<I extends readonly string[], T> = { readonly [K in keyof I]: T };
type OneOrMany<T> = T | readonly T[];

/** What both constructors take. `I` are the names of the tensor arguments, `S` the names that `saves` lists. */
interface Definition<I extends readonly string[], A extends Attributes, S extends string> {
  readonly name: string;
  /** Names of the tensor arguments; their number is the arity and types the tuples of all rules. */
  readonly inputs: I;
  /** Any number of tensors in one array argument; rules then get arrays, and `inputs` names the one argument. */
  readonly variadic?: true;
  /** The op gives a list of tensors. */
  readonly multipleResults?: true;
  readonly doc: OperationDocumentation;
  /** Turns the public call's arguments into tensors and attributes, and checks the latter. All arguments are tensors if left out. */
  // biome-ignore lint/suspicious/noExplicitAny: each op annotates its own parameters
  readonly arguments?: (...args: any[]) => Call<A>;
  /** Which inputs meet in one dtype; all of an elementwise op and none of another, unless told. */
  readonly promote?: Promotion;
  readonly jvp?: (
    primals: Each<I, Tensor>,
    tangents: Each<I, Tensor>,
    attributes: A,
    output: Tensor,
    varies: Each<I, boolean>,
  ) => OneOrMany<Tensor>;
  readonly vjp?: (
    cotangent: Tensor,
    saved: { readonly [K in S]: Tensor },
    attributes: A,
    needs: Each<I, boolean>,
    types: Each<I, AbstractValue>,
  ) => readonly (Tensor | null)[];
  /** For ops with several results: cotangents of all of them. Given instead of `vjp`. */
  readonly vjpMany?: (
    cotangents: readonly Tensor[],
    saved: { readonly [K in S]: Tensor },
    attributes: A,
    needs: readonly boolean[],
    types: readonly AbstractValue[],
  ) => readonly (Tensor | null)[];
  /** What `vjp` reads the elements of; shapes and dtypes of inputs it gets anyway. */
  readonly saves?: readonly S[];
  /** For a saved value that only the cotangents of some inputs need: those inputs. */
  readonly savedFor?: { readonly [K in S]?: readonly I[number][] };
  /** The op multiplies and sums over long axes: see `Operation.contraction`. */
  readonly contraction?: true;
  /** The result counts as another value than the operand: see `Operation.barrier`. */
  readonly barrier?: true;
  /** Forward pass that keeps more than inputs and output for `vjp`. */
  readonly forward?: (
    inputs: Each<I, Tensor>,
    attributes: A,
  ) => { readonly outputs: readonly Tensor[]; readonly saved: { readonly [K in S]: Tensor } };
  readonly nonDifferentiable?: string;
  /** The sum of many results along an axis in front of the operands, as one application. */
  readonly summed?: (stacks: Each<I, Tensor>, attributes: A) => Tensor;
  readonly samples: readonly OperationSample[];
  readonly errors?: readonly OperationErrorSample[];
  readonly limitations?: readonly OperationLimitation[];
}

/** A primitive: every field written out. */
export interface PrimitiveDefinition<I extends readonly string[], A extends Attributes, S extends string>
  extends Definition<I, A, S> {
  readonly infer: (inputs: Each<I, AbstractValue>, attributes: A) => OneOrMany<AbstractValue>;
  readonly lower: (
    inputs: Each<I, AbstractValue>,
    attributes: A,
    output: AbstractValue,
    outputs: readonly AbstractValue[],
  ) => OneOrMany<Form>;
  readonly reference: (inputs: Each<I, NdArray>, attributes: A) => OneOrMany<NdArray>;
  /** Complex operands are refused if left out. */
  readonly complex?: ComplexRule<I, A>;
  /** See `Operation`. */
  readonly onPlanes?: (inputs: readonly Tensor[], attributes: A) => readonly Tensor[];
  readonly batch:
    | 'elementwise'
    | ((inputs: Each<I, Tensor>, batched: Each<I, boolean>, attributes: A, size: number) => OneOrMany<Tensor>);
}

/**
 * How a primitive is computed on complex numbers, by ops on their parts: `parts` where it does the same to both (it only
 * moves, adds or chooses), else a function of the operands, all of which that take part in promotion are complex.
 */
type ComplexRule<I extends readonly string[], A extends Attributes> =
  | 'parts'
  | ((inputs: Each<I, Tensor>, attributes: A) => OneOrMany<Tensor>);

/** A composite: made of other ops, so shape rule, derivatives and batching follow. */
export interface CompositeDefinition<I extends readonly string[], A extends Attributes, S extends string>
  extends Definition<I, A, S> {
  readonly compose: (inputs: Each<I, Tensor>, attributes: A) => OneOrMany<Tensor>;
  /** Plain arrays, where an independent oracle is worth having. */
  readonly reference?: (inputs: Each<I, NdArray>, attributes: A) => OneOrMany<NdArray>;
}

const many = <T>(value: OneOrMany<T>): readonly T[] => (Array.isArray(value) ? (value as readonly T[]) : [value as T]);

// The public definition types say what an op file may write; from here on records are uniform and untyped in their rules.
// biome-ignore lint/suspicious/noExplicitAny: rules of all arities meet here
type AnyRule = (...args: any[]) => any;

/** Computes a composite on small dtypes in their carriers, so that it rounds once as a primitive does, not at every step. */
function inCarriers(compose: NonNullable<Operation['compose']>): NonNullable<Operation['compose']> {
  const isSmall = ({ dtype }: Tensor): boolean => carrierOf(dtype) !== dtype;
  return (inputs, attributes) => {
    if (!inputs.some(isSmall)) return compose(inputs, attributes);
    const types = inferByRunning(
      (tensors) => compose(tensors, attributes),
      inputs.map((input) => input.abstract),
    );
    const { cast } = algebra();
    const carried = inputs.map((input) => cast(input, carrierOf(input.dtype)));
    return compose(carried, attributes).map((result, i) => cast(result, (types[i] as AbstractValue).dtype));
  };
}

/** The same op on the real and on the imaginary parts; real operands (indices, conditions) go to both. */
function onParts(operation: () => Operation): NonNullable<Operation['compose']> {
  return (inputs, attributes) => {
    const { parts, fromParts } = algebra();
    const taken = inputs.map((input) => (isComplex(input.dtype) ? parts(input) : ([input, input] as const)));
    const [re, im] = [0, 1].map((part) =>
      dispatch(
        operation(),
        taken.map((pair) => pair[part] as Tensor),
        attributes,
      ),
    ) as [readonly Tensor[], readonly Tensor[]];
    return re.map((real, i) => fromParts(real, im[i] as Tensor));
  };
}

/**
 * What an op does with complex operands, if that differs from what it does with real ones. A composite does the same, but
 * derivatives that it states for itself are those of real numbers: on complex ones they follow from its parts.
 */
function complexRule(
  definition: { readonly complex?: 'parts' | AnyRule },
  operation: Operation,
  whole: () => Operation,
): Operation['compose'] {
  const { complex } = definition;
  if (complex === 'parts') return onParts(whole);
  if (complex) return (inputs, attributes) => many(complex(inputs, attributes));
  return operation.jvp || operation.vjp ? operation.compose : undefined;
}

/** The record that stands for an op where an operand is complex. */
function complexFormOf(operation: Operation, compose: NonNullable<Operation['compose']>): Operation {
  const { jvp, vjp, savedFor, lower, reference, forward, nonDifferentiable, ...rest } = operation;
  return {
    ...rest,
    kind: 'composite',
    compose,
    saves: [],
    batch: 'composed',
    infer: (inputs, attributes) => inferByRunning((tensors) => compose(tensors, attributes), inputs),
  };
}

/** Runs a composite; an error of one of its parts is told as the composite's, which is what the user called. */
function namingErrors<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof DeftError) || error.details.op === undefined || error.details.op === name) throw error;
    const { op, within = op } = error.details;
    throw new DeftError(error.code, {
      ...error.details,
      op: name,
      within,
      ...(error.callSite ? { callSite: error.callSite } : {}),
    });
  }
}

function assemble<F>(
  definition: Definition<readonly string[], Attributes, string>,
  specific: Pick<Operation, 'kind' | 'infer' | 'batch'> & Partial<Operation>,
  elementwise: boolean,
): OperationFunction<F> {
  const { name, inputs, doc, samples } = definition;
  const jvp = definition.jvp as AnyRule | undefined;
  const vjp = definition.vjp as AnyRule | undefined;
  const vjpMany = definition.vjpMany as AnyRule | undefined;
  const promotion: Promotion = definition.promote ?? (elementwise ? 'all' : 'none');
  const toCall =
    (definition.arguments as AnyRule | undefined) ?? ((...args: unknown[]) => ({ inputs: args, attributes: {} }));
  const multipleResults = definition.multipleResults === true;

  const call = (...args: unknown[]): unknown => {
    const { inputs: given, attributes } = toCall(...args) as Call<Attributes>;
    const tensors = convertInputs(operation, given, promotion);
    const results =
      specific.kind === 'primitive'
        ? dispatch(whole, tensors, attributes)
        : namingErrors(name, () => dispatch(whole, tensors, attributes));
    return multipleResults ? results : results[0];
  };

  const operation: Operation = {
    name,
    inputs,
    doc,
    samples,
    variadic: definition.variadic === true,
    multipleResults,
    saves: definition.saves ?? [],
    errors: definition.errors ?? [],
    limitations: definition.limitations ?? [],
    call: call as Operation['call'],
    ...specific,
    ...(definition.nonDifferentiable === undefined ? {} : { nonDifferentiable: definition.nonDifferentiable }),
    ...(definition.summed ? { summed: definition.summed as unknown as NonNullable<Operation['summed']> } : {}),
    ...(definition.forward ? { forward: definition.forward as NonNullable<Operation['forward']> } : {}),
    ...(jvp
      ? {
          jvp: (primals, tangents, attributes, outputs, varies) =>
            many(jvp(primals, tangents, attributes, multipleResults ? outputs : outputs[0], varies)),
        }
      : {}),
    ...(vjpMany ? { vjp: vjpMany as NonNullable<Operation['vjp']> } : {}),
    ...(vjp
      ? {
          vjp: (cotangents, saved, attributes, needs, types) => vjp(cotangents[0], saved, attributes, needs, types),
        }
      : {}),
    ...(definition.savedFor ? { savedFor: definition.savedFor as NonNullable<Operation['savedFor']> } : {}),
    ...(definition.contraction ? { contraction: true } : {}),
    ...(definition.barrier ? { barrier: true } : {}),
  };
  const onComplex = complexRule(definition as { readonly complex?: 'parts' | AnyRule }, operation, () => whole);
  const whole: Operation = onComplex ? { ...operation, complexForm: complexFormOf(operation, onComplex) } : operation;
  registerOperation(whole);
  return Object.assign(call, { operation: whole }) as unknown as OperationFunction<F>;
}

/**
 * Defines an op by writing every rule out.
 *
 * The result's type is taken from the annotation of the exported constant:
 * `export const relu: OperationFunction<UnaryNumeric> = definePrimitive({ … })`.
 */
export function definePrimitive<
  F,
  const I extends readonly string[],
  A extends Attributes,
  S extends I[number] | 'output' | (string & {}),
>(definition: PrimitiveDefinition<I, A, S>): OperationFunction<F> {
  const infer = definition.infer as AnyRule;
  const lower = definition.lower as AnyRule;
  const reference = definition.reference as AnyRule;
  const batch = definition.batch as 'elementwise' | AnyRule;
  const lowering: Lowering = (inputs, attributes, outputs) =>
    many(lower(inputs, attributes, outputs[0], outputs) as OneOrMany<Form>);
  return assemble<F>(
    definition as unknown as Definition<readonly string[], Attributes, string>,
    {
      kind: 'primitive',
      infer: (inputs, attributes) => many(infer(inputs, attributes) as OneOrMany<AbstractValue>),
      reference: (inputs, attributes) => many(reference(inputs, attributes) as OneOrMany<NdArray>),
      lower: lowering,
      ...(definition.onPlanes ? { onPlanes: definition.onPlanes as NonNullable<Operation['onPlanes']> } : {}),
      batch:
        batch === 'elementwise'
          ? batch
          : (inputs, batched, attributes, size) => many(batch(inputs, batched, attributes, size) as OneOrMany<Tensor>),
    },
    batch === 'elementwise',
  );
}

/** Defines an op as a function of other ops. */
export function defineComposite<
  F,
  const I extends readonly string[],
  A extends Attributes,
  S extends I[number] | 'output' | (string & {}),
>(definition: CompositeDefinition<I, A, S>): OperationFunction<F> {
  const compose = definition.compose as AnyRule;
  const reference = definition.reference as AnyRule | undefined;
  const plain = (inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] =>
    many(compose(inputs, attributes) as OneOrMany<Tensor>);
  const composed = inCarriers(plain);
  return assemble<F>(
    definition as unknown as Definition<readonly string[], Attributes, string>,
    {
      kind: 'composite',
      compose: composed,
      infer: (inputs, attributes) => inferByRunning((tensors) => plain(tensors, attributes), inputs),
      batch: 'composed',
      ...(reference
        ? {
            reference: (inputs: readonly NdArray[], attributes: Attributes) =>
              many(reference(inputs, attributes) as OneOrMany<NdArray>),
          }
        : {}),
    },
    false,
  );
}
