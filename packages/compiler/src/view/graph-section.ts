/**
 * The graph as a list of its values: what each is made of, its type, the user's line, and the kernels that compute it. The regions of
 * loops and branches lie behind the op that has them and can be folded.
 */
import { attributesText, constantText, type Graph, type GraphNode, type GraphValue, typeText } from '@deft/graph';
import { type Content, type Markup, markup } from './markup.ts';
import { type ProgramLinks, regionsOf } from './program-links.ts';

/** Elements of a constant that are shown. */
const longestConstant = 60;

function shortened(text: string): string {
  const points = Array.from(text);
  return points.length <= longestConstant ? text : `${points.slice(0, longestConstant - 1).join('')}…`;
}

/** The last parts of a path are enough to know it by. */
const shortSite = (text: string): string => text.split(/[/\\]/).slice(-2).join('/');

/** A reference to something that can be chosen, by its id. */
export const chip = (id: string, kind: string, text: string): Markup =>
  markup`<button type="button" class="chip ${kind}" data-to="${id}">${text}</button>`;

const operands = (values: readonly GraphValue[], links: ProgramLinks): Content =>
  values.map((value, i) => [i === 0 ? '' : ', ', markup`<span class="value">${links.nameOf(value)}</span>`]);

interface Row {
  readonly id: string;
  readonly name: string;
  readonly related: readonly string[];
  readonly code: Content;
  readonly type: string;
  readonly site?: string | undefined;
  readonly chips: Content;
  /** Of a row with regions, the element that holds them. */
  readonly folds?: string;
}

function row({ id, name, related, code, type, site, chips, folds }: Row): Markup {
  const fold =
    folds === undefined
      ? markup`<span class="fold"></span>`
      : markup`<button type="button" class="fold" aria-expanded="true" aria-controls="${folds}" aria-label="Fold the regions">▾</button>`;
  const where = site === undefined ? undefined : markup`<span class="site" title="${site}">${shortSite(site)}</span>`;
  return markup`<div class="row${site === undefined && chips === undefined ? ' brief' : ''}" data-id="${id}" data-links="${related.join(' ')}" data-name="${name}" data-about="${[type, site].filter((one) => one !== undefined).join(', ')}">${fold}<button type="button" class="pick"><code>${code}</code></button><span class="type">${type}</span>${where}<span class="chips">${chips}</span></div>`;
}

class GraphList {
  readonly #links: ProgramLinks;

  constructor(links: ProgramLinks) {
    this.#links = links;
  }

  lines(graph: Graph): Content {
    return [
      graph.inputs.map((value, i) => this.#free(value, `input ${i}`)),
      graph.captures.map(({ value, cell }, i) =>
        this.#free(value, cell === undefined ? `captured ${i}` : `state: ${cell.label}`),
      ),
      graph.constants.map((constant) => {
        const { array, value } = constant;
        const text = constantText({ value, array: { ...array, data: array.data.slice(0, longestConstant) } });
        return this.#free(value, `constant ${shortened(text)}`);
      }),
      graph.nodes.map((node) => this.#node(node)),
      markup`<div class="row last"><span class="fold"></span><code class="pick"><b>return</b> ${operands(graph.outputs, this.#links)}</code></div>`,
    ];
  }

  #free(value: GraphValue, what: string): Markup {
    const buffer = this.#links.bufferOf(value);
    return row({
      id: this.#links.valueId(value),
      name: `${this.#links.nameOf(value)} ${what}`,
      related: buffer === undefined ? [] : [`b${buffer}`],
      code: markup`<span class="value">${this.#links.nameOf(value)}</span> <span class="free">${what}</span>`,
      type: typeText(value.abstract),
      chips: undefined,
    });
  }

  #node(node: GraphNode): Content {
    const links = this.#links;
    const kernels = links.kernelsOf(node);
    const buffers = node.outputs.flatMap((output) => links.bufferOf(output) ?? []);
    const settings = attributesText(node.attributes);
    const id = links.nodeId(node);
    const regions = regionsOf(node);
    const folds = `in-${id}`;
    const head = row({
      id,
      name: `${node.outputs.map((output) => links.nameOf(output)).join(', ')} ${node.operation.name}`,
      related: [...kernels.map((kernel) => kernel.id), ...buffers.map((buffer) => `b${buffer}`)],
      code: markup`${operands(node.outputs, links)} = <b>${node.operation.name}</b>(${operands(node.inputs, links)})${
        settings === '{}' ? undefined : markup` <span class="settings">${settings}</span>`
      }`,
      type: node.outputs.map(({ abstract }) => typeText(abstract)).join(', '),
      site: node.callSite?.value?.text,
      chips: kernels.map((kernel) => chip(kernel.id, `to-kernel to-${kernel.kernel.form}`, `k${kernel.label}`)),
      ...(regions.length === 0 ? {} : { folds }),
    });
    if (regions.length === 0) return head;
    const lists = regions.map(
      (region, i) =>
        markup`<div class="region"><div class="region-title">${node.operation.name} region ${i}</div>${this.lines(region)}</div>`,
    );
    return [head, markup`<div class="regions" id="${folds}">${lists}</div>`];
  }
}

/** The graph that was lowered, with links to kernels and buffers. */
export function graphSection(graph: Graph, links: ProgramLinks): Markup {
  return markup`<div class="graph">${new GraphList(links).lines(graph)}</div>`;
}
