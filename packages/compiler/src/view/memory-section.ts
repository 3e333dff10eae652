/**
 * The memory of a program: the arena drawn over the order of the kernels, each temporary as a rectangle at its offset for as long as
 * it lives, above it the bytes in use; and a table of all buffers. Places along the time are shares of the width, so the picture fits
 * any screen without its letters being stretched.
 */
import type { GraphValue } from '@deft/graph';
import { type BufferSpec, bufferBytes } from '@deft/kernel';
import type { CompiledProgram } from '../compile-graph.ts';
import { amount } from '../explain.ts';
import { type ArenaUse, arenaUse, type Life } from './arena-use.ts';
import { chip } from './graph-section.ts';
import { type Content, type Markup, markup } from './markup.ts';
import type { ProgramLinks } from './program-links.ts';

/** In pixels. */
const loadsHeight = 44;
const arenaTop = 64;
const arenaHeight = 260;
const bottom = 26;
/** A moment is at least so wide. */
const leastWidth = 14;
/** The picture is at least so wide, also on a phone. */
const leastPicture = 320;
/** A letter of a label takes about so much. */
const letterWidth = 7;

class Timeline {
  readonly #compiled: CompiledProgram;
  readonly #links: ProgramLinks;
  readonly #use: ArenaUse;

  constructor(compiled: CompiledProgram, links: ProgramLinks, use: ArenaUse) {
    this.#compiled = compiled;
    this.#links = links;
    this.#use = use;
  }

  /** Pixels that a moment has on any screen. */
  get #momentWidth(): number {
    return Math.max(leastWidth, leastPicture / this.#use.moments.length);
  }

  /** A place in time as a share of the width. */
  #x(moment: number): string {
    return `${((100 * moment) / this.#use.moments.length).toFixed(3)}%`;
  }

  #y(bytes: number): number {
    return Math.round((arenaHeight * bytes * 100) / Math.max(1, this.#compiled.program.arenaBytes)) / 100;
  }

  picture(): Markup {
    const { moments, loads, lives, peak } = this.#use;
    const { arenaBytes } = this.#compiled.program;
    const height = arenaTop + arenaHeight + bottom;
    const width = this.#x(1);
    const most = Math.max(1, loads[peak] ?? 0);
    const bars = loads.map((load, at) => {
      const tall = Math.round((loadsHeight * load * 100) / most) / 100;
      return markup`<rect class="load${at === peak ? ' peak' : ''}" x="${this.#x(at)}" width="${width}" y="${loadsHeight - tall}" height="${tall}"/>`;
    });
    const scale = [0, 0.25, 0.5, 0.75, 1].map((share) => {
      const y = arenaTop + arenaHeight * share;
      const text = markup`<text class="scale" x="2" y="${share === 0 ? y + 11 : y - 3}">${amount(Math.round(arenaBytes * share), 'B')}</text>`;
      return { line: markup`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/>`, text };
    });
    const side = peak > moments.length / 2 ? 'end' : 'start';
    const at = this.#x(side === 'end' ? peak : peak + 1);
    const label = `most in use: ${amount(loads[peak] ?? 0, 'B')} at ${this.#momentName(peak)}`;
    return markup`<svg class="memory" width="${moments.length * leastWidth}" height="${height}" role="img" aria-label="Memory of temporaries over the order of kernels; ${label}">
<g class="loads">${bars}</g>
<rect class="column" x="${this.#x(peak)}" width="${width}" y="0" height="${arenaTop + arenaHeight}"/>
${scale.map(({ line }) => line)}
${lives.map((life) => this.#rectangle(life))}
${scale.map(({ text }) => text)}
<text class="peak-label" x="${at}" dx="${side === 'end' ? -5 : 5}" y="11" text-anchor="${side}">${label}</text>
${this.#axis()}
</svg>`;
  }

  #momentName(at: number): string {
    const kernel = this.#use.moments[at]?.kernel;
    const placed = this.#links.allKernels.find((one) => one.kernel === kernel);
    return placed === undefined ? '' : `k${placed.label}`;
  }

  #axis(): Content {
    let next = 0;
    return this.#use.moments.map((_, at) => {
      const name = this.#momentName(at);
      // Within others there is no room; the steps between two labels are those of the first.
      if (name.includes('.') || at < next) return undefined;
      next = at + Math.ceil((name.length * letterWidth + 6) / this.#momentWidth);
      return markup`<text class="tick" x="${this.#x(at + 0.5)}" y="${arenaTop + arenaHeight + 17}" text-anchor="middle">${name}</text>`;
    });
  }

  #rectangle({ buffer, offset, bytes, first, last, isOver, isUnder }: Life): Markup {
    const from = isOver ? first + 0.5 : first;
    const to = isUnder ? last + 0.5 : last + 1;
    const maker = this.#links.makersOf(buffer)[0];
    const top = arenaTop + this.#y(offset);
    const tall = Math.max(1, this.#y(bytes));
    const name = `b${buffer} ${amount(bytes, 'B')}`;
    const fits = (to - from) * this.#momentWidth > name.length * letterWidth && tall > 14;
    const title = `buffer ${buffer}, ${amount(bytes, 'B')} at ${offset}, k${maker?.label ?? '?'}: ${this.#compiled.bufferReasons[buffer]}`;
    const isAtPeak = first <= this.#use.peak && this.#use.peak <= last;
    const x = this.#x(from);
    const width = `${((100 * (to - from)) / this.#use.moments.length).toFixed(3)}%`;
    const text = fits ? markup`<text class="in" x="${x}" dx="4" y="${top + 12}">${name}</text>` : undefined;
    return markup`<g class="life form-${maker?.kernel.form ?? 'none'}${isAtPeak ? ' at-peak' : ''}" data-life="b${buffer}" data-id="b${buffer}" tabindex="0" role="button" aria-label="${title}"><title>${title}</title><rect x="${x}" width="${width}" y="${top}" height="${tall}" rx="2"/>${text}</g>`;
  }
}

function bufferRow(compiled: CompiledProgram, links: ProgramLinks, id: number): Markup {
  const spec = compiled.program.buffers[id] as BufferSpec;
  const makers = links.makersOf(id);
  const readers = links.readersOf(id);
  const value = compiled.bufferValues[id];
  const node = value?.producer;
  const nodeId = value && (node === undefined ? links.valueId(value) : links.nodeId(node));
  const related = [...makers, ...readers].map((kernel) => kernel.id);
  const chips = (kernels: typeof makers): Content =>
    kernels.map((kernel) => chip(kernel.id, `to-kernel to-${kernel.kernel.form}`, `k${kernel.label}`));
  const { inputs, outputs } = compiled.program;
  const places = [
    ...inputs.flatMap((input, i) => (input === id ? [`argument ${i}`] : [])),
    ...outputs.flatMap((output, i) => (output === id ? [`result ${i}`] : [])),
    ...(spec.arenaOffset === undefined ? [] : [`at ${spec.arenaOffset}`]),
    ...(spec.donated === true ? ['may be given up'] : []),
  ];
  const holds =
    nodeId === undefined
      ? undefined
      : chip(nodeId, 'to-node', node?.operation.name ?? links.nameOf(value as GraphValue));
  return markup`<tr data-buffer="b${id}" data-id="b${id}" data-links="${[...new Set([...related, ...(nodeId === undefined ? [] : [nodeId])])].join(' ')}" data-name="buffer ${id}" data-about="${compiled.bufferReasons[id]}"><th scope="row"><button type="button" class="pick">b${id}</button></th><td><span class="role ${spec.role}">${spec.role}</span></td><td>${spec.dtype}[${spec.length}]</td><td class="figure">${amount(bufferBytes(spec), 'B')}</td><td>${places.join(', ')}</td><td>${holds}</td><td>${chips(makers)}</td><td>${chips(readers)}</td><td class="why">${compiled.bufferReasons[id]}</td></tr>`;
}

/** The arena over time. */
export function memorySection(compiled: CompiledProgram, links: ProgramLinks): Markup {
  const use = arenaUse(compiled.program);
  if (use.lives.length === 0) return markup`<p class="none">Nothing lies between the kernels: no temporaries.</p>`;
  return markup`<div class="scrolls">${new Timeline(compiled, links, use).picture()}</div><p class="hint" data-hint="memory">Kernels run from left to right; every rectangle is a buffer at its place in the arena. Point at one to see why it is stored.</p>`;
}

/** Every buffer. */
export function buffersSection(compiled: CompiledProgram, links: ProgramLinks): Markup {
  const rows = compiled.program.buffers.map((_, id) => bufferRow(compiled, links, id));
  return markup`<div class="scrolls"><table><thead><tr><th>buffer</th><th>role</th><th>elements</th><th class="figure">bytes</th><th>where</th><th>holds</th><th>made by</th><th>read by</th><th>why</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
