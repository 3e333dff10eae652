/**
 * The page that shows a captured function: one file without anything from elsewhere, which works from a disk. Its policy allows the one
 * style sheet and the one script that stand in it, known by their digests, and nothing else: no network, no other script.
 */

import { compareScript } from './compare-script.ts';
import { graphSection } from './graph-section.ts';
import { kernelsSection } from './kernels-section.ts';
import { type Markup, markup, trusted } from './markup.ts';
import { buffersSection, memorySection } from './memory-section.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { passesSection } from './passes-section.ts';
import { linksOf } from './program-links.ts';
import type { ProgramView } from './program-view.ts';
import { totalsSection } from './totals-section.ts';

/** What stands in the script element. */
export const script: string = `'use strict';\n${pageScript}${compareScript}`;

/** SHA-256 of the style sheet and of the script; a test says what they must be. */
export const digests = {
  style: 'Q1EUBQ2sjlLe6l+18dBslR9peUVPjYhEm25wxml0yrw=',
  script: 'kUY1CQcTa0M+kLDWD+t2UDWXV39bG9IdLJ27yyq4z0s=',
} as const;

const policy = `default-src 'none'; style-src 'sha256-${digests.style}'; script-src 'sha256-${digests.script}'; base-uri 'none'; form-action 'none'`;

function section(id: string, title: string, about: string, content: Markup): Markup {
  return markup`<section id="${id}"><h2>${title}</h2><p class="about-section">${about}</p>${content}</section>`;
}

/**
 * A captured function as a page: graph with the user's lines, kernels with what is one in them, memory over time, and the graph after
 * every pass. It is one HTML file that needs no network and can be opened from a disk.
 *
 * @example
 * ```ts
 * import { viewHtml, viewOf } from '@deft/compiler';
 * import { abstractValue } from '@deft/core';
 * import { traceGraph } from '@deft/graph';
 * import { add, relu } from '@deft/ops';
 * const { graph } = traceGraph(([x]) => [relu(add(x, 1))], [abstractValue([4], 'float32')]);
 * const page = viewHtml(viewOf(graph, { name: 'shifted' }));
 * console.log(page.startsWith('<!doctype html>'), page.includes('<h1>shifted</h1>')); // true true
 * ```
 */
export function viewHtml(view: ProgramView): string {
  const { compiled, measurement } = view;
  const links = linksOf(compiled);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${view.name}: graph, kernels, memory</title>
<style>${trusted(pageStyle)}</style>
</head>
<body>
${totalsSection(view)}
<nav aria-label="Parts of the page"><a href="#graph">Graph</a><a href="#kernels">Kernels</a><a href="#memory">Memory</a><a href="#passes">Passes</a><a href="#buffers">Buffers</a></nav>
<main>
<section><div class="panes"><div class="pane" id="graph"><h2>Graph</h2><p class="about-section">What was captured, after the passes. Choose a line to see its kernels.</p>${graphSection(compiled.graph, links)}</div><div class="pane" id="kernels"><h2>Kernels</h2><p class="about-section">What runs, in order. Choose one to see the ops in it.</p>${kernelsSection(compiled, links, measurement)}</div></div></section>
${section('memory', 'Memory', 'The arena that all temporaries share.', memorySection(compiled, links))}
${section('passes', 'Passes', 'The graph after each pass; compare any two.', passesSection(view))}
${section('buffers', 'Buffers', 'All memory that the program touches, and why it is there.', buffersSection(compiled, links))}
</main>
<aside class="chosen" hidden aria-live="polite"><div class="what"><b></b><span></span></div><div class="links"></div><button type="button" class="close" aria-label="Choose nothing">×</button></aside>
<script>${trusted(script)}</script>
</body>
</html>
`.text;
}
