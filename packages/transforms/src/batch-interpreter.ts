/**
 * Batching as an interpreter: a tensor that stands for one example holds the tensor of all examples, with the batch axis
 * in front, on the level below. A tensor that is the same for all examples is simply one of the level below.
 *
 * An op made of other ops is batched by batching those, unless it states something about its derivative: then it goes
 * down as one op whose rules are the batched rules, so that a derivative taken around the batch still finds them.
 */
import {
  type Attributes,
  abstractValue,
  algebra,
  type BatchAxis,
  currentInterpreter,
  Interpreter,
  inferByRunning,
  internal,
  type NdArray,
  nd,
  type Operation,
  raise,
  Tensor,
  withInterpreter,
} from '@deft/core';
import { applyBelow, checkClosure, savedValues } from './below.ts';

interface Payload {
  readonly value: Tensor;
  readonly batched: boolean;
}

const payloadOf = (tensor: Tensor): Payload => tensor.payload as Payload;

const compositionOf = (operation: Operation): NonNullable<Operation['compose']> =>
  operation.compose ?? internal(`${operation.name} is not made of other ops`);

/** Runs ops on all examples at once. */
export class BatchInterpreter extends Interpreter {
  readonly name = 'vmap';
  readonly size: number;
  /** The axis of the examples, if it has a name. */
  readonly axis: BatchAxis | undefined;
  readonly #below = currentInterpreter();

  constructor(size: number, axis?: BatchAxis) {
    super();
    this.size = size;
    this.axis = axis;
  }

  /** The number of each example. */
  index(): Tensor {
    const numbers = Array.from({ length: this.size }, (_, i) => i);
    return this.example(this.#below.constant(nd([this.size], numbers, 'int32'), false));
  }

  /** The example that stands for all those along the first axis of `value`. */
  example(value: Tensor): Tensor {
    const { shape, dtype, weak } = value.abstract;
    if (shape[0] !== this.size) internal(`a batch of ${this.size} was expected, got ${value.abstract.text}`);
    const payload: Payload = { value, batched: true };
    return new Tensor(abstractValue(shape.slice(1), dtype, weak), this, payload);
  }

  /** All examples of a result, the batch axis in front, or the one value that is the same for all. */
  all(tensor: Tensor): { readonly value: Tensor; readonly batched: boolean } {
    return tensor.interpreter === this ? payloadOf(tensor) : { value: tensor, batched: false };
  }

  process(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const values = inputs.map((input) => payloadOf(input).value);
    const batched = inputs.map((input) => payloadOf(input).batched);
    if (operation.across !== undefined && operation.across.axis === this.axis) {
      return batched[0]
        ? [operation.across.combine(values[0] as Tensor)]
        : compositionOf(operation)(values, attributes);
    }
    if (!batched.includes(true)) {
      const outputs = applyBelow(operation, values, attributes);
      checkClosure(operation, outputs, this);
      return outputs;
    }
    if (operation.kind === 'primitive') {
      // What is wrong with one example is said of it, and is not right for a batch of them: a vector is no matrix there.
      operation.infer(
        inputs.map((input) => input.abstract),
        attributes,
      );
    }
    if (operation.host !== undefined) return this.#onHost(operation, inputs, attributes);
    if (operation.batch === 'elementwise') {
      return applyBelow(operation, this.#aligned(inputs), attributes).map((output) => this.example(output));
    }
    if (operation.batch === 'composed') {
      if (operation.compose) {
        if (!operation.vjp && !operation.jvp && operation.nonDifferentiable === undefined) {
          return operation.compose(inputs, attributes);
        }
        const outputs = applyBelow(batchedOperation(operation, inputs, batched, this), values, attributes);
        checkClosure(operation, outputs, this);
        return outputs.map((output) => this.example(output));
      }
      return raise('E_ARGUMENT', {
        op: operation.name,
        says: 'the op has no batching rule',
        operands: inputs.map((input) => input.abstract),
        hint: 'give the op a batching rule, or call it in a loop',
      });
    }
    const made = operation.batch(values, batched, attributes, this.size, this.axis);
    if (!('batched' in made)) return made.map((output) => this.example(output));
    return made.values.map((output, i) => (made.batched[i] ? this.example(output) : output));
  }

  lift(tensor: Tensor): Tensor {
    const payload: Payload = { value: tensor, batched: false };
    return new Tensor(tensor.abstract, this, payload);
  }

  constant(array: NdArray, weak: boolean): Tensor {
    return this.lift(currentInterpreter().constant(array, weak));
  }

  override beneath(tensor: Tensor, keeper: string): Tensor {
    const { value, batched } = payloadOf(tensor);
    if (!batched) return value;
    return raise('E_CAPTURE_IMPURE', {
      operands: [tensor.abstract],
      says: `under vmap this value is another one for every example, and ${keeper} can keep one only`,
      hint: 'return the values and keep all of them outside, or keep a mean or sum over the examples',
    });
  }

  /** An op of the host for one example after the other. A token goes from each to the next. */
  #onHost(operation: Operation, inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[] {
    const isOrdered = operation.host === 'ordered';
    const slices = inputs.map((input) => {
      const { value, batched } = payloadOf(input);
      return batched ? algebra().unstack(value) : new Array<Tensor>(this.size).fill(value);
    });
    if (isOrdered && payloadOf(inputs[0] as Tensor).batched) {
      raise('E_CAPTURE_IMPURE', {
        op: operation.name,
        says: 'its turn depends on the example of a running vmap',
        hint: 'move it out of the loop or the branch that only some of the examples take',
      });
    }
    let token = slices[0]?.[0];
    const rows = Array.from({ length: this.size }, (_, i) => {
      const operands = slices.map((slice, k) => (isOrdered && k === 0 ? token : slice[i]) as Tensor);
      const results = applyBelow(operation, operands, attributes);
      if (isOrdered) [token] = results;
      return isOrdered ? results.slice(1) : results;
    });
    const types = operation.infer(
      inputs.map((input) => input.abstract),
      attributes,
    );
    const stacked = types.slice(isOrdered ? 1 : 0).map(({ shape, dtype }, k) => {
      const all = rows.map((row) => row[k] as Tensor);
      return this.example(all.length === 0 ? algebra().zeros([0, ...shape], dtype) : algebra().stack(all));
    });
    return isOrdered ? [token as Tensor, ...stacked] : stacked;
  }

  /** Operands whose batch axes stand at one place, so that broadcasting keeps them apart from the examples' axes. */
  #aligned(inputs: readonly Tensor[]): Tensor[] {
    const rank = Math.max(...inputs.map((input) => input.rank));
    return inputs.map((input) => {
      const { value, batched } = payloadOf(input);
      if (!batched || input.rank === rank) return value;
      const ones = new Array<number>(rank - input.rank).fill(1);
      return algebra().reshape(value, [this.size, ...ones, ...input.shape]);
    });
  }
}

/** All examples of a result along `axis`; what is the same for all examples is repeated. */
export function allExamples(interpreter: BatchInterpreter, tensor: Tensor): Tensor {
  const { value, batched } = interpreter.all(tensor);
  return batched ? value : algebra().broadcastTo(value, [interpreter.size, ...value.abstract.shape]);
}

/**
 * Applies a function of tensors to all examples; `batched` says which operands have a batch axis in front. All tensors
 * of the result get one.
 */
export function mapExamples(
  f: (inputs: readonly Tensor[]) => readonly (Tensor | null)[],
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
  axis?: BatchAxis,
): (Tensor | null)[] {
  const interpreter = new BatchInterpreter(size, axis);
  const results = withInterpreter(interpreter, () =>
    f(inputs.map((input, i) => (batched[i] ? interpreter.example(input) : input))),
  );
  return results.map((result) => (result ? allExamples(interpreter, result) : null));
}

/** The op made for one call that does to all examples what a composite does to one, derivatives included. */
function batchedOperation(
  operation: Operation,
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  { size, axis }: BatchInterpreter,
): Operation {
  const { name, kind, doc, nonDifferentiable, forward, vjp, jvp, limitations, call } = operation;
  const compose = compositionOf(operation);
  const map = (f: (examples: readonly Tensor[]) => readonly Tensor[], operands: readonly Tensor[], flags = batched) =>
    mapExamples(f, operands, flags, size, axis) as Tensor[];
  const run: Operation['compose'] = (operands, attributes) =>
    map((examples) => compose(examples, attributes), operands);
  const everything = (tensors: readonly Tensor[]): boolean[] => tensors.map(() => true);

  const keep: NonNullable<Operation['forward']> =
    forward ??
    ((examples, attributes) => {
      const outputs = compose(examples, attributes);
      return {
        outputs,
        saved: savedValues(
          operation,
          examples,
          outputs,
          examples.map(() => true),
        ),
      };
    });
  const forwardAll: Operation['forward'] = (operands, attributes, needs) => {
    let names: readonly string[] = [];
    const results = map((examples) => {
      const { outputs, saved } = keep(examples, attributes, needs);
      names = Object.keys(saved);
      return [...outputs, ...Object.values(saved)];
    }, operands);
    const count = results.length - names.length;
    const saved = Object.fromEntries(names.map((one, i) => [one, results[count + i] as Tensor]));
    return { outputs: results.slice(0, count), saved };
  };

  const vjpAll: Operation['vjp'] = (cotangents, saved, attributes, needs, types, arrived) => {
    const exampleTypes = types.map((type, i) =>
      batched[i] ? abstractValue(type.shape.slice(1), type.dtype, type.weak) : type,
    );
    const names = Object.keys(saved);
    const operands = [...Object.values(saved), ...cotangents];
    const results = mapExamples(
      (examples) => {
        const exampleSaved = Object.fromEntries(names.map((one, i) => [one, examples[i] as Tensor]));
        return (vjp as NonNullable<Operation['vjp']>)(
          examples.slice(names.length),
          exampleSaved,
          attributes,
          needs,
          exampleTypes,
          arrived,
        );
      },
      operands,
      everything(operands),
      size,
      axis,
    );
    return results.map((cotangent, i) => {
      if (cotangent === null || batched[i]) return cotangent;
      const shape = cotangent.abstract.shape.slice(1);
      return algebra().reshape(algebra().sumTo(cotangent, [1, ...shape]), shape);
    });
  };

  const jvpAll: Operation['jvp'] = (primals, tangents, attributes, outputs, varies) => {
    const count = primals.length;
    return map(
      (examples) =>
        (jvp as NonNullable<Operation['jvp']>)(
          examples.slice(0, count),
          examples.slice(count, 2 * count),
          attributes,
          examples.slice(2 * count),
          varies,
        ),
      [...primals, ...tangents, ...outputs],
      [...batched, ...batched, ...everything(outputs)],
    );
  };

  return {
    name,
    kind,
    doc,
    inputs: inputs.map((_, i) => operation.inputs[operation.variadic ? 0 : i] as string),
    variadic: false,
    multipleResults: true,
    infer: (values, attributes) => inferByRunning((operands) => run(operands, attributes), values),
    compose: run,
    saves: [],
    ...(vjp ? { forward: forwardAll, vjp: vjpAll } : {}),
    ...(jvp ? { jvp: jvpAll } : {}),
    ...(nonDifferentiable === undefined ? {} : { nonDifferentiable }),
    batch: 'composed',
    samples: [],
    errors: [],
    limitations,
    call,
  };
}
