/**
 * What callbacks watch: one figure of the logs, and which of two values of it is the better one. The direction is told, or
 * known by the name of the metric.
 */
import { raise } from '@deft/core';
import type { Logs } from './callback.ts';
import { baseOfValidation } from './figure-names.ts';

/** Options of callbacks that watch a figure. */
export interface MonitorOptions {
  /** The figure that should improve; `valLoss` unless told. */
  readonly monitor?: string;
  /**
   * Whether the figure should fall or grow. `auto` unless told: known by the name for losses and for the metrics of this
   * package, whatever stands before it (`weightedAuc`, `headPrecision`).
   */
  readonly mode?: 'auto' | 'min' | 'max';
}

const growing =
  /(accuracy|acc|auc|precision|recall|precisionAtRecall|recallAtPrecision|sensitivityAtSpecificity|specificityAtSensitivity|iou|f1Score|fBetaScore|r2Score|cosineSimilarity|correlation|truePositives|trueNegatives)$/i;
const falling =
  /(loss|error|crossentropy|hinge|divergence|poisson|falsePositives|falseNegatives|bce|kld|mae|mape|mse|msle)$/i;

/** The sign that makes smaller values better. */
function signOf(op: string, monitor: string, mode: unknown): 1 | -1 {
  if (mode === 'min') return 1;
  if (mode === 'max') return -1;
  if (mode !== 'auto') {
    raise('E_MODEL', { op, argument: 'mode', expected: 'auto, min or max', found: String(mode) });
  }
  const name = baseOfValidation(monitor);
  if (growing.test(name)) return -1;
  if (falling.test(name)) return 1;
  return raise('E_MODEL', {
    op,
    argument: 'mode',
    says: `nobody knows whether ${monitor} should fall or grow`,
    hint: "say mode: 'min' or mode: 'max'",
  });
}

/** A figure that is watched. */
export class Monitor {
  /** The worst there is. */
  readonly worst: number;
  readonly #op: string;
  readonly #name: string;
  readonly #sign: 1 | -1;

  /** Throws `E_MODEL` for an unknown mode, and where `auto` does not know the figure. */
  constructor(op: string, { monitor = 'valLoss', mode = 'auto' }: MonitorOptions) {
    this.#op = op;
    this.#name = monitor;
    this.#sign = signOf(op, monitor, mode);
    this.worst = this.#sign * Infinity;
  }

  /** The figure. Throws `E_MODEL` where the logs lack it. */
  read(logs: Logs): number {
    const value = Object.hasOwn(logs, this.#name) ? logs[this.#name] : undefined;
    if (value !== undefined) return value;
    return raise('E_MODEL', {
      op: this.#op,
      argument: 'monitor',
      expected: `one of ${Object.keys(logs).join(', ')}`,
      found: this.#name,
    });
  }

  /** Whether a value is better than another by more than a difference. NaN is never better. */
  improves(value: number, over: number, minDelta = 0): boolean {
    return this.#sign * value + minDelta < this.#sign * over;
  }
}
