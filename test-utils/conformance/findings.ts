/** Gathers what fails over many samples and modes, so that one test names everything that is wrong with an op. */

/** Failures by where they happened. */
export class Findings {
  readonly #lines: string[] = [];

  /** Runs a check; what it throws is written down. */
  attempt(where: string, check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#lines.push(`${where}: ${textOf(error)}`);
    }
  }

  /** What failed. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Throws if anything failed. */
  finish(): void {
    if (this.#lines.length > 0) throw new Error(`${this.#lines.length} failures\n${this.#lines.join('\n')}`);
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A failure inside the library is a bug somewhere else than in the comparison: its place helps.
  const isOurs = error.name === 'Error' && error.constructor === Error && !error.message.startsWith('internal:');
  if (isOurs) return error.message;
  return [
    error.message,
    ...(error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 4),
  ].join('\n');
}
