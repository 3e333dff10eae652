/** The head of the page: the function with its signature, and what the whole program costs. */
import type { AbstractValue } from '@deft/core';
import { typeText } from '@deft/graph';
import { amount, duration } from '../explain.ts';
import { programCost } from '../program-cost.ts';
import { programMemory } from '../program-memory.ts';
import { type Content, type Markup, markup } from './markup.ts';
import type { ProgramView } from './program-view.ts';
import { flopsText, transcendentalsText } from './work-text.ts';

const tile = (title: string, figure: string, about: string): Markup =>
  markup`<div class="tile"><dt>${title}</dt><dd><b>${figure}</b><span>${about}</span></dd></div>`;

/** The types of arguments and results. */
function signatureOf({ passes, compiled }: ProgramView): {
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
  const { program, captures } = compiled;
  const cost = programCost(program);
  const memory = programMemory(program, program.inputs.length - captures.length);
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
      flopsText(cost),
      [transcendentalsText(cost), ...cost.inexactBecause].filter((text) => text !== '').join('; '),
    ),
    tile(
      'Traffic',
      amount(cost.bytesRead + cost.bytesWritten, 'B'),
      `${amount(cost.bytesRead, 'B')} read, ${amount(cost.bytesWritten, 'B')} written`,
    ),
    tile(
      'Arguments',
      amount(memory.arguments, 'B'),
      captures.length === 0 ? 'nothing captured' : `and ${amount(memory.captured, 'B')} captured`,
    ),
    tile(
      'Results',
      amount(memory.results, 'B'),
      memory.donated === 0 ? 'in new memory' : `${amount(memory.donated, 'B')} over what is given up`,
    ),
    tile('Arena', amount(program.arenaBytes, 'B'), budgetText(program.arenaBytes, compiled.memoryBudget)),
  ]}</dl></header>`;
}
