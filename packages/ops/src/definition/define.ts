/**
 * The two constructors of ops. An op file calls one of them with everything the system should know of the op; the result
 * is the public function, with the op's record as its `operation`. Rules are written with plain tuples and single
 * results; the constructors bring them to the uniform form that interpreters read.
 */
import {
  type AbstractValue,
  type Attributes,
  DeftError,
  dispatch,
  inferByRunning,
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
  ) => OneOrMany<Tensor>;
  readonly vjp?: (
    cotangent: Tensor,
    saved: { readonly [K in S]: Tensor },
    attributes: A,
    needs: Each<I, boolean>,
  ) => readonly (Tensor | null)[];
  /** For ops with several results: cotangents of all of them. Given instead of `vjp`. */
  readonly vjpMany?: (
    cotangents: readonly Tensor[],
    saved: { readonly [K in S]: Tensor },
    attributes: A,
    needs: readonly boolean[],
  ) => readonly (Tensor | null)[];
  readonly saves?: readonly S[];
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
  readonly batch:
    | 'elementwise'
    | ((inputs: Each<I, Tensor>, batched: Each<I, boolean>, attributes: A, size: number) => OneOrMany<Tensor>);
}

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
        ? dispatch(operation, tensors, attributes)
        : namingErrors(name, () => dispatch(operation, tensors, attributes));
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
          jvp: (primals, tangents, attributes, outputs) =>
            many(jvp(primals, tangents, attributes, multipleResults ? outputs : outputs[0])),
        }
      : {}),
    ...(vjpMany ? { vjp: vjpMany as NonNullable<Operation['vjp']> } : {}),
    ...(vjp ? { vjp: (cotangents, saved, attributes, needs) => vjp(cotangents[0], saved, attributes, needs) } : {}),
  };
  registerOperation(operation);
  return Object.assign(call, { operation }) as unknown as OperationFunction<F>;
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
  const composed = (inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] =>
    many(compose(inputs, attributes) as OneOrMany<Tensor>);
  return assemble<F>(
    definition as unknown as Definition<readonly string[], Attributes, string>,
    {
      kind: 'composite',
      compose: composed,
      infer: (inputs, attributes) => inferByRunning((tensors) => composed(tensors, attributes), inputs),
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
