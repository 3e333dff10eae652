/** The head of the page: the function with its signature, and what the whole program costs. */
import type { AbstractValue } from '@deft/core';
import { typeText } from '@deft/graph';
import { type BufferId, type BufferSpec, bufferBytes } from '@deft/kernel';
import { amount, duration } from '../explain.ts';
import { costOf } from '../kernel-cost.ts';
import { type Content, type Markup, markup } from './markup.ts';
import type { ProgramView } from './program-view.ts';

const tile = (title: string, figure: string, about: string): Markup =>
  markup`<div class="tile"><dt>${title}</dt><dd><b>${figure}</b><span>${about}</span></dd></div>`;

/** The types of arguments and results. */
export function signatureOf({ passes, compiled }: ProgramView): {
  readonly inputs: string[];
  readonly outputs: string[];
} {
  const graph = passes[0]?.graph ?? compiled.graph;
  const text = ({ abstract }: { readonly abstract: AbstractValue }): string => typeText(abstract);
  return { inputs: graph.inputs.map(text), outputs: graph.outputs.map(text) };
}

function budgetText(bytes: number, budget: number | undefined): string {
  if (budget === undefined) return 'temporaries at once';
  return bytes <= budget ? `within the budget of ${amount(budget, 'B')}` : `over the budget of ${amount(budget, 'B')}`;
}

/** Name, signature and totals. */
export function totalsSection(view: ProgramView): Markup {
  const { name, compiled, measurement } = view;
  const { program } = compiled;
  const bytes = (ids: readonly BufferId[]): number =>
    [...new Set(ids)].reduce((sum, id) => sum + bufferBytes(program.buffers[id] as BufferSpec), 0);
  const costs = program.kernels.map((kernel) => costOf(kernel, program));
  const sum = (figure: (cost: (typeof costs)[number]) => number): number =>
    costs.reduce((all, each) => all + figure(each), 0);
  const read = sum(({ bytesRead }) => bytesRead);
  const written = sum(({ bytesWritten }) => bytesWritten);
  const seconds = measurement?.seconds.reduce((all, each) => all + each, 0);
  const { inputs, outputs } = signatureOf(view);
  const list = (types: readonly string[]): Content =>
    types.map((type, i) => [i === 0 ? '' : ', ', markup`<span class="type">${type}</span>`]);
  const roofline =
    measurement &&
    `${amount(measurement.roofline.operationsPerSecond, 'FLOP/s')}, ${amount(measurement.roofline.bytesPerSecond, 'B/s')} at best`;
  const nodes = compiled.graph.nodes.length;
  return markup`<header class="top"><p class="kind">captured function</p><h1>${name}</h1><p class="signature">(${list(inputs)}) <span class="to">→</span> ${outputs.length === 1 ? list(outputs) : ['(', list(outputs), ')']}</p>
<dl class="tiles">${[
    ...(seconds === undefined ? [] : [tile('Time', duration(seconds), `in kernels, each alone; ${roofline}`)]),
    tile('Kernels', String(program.kernels.length), `from ${nodes} graph ${nodes === 1 ? 'node' : 'nodes'}`),
    tile(
      'Work',
      amount(
        sum(({ operations }) => operations),
        'FLOP',
      ),
      'scalar operations, as kernels state them',
    ),
    tile('Traffic', amount(read + written, 'B'), `${amount(read, 'B')} read, ${amount(written, 'B')} written`),
    tile(
      'Arguments',
      amount(bytes(program.inputs), 'B'),
      `${program.inputs.length} buffers, ${compiled.captures.length} captured`,
    ),
    tile('Results', amount(bytes(program.outputs), 'B'), `${program.outputs.length} buffers`),
    tile('Arena', amount(program.arenaBytes, 'B'), budgetText(program.arenaBytes, compiled.memoryBudget)),
  ]}</dl></header>`;
}
