/** Flowcharts of graphs: Mermaid itself reads them, all of every graph is in them, and no text gets out of its label. */
import { createRequire } from 'node:module';
import {
  type AbstractValue,
  abstractValue,
  DeferredCallSite,
  findOperation,
  type Operation,
  type Tensor,
} from '@deft/core';
import { add, cond, greater, mul, relu, scan, sum } from '@deft/ops';
import { buildGraph, complaintsOf, graphSources, launchChromium } from '@deft/test-utils';
import fc from 'fast-check';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freeValue, type Graph, makeNode, mermaidGraph, traceGraph } from './index.ts';

const require = createRequire(import.meta.url);
const f32 = (...shape: number[]): AbstractValue => abstractValue(shape, 'float32');

/** A graph of one node after the other, each of the op of that name, with attributes. */
function chain(
  ops: readonly { readonly name: string; readonly attributes?: Record<string, string>; readonly file?: string }[],
): Graph {
  const input = freeValue(f32(2));
  let last = input;
  const nodes = ops.map(({ name, attributes = {}, file }) => {
    const operation = { ...(findOperation('relu') as Operation), name };
    const site = file === undefined ? undefined : DeferredCallSite.of({ file, line: 1, column: 1, text: file });
    const node = makeNode(operation, [last], attributes, [f32(2)], site);
    last = node.outputs[0] as Graph['inputs'][0];
    return node;
  });
  return { inputs: [input], constants: [], captures: [], nodes, outputs: [last] };
}

const looped = (): Graph =>
  traceGraph(
    ([xs, limit]) => {
      const [total, all] = scan(
        (state: Tensor, x: Tensor): [Tensor, Tensor] => [
          add(state, x),
          cond(
            greater(x, 0),
            () => relu(x),
            () => mul(x, limit as Tensor),
          ),
        ],
        sum(xs as Tensor),
        xs as Tensor,
      );
      return [total, all];
    },
    [f32(5), f32()],
  ).graph;

const hostile: readonly string[] = [
  '"]; click n0 href "javascript:window.bad=1" n9["',
  '%%{init: {"securityLevel": "loose", "theme": "dark"}}%%',
  '<img src=x onerror="window.bad=1">',
  '<script>window.bad=1</script>',
  '&lt;b&gt; &amp; #60;i#62; #quot;',
  '`**markdown**`',
  'a|b|c --> d; end',
  'end',
  'line\nsubgraph x\r\n%% comment',
  'style n0 fill:#f00; classDef a:b#c;',
  '---\nconfig:\n  theme: dark\n---',
  '\u202eright to left \u0007 \\u0022 𝒳',
];

describe('the text of a flowchart', () => {
  it('is the same for equal graphs', () => {
    expect(mermaidGraph(looped())).toBe(mermaidGraph(looped()));
  });

  it('has a frame for every op with regions, and for each of several regions', () => {
    const frames = mermaidGraph(looped()).match(/subgraph \w+/g);
    expect(frames).toHaveLength(4);
  });

  it('says how many nodes are left out, those of regions included', () => {
    const graph = chain(Array.from({ length: 20 }, () => ({ name: 'relu' })));
    const text = mermaidGraph(graph, { maxNodes: 5 });
    expect(text.match(/n\d+\["relu/g)).toHaveLength(5);
    expect(text).toContain('more["… 15 more nodes"]');
    expect(text).toContain('n4 --> more');
    expect(text).toContain('more --> out0');
    const nodesIn = ({ nodes }: Graph): number =>
      nodes.reduce((sum, { operation }) => {
        const regions = (operation.regions?.list ?? []) as readonly Graph[];
        return sum + regions.reduce((inside, region) => inside + nodesIn(region), 1);
      }, 0);
    expect(mermaidGraph(looped(), { maxNodes: 0 })).toContain(`… ${nodesIn(looped())} more nodes`);
  });

  it('leaves out inputs that only hidden nodes read, and says so', () => {
    const types = Array.from({ length: 30 }, () => f32(2));
    const { graph } = traceGraph((inputs) => [inputs.reduce((a, b) => add(a, b))], types);
    const text = mermaidGraph(graph, { maxNodes: 3 });
    expect(text.match(/in\d+\(\[/g)).toHaveLength(4);
    expect(text).toContain('… 26 more nodes<br/>reading 26 more values');
  });

  it('names operands where there are several, and results where there are several', () => {
    const { graph } = traceGraph(
      ([a, b]) => [add(a as Tensor, b as Tensor), mul(a as Tensor, a as Tensor)],
      [f32(2), f32(2)],
    );
    const text = mermaidGraph(graph);
    expect(text).toContain('in0 -->|"a"| n0');
    expect(text).toContain('in1 -->|"b"| n0');
    expect(text).toContain('in0 -->|"a, b"| n1');
    expect(mermaidGraph(looped())).toMatch(/-->\|"result 1"\| out1/);
  });
});

describe('Mermaid', () => {
  let browser: Browser | undefined;
  let page: Page | undefined;
  let complaints: ReturnType<typeof complaintsOf> | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser?.newPage();
    if (page === undefined) return;
    await page.setContent('<!doctype html><div id="picture"></div>');
    await page.addScriptTag({ path: require.resolve('@mermaid-js/tiny') });
    complaints = complaintsOf(page);
  });
  afterAll(() => browser?.close());

  /** What Mermaid makes of a text: the texts of labels in the picture, and all kinds of elements in it. */
  const drawn = (text: string): Promise<{ labels: string[]; elements: string[]; isBad: boolean }> =>
    (page as Page).evaluate(async (source) => {
      const { mermaid } = globalThis as unknown as {
        mermaid: { initialize(o: object): void; render(id: string, s: string): Promise<{ svg: string }> };
      };
      // The level that lets the most through.
      mermaid.initialize({ startOnLoad: false, securityLevel: 'loose' });
      const { svg } = await mermaid.render('drawn', source);
      const place = document.querySelector('#picture') as HTMLElement;
      place.innerHTML = svg;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return {
        labels: [...place.querySelectorAll('.nodeLabel')].map((label) => (label as HTMLElement).innerText),
        elements: [...new Set([...place.querySelectorAll('*')].map((one) => one.tagName.toLowerCase()))],
        isBad: 'bad' in window,
      };
    }, text);

  it('draws loops and branches', async (context) => {
    if (page === undefined) return context.skip('no Chromium installed');
    const { labels } = await drawn(mermaidGraph(looped(), { callSites: true, direction: 'right' }));
    expect(labels.some((label) => /^switch/.test(label))).toBe(true);
    expect(labels.some((label) => label.includes('mermaid.test.ts:'))).toBe(true);
  });

  it('reads the flowchart of every graph', async (context) => {
    if (page === undefined) return context.skip('no Chromium installed');
    const parsed = (text: string): Promise<string> =>
      (page as Page).evaluate(async (source) => {
        const { mermaid } = globalThis as unknown as {
          mermaid: { parse(s: string): Promise<{ diagramType: string }> };
        };
        return (await mermaid.parse(source)).diagramType;
      }, text);
    await fc.assert(
      fc.asyncProperty(graphSources, fc.integer({ min: 0, max: 12 }), async (source, maxNodes) => {
        const graph = buildGraph(source);
        expect(await parsed(mermaidGraph(graph))).toBe('flowchart-v2');
        expect(await parsed(mermaidGraph(graph, { maxNodes }))).toBe('flowchart-v2');
      }),
      { numRuns: 40 },
    );
  });

  it('shows hostile names, attributes and files as they are, and runs nothing', async (context) => {
    if (page === undefined) return context.skip('no Chromium installed');
    const plain = await drawn(mermaidGraph(chain([{ name: 'relu' }])));
    const text = mermaidGraph(chain(hostile.map((one) => ({ name: one, attributes: { [one]: one }, file: one }))), {
      callSites: true,
    });
    const { labels, elements, isBad } = await drawn(text);
    expect(isBad).toBe(false);
    expect(elements.filter((one) => !plain.elements.includes(one))).toEqual([]);
    const shown = labels.map((label) => label.replace(/\s+/g, ' ')).join('\n');
    const points = (one: string): string =>
      Array.from(one.replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd').replace(/\s+/g, ' '))
        .slice(0, 59)
        .join('');
    for (const one of hostile) expect(shown).toContain(points(one));
    expect(complaints?.errors).toEqual([]);
    expect(complaints?.requests).toEqual([]);
  });
});
