/**
 * The functions of the host that call kernels name: an op's `reference`, over arrays of the operands' shapes. All that a function
 * knows of one application stands beside it as plain data, so that programs at different sizes differ in numbers only, and
 * `run` is the same for all applications of an op.
 */
import {
  type Attributes,
  type CallSite,
  DeftError,
  type Dims,
  type DType,
  type Operation,
  raise,
  runReference,
  type TypedArray,
} from '@deft/core';
import type { GraphNode, GraphValue } from '@deft/graph';
import type { HostFunction } from '@deft/kernel';

interface ArrayType {
  readonly shape: Dims;
  readonly dtype: DType;
}

/** An application of an op that the host computes. */
interface Application extends HostFunction {
  readonly operands: readonly ArrayType[];
  readonly results: readonly ArrayType[];
  readonly attributes: Attributes;
  /** The user's line that wrote the op: what an error names. */
  readonly callSite?: CallSite;
}

const runs = new WeakMap<Operation, HostFunction['run']>();

const typeOf = ({ abstract: { shape, dtype } }: GraphValue): ArrayType => ({ shape, dtype });
const textOf = ({ shape, dtype }: ArrayType): string => `${dtype}[${shape.join(', ')}]`;

/** An error of the op itself names the line that wrote it, not the one that ran the program. */
function naming<R>({ name }: Operation, callSite: CallSite | undefined, f: () => R): R {
  try {
    return f();
  } catch (error) {
    if (callSite === undefined || !(error instanceof DeftError) || error.details.op !== name) throw error;
    throw new DeftError(error.code, { ...error.details, callSite });
  }
}

function runOf(operation: Operation): HostFunction['run'] {
  return function run(this: Application, operands: readonly TypedArray[]): readonly TypedArray[] {
    const { attributes, results, callSite } = this;
    const arrays = operands.map((data, i) => ({ ...(this.operands[i] as ArrayType), data }));
    const given = naming(operation, callSite, () => runReference(operation, arrays, attributes));
    if (given.length !== results.length) {
      raise('E_SHAPE', { op: operation.name, expected: `${results.length} results`, found: String(given.length) });
    }
    return given.map((array, i) => {
      const type = results[i] as ArrayType;
      if (textOf(array) !== textOf(type)) {
        raise(array.dtype === type.dtype ? 'E_SHAPE' : 'E_DTYPE', {
          op: operation.name,
          argument: `result ${i}`,
          expected: textOf(type),
          found: textOf(array),
        });
      }
      return array.data;
    });
  };
}

/** The function that computes a node on the host. */
export function hostFunctionFor(node: GraphNode): HostFunction {
  const { operation, attributes, inputs, outputs } = node;
  const run = runs.get(operation) ?? runOf(operation);
  runs.set(operation, run);
  const callSite = node.callSite?.value;
  const application: Application = {
    name: operation.name,
    operands: inputs.map(typeOf),
    results: outputs.map(typeOf),
    attributes,
    ...(callSite === undefined ? {} : { callSite }),
    run,
  };
  return application;
}
