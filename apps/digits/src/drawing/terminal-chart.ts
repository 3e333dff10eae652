/**
 * Draws a line chart as text. The first curve is drawn in braille characters, which give eight dots per character cell;
 * each further one as a row of marks on top, so that curves are told apart without colour.
 */
import type { Axis } from './axis.ts';
import { type Chart, chartAxes, type Place, runs, type Series } from './chart.ts';

/** The room for a chart, and whether colours may be used. */
export interface TerminalChartOptions {
  /** Characters per line, at least 30. */
  readonly columns: number;
  /** Lines of the plot itself; title, legend and x axis come on top. */
  readonly rows: number;
  /** Whether the curves are coloured with escape sequences. */
  readonly colour: boolean;
}

/** Bits of a braille character (U+2800 and on): [row of dots][column of dots]. */
const BRAILLE_DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

const MARKS = ['×', '○', '+', '□'] as const;
const COLOURS = ['\u001b[34m', '\u001b[33m', '\u001b[35m', '\u001b[32m', '\u001b[36m'] as const;
const RESET = '\u001b[0m';

/** A curve drawn as marks has one in every so many columns. */
const COLUMNS_PER_MARK = 4;

interface Cell {
  dots: number;
  mark: string | undefined;
  series: number;
}

/**
 * Draws `chart` as lines of text of at most `columns` characters.
 *
 * @example
 * ```ts
 * const chart = { title: 'Loss', xLabel: 'step', yLabel: 'loss', scale: 'linear', series: [{ name: 'training', x, y }] };
 * console.log(drawTerminalChart(chart, { columns: 80, rows: 12, colour: false }));
 * ```
 */
export function drawTerminalChart(chart: Chart, { columns, rows, colour }: TerminalChartOptions): string {
  const axes = chartAxes(chart, {
    xTicks: Math.max(2, Math.floor(columns / 14)),
    yTicks: Math.max(2, Math.floor(rows / 3)),
    unsmoothed: false,
  });
  const margin = Math.max(...axes.y.ticks.map((tick) => tick.label.length));
  const width = Math.max(columns - margin - 3, 10);
  const cells = Array.from({ length: rows }, () =>
    Array.from({ length: width }, (): Cell => ({ dots: 0, mark: undefined, series: 0 })),
  );
  for (const [index, series] of chart.series.entries()) {
    for (const run of runs(series.x, series.y, axes)) {
      if (index === 0 && series.marks !== true) {
        drawDots(cells, run);
      } else {
        drawMarks(cells, run, index, series.marks === true);
      }
    }
  }
  const paint = (text: string, series: number): string =>
    colour ? `${COLOURS[series % COLOURS.length]}${text}${RESET}` : text;
  const labels = new Map(axes.y.ticks.map((tick) => [rowOf(axes.y.place(tick.value), rows), tick.label]));
  const plot = cells.map((line, row) => {
    const label = labels.get(row);
    const text = spans(line).map(({ text, series }) => (series === undefined ? text : paint(text, series)));
    return ` ${(label ?? '').padStart(margin)}${label === undefined ? '│' : '┤'}${text.join('')}`.trimEnd();
  });
  const legend = chart.series
    .map((series, index) => `${paint(sample(series, index), index)} ${series.name}`)
    .join('   ');
  const indent = ' '.repeat(margin + 1);
  return [
    `${indent} ${chart.title} (${chart.yLabel})`,
    ...(chart.series.length > 1 ? [`${indent} ${legend}`] : []),
    ...plot,
    ...horizontalAxis(axes.x, width, chart.xLabel).map((line) => (indent + line).trimEnd()),
  ].join('\n');
}

function sample(series: Series, index: number): string {
  return index === 0 && series.marks !== true ? '⠒⠒' : (MARKS[index % MARKS.length] as string);
}

/** A line of the plot as stretches of one series each; blanks belong to none. */
function spans(line: readonly Cell[]): { text: string; readonly series: number | undefined }[] {
  const found: { text: string; readonly series: number | undefined }[] = [];
  for (const { dots, mark, series } of line) {
    const blank = dots === 0 && mark === undefined;
    const text = blank ? ' ' : (mark ?? String.fromCodePoint(0x2800 + dots));
    const owner = blank ? undefined : series;
    const last = found.at(-1);
    if (last !== undefined && last.series === owner) {
      last.text += text;
    } else {
      found.push({ text, series: owner });
    }
  }
  return found;
}

/** The row of characters, counted from the top, in which a fraction of the height lies. */
function rowOf(place: number, rows: number): number {
  return Math.min(Math.max(rows - 1 - Math.floor(place * rows), 0), rows - 1);
}

function columnOf(place: number, columns: number): number {
  return Math.min(Math.max(Math.floor(place * columns), 0), columns - 1);
}

/** Joins the points of a run by straight lines of dots. */
function drawDots(cells: Cell[][], run: readonly Place[]): void {
  const rows = 4 * cells.length;
  const columns = 2 * (cells[0]?.length ?? 0);
  let previous: readonly [number, number] | undefined;
  for (const [x, y] of run) {
    const dot = [columnOf(x, columns), rowOf(y, rows)] as const;
    const start = previous ?? dot;
    const steps = Math.max(Math.abs(dot[0] - start[0]), Math.abs(dot[1] - start[1]), 1);
    for (let step = 0; step <= steps; step += 1) {
      const column = Math.round(start[0] + ((dot[0] - start[0]) * step) / steps);
      const row = Math.round(start[1] + ((dot[1] - start[1]) * step) / steps);
      const cell = cells[row >> 2]?.[column >> 1];
      if (cell !== undefined) {
        cell.dots |= BRAILLE_DOTS[row & 3]?.[column & 1] ?? 0;
      }
    }
    previous = dot;
  }
}

/** Puts a mark on every point, or, for a curve, on the first of its points in every fourth column. */
function drawMarks(cells: Cell[][], run: readonly Place[], series: number, everyPoint: boolean): void {
  let next = 0;
  for (const [x, y] of run) {
    const column = columnOf(x, cells[0]?.length ?? 0);
    const cell = cells[rowOf(y, cells.length)]?.[column];
    if (cell !== undefined && (everyPoint || column >= next)) {
      cell.mark = MARKS[series % MARKS.length];
      cell.series = series;
      next = column + COLUMNS_PER_MARK;
    }
  }
}

/** The line under the plot, the tick labels, and the axis' name at the right. */
function horizontalAxis(axis: Axis, width: number, name: string): string[] {
  const line = new Array<string>(width).fill('─');
  let labels = '';
  for (const { value, label } of axis.ticks) {
    const column = columnOf(axis.place(value), width);
    // One column is the corner; labels are centred under their ticks, and left out where they would touch.
    const start = Math.min(Math.max(column + 1 - (label.length >> 1), 0), width + 1 - label.length);
    line[column] = '┬';
    if (labels === '' || start > labels.length) {
      labels = labels.padEnd(start) + label;
    }
  }
  const named = labels.length + name.length + 2 <= width + 1;
  const below = named ? [labels + name.padStart(width + 1 - labels.length)] : [labels, name.padStart(width + 1)];
  return [`└${line.join('')}`, ...below];
}
