/** The page of a captured function: everything is in it once and linked, nothing that comes from outside is markup, and it works in a browser. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AbstractValue,
  abstractValue,
  DeferredCallSite,
  findOperation,
  type Operation,
  type Tensor,
} from '@deft/core';
import { freeValue, type Graph, makeNode, traceGraph } from '@deft/graph';
import { add, cond, greater, matmul, mul, relu, scan, softmax, sort, sum, tanh } from '@deft/ops';
import { buildGraph, complaintsOf, graphSources, launchChromium } from '@deft/test-utils';
import fc from 'fast-check';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProgramView, viewHtml, viewOf } from '../index.ts';
import { pageStyle } from './page-style.ts';
import { linksOf } from './program-links.ts';
import { digests, script } from './view-html.ts';

const f32 = (...shape: number[]): AbstractValue => abstractValue(shape, 'float32');

/** Loops, branches, products, sorts, and a chain of elementwise ops. */
const recurrent = (): Graph =>
  traceGraph(
    ([xs, w, limit]) => {
      const [total, all] = scan(
        (state: Tensor, x: Tensor): [Tensor, Tensor] => {
          const next = tanh(add(matmul(state as Tensor<[4, 3]>, w as Tensor<[3, 3]>), x));
          return [
            next,
            cond(
              greater(sum(x), 0),
              () => relu(next),
              () => mul(next, limit as Tensor),
            ) as Tensor,
          ];
        },
        mul(sum(xs as Tensor, { axis: 0 }), 0.5) as Tensor,
        xs as Tensor,
      ) as [Tensor, Tensor];
      return [softmax(mul(sort(total), 2)), all];
    },
    [f32(5, 4, 3), f32(3, 3), f32()],
  ).graph;

const hostile: readonly string[] = [
  '"><img src=x onerror="window.bad=1">',
  '</style></script></pre></textarea><script>window.bad=1</script>',
  "' onclick='window.bad=1' x='",
  '&lt;b&gt; &amp; <!-- --> ]]> <![CDATA[',
  'javascript:window.bad=1',
  '$'.concat('{window.bad=1} `#{1}` {{1}}'),
  'b0" data-buffer="b0',
  '\u202e\u0000\u0007 turned',
];

/** A chain of ops whose names, attributes, lines and reasons are these texts. */
function viewWith(texts: readonly string[]): ProgramView {
  const input = freeValue(f32(2));
  let last = input;
  const nodes = texts.map((text) => {
    const operation = { ...(findOperation('relu') as Operation), name: text };
    const site = DeferredCallSite.of({ file: text, line: 1, column: 1, text });
    const node = makeNode(operation, [last], { [text]: text }, [f32(2)], site);
    last = node.outputs[0] as Graph['inputs'][0];
    return node;
  });
  const graph = { inputs: [input], constants: [], captures: [], nodes, outputs: [last] };
  const view = viewOf(graph, { name: texts.join(' ') });
  const { compiled } = view;
  return {
    ...view,
    passes: view.passes.map((pass) => ({ ...pass, name: texts[0] as string })),
    compiled: {
      ...compiled,
      kernelOps: compiled.kernelOps.map(() => texts),
      kernelsApart: compiled.kernelsApart.map(() => texts),
      bufferReasons: compiled.bufferReasons.map((_, i) => texts[i % texts.length] as string),
    },
  };
}

const valuesOf = (page: string, attribute: string): string[] =>
  [...page.matchAll(new RegExp(` data-${attribute}="([^"]*)"`, 'g'))].map((match) => match[1] as string);

/** Holds for the page of every program. */
function expectWhole(view: ProgramView): void {
  const page = viewHtml(view);
  const { program, graph } = view.compiled;
  const links = linksOf(view.compiled);
  expect(valuesOf(page, 'kernel').sort()).toEqual(links.allKernels.map(({ id }) => id).sort());
  expect(valuesOf(page, 'buffer')).toEqual(program.buffers.map((_, id) => `b${id}`));
  const temporaries = program.buffers.flatMap(({ role }, id) => (role === 'temporary' ? [`b${id}`] : []));
  expect(valuesOf(page, 'life').sort()).toEqual(temporaries.sort());
  const ids = valuesOf(page, 'id');
  for (const node of graph.nodes) expect(ids.filter((id) => id === links.nodeId(node))).toHaveLength(1);
  const known = new Set(ids);
  const named = [...valuesOf(page, 'links').flatMap((text) => text.split(' ')), ...valuesOf(page, 'to')];
  expect(named.filter((id) => id !== '' && !known.has(id))).toEqual([]);
}

describe('the page', () => {
  it('has every kernel, buffer, temporary and node once, and links that lead somewhere', () => {
    expectWhole(viewOf(recurrent(), { name: 'recurrent' }));
    expectWhole(viewWith(hostile));
    fc.assert(
      fc.property(graphSources, (source) => expectWhole(viewOf(buildGraph(source)))),
      { numRuns: 60 },
    );
  });

  it('allows its own style sheet and script, and nothing else', () => {
    const digest = (text: string): string => createHash('sha256').update(text).digest('base64');
    expect(digests).toEqual({ style: digest(pageStyle), script: digest(script) });
    const page = viewHtml(viewOf(recurrent()));
    expect(page).toContain(`<style>${pageStyle}</style>`);
    expect(page).toContain(`<script>${script}</script>`);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/ style="| src="|https?:/);
  });

  it('says how long kernels take where they were measured', () => {
    const roofline = { operationsPerSecond: 1e9, bytesPerSecond: 1e9 };
    const view = viewOf(recurrent(), {
      measure: ({ program }) => ({ seconds: program.kernels.map(() => 1e-5), roofline }),
    });
    const page = viewHtml(view);
    expect(page.match(/10\.0 µs/g)).toHaveLength(view.compiled.program.kernels.length);
    expect(page).toContain(' of the roofline');
    expect(viewHtml(viewOf(recurrent()))).not.toContain(' of the roofline');
  });

  it('shows programs without kernels', () => {
    const { graph } = traceGraph(([x]) => [x as Tensor], [f32(2)]);
    expect(viewHtml(viewOf(graph))).toContain('No kernels');
  });
});

describe('in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deft-view-'));
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens a page from the disk, does something there and holds it to its word that it needs nothing and complains of nothing. */
  async function inPage(html: string, options: object, act: (page: Page) => Promise<void>): Promise<void> {
    const file = join(folder, 'page.html');
    writeFileSync(file, html);
    const context = await (browser as Browser).newContext(options);
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`file://${file}`);
    await act(page);
    expect(complaints.errors).toEqual([]);
    expect(complaints.requests).toEqual([`file://${file}`]);
    await context.close();
  }

  it('lights up what belongs together, both ways', async (context) => {
    if (browser === undefined) return context.skip('no Chromium installed');
    const view = viewOf(recurrent(), { name: 'recurrent' });
    const links = linksOf(view.compiled);
    const last = links.kernels.at(-1);
    const lit = (page: Page): Promise<string[]> =>
      page.$$eval('.is-lit', (all) => [...new Set(all.map((one) => (one as HTMLElement).dataset['id'] as string))]);
    await inPage(viewHtml(view), { viewport: { width: 1300, height: 900 } }, async (page) => {
      expect(await page.locator('.chosen').isVisible()).toBe(false);
      await page.locator(`[data-kernel="${last?.id}"] > header .pick`).click();
      const nodes = links.nodesOf(last as (typeof links.kernels)[0]).map((node) => links.nodeId(node));
      expect(nodes.length).toBeGreaterThan(1);
      expect(await lit(page)).toEqual(expect.arrayContaining(nodes));
      await page.locator(`.row[data-id="${nodes[0]}"] .pick`).click();
      expect(await lit(page)).toContain(last?.id);
      expect(await page.locator('.chosen b').innerText()).toMatch(/^%\d+ \w+/);
      await page.locator('.chosen .links [data-to]').first().click();
      expect(await page.locator('.kernel.is-chosen').count()).toBe(1);
      await page.locator('[data-life]').first().click();
      expect(await page.locator('tr.is-chosen').count()).toBe(1);
      expect(await page.locator('.chosen b').innerText()).toMatch(/^buffer \d+$/);
      await page.keyboard.press('Escape');
      expect(await page.locator('.is-chosen, .is-lit').count()).toBe(0);
    });
  });

  it('folds regions, and unfolds what is chosen', async (context) => {
    if (browser === undefined) return context.skip('no Chromium installed');
    await inPage(viewHtml(viewOf(recurrent())), {}, async (page) => {
      const fold = page.locator('.row .fold[aria-controls]').first();
      const inside = page.locator('.regions').first();
      expect(await inside.isVisible()).toBe(true);
      await fold.click();
      expect(await inside.isVisible()).toBe(false);
      expect(await fold.getAttribute('aria-expanded')).toBe('false');
      const inner = page.locator('.kernel .kernel > header .pick').first();
      await inner.click();
      expect(await inside.isVisible()).toBe(true);
    });
  });

  it('compares any two passes, by what lines say and not by the numbers of values', async (context) => {
    if (browser === undefined) return context.skip('no Chromium installed');
    const { graph } = traceGraph(
      ([x]) => {
        tanh(x as Tensor);
        return [mul(relu(add(x as Tensor, 0)), relu(add(x as Tensor, 0)))];
      },
      [f32(3)],
    );
    await inPage(viewHtml(viewOf(graph)), { viewport: { width: 1300, height: 900 } }, async (page) => {
      const verdict = (): Promise<string> => page.locator('.verdict').innerText();
      const cells = (kind: string): Promise<string[]> =>
        page.$$eval(`.diff .${kind}`, (all) => all.map((one) => (one.textContent as string).trim()));
      // A sum with nothing and one of two equal values go; the product reads one value twice then.
      expect(await verdict()).toMatch(/^Lines: \d+ gone/);
      expect((await cells('gone')).some((line) => line.includes('tanh'))).toBe(true);
      expect((await cells('moved.right')).some((line) => line.includes('mul('))).toBe(true);
      expect(await cells('came')).toEqual([]);
      await page.selectOption('[data-side="left"]', '1');
      expect(await cells('gone').then((lines) => lines.some((line) => line.includes('tanh')))).toBe(false);
      await page.selectOption('[data-side="right"]', '1');
      expect(await verdict()).toBe('No difference');
    });
  });

  it('shows hostile texts as they are and runs nothing', async (context) => {
    if (browser === undefined) return context.skip('no Chromium installed');
    const kinds = (page: Page): Promise<string[]> =>
      page.$$eval('*', (all) => [...new Set(all.flatMap((one) => [one.tagName, ...one.getAttributeNames()]))].sort());
    let usual: string[] = [];
    const harmless = hostile.map((_, i) => `text ${i}`);
    await inPage(viewHtml(viewWith(harmless)), {}, async (page) => {
      usual = await kinds(page);
    });
    await inPage(viewHtml(viewWith(hostile)), {}, async (page) => {
      expect(await kinds(page)).toEqual(usual);
      for (const row of await page.locator('.row[data-links] .pick').all()) await row.click();
      await page.locator('.kernel > header .pick').first().click();
      expect(await page.evaluate(() => 'bad' in window)).toBe(false);
      const shown = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd');
      const body = await page.locator('.graph').evaluate((one) => one.textContent as string);
      for (const text of hostile) expect(body).toContain(shown(text));
      expect(await page.title()).toContain(shown(hostile[0] as string));
    });
  });

  it('fits a phone, and is dark where the reader wants it dark', async (context) => {
    if (browser === undefined) return context.skip('no Chromium installed');
    const phone = { viewport: { width: 360, height: 700 }, isMobile: true, hasTouch: true };
    const ground = (page: Page): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const grounds: string[] = [];
    for (const colorScheme of ['light', 'dark']) {
      await inPage(viewHtml(viewOf(recurrent())), { ...phone, colorScheme }, async (page) => {
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width).toBeLessThanOrEqual(360);
        await page.locator('[data-life]').first().tap();
        expect(await page.locator('.chosen').isVisible()).toBe(true);
        grounds.push(await ground(page));
      });
    }
    expect(grounds[0]).not.toBe(grounds[1]);
  });

  it('shows everything without its script', async (context) => {
    if (browser === undefined) return context.skip('no Chromium installed');
    const view = viewOf(recurrent());
    const withoutScript = viewHtml(view).replace(/<script>[\s\S]*<\/script>/, '');
    await inPage(withoutScript, {}, async (page) => {
      expect(await page.locator('.kernel').count()).toBe(linksOf(view.compiled).allKernels.length);
      await page.locator('summary').first().click();
      expect(await page.locator('[data-pass="0"]').isVisible()).toBe(true);
    });
  });
});
