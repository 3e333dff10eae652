/** Draws a line chart as an SVG file: title, legend, both axes with ticks and names, a light grid, the curves. */
import type { Axis } from './axis.ts';
import { type Axes, type Chart, chartAxes, type Place, runs, type Series } from './chart.ts';
import { type Attributes, decimal, element, STYLE, svgDocument, textElement } from './svg.ts';

const WIDTH = 760;
const HEIGHT = 430;
const PLOT = { left: 72, top: 74, right: WIDTH - 28, bottom: HEIGHT - 58 } as const;

/** Text of the legend is about so wide per character; SVG cannot measure. */
const CHARACTER_WIDTH = 7.2;

/**
 * Draws `chart` as the text of an SVG file of 760 × 430.
 *
 * @example
 * ```ts
 * const chart = { title: 'Loss', xLabel: 'step', yLabel: 'loss', scale: 'linear', series: [{ name: 'training', x, y }] };
 * writeFileSync('loss.svg', drawSvgChart(chart));
 * ```
 */
export function drawSvgChart(chart: Chart): string {
  const axes = chartAxes(chart, { xTicks: 8, yTicks: 6, unsmoothed: true });
  return svgDocument(
    WIDTH,
    HEIGHT,
    chart.title,
    [
      textElement(chart.title, { x: PLOT.left, y: 32, 'font-size': 18, 'font-weight': 600, fill: STYLE.text }),
      ...legend(chart.series),
      ...horizontal(axes.y),
      ...vertical(axes.x),
      ...axisNames(chart),
      // Faint curves first, so that none of them hides a curve.
      ...chart.series.map((series, index) => faintCurve(series, index, axes)),
      ...chart.series.map((series, index) =>
        series.marks === true ? marks(series, index, axes) : curve(series, index, axes),
      ),
    ].filter((part) => part !== ''),
  );
}

const across = (place: number): number => PLOT.left + place * (PLOT.right - PLOT.left);
const up = (place: number): number => PLOT.bottom - place * (PLOT.bottom - PLOT.top);
const colour = (index: number): string => STYLE.series[index % STYLE.series.length] as string;

function horizontal(axis: Axis): string[] {
  return axis.ticks.flatMap(({ value, label }) => {
    const y = up(axis.place(value));
    const line = { x1: PLOT.left, x2: PLOT.right, y1: y, y2: y, stroke: STYLE.grid };
    const text = { x: PLOT.left - 10, y: y + 4, 'font-size': 12, 'text-anchor': 'end', fill: STYLE.quiet };
    return [element('line', line), textElement(label, text)];
  });
}

function vertical(axis: Axis): string[] {
  const base = { x1: PLOT.left, x2: PLOT.right, y1: PLOT.bottom, y2: PLOT.bottom, stroke: STYLE.line };
  const ticks = axis.ticks.flatMap(({ value, label }) => {
    const x = across(axis.place(value));
    const line = { x1: x, x2: x, y1: PLOT.bottom, y2: PLOT.bottom + 5, stroke: STYLE.line };
    const text = { x, y: PLOT.bottom + 20, 'font-size': 12, 'text-anchor': 'middle', fill: STYLE.quiet };
    return [element('line', line), textElement(label, text)];
  });
  return [element('line', base), ...ticks];
}

function axisNames({ xLabel, yLabel }: Chart): string[] {
  const style = { 'font-size': 13, 'text-anchor': 'middle', fill: STYLE.text };
  const middle = (PLOT.top + PLOT.bottom) / 2;
  return [
    textElement(xLabel, { ...style, x: (PLOT.left + PLOT.right) / 2, y: HEIGHT - 16 }),
    textElement(yLabel, { ...style, x: 20, y: middle, transform: `rotate(-90 20 ${decimal(middle)})` }),
  ];
}

function legend(all: readonly Series[]): string[] {
  let x = PLOT.left;
  return all.flatMap((series, index) => {
    const left = x;
    x += 34 + series.name.length * CHARACTER_WIDTH + 22;
    const sample =
      series.marks === true
        ? element('circle', { cx: left + 12, cy: 52, r: 4.5, fill: colour(index) })
        : element('line', { x1: left, x2: left + 26, y1: 52, y2: 52, ...stroke(index) });
    return [sample, textElement(series.name, { x: left + 34, y: 56.5, 'font-size': 13, fill: STYLE.text })];
  });
}

/** Curves after the first are thinner and dashed: where two agree, both stay visible. */
function stroke(index: number): Attributes {
  const first = { stroke: colour(index), 'stroke-width': 2.5 };
  return index === 0 ? first : { ...first, 'stroke-width': 2, 'stroke-dasharray': '7 6' };
}

function curve(series: Series, index: number, axes: Axes): string {
  const path = pathOf(runs(series.x, series.y, axes));
  return path === '' ? '' : element('path', { d: path, fill: 'none', ...stroke(index), 'stroke-linejoin': 'round' });
}

function faintCurve(series: Series, index: number, axes: Axes): string {
  const path = pathOf(runs(series.x, series.unsmoothed ?? [], axes));
  return path === '' ? '' : element('path', { d: path, fill: 'none', stroke: colour(index), 'stroke-opacity': 0.28 });
}

function marks(series: Series, index: number, axes: Axes): string {
  const circles = runs(series.x, series.y, axes)
    .flat()
    .map(([x, y]) => element('circle', { cx: across(x), cy: up(y), r: 4.5 }));
  const style = { fill: colour(index), stroke: STYLE.background, 'stroke-width': 1.5 };
  return circles.length === 0 ? '' : element('g', style, ...circles);
}

function pathOf(places: readonly (readonly Place[])[]): string {
  return places
    .map((run) => run.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${decimal(across(x))} ${decimal(up(y))}`).join(''))
    .join('');
}
