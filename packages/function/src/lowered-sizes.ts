/**
 * Functions that were lowered for arguments some of whose dims have a name: `f.lower(tensorSpec(['batch', 784], 'float32'))` is what
 * `f` does at every size. At given sizes it is the function lowered for these; what it is at all of them is found by comparing some.
 */
import { isProgramExecutor, SizeFitter, sampleSizes } from '@deft/compiler';
import {
  type AbstractValue,
  baseInterpreter,
  DeftError,
  flatten,
  raise,
  Tensor,
  TensorSpec,
  type TreeStructure,
  tensorSpec,
} from '@deft/core';
import { type Graph, type GraphNode, printGraph } from '@deft/graph';
import type { Holdings } from './holdings.ts';
import { type CompiledFunction, compiledFunctionOf, Lowered } from './lowered.ts';
import { LoweredCode } from './lowered-code.ts';
import type { DerivativeGraphs } from './saved/derivative-graphs.ts';
import { fitNumber, type SizedNumberData, sizedNumberText } from './saved/sized-numbers.ts';
import { generaliseTexts, replaceNumbers, textAt } from './saved/sized-text.ts';
import { signatureOfCall } from './signature.ts';
import { TraceCache } from './trace-cache.ts';

/** Sizes for which what the function is stays at hand. */
const mostKept = 64;
/** A size as it may occur, where nothing is known. */
const typicalSize = 32;
/** Sizes at which functions like to be something else. */
const specialSizes: readonly number[] = [0, 1, 2, 3, 4, 8, 16, 17, 32, 64, 100, 128];

/** The function at every size: the texts of its graphs, and the numbers in them that follow from sizes. */
export interface SizedTexts {
  readonly numbers: readonly SizedNumberData[];
  readonly call: string;
  readonly derivative:
    | (Omit<DerivativeGraphs, 'forward' | 'backward'> & { readonly forward: string; readonly backward: string })
    | undefined;
}

/** Which dims of the tensors among the arguments have a name, and how they are nested. */
export interface SizedArguments {
  readonly names: readonly string[];
  readonly structure: TreeStructure;
  /** Specs in place of tensors. */
  readonly leaves: readonly unknown[];
}

/** The arguments that specs state; `undefined` where no dim has a name. */
export function sizedArguments(op: string, specs: readonly unknown[]): SizedArguments | undefined {
  const { leaves, structure } = flatten(specs, 'args');
  const names = new Set<string>();
  leaves.forEach((leaf, i) => {
    if (!(leaf instanceof TensorSpec)) return;
    const { dims, isOpen } = leaf.stated;
    const named = dims.filter((dim) => typeof dim === 'string');
    if ((named.length > 0 || isOpen) && (leaf.dtype === undefined || isOpen)) {
      raise('E_ARGUMENT', {
        op,
        argument: structure.paths[i] as string,
        expected: 'tensorSpec(shape, dtype) with a size or a name for every axis',
        found: leaf.text,
      });
    }
    for (const name of named) names.add(name);
  });
  return names.size === 0 ? undefined : { names: [...names], structure, leaves };
}

/** Specs with sizes in numbers. */
function specsAt({ names, structure, leaves }: SizedArguments, sizes: readonly number[]): readonly unknown[] {
  const dimAt = (dim: number | string): number =>
    typeof dim === 'number' ? dim : (sizes[names.indexOf(dim)] as number);
  return structure.rebuild(
    leaves.map((leaf) => (leaf instanceof TensorSpec ? tensorSpec(leaf.stated.dims.map(dimAt), leaf.dtype) : leaf)),
  ) as readonly unknown[];
}

/** What a captured function does for arguments of these types, at every size of the dims that have a name. */
export class SizedLowered<A extends unknown[] = unknown[], R = unknown> extends Lowered<A, R> {
  readonly #names: readonly string[];
  readonly given: SizedArguments;
  readonly #lowerAt: (sizes: readonly number[]) => Lowered;
  readonly #known: TraceCache<Lowered> = new TraceCache<Lowered>(mostKept, () => {});
  readonly #texts: SizedTexts | undefined;

  /** @internal `texts` are known of a function that was loaded. */
  constructor(
    name: string,
    given: SizedArguments,
    lowerAt: (sizes: readonly number[]) => Lowered,
    donated: readonly number[],
    texts?: SizedTexts,
  ) {
    const [sample] = sampleSizes(given.names.map(() => typicalSize)) as [number[]];
    const first = lowerAt(sample);
    const { signature, types, call, source } = first.parts;
    super(name, signature, types, call, donated, source);
    this.#names = given.names;
    this.given = given;
    this.#lowerAt = lowerAt;
    this.#texts = texts;
    this.#known.set(sample.join(), first);
  }

  override get sizes(): readonly string[] {
    return this.#names;
  }

  override at(sizes: { readonly [name: string]: number }): Lowered<A, R> {
    const list = this.sizes.map((name) => {
      const size = sizes[name];
      if (Number.isSafeInteger(size) && (size as number) >= 0) return size as number;
      return raise('E_ARGUMENT', { op: this.name, argument: `sizes.${name}`, expected: 'a size', found: String(size) });
    });
    return this.lowerAt(list) as Lowered<A, R>;
  }

  /** @internal */
  lowerAt(sizes: readonly number[]): Lowered {
    const key = sizes.join();
    let lowered = this.#known.get(key);
    if (lowered === undefined) {
      lowered = this.#lowerAt(sizes);
      this.#known.set(key, lowered);
    }
    return lowered;
  }

  /** @internal What it is at some sizes. */
  samples(): readonly Lowered[] {
    const { lowered } = this.#samples;
    return this.#texts === undefined ? lowered : lowered.slice(0, 1);
  }

  /** Some sizes, and what it is there. */
  get #samples(): { readonly sizes: readonly (readonly number[])[]; readonly lowered: readonly Lowered[] } {
    const sizes = sampleSizes(this.sizes.map(() => typicalSize));
    return { sizes, lowered: sizes.map((each) => this.lowerAt(each)) };
  }

  /** @internal What it is at every size. Throws `E_SPECIALIZED` where that is not the same everywhere. */
  textsOf(gradients: boolean): SizedTexts {
    if (this.#texts !== undefined) return this.#texts;
    const { sizes, lowered } = this.#samples;
    const numbers: SizedNumberData[] = [];
    const text = (graphs: readonly Graph[]): string => {
      const other = firstOther(graphs);
      if (other !== undefined) {
        const where = sizes.slice(0, 2).map((each) => each.join(', '));
        this.#differs(`it does something else at ${where.join(' and at ')}, first in ${other.operation.name}`, other);
      }
      const made = generaliseTexts(
        graphs.map((graph) => printGraph(graph)),
        sizes,
        numbers.length,
      );
      if ('line' in made) return this.#differs(`at another size it is another thing in "${made.line.slice(0, 200)}"`);
      numbers.push(...made.numbers);
      return made.text;
    };
    const call = text(lowered.map(({ graph }) => graph));
    const derivatives = gradients ? lowered.map((each) => each.derivative()) : [];
    const [first] = derivatives;
    if (first === undefined) return { numbers, call, derivative: undefined };
    const all = derivatives as readonly DerivativeGraphs[];
    const layouts = all.map(({ forward: _, backward: __, ...layout }) => JSON.stringify(layout));
    if (layouts.some((layout) => layout !== layouts[0]))
      this.#differs('its derivative is another thing at another size');
    const forward = text(all.map((each) => each.forward));
    const backward = text(all.map((each) => each.backward));
    return { numbers, call, derivative: { ...first, forward, backward } };
  }

  #differs(says: string, node?: GraphNode): never {
    const callSite = node?.callSite?.value;
    return raise('E_SPECIALIZED', {
      op: this.name,
      says,
      hint: 'write it without asking for sizes, or lower it for each size: [f.lower(…), f.lower(…)]',
      ...(callSite === undefined ? {} : { callSite }),
    });
  }

  /** @internal Sizes at which it is something else than at others, and what. */
  exceptions(texts: SizedTexts): readonly Lowered[] {
    if (this.#texts !== undefined) return [];
    return this.#sizesToTry().flatMap((sizes) => {
      const lowered = this.#triedAt(sizes);
      return lowered === undefined || isAt(lowered, texts, sizes) ? [] : [lowered];
    });
  }

  #sizesToTry(): readonly (readonly number[])[] {
    const count = this.sizes.length;
    const [others = []] = sampleSizes(this.sizes.map(() => typicalSize));
    const alone = others.flatMap((_, i) =>
      specialSizes.map((size) => others.map((other, k) => (k === i ? size : other))),
    );
    const together = specialSizes.map((size) => others.map(() => size));
    return count === 1 ? alone : [...together, ...alone];
  }

  /** What it is at these sizes; `undefined` where it is nothing. */
  #triedAt(sizes: readonly number[]): Lowered | undefined {
    try {
      return this.lowerAt(sizes);
    } catch (error) {
      if (error instanceof DeftError) return undefined;
      throw error;
    }
  }

  override get signature(): string {
    const { sizes, lowered } = this.#samples;
    const fitter = new SizeFitter(sizes);
    const typeText = (types: readonly (AbstractValue | undefined)[]): string => {
      const [first] = types;
      if (first === undefined) return '';
      const dims = first.shape.map((dim, axis) => {
        const values = types.map((type) => type?.shape[axis] as number);
        if (values.every((value) => value === dim)) return String(dim);
        const number = fitNumber(fitter, values, null);
        return number === undefined ? '?' : sizedNumberText(number, this.sizes);
      });
      return `${first.dtype}[${dims.join(', ')}]`;
    };
    const given = this.arguments.map(({ path, type, value }, i) => {
      const spec = this.given.leaves[i];
      return `${path}: ${spec instanceof TensorSpec ? spec.text : (type?.text ?? String(value))}`;
    });
    const made = this.results.leaves.map((leaf) =>
      'output' in leaf
        ? typeText(lowered.map(({ graph }) => graph.outputs[leaf.output]?.abstract))
        : String(leaf.value),
    );
    return `${this.name}(${given.join(', ')}) → ${made.length === 1 ? made[0] : `(${made.join(', ')})`}`;
  }

  override text(): string {
    const { call, numbers } = this.textsOf(false);
    return replaceNumbers(call, (number) => sizedNumberText(numbers[number] as SizedNumberData, this.sizes));
  }

  override cost(): never {
    return this.#needsSizes('what it costs', 'cost()');
  }

  override memory(): never {
    return this.#needsSizes('the memory that it takes', 'memory()');
  }

  #needsSizes(what: string, call: string): never {
    const sizes = this.sizes.map((name) => `${name}: ${typicalSize}`).join(', ');
    return raise('E_ARGUMENT', {
      op: this.name,
      says: `${what} follows from ${this.sizes.join(', ')}`,
      hint: `ask for it at a size: lowered.at({ ${sizes} }).${call}`,
    });
  }

  /** @internal The sizes of a call. Throws `E_SIGNATURE` for one that does not fit. */
  override sizesOf(args: readonly unknown[]): readonly number[] {
    const { leaves, structure } = signatureOfCall(args, this.name);
    const { names, leaves: specs } = this.given;
    const refuse = (argument: string, expected: string, found: string): never =>
      raise('E_SIGNATURE', { op: this.name, argument, expected, found, hint: `its signature is ${this.signature}` });
    if (structure.text !== this.given.structure.text) refuse('args', this.given.structure.text, structure.text);
    const sizes: number[] = [];
    for (const [i, spec] of specs.entries()) {
      const leaf = leaves[i];
      const path = structure.paths[i] as string;
      const found = leaf instanceof Tensor ? leaf.abstract.text : String(leaf);
      if (!(spec instanceof TensorSpec)) {
        const isTensor = spec instanceof Tensor;
        const fits = isTensor ? found === spec.abstract.text && leaf instanceof Tensor : Object.is(leaf, spec);
        if (!fits) refuse(path, isTensor ? spec.abstract.text : String(spec), found);
        continue;
      }
      if (!(leaf instanceof Tensor) || !spec.admits(leaf.abstract)) return refuse(path, spec.text, found);
      for (const [axis, dim] of spec.stated.dims.entries()) {
        if (typeof dim === 'number') continue;
        const size = leaf.abstract.shape[axis] as number;
        const known = sizes[names.indexOf(dim)] ?? size;
        if (known !== size) refuse(path, `${spec.text} with ${dim} ${known}`, found);
        sizes[names.indexOf(dim)] = size;
      }
    }
    return sizes;
  }

  override for(args: readonly unknown[]): Lowered {
    return this.lowerAt(this.sizesOf(args));
  }

  override tensorsOf(args: readonly unknown[]): readonly Tensor[] {
    return this.for(args).tensorsOf(args);
  }

  override compileInto(holdings: Holdings): CompiledFunction<A, R> {
    const code = this.#codeFor(holdings);
    const programs = new TraceCache<CompiledFunction>(mostKept, (program) => program.dispose());
    const programFor = (args: readonly unknown[]): CompiledFunction => {
      const sizes = this.sizesOf(args);
      const key = sizes.join();
      let program = programs.get(key);
      if (program === undefined) {
        const lowered = this.lowerAt(sizes);
        program = lowered.compileWith(() => code?.traceAt(lowered, sizes), holdings);
        programs.set(key, program);
      }
      return program;
    };
    return compiledFunctionOf(this, {
      call: (args) => programFor(args)(...args) as R,
      explain: () => this.#needsSizes('what its kernels are', 'compile().explain()'),
      dispose: () => {
        programs.clear();
        code?.dispose();
      },
    });
  }

  /** Code for all sizes; `undefined` where each has its own. */
  #codeFor(holdings: Holdings): LoweredCode | undefined {
    const executor = baseInterpreter();
    if (!isProgramExecutor(executor)) return undefined;
    const { sizes, lowered } = this.#samples;
    const [first] = lowered as [Lowered];
    return first.made(() => LoweredCode.of(lowered, sizes, executor, holdings));
  }
}

/** The first op of graphs that is not in the same place of all. */
function firstOther(graphs: readonly Graph[]): GraphNode | undefined {
  const longest = graphs.reduce((a, b) => (b.nodes.length > a.nodes.length ? b : a));
  return longest.nodes.find(({ operation }, i) =>
    graphs.some(({ nodes }) => nodes[i]?.operation.name !== operation.name),
  );
}

/** Whether what a function is at some sizes is what it is at all. */
function isAt(lowered: Lowered, { numbers, call, derivative }: SizedTexts, sizes: readonly number[]): boolean {
  const isSame = (graph: Graph | undefined, text: string): boolean =>
    graph !== undefined && textAt(text, numbers, sizes) === printGraph(graph);
  if (!isSame(lowered.graph, call)) return false;
  if (derivative === undefined) return true;
  const own = lowered.derivative();
  return isSame(own?.forward, derivative.forward) && isSame(own?.backward, derivative.backward);
}

/** A function for every size of the dims that have a name among the specs; `undefined` where none has. `lower` gets sizes in numbers. */
export function lowerForSizes(
  name: string,
  specs: readonly unknown[],
  donated: readonly number[],
  lower: (specs: readonly unknown[]) => Lowered,
): SizedLowered | undefined {
  const given = sizedArguments(name, specs);
  return given && new SizedLowered(name, given, (sizes) => lower(specsAt(given, sizes)), donated);
}
