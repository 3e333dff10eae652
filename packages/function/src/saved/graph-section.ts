/** The section of graphs: their texts one behind the other, each with a line break behind it. Graphs with one text stand once. */
import { type Graph, printGraph, readGraph } from '@deft/graph';
import { checkGraph } from './check-graph.ts';
import { damaged, guarded } from './file-error.ts';
import type { JsonPlace } from './json-place.ts';
import { longestGraphs, mostValues } from './limits.ts';
import type { SizedNumberData } from './sized-numbers.ts';
import { textAt } from './sized-text.ts';
import { checkText, decodeText, encodeText } from './text-bytes.ts';

/** Collects graphs. */
export class GraphWriter {
  readonly #texts = new Map<string, number>();

  /** The number of a graph. */
  add(graph: Graph): number {
    return this.addText(printGraph(graph));
  }

  /** The number of a text, in which numbers may follow from sizes. */
  addText(text: string): number {
    const known = this.#texts.get(text) ?? this.#texts.size;
    this.#texts.set(text, known);
    return known;
  }

  /** Bytes of each graph, and of all. */
  finish(): { readonly lengths: readonly number[]; readonly bytes: Uint8Array } {
    const texts = [...this.#texts.keys()].map((text) => encodeText(`${text}\n`));
    const bytes = new Uint8Array(texts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const text of texts) {
      bytes.set(text, at);
      at += text.length;
    }
    return { lengths: texts.map(({ length }) => length), bytes };
  }
}

/** The graph that a text states. */
function graphOf(text: string, where: string): Graph {
  const graph = guarded(where, () => readGraph(text));
  // One way to write a graph, so that nothing in a file is without a meaning.
  return `${printGraph(graph)}\n` === text ? graph : damaged(where, 'it is not written as graphs are');
}

/** The graphs of a file, by number. */
export class GraphReader {
  readonly #texts: readonly string[];
  readonly #used: Set<number> = new Set<number>();
  /** Those that are the same for all sizes. Checked as part of a derivative, or by the stricter rules of others. */
  readonly #known: Map<number, { readonly graph: Graph; composites: boolean }> = new Map<
    number,
    { readonly graph: Graph; composites: boolean }
  >();

  /** `lengths`: the bytes of each, as the manifest has them. */
  constructor(bytes: Uint8Array, lengths: JsonPlace) {
    if (bytes.length > longestGraphs) damaged('graphs', `${bytes.length} bytes, at most ${longestGraphs} are read`);
    let at = 0;
    let values = 0;
    this.#texts = lengths.items().map((length, i) => {
      const where = `graph ${i}`;
      const end = at + length.whole(1, bytes.length - at);
      const text = decodeText(bytes.subarray(at, end), where);
      at = end;
      values += checkText(text, where);
      if (values > mostValues) damaged(where, `more than ${mostValues} values`);
      return text;
    });
    if (at !== bytes.length) damaged('graphs', `they end at byte ${at} of ${bytes.length}`);
  }

  get count(): number {
    return this.#texts.length;
  }

  /** A graph, checked; `composites`: as part of a derivative. */
  graph(number: number, composites: boolean): Graph {
    const where = `graph ${number}`;
    this.#used.add(number);
    let known = this.#known.get(number);
    if (known === undefined || (known.composites && !composites)) {
      known = { graph: known?.graph ?? graphOf(this.#texts[number] as string, where), composites };
      checkGraph(known.graph, composites, where);
      this.#known.set(number, known);
    }
    return known.graph;
  }

  /** A text in which numbers may follow from sizes. */
  text(number: number): string {
    this.#used.add(number);
    return (this.#texts[number] as string).replace(/\n$/, '');
  }

  /** A graph at some sizes, checked; `undefined` where it is none. */
  graphAt(
    number: number,
    numbers: readonly SizedNumberData[],
    sizes: readonly number[],
    composites: boolean,
  ): Graph | undefined {
    const text = textAt(this.text(number), numbers, sizes);
    if (text === undefined) return undefined;
    const where = `graph ${number} at ${sizes.join(', ')}`;
    const graph = graphOf(`${text}\n`, where);
    checkGraph(graph, composites, where);
    return graph;
  }

  /** Throws `E_FILE` where there is a graph that nothing uses. */
  finish(): void {
    this.#texts.forEach((_, i) => {
      if (!this.#used.has(i)) damaged(`graph ${i}`, 'no function uses it');
    });
  }
}
