/**
 * What a line chart shows, said once for every way of drawing it (`terminal-chart.ts`, `svg-chart.ts`), and the
 * smoothing that makes a noisy curve readable.
 */
import { type Axis, makeAxis, type Scale } from './axis.ts';

/** One curve. Points that are not finite are gaps. */
export interface Series {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Single measurements, drawn as marks (`true`), or a curve (`false`, the default). */
  readonly marks?: boolean;
  /** Values at the same `x` that `y` was smoothed from; drawn faintly behind the curve where the medium can. */
  readonly unsmoothed?: ArrayLike<number>;
}

/** A line chart. */
export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Layout of the y axis. */
  readonly scale: Scale;
  /** The first one lies at the back. */
  readonly series: readonly Series[];
}

/** Both axes of a chart. */
export interface Axes {
  readonly x: Axis;
  readonly y: Axis;
}

/** How axes are made from a chart. */
export interface AxesOptions {
  /** About how many ticks each axis may have. */
  readonly xTicks: number;
  readonly yTicks: number;
  /** Whether the unsmoothed values must fit in. */
  readonly unsmoothed: boolean;
}

/** The axes on which everything that `chart` shows has its place. */
export function chartAxes(chart: Chart, { xTicks, yTicks, unsmoothed }: AxesOptions): Axes {
  const x = chart.series.flatMap((series) => Array.from(series.x));
  const y = chart.series.flatMap((series) => [
    ...Array.from(series.y),
    ...Array.from((unsmoothed ? series.unsmoothed : undefined) ?? []),
  ]);
  return {
    x: makeAxis(x, { scale: 'linear', ticks: xTicks, roundEnds: false, wholeTicks: x.every(Number.isInteger) }),
    y: makeAxis(y, { scale: chart.scale, ticks: yTicks, roundEnds: true }),
  };
}

/** A point of a curve in fractions of the chart's width and height. */
export type Place = readonly [x: number, y: number];

/** The points of a curve that can be shown, as unbroken runs. */
export function runs(x: ArrayLike<number>, y: ArrayLike<number>, axes: Axes): Place[][] {
  const found: Place[][] = [];
  let run: Place[] = [];
  for (let index = 0; index < Math.min(x.length, y.length); index += 1) {
    const place: Place = [axes.x.place(x[index] ?? Number.NaN), axes.y.place(y[index] ?? Number.NaN)];
    if (Number.isFinite(place[0]) && Number.isFinite(place[1])) {
      run.push(place);
    } else if (run.length > 0) {
      found.push(run);
      run = [];
    }
  }
  return run.length > 0 ? [...found, run] : found;
}

/**
 * The exponential moving average, corrected for its start as Adam corrects its moments, so that the first values are
 * means of what is there instead of leaning towards 0. Values that are not finite are passed on and not averaged.
 *
 * @param decay - weight of the past, from 0 (no smoothing) to just below 1
 */
export function movingAverage(values: ArrayLike<number>, decay: number): Float64Array {
  const averages = new Float64Array(values.length);
  let sum = 0;
  let weight = 0;
  for (const [index, value] of Array.from(values).entries()) {
    if (Number.isFinite(value)) {
      sum = decay * sum + (1 - decay) * value;
      weight = decay * weight + (1 - decay);
      averages[index] = sum / weight;
    } else {
      averages[index] = value;
    }
  }
  return averages;
}
