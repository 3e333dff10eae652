/**
 * The graph's text after every pass. The page compares any two of them; without its script the texts can be unfolded one by one. Lines
 * carry the values that they define and use, so that lines which differ in the numbers of values only are known to be the same.
 */
import { type Graph, printGraph } from '@deft/graph';
import { type Content, type Markup, markup } from './markup.ts';
import { passLines } from './pass-lines.ts';
import type { ProgramView } from './program-view.ts';

const lineOf = ({ text, defines, uses }: ReturnType<typeof passLines>[number]): Markup =>
  markup`<span data-d="${defines.join(' ')}" data-u="${uses.join(' ')}">${text}</span>\n`;

/** What a pass did, in a word. */
function changeText(before: Graph | undefined, after: Graph, isSame: boolean): string {
  if (before === undefined) return `${after.nodes.length} nodes`;
  if (isSame) return 'no change';
  const more = after.nodes.length - before.nodes.length;
  if (more === 0) return `${after.nodes.length} nodes, others`;
  return `${after.nodes.length} nodes, ${more > 0 ? `${more} more` : `${-more} fewer`}`;
}

/** The passes side by side. */
export function passesSection({ passes }: ProgramView): Markup {
  const texts = passes.map(({ graph }) => printGraph(graph));
  const firstWith = texts.map((text) => texts.indexOf(text));
  const labels = passes.map(({ name, graph }, i) => {
    const isSame = i > 0 && texts[i] === texts[i - 1];
    return { name, change: changeText(passes[i - 1]?.graph, graph, isSame) };
  });
  const options = (chosen: number): Content =>
    labels.map(
      ({ name, change }, i) =>
        markup`<option value="${i}" data-text="${firstWith[i]}"${i === chosen ? markup` selected` : undefined}>${i}. ${name} (${change})</option>`,
    );
  const sources = labels.map(({ name, change }, i) => {
    if (firstWith[i] !== i) return markup`<details><summary>${i}. ${name} (${change})</summary></details>`;
    const lines = passLines(texts[i] as string).map(lineOf);
    return markup`<details><summary>${i}. ${name} (${change})</summary><pre data-pass="${i}">${lines}</pre></details>`;
  });
  return markup`<div class="compare" hidden><div class="choose"><label>from <select data-side="left">${options(0)}</select></label><label>to <select data-side="right">${options(passes.length - 1)}</select></label><span class="verdict" role="status"></span></div><div class="scrolls"><div class="diff" tabindex="0" aria-label="Comparison of two passes"></div></div></div><div class="sources">${sources}</div>`;
}
