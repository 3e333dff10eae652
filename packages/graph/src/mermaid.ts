/**
 * A graph as a flowchart in Mermaid's language, which documentation pages, issues and chats draw as a picture. Regions of loops and
 * branches are frames around their nodes.
 *
 * Everything that comes from outside (names of ops, attributes, files) stands in quoted labels, in which every character that
 * means something to Mermaid or to HTML is written as its number. So no text can end a label, be read as a directive, or be markup.
 * Ids count places in the graph, so equal graphs have equal text.
 */
import type { Attributes, AttributeValue } from '@deft/core';
import type { Graph, GraphConstant, GraphNode, GraphValue } from './graph.ts';
import { attributeText, constantText, typeText } from './print.ts';

/** How a graph is drawn. */
export interface MermaidOptions {
  /** Nodes that are drawn, those of regions included; one more says how many there are besides. Mermaid itself draws 500 arrows at most. */
  readonly maxNodes?: number;
  /** Where arrows point; `down` unless told. */
  readonly direction?: 'down' | 'right';
  /** File and line that wrote every op. */
  readonly callSites?: boolean;
}

const longestText = 60;
/** What may stand in a label as it is. */
const special = /[^A-Za-z0-9_ .,=()[\]+*/…-]/gu;
/** What is not seen, or turns the direction of writing, so that a text would seem to be another. */
const unseen = /[\p{Cc}\p{Cf}]/gu;
const escaped = (text: string): string =>
  text.replace(unseen, '\ufffd').replace(special, (one) => `#${one.codePointAt(0)};`);

function shortened(text: string): string {
  const points = Array.from(text);
  return points.length <= longestText ? text : `${points.slice(0, longestText - 1).join('')}…`;
}

/** A quoted label of lines. */
const labelOf = (...lines: readonly string[]): string =>
  `"${lines
    .filter((line) => line !== '')
    .map((line) => escaped(shortened(line)))
    .join('<br/>')}"`;

const counted = (count: number, what: string): string => `${count} more ${what}${count === 1 ? '' : 's'}`;

const regionsOf = (node: GraphNode): readonly Graph[] => (node.operation.regions?.list ?? []) as readonly Graph[];

/** A node and those within it. */
const sizeOfNode = (node: GraphNode): number =>
  regionsOf(node).reduce((sum, region) => sum + region.nodes.reduce((all, each) => all + sizeOfNode(each), 0), 1);

/** The name of an operand for the reader; of ops with one there is nothing to tell apart. */
function operandName({ operation, inputs }: GraphNode, i: number): string {
  if (inputs.length === 1) return '';
  return operation.variadic ? String(i) : (operation.inputs[i] ?? String(i));
}

/** The elements of a constant, as many as there is room for. */
const elementsText = ({ value, array }: GraphConstant): string =>
  constantText({ value, array: { ...array, data: array.data.slice(0, longestText) } });

/** Attributes in key order, without what would have to be escaped. */
function settingsText(attributes: Attributes): string {
  const text = (value: AttributeValue): string => (typeof value === 'string' ? value : attributeText(value));
  return Object.keys(attributes)
    .sort()
    .filter((key) => attributes[key] !== undefined)
    .map((key) => `${key} = ${text(attributes[key] as AttributeValue)}`)
    .join(', ');
}

/** What is known of a node's place in the user's code: the last part of the path will do. */
function siteText(node: GraphNode): string {
  const site = node.callSite?.value;
  return site === undefined ? '' : `${site.file.replace(/^.*[/\\]/, '')}:${site.line}`;
}

/** Arrows of one graph: those between the same two places are one. */
class Arrows {
  readonly #labels = new Map<string, Set<string>>();

  add(from: string, to: string, label: string): void {
    const key = `${from} ${to}`;
    const labels = this.#labels.get(key) ?? new Set();
    this.#labels.set(key, labels.add(label));
  }

  lines(): string[] {
    return [...this.#labels].map(([key, labels]) => {
      const [from, to] = key.split(' ');
      const text = [...labels].filter((label) => label !== '').join(', ');
      return text === '' ? `${from} --> ${to}` : `${from} -->|${labelOf(text)}| ${to}`;
    });
  }
}

class Flowchart {
  readonly #callSites: boolean;
  /** Nodes that may still be drawn. */
  #left: number;

  constructor({ maxNodes = 150, callSites = false }: MermaidOptions) {
    this.#left = maxNodes;
    this.#callSites = callSites;
  }

  /** The lines of a graph; ids begin with `prefix`. */
  lines(graph: Graph, prefix: string): string[] {
    const ids = new Map<GraphValue, string>();
    const drawn = new Set<GraphValue>();
    const nodeLines: string[] = [];
    const hidden: GraphNode[] = [];
    const arrows = new Arrows();
    graph.inputs.forEach((value, i) => {
      ids.set(value, `${prefix}in${i}`);
    });
    graph.captures.forEach(({ value }, i) => {
      ids.set(value, `${prefix}cap${i}`);
    });
    graph.constants.forEach(({ value }, i) => {
      ids.set(value, `${prefix}c${i}`);
    });
    graph.nodes.forEach((node, i) => {
      const isDrawn = this.#left > 0;
      const id = isDrawn ? `${prefix}n${i}` : `${prefix}more`;
      for (const output of node.outputs) ids.set(output, id);
      if (!isDrawn) {
        hidden.push(node);
        return;
      }
      this.#left--;
      node.inputs.forEach((value, at) => {
        drawn.add(value);
        arrows.add(ids.get(value) as string, id, arrowText(value, operandName(node, at)));
      });
      nodeLines.push(...this.#nodeLines(node, id));
    });
    const isShown = (value: GraphValue): boolean =>
      hidden.length === 0 || drawn.has(value) || graph.outputs.includes(value);
    const unread = new Set(hidden.flatMap(({ inputs }) => inputs).filter((value) => isFree(value) && !isShown(value)));
    for (const value of new Set(hidden.flatMap(({ inputs }) => inputs))) {
      const from = ids.get(value) as string;
      if (!unread.has(value) && from !== `${prefix}more`) arrows.add(from, `${prefix}more`, '');
    }
    graph.outputs.forEach((value, i) => {
      arrows.add(ids.get(value) as string, `${prefix}out${i}`, arrowText(value, ''));
    });
    return [
      ...graph.inputs.flatMap((value, i) =>
        isShown(value) ? `${ids.get(value)}([${labelOf(`input ${i}`, typeText(value.abstract))}]):::input` : [],
      ),
      ...graph.captures.flatMap(({ value, cell }, i) =>
        isShown(value)
          ? `${ids.get(value)}([${labelOf(cell === undefined ? `captured ${i}` : `state: ${cell.label}`, typeText(value.abstract))}]):::input`
          : [],
      ),
      ...graph.constants.flatMap((constant) =>
        isShown(constant.value)
          ? `${ids.get(constant.value)}[${labelOf(elementsText(constant), typeText(constant.value.abstract))}]:::constant`
          : [],
      ),
      ...nodeLines,
      ...(hidden.length === 0 ? [] : [`${prefix}more[${moreText(hidden, unread.size)}]:::more`]),
      ...graph.outputs.map(
        (value, i) => `${prefix}out${i}([${labelOf(`result ${i}`, typeText(value.abstract))}]):::output`,
      ),
      ...arrows.lines(),
    ];
  }

  #nodeLines(node: GraphNode, id: string): string[] {
    const lines = [
      node.operation.name,
      settingsText(node.attributes),
      node.outputs.map(({ abstract }) => typeText(abstract)).join(', '),
      this.#callSites ? siteText(node) : '',
    ];
    const regions = regionsOf(node);
    if (regions.length === 0) return [`${id}[${labelOf(...lines)}]`];
    // Mermaid leaves room for one line above what is in a frame.
    const title = lines.filter((line) => line !== '').map((line) => escaped(shortened(line)));
    const inside = regions.flatMap((region, i) => {
      const parts = this.lines(region, `${id}r${i}_`);
      if (regions.length === 1) return parts;
      return [`subgraph ${id}r${i}[${labelOf(`region ${i}`)}]`, ...indented(parts), 'end'];
    });
    return [`subgraph ${id}["${title.join(', ')}"]`, ...indented(inside), 'end'];
  }
}

const isFree = (value: GraphValue): boolean => value.producer === undefined;
const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** What an arrow from a value says: which of several results it is, and which operand. */
function arrowText({ producer, index }: GraphValue, operand: string): string {
  if (producer === undefined || producer.outputs.length === 1) return operand;
  return operand === '' ? `result ${index}` : `result ${index} as ${operand}`;
}

function moreText(hidden: readonly GraphNode[], values: number): string {
  const nodes = hidden.reduce((sum, node) => sum + sizeOfNode(node), 0);
  return labelOf(`… ${counted(nodes, 'node')}`, values === 0 ? '' : `reading ${counted(values, 'value')}`);
}

const classes: readonly string[] = [
  'classDef input fill:#dbeafe,stroke:#2563eb,color:#0f172a',
  'classDef output fill:#dcfce7,stroke:#16a34a,color:#0f172a',
  'classDef constant fill:#f1f5f9,stroke:#94a3b8,color:#0f172a',
  'classDef more fill:#fef3c7,stroke:#d97706,color:#0f172a,stroke-dasharray:4 3',
];

/**
 * A graph as a Mermaid flowchart: inputs, captures, constants, every node with its op, attributes and results, regions as frames.
 *
 * @example
 * ```ts
 * import { abstractValue } from '@deft/core';
 * import { mermaidGraph, traceGraph } from '@deft/graph';
 * import { relu, sum } from '@deft/ops';
 * const { graph } = traceGraph(([x]) => [sum(relu(x))], [abstractValue([3], 'float32')]);
 * console.log(mermaidGraph(graph).split('\n').slice(0, 6).join('\n'));
 * // prints:
 * // flowchart TB
 * //   in0(["input 0<br/>float32[3]"]):::input
 * //   n0["relu<br/>float32[3]"]
 * //   n1["sum<br/>axes = [0], keepDims = false<br/>float32[]"]
 * //   out0(["result 0<br/>float32[]"]):::output
 * //   in0 --> n0
 * ```
 */
export function mermaidGraph(graph: Graph, options: MermaidOptions = {}): string {
  const lines = new Flowchart(options).lines(graph, '');
  return [`flowchart ${options.direction === 'right' ? 'LR' : 'TB'}`, ...indented([...lines, ...classes])].join('\n');
}
