/**
 * The kernels in order: index space, the ops that are one in them, what they read, write and compute, why results are stored, and why
 * kernels that could have been one are not. With a measurement each has its time, its share of the whole and of the roofline.
 */
import { type BufferId, type BufferSpec, bufferBytes, buffersOf } from '@deft/kernel';
import type { CompiledProgram } from '../compile-graph.ts';
import { amount, duration, type Measurement, spaceText } from '../explain.ts';
import { costOf } from '../kernel-cost.ts';
import type { ProgramCost } from '../program-cost.ts';
import { leastSeconds } from '../roofline.ts';
import { chip } from './graph-section.ts';
import { type Content, type Markup, markup } from './markup.ts';
import type { PlacedKernel, ProgramLinks } from './program-links.ts';
import { costOfKernel, workText } from './work-text.ts';

/** A share of a whole as a bar. */
export function bar(share: number, kind: string): Markup {
  const width = (100 * Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0))).toFixed(1);
  return markup`<svg class="bar ${kind}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="4"/><rect class="part" width="${width}" height="4"/></svg>`;
}

/** A share in percent. */
export const percent = (share: number): string =>
  `${share < 0.1 ? (100 * share).toFixed(1) : Math.round(100 * share)} %`;

const bytesOf = ({ bytesRead, bytesWritten }: ProgramCost): number => bytesRead + bytesWritten;
const operationsOf = ({ flops, transcendentals }: ProgramCost): number => flops + transcendentals;

class KernelList {
  readonly #compiled: CompiledProgram;
  readonly #links: ProgramLinks;
  readonly #measurement: Measurement | undefined;
  readonly #seconds: number;
  /** The most that one kernel moves and computes. */
  readonly #most: { readonly bytes: number; readonly work: number };

  constructor(compiled: CompiledProgram, links: ProgramLinks, measurement: Measurement | undefined) {
    this.#compiled = compiled;
    this.#links = links;
    this.#measurement = measurement;
    this.#seconds = measurement?.seconds.reduce((sum, each) => sum + each, 0) ?? 0;
    const costs = compiled.program.kernels.map((kernel) => costOfKernel(kernel, compiled.program));
    const most = (figure: (cost: ProgramCost) => number): number =>
      costs.reduce((largest, cost) => Math.max(largest, figure(cost)), 1);
    this.#most = { bytes: most(bytesOf), work: most(operationsOf) };
  }

  card(placed: PlacedKernel): Markup {
    const { id, label, kernel, index } = placed;
    const { program } = this.#compiled;
    const links = this.#links;
    const nodes = links.nodesOf(placed);
    const { reads, writes } = buffersOf(kernel);
    const related = [
      ...nodes.map((node) => links.nodeId(node)),
      ...[...new Set([...writes, ...reads])].map((buffer) => `b${buffer}`),
    ];
    const names = index === undefined ? [] : (this.#compiled.kernelOps[index] ?? []);
    const ops =
      nodes.length > 0
        ? nodes.map((node) => chip(links.nodeId(node), 'to-node', node.operation.name))
        : [...new Set(names)].map((name) => markup`<span class="chip still">${name}</span>`);
    const apart = index === undefined ? [] : (this.#compiled.kernelsApart[index] ?? []);
    const inside = placed.lists.map(
      ({ title, kernels }) =>
        markup`<div class="inside"><div class="region-title">${title}, as it is for one step</div>${kernels.map((each) => this.card(each))}</div>`,
    );
    const folds = `in-${id}`;
    const fold =
      inside.length === 0
        ? undefined
        : markup`<button type="button" class="fold" aria-expanded="true" aria-controls="${folds}" aria-label="Fold the kernels within">▾</button>`;
    return markup`<article class="kernel form-${kernel.form}" data-kernel="${id}" data-id="${id}" data-links="${related.join(' ')}" data-name="kernel ${label}">
<header>${fold}<button type="button" class="pick"><span class="number">k${label}</span> <b>${kernel.form}</b></button><span class="space">${spaceText(kernel, program)}</span>${this.#time(placed)}</header>
<div class="chips" aria-label="Ops in this kernel">${ops}</div>
${this.#cost(placed)}
<dl class="lines"><dt>reads</dt><dd>${this.#reads(reads)}</dd><dt>writes</dt><dd>${writes.map((buffer) => this.#write(buffer))}</dd></dl>
${apart.length === 0 ? undefined : markup`<ul class="apart">${apart.map((each) => markup`<li>not one with ${each}</li>`)}</ul>`}
${inside.length === 0 ? undefined : markup`<div id="${folds}">${inside}</div>`}
</article>`;
  }

  #cost({ kernel, index }: PlacedKernel): Markup {
    const cost = costOfKernel(kernel, this.#compiled.program);
    const { bytesRead, bytesWritten } = cost;
    const bars =
      index === undefined
        ? []
        : [bar(bytesOf(cost) / this.#most.bytes, 'of-bytes'), bar(operationsOf(cost) / this.#most.work, 'of-work')];
    return markup`<div class="cost"><span>${bars[0]}${amount(bytesRead, 'B')} read, ${amount(bytesWritten, 'B')} written</span><span>${bars[1]}${workText(cost)}</span></div>`;
  }

  #time({ kernel, index }: PlacedKernel): Content {
    const measurement = this.#measurement;
    const seconds = index === undefined ? undefined : measurement?.seconds[index];
    if (measurement === undefined || seconds === undefined) return undefined;
    const share = seconds / this.#seconds;
    const reached = leastSeconds(costOf(kernel, this.#compiled.program), measurement.roofline) / seconds;
    return markup`<span class="timing">${bar(share, 'of-time')}<b>${duration(seconds)}</b> <span>${percent(share)} of the time, ${percent(reached)} of the roofline</span></span>`;
  }

  #bufferText(buffer: BufferId): string {
    const spec = this.#compiled.program.buffers[buffer] as BufferSpec;
    return `${spec.role} ${spec.dtype}, ${amount(bufferBytes(spec), 'B')}`;
  }

  #reads(reads: readonly BufferId[]): Content {
    if (reads.length === 0) return 'nothing';
    return [...new Set(reads)].map((buffer) => [
      chip(`b${buffer}`, 'to-buffer', `b${buffer}`),
      markup`<span class="about">${this.#bufferText(buffer)}</span> `,
    ]);
  }

  #write(buffer: BufferId): Markup {
    const { over } = this.#compiled.program.buffers[buffer] as BufferSpec;
    const below =
      over === undefined ? undefined : markup`, over ${chip(`b${over}`, 'to-buffer', `b${over}`)} if that is given up`;
    return markup`<div>${chip(`b${buffer}`, 'to-buffer', `b${buffer}`)}<span class="about">${this.#bufferText(buffer)}${below}</span> <span class="reason">${this.#compiled.bufferReasons[buffer]}</span></div>`;
  }
}

/** All kernels, with links to the graph and to buffers. */
export function kernelsSection(
  compiled: CompiledProgram,
  links: ProgramLinks,
  measurement: Measurement | undefined,
): Markup {
  const list = new KernelList(compiled, links, measurement);
  if (links.kernels.length === 0)
    return markup`<p class="none">No kernels: every result is an argument or is known.</p>`;
  return markup`<div class="kernels">${links.kernels.map((kernel) => list.card(kernel))}</div>`;
}
