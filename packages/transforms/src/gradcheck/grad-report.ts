/**
 * What a gradient check found: comparisons of numeric with analytic numbers, gathered by check, and the text that names
 * the worst entry of each.
 */

/** One number that should equal another. */
export interface GradEntry {
  /** Position of the argument. */
  readonly input: number;
  /** Position of the result. */
  readonly output: number;
  /** Where in argument and result, in words. */
  readonly where: string;
  readonly numeric: number;
  readonly analytic: number;
}

/** The entries of one check that are too far apart. */
export interface GradFailure {
  /** `reverse`, `forward`, `adjoint`, `batched`, `batched forward`, `undefined`, `deterministic`, `type`, each with `second order ` in front for derivatives of the gradient. */
  readonly check: string;
  readonly count: number;
  readonly worst: GradEntry;
}

/** The result of `gradcheck`. */
export interface GradReport {
  readonly passed: boolean;
  /** How many numbers were compared. */
  readonly comparisons: number;
  readonly failures: readonly GradFailure[];
  /** The failures in words. */
  readonly text: string;
}

/** Thrown by `gradcheck` when derivatives are wrong. */
export class GradCheckError extends Error {
  readonly report: GradReport;

  constructor(report: GradReport) {
    super(report.text);
    this.name = 'GradCheckError';
    this.report = report;
  }
}

/** Gathers comparisons. */
export class GradComparisons {
  #count = 0;
  readonly #failures = new Map<string, { count: number; worst: GradEntry; excess: number }>();

  /** Compares two numbers that may be `allowed` apart. Two NaNs are not equal: a derivative is a number. */
  compare(check: string, entry: GradEntry, allowed: number): void {
    this.#count++;
    const difference = Math.abs(entry.numeric - entry.analytic);
    if (difference <= allowed) return;
    const excess = Number.isNaN(difference)
      ? Number.POSITIVE_INFINITY
      : difference / Math.max(allowed, Number.MIN_VALUE);
    const known = this.#failures.get(check);
    if (known === undefined) {
      this.#failures.set(check, { count: 1, worst: entry, excess });
      return;
    }
    known.count++;
    if (excess <= known.excess) return;
    known.worst = entry;
    known.excess = excess;
  }

  report(): GradReport {
    const failures = [...this.#failures].map(([check, { count, worst }]) => ({ check, count, worst }));
    const lines = failures.map(({ check, count, worst }) => {
      const { input, output, where, numeric, analytic } = worst;
      const head = `  ${check}: ${count === 1 ? '1 entry differs' : `${count} entries differ, the worst`}`;
      const place = where === '' ? '' : ` ${where}`;
      return `${head} at input ${input}, output ${output}${place}: numeric ${numeric}, analytic ${analytic}`;
    });
    const text =
      failures.length === 0 ? `gradcheck: ${this.#count} comparisons hold` : ['gradcheck failed:', ...lines].join('\n');
    return { passed: failures.length === 0, comparisons: this.#count, failures, text };
  }
}
