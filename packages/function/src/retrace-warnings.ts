/**
 * Warnings of what makes captured functions slow: being traced again and again, and being made again and again. Each names what
 * changed and what to write instead. The limits of the first are those of tf.function: five compilations within ten calls, at
 * most two warnings for a function.
 */
import { type DeferredCallSite, warn } from '@deft/core';
import { type Difference, differenceText, type LoggedTrace, type TraceLog } from './trace-log.ts';

const windowOfCalls = 10;
const compilationsInWindow = 5;
const mostWarnings = 2;
/** Values of a plain number for which a function is compiled before that is worth a word. */
const valuesOfNumber = 3;
/** Functions made at one line before that is worth a word. */
const functionsOfLine = 16;

function fix({ kind, path }: Difference): string {
  const position = /^args\[(\d+)\]/.exec(path)?.[1] ?? '0';
  switch (kind) {
    case 'tensor':
      return "state the dims that change by names, signature: [tensorSpec(['batch', …])], pad to a few sizes, or keep one dtype";
    case 'number':
      return `pass a tensor, or declare it an input: dynamic: [${position}]`;
    case 'identity':
      return 'pass the same object every time, pass its tensors, or let its class take part in trees (registerTreeNode)';
    case 'value':
      return 'every value is compiled for itself: keep few of them, or pass a tensor';
    case 'structure':
      return 'pass objects and arrays of one structure';
  }
}

/** Watches one captured function. */
export class RetraceWarnings {
  readonly #name: string;
  #calls = 0;
  /** The numbers of the last calls that compiled. */
  readonly #compilations: number[] = [];
  #warnings = 0;
  readonly #numbers = new Map<string, Set<string>>();
  readonly #saidOfNumbers = new Set<string>();

  constructor(name: string) {
    this.#name = name;
  }

  /** A call that found its trace. */
  called(): void {
    this.#calls++;
  }

  /** A call that was compiled for. */
  compiled(trace: LoggedTrace, log: TraceLog): void {
    const now = ++this.#calls;
    this.#compilations.push(now);
    if (this.#compilations.length > compilationsInWindow) this.#compilations.shift();
    if (this.#warnOfNumber(trace) || this.#compilations.length < compilationsInWindow) return;
    if (now - (this.#compilations[0] as number) >= windowOfCalls || this.#warnings >= mostWarnings) return;
    this.#warnings++;
    this.#compilations.length = 0;
    const [often] = mostFrequent(log.traces.slice(-compilationsInWindow).flatMap(({ differences }) => differences));
    if (often === undefined) return;
    warn(
      `${this.#name} was compiled ${compilationsInWindow} times within ${windowOfCalls} calls, because ${differenceText(often)}\n` +
        `  hint: ${fix(often)}; f.explain() lists every trace`,
    );
  }

  #warnOfNumber({ differences }: LoggedTrace): boolean {
    const [only] = differences;
    if (only === undefined || differences.length > 1 || only.kind !== 'number') return false;
    const seen = this.#numbers.get(only.path) ?? new Set([only.before]);
    this.#numbers.set(only.path, seen.add(only.after));
    if (seen.size < valuesOfNumber || this.#saidOfNumbers.has(only.path)) return false;
    this.#saidOfNumbers.add(only.path);
    const values = [...seen].slice(-valuesOfNumber).join(', ');
    warn(
      `${this.#name} is compiled again for every value of the number at ${only.path} (${values}, …)\n  hint: ${fix(only)}`,
    );
    return true;
  }
}

/** Differences by how often their place occurs, the most frequent first. */
function mostFrequent(all: readonly Difference[]): Difference[] {
  const counts = new Map<string, number>();
  for (const { path } of all) counts.set(path, (counts.get(path) ?? 0) + 1);
  return [...all].reverse().sort((a, b) => (counts.get(b.path) ?? 0) - (counts.get(a.path) ?? 0));
}

/** How many functions that were made at a line have been traced. */
const madeAt = new Map<string, number>();

/** Called when a captured function is traced for the first time, with the line at which it was made. */
export function tracedFirst(name: string, made: DeferredCallSite): void {
  const line = made.value?.text;
  if (line === undefined) return;
  const count = (madeAt.get(line) ?? 0) + 1;
  madeAt.set(line, count);
  if (count !== functionsOfLine) return;
  warn(
    `${count} captured functions made at ${line} (the last is ${name}) have been traced; each has a cache of its own\n` +
      '  hint: call jit(f) once, outside of the loop or the function, and keep what it gives',
  );
}
