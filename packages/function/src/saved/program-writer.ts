/** Collects what a file of functions has: their signatures, graphs, tensors and cells. */
import { raise, TensorSpec } from '@deft/core';
import type { Graph } from '@deft/graph';
import type { Lowered } from '../lowered.ts';
import { SizedLowered } from '../lowered-sizes.ts';
import { encodeContainer } from './container.ts';
import type { DerivativeGraphs } from './derivative-graphs.ts';
import { GraphWriter } from './graph-section.ts';
import { isNamed, visitNodes } from './known-operations.ts';
import {
  type CaptureData,
  encodeManifest,
  type FunctionData,
  type GradientData,
  type SignatureData,
  type SizesData,
} from './manifest.ts';
import { CellWriter } from './state-section.ts';
import { TensorWriter } from './tensor-section.ts';
import { type TreeData, treeData, valueData } from './tree-data.ts';

/** Tags of the sections, in order. */
export const sectionTags: readonly string[] = ['manifest', 'graphs', 'tensors'];

/** Throws `E_ARGUMENT` about a function that cannot be saved. */
export function refuse(argument: string, says: string, hint?: string): never {
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

function describe(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name}`;
  if (typeof value === 'symbol') return 'a symbol';
  return `an instance of ${(value as object).constructor?.name ?? 'a class'}`;
}

/** A signature without its graphs. */
type Header = Omit<SignatureData, 'call' | 'gradient' | 'sizes'>;

/** Writes functions. */
export class ProgramWriter {
  readonly #graphs = new GraphWriter();
  readonly #tensors = new TensorWriter();
  readonly #cells = new CellWriter(this.#tensors);
  readonly #gradients: boolean;

  constructor(gradients: boolean) {
    this.#gradients = gradients;
  }

  /** What a file has of a lowered function: of one for all sizes, first the sizes at which it is something else. */
  signatures(lowered: Lowered, argument: string): SignatureData[] {
    if (!(lowered instanceof SizedLowered)) return [this.#exact(lowered, argument)];
    const texts = lowered.textsOf(this.#gradients);
    const exceptions = lowered.exceptions(texts).map((each) => this.#exact(each, argument));
    const samples = lowered.samples();
    const same = <T>(what: string, of: (one: Lowered) => T): T => {
      const [first, ...others] = samples.map(of) as [T, ...T[]];
      if (others.every((other) => JSON.stringify(other) === JSON.stringify(first))) return first;
      return raise('E_SPECIALIZED', { op: lowered.name, says: `its ${what} are not the same at every size` });
    };
    const header = same('arguments and results', (one) => this.#header(one, argument));
    const captures = same('captured tensors', (one) => this.#captures(one.graph, argument));
    const { derivative, numbers } = texts;
    let gradient: GradientData | null = null;
    if (derivative !== undefined) {
      const used = same('captured tensors', (one) => this.#captures(this.#derivative(one, argument).forward, argument));
      const { forward, backward, ...layout } = derivative;
      const graph = this.#graphs.addText(forward);
      gradient = { forward: { graph, captures: used }, backward: this.#graphs.addText(backward), ...layout };
    }
    const call = { graph: this.#graphs.addText(texts.call), captures };
    const sizes: SizesData = { names: lowered.sizes, specs: specsOf(lowered), numbers };
    return [...exceptions, { ...header, call, gradient, sizes }];
  }

  #exact(lowered: Lowered, argument: string): SignatureData {
    const { graph } = lowered;
    const header = this.#header(lowered, argument);
    const call = { graph: this.#graphs.add(graph), captures: this.#captures(graph, argument) };
    if (!this.#gradients) return { ...header, call, gradient: null, sizes: null };
    const { forward, backward, again, cotangents, gradients, once } = this.#derivative(lowered, argument);
    const gradient: GradientData = {
      forward: { graph: this.#graphs.add(forward), captures: this.#captures(forward, argument) },
      backward: this.#graphs.add(backward),
      again,
      cotangents,
      gradients,
      once,
    };
    return { ...header, call, gradient, sizes: null };
  }

  #header(lowered: Lowered, argument: string): Header {
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
      replaced: call.replaced.map((cell) => this.#cells.add(cell, argument)),
      donated,
    };
  }

  #derivative(lowered: Lowered, argument: string): DerivativeGraphs {
    const derivative =
      lowered.derivative() ?? refuse(argument, 'was loaded from a file without derivatives, so there are none to save');
    for (const graph of [derivative.forward, derivative.backward]) checkNamed(graph, argument);
    return derivative;
  }

  #captures(graph: Graph, argument: string): CaptureData[] {
    return graph.captures.map(({ tensor, cell }) =>
      cell === undefined
        ? { kind: 'tensor', index: this.#tensors.add(tensor) }
        : { kind: 'cell', index: this.#cells.add(cell, argument) },
    );
  }

  /** The file. */
  finish(functions: readonly FunctionData[]): Uint8Array {
    const cells = this.#cells.finish();
    const { tensors, bytes } = this.#tensors.finish();
    const graphs = this.#graphs.finish();
    const manifest = encodeManifest({ functions, cells, tensors, graphs: graphs.lengths });
    const sections = [manifest, graphs.bytes, bytes];
    return encodeContainer(sections.map((section, i) => ({ tag: sectionTags[i] as string, bytes: section })));
  }
}

/** What the tensors among the arguments must be. */
function specsOf({ given, parts }: SizedLowered): SizesData['specs'] {
  let next = 0;
  return given.leaves.flatMap((leaf, i) => {
    const type = parts.signature.tensorPositions.includes(i) ? parts.types[next++] : undefined;
    if (type === undefined) return [];
    return { dtype: type.dtype, dims: leaf instanceof TensorSpec ? leaf.stated.dims : type.shape };
  });
}
