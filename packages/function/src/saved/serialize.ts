/** Writes captured functions into a file. */
import { raise } from '@deft/core';
import type { Graph } from '@deft/graph';
import { Lowered } from '../lowered.ts';
import { encodeContainer } from './container.ts';
import { GraphWriter } from './graph-section.ts';
import { isNamed, visitNodes } from './known-operations.ts';
import {
  type CaptureData,
  encodeManifest,
  type FunctionData,
  type GradientData,
  type GraphUse,
  type SignatureData,
} from './manifest.ts';
import { CellWriter } from './state-section.ts';
import { TensorWriter } from './tensor-section.ts';
import { type TreeData, treeData, valueData } from './tree-data.ts';

/** Options of `serialize`. */
export interface SerializeOptions {
  /** Whether the file holds derivatives, so that loaded functions have gradients. */
  readonly gradients?: boolean;
}

/** Tags of the sections, in order. */
export const sectionTags: readonly string[] = ['manifest', 'graphs', 'tensors'];

/** Throws `E_ARGUMENT` about a function that cannot be saved. */
function refuse(argument: string, says: string, hint?: string): never {
  return raise('E_ARGUMENT', {
    op: 'serialize',
    argument,
    says: `${argument} ${says}`,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Throws unless a file can name all ops of a graph. */
function checkNamed(graph: Graph, argument: string): void {
  visitNodes(graph, ({ operation, attributes }) => {
    if (isNamed(operation)) return;
    if (operation.host !== undefined) {
      refuse(
        argument,
        `calls ${String(attributes['name'])}, a function of the host, which a file cannot hold`,
        'leave it out of what is saved, or write it with ops',
      );
    }
    refuse(argument, `applies ${operation.name}, an op that is made for one call, which a file cannot hold`);
  });
}

class ProgramWriter {
  readonly #graphs = new GraphWriter();
  readonly #tensors = new TensorWriter();
  readonly #cells = new CellWriter(this.#tensors);
  readonly #gradients: boolean;

  constructor({ gradients = false }: SerializeOptions) {
    this.#gradients = gradients;
  }

  signature(lowered: Lowered, argument: string): SignatureData {
    const { call, donated, signature } = lowered.parts;
    const { structure, leaves } = call.results;
    checkNamed(lowered.graph, argument);
    const fixed = (value: unknown, path: string): TreeData =>
      valueData(value) ??
      refuse(
        argument,
        `has ${describe(value)} at ${path}: a file holds tensors, plain values, and lists, objects and maps of them`,
      );
    let tensors = 0;
    const given = lowered.arguments.map(
      ({ type, value, path }): TreeData =>
        type === undefined ? fixed(value, path) : { kind: 'tensor', index: tensors++ },
    );
    const made = leaves.map(
      (leaf, i): TreeData =>
        'output' in leaf ? { kind: 'tensor', index: leaf.output } : fixed(leaf.value, structure.paths[i] as string),
    );
    const inTree = (path: string, says: string): never =>
      refuse(argument, `${path === '' ? 'a part of it' : path} ${says}`);
    return {
      name: lowered.name,
      arguments: treeData(signature.structure, given, inTree),
      results: treeData(structure, made, inTree),
      call: this.#use(lowered.graph, argument),
      replaced: call.replaced.map((cell) => this.#cells.add(cell, argument)),
      donated,
      gradient: this.#gradients ? this.#gradient(lowered, argument) : null,
    };
  }

  #gradient(lowered: Lowered, argument: string): GradientData {
    const derivative =
      lowered.derivative() ?? refuse(argument, 'was loaded from a file without derivatives, so there are none to save');
    const { forward, backward, again, cotangents, gradients, once } = derivative;
    for (const graph of [forward, backward]) checkNamed(graph, argument);
    return {
      forward: this.#use(forward, argument),
      backward: this.#graphs.add(backward),
      again,
      cotangents,
      gradients,
      once,
    };
  }

  #use(graph: Graph, argument: string): GraphUse {
    const captures = graph.captures.map(
      ({ tensor, cell }): CaptureData =>
        cell === undefined
          ? { kind: 'tensor', index: this.#tensors.add(tensor) }
          : { kind: 'cell', index: this.#cells.add(cell, argument) },
    );
    return { graph: this.#graphs.add(graph), captures };
  }

  finish(functions: readonly FunctionData[]): Uint8Array {
    const cells = this.#cells.finish();
    const { tensors, bytes } = this.#tensors.finish();
    const graphs = this.#graphs.finish();
    const manifest = encodeManifest({ functions, cells, tensors, graphs: graphs.lengths });
    const sections = [manifest, graphs.bytes, bytes];
    return encodeContainer(sections.map((section, i) => ({ tag: sectionTags[i] as string, bytes: section })));
  }
}

function describe(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name}`;
  if (typeof value === 'symbol') return 'a symbol';
  return `an instance of ${(value as object).constructor?.name ?? 'a class'}`;
}

/**
 * Writes functions that were lowered into a file, with the tensors they captured and the variables they use: `deserialize` reads it,
 * also where the code of the functions is not there. A name may have several lowered functions, for arguments of several kinds.
 *
 * The file has what functions *do*: their graphs. It holds no code. With `gradients` it has their derivatives too, as they and all
 * that they call state them (`customVjp`, `stopGradient`, `checkpoint`), so that what is loaded can be differentiated and trained further.
 *
 * Elements are read at once.
 *
 * @throws `E_ARGUMENT` for a function that calls a function of the host (`hostCall`), or whose arguments or results hold functions or
 * instances of classes; `E_READ` on a backend that cannot read at once.
 * @example
 * ```ts
 * import { deserialize, jit, matmul, serialize, type Tensor, tensor, tensorSpec } from '@deft/tensor';
 * const w = tensor([[1], [2]]);
 * const predict = jit((x: Tensor) => matmul(x, w));
 * const file = serialize({ predict: predict.lower(tensorSpec([1, 2], 'float32')) });
 * console.log(deserialize(file).functions.predict?.(tensor([[3, 4]])).toArray()); // [[11]]
 * ```
 */
export function serialize(
  functions: { readonly [name: string]: Lowered<never, unknown> | readonly Lowered<never, unknown>[] },
  options: SerializeOptions = {},
): Uint8Array {
  const writer = new ProgramWriter(options);
  const names = Object.keys(functions);
  const written = names.map((name): FunctionData => {
    const argument = `functions.${name}`;
    const given = [functions[name]].flat() as readonly unknown[];
    if (name === '' || name === '__proto__') refuse(argument, 'has a name that a file cannot hold');
    if (given.length === 0 || !given.every((one) => one instanceof Lowered)) {
      return raise('E_ARGUMENT', {
        op: 'serialize',
        argument,
        expected: 'f.lower(…), or a list of them',
        found: given.length === 0 ? 'an empty list' : String(given.find((one) => !(one instanceof Lowered))),
      });
    }
    return { name, signatures: given.map((one) => writer.signature(one as unknown as Lowered, argument)) };
  });
  return writer.finish(written);
}
