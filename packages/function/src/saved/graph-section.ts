/** The section of graphs: their texts one behind the other, each with a line break behind it. Graphs with one text stand once. */
import { type Graph, printGraph, readGraph } from '@deft/graph';
import { checkGraph } from './check-graph.ts';
import { damaged, guarded } from './file-error.ts';
import type { JsonPlace } from './json-place.ts';
import { longestGraphs, mostValues } from './limits.ts';
import { checkText, decodeText, encodeText } from './text-bytes.ts';

/** Collects graphs. */
export class GraphWriter {
  readonly #texts = new Map<string, number>();

  /** The number of a graph. */
  add(graph: Graph): number {
    const text = printGraph(graph);
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

/** The graphs of a file, by number. */
export class GraphReader {
  readonly #graphs: readonly Graph[];
  readonly #checked: Map<number, boolean> = new Map<number, boolean>();

  /** `lengths`: the bytes of each, as the manifest has them. */
  constructor(bytes: Uint8Array, lengths: JsonPlace) {
    if (bytes.length > longestGraphs) damaged('graphs', `${bytes.length} bytes, at most ${longestGraphs} are read`);
    let at = 0;
    let values = 0;
    this.#graphs = lengths.items().map((length, i) => {
      const where = `graph ${i}`;
      const end = at + length.whole(1, bytes.length - at);
      const text = decodeText(bytes.subarray(at, end), where);
      at = end;
      values += checkText(text, where);
      if (values > mostValues) damaged(where, `more than ${mostValues} values`);
      const graph = guarded(where, () => readGraph(text));
      // One way to write a graph, so that nothing in a file is without a meaning.
      if (`${printGraph(graph)}\n` !== text) damaged(where, 'it is not written as graphs are');
      return graph;
    });
    if (at !== bytes.length) damaged('graphs', `they end at byte ${at} of ${bytes.length}`);
  }

  get count(): number {
    return this.#graphs.length;
  }

  /** A graph, checked; `composites`: as part of a derivative. */
  graph(number: number, composites: boolean): Graph {
    const graph = this.#graphs[number] as Graph;
    const known = this.#checked.get(number);
    if (known === undefined || (known && !composites)) {
      checkGraph(graph, composites, `graph ${number}`);
      this.#checked.set(number, composites);
    }
    return graph;
  }

  /** Throws `E_FILE` where there is a graph that nothing uses. */
  finish(): void {
    this.#graphs.forEach((_, i) => {
      if (!this.#checked.has(i)) damaged(`graph ${i}`, 'no function uses it');
    });
  }
}
