/**
 * An axis of a chart: which values it spans, where a value lies on it, which of them are marked and with what text. Knows
 * nothing of terminals or pixels; places are fractions from 0 (low end) to 1 (high end).
 */

/** How values are laid out. */
export type Scale = 'linear' | 'logarithmic';

/** One axis. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
  /** Where `value` lies, 0 to 1; NaN for what cannot be shown (see {@link canShow}). */
  place(value: number): number;
}

/** A marked value. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** How an axis is made from the values it must show. */
export interface AxisOptions {
  readonly scale: Scale;
  /** About how many ticks there may be. */
  readonly ticks: number;
  /** Whether the ends move outwards to ticks (`true`) or stay at the extreme values. */
  readonly roundEnds: boolean;
  /** Whether ticks of a linear axis lie on whole numbers only. */
  readonly wholeTicks?: boolean;
}

/**
 * Beyond these magnitudes a value counts as diverged and is left out, as NaN and the infinities are: so neither the span
 * of an axis nor its steps leave the range of floating point.
 */
const LARGEST = 1e100;
const SMALLEST = 1e-100;

/** Whether an axis of this scale has a place for `value`; a logarithmic one has none for 0 and below. */
function canShow(value: number, scale: Scale): boolean {
  return Math.abs(value) <= LARGEST && (scale === 'linear' || value >= SMALLEST);
}

/**
 * An axis that spans all of `values` that can be shown on it.
 *
 * @example
 * ```ts
 * makeAxis([3, 98], { scale: 'linear', ticks: 5, roundEnds: true }).ticks.map((tick) => tick.label);
 * // ['0', '20', '40', '60', '80', '100']
 * ```
 */
export function makeAxis(values: Iterable<number>, options: AxisOptions): Axis {
  const { scale } = options;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (canShow(value, scale)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) {
    [low, high] = scale === 'linear' ? [0, 1] : [0.1, 1];
  }
  return scale === 'linear' ? linearAxis(low, high, options) : logarithmicAxis(low, high, options);
}

function linearAxis(lowest: number, highest: number, { ticks: count, roundEnds, wholeTicks }: AxisOptions): Axis {
  let [low, high] = [lowest, highest];
  const magnitude = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= Math.max(magnitude * 1e-9, SMALLEST)) {
    // What is as good as constant gets room on both sides; a step must not vanish beside a large value.
    const room = Math.max(Math.abs(low) * 0.1, 0.5);
    [low, high] = [low - room, high + room];
  }
  const step = Math.max(roundStep((high - low) / Math.max(count, 1)), wholeTicks === true ? 1 : 0);
  const first = roundEnds ? Math.floor(low / step + 1e-9) : Math.ceil(low / step - 1e-9);
  const last = roundEnds ? Math.ceil(high / step - 1e-9) : Math.floor(high / step + 1e-9);
  if (roundEnds) {
    [low, high] = [first * step, last * step];
  }
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step + 0);
  return {
    low,
    high,
    ticks: ticks.map((value) => ({ value, label: linearLabel(value, step) })),
    place: (value) => (canShow(value, 'linear') ? (value - low) / (high - low) : Number.NaN),
  };
}

/** `value` with as many digits as tell it from its neighbours at a distance of `step`. */
function linearLabel(value: number, step: number): string {
  const lastDigit = Math.floor(Math.log10(step) + 1e-9);
  const firstDigit = value === 0 ? lastDigit : Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  if (firstDigit > 8 || lastDigit < -6) {
    return value === 0 ? '0' : value.toExponential(Math.min(Math.max(firstDigit - lastDigit, 0), 20));
  }
  const decimals = Math.max(0, -lastDigit);
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** The smallest of 1, 2 and 5 times a power of ten that is at least `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function logarithmicAxis(lowest: number, highest: number, { ticks: count, roundEnds }: AxisOptions): Axis {
  const first = Math.floor(Math.log10(lowest));
  const last = Math.ceil(Math.log10(highest));
  const candidates: { readonly value: number; readonly exponent: number; readonly factor: number }[] = [];
  for (let exponent = first - 1; exponent <= last + 1; exponent += 1) {
    candidates.push(...[1, 2, 5].map((factor) => ({ value: Number(`${factor}e${exponent}`), exponent, factor })));
  }
  let [low, high] = [lowest, highest];
  // What is as good as constant gets room on both sides, as on a linear axis: neighbours may have one logarithm.
  if (roundEnds || Math.log(high) - Math.log(low) <= 1e-9) {
    const values = candidates.map(({ value }) => value);
    low = Math.max(...values.filter((value) => value <= lowest));
    high = Math.min(...values.filter((value) => value >= highest && value > low));
  }
  const within = candidates.filter(({ value }) => value >= low && value <= high);
  // Over few decades 1, 2 and 5 of each are marked; over many, only every second or third power of ten.
  const stride = Math.max(1, Math.ceil((last - first) / Math.max(count, 1)));
  const powers = within.filter(({ exponent, factor }) => factor === 1 && exponent % stride === 0);
  const few = within.length <= Math.max(2 * count, 3);
  const marked = few ? within : powers.length > 0 ? powers : within.slice(0, 1);
  const span = Math.log(high) - Math.log(low);
  return {
    low,
    high,
    ticks: marked.map(({ value }) => ({ value, label: logarithmicLabel(value) })),
    place: (value) => (canShow(value, 'logarithmic') ? (Math.log(value) - Math.log(low)) / span : Number.NaN),
  };
}

function logarithmicLabel(value: number): string {
  return value >= 1e-4 && value < 1e6
    ? value.toLocaleString('en-US', { maximumFractionDigits: 10 })
    : value.toExponential();
}
