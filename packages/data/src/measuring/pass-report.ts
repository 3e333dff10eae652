/** What a pass did, stage by stage, as its user reads it. */
import type { PassMeasures, Stage } from './stages.ts';

/** One step of a dataset in a pass. */
export interface StageReport {
  /** The step, without those before it: `batch(32)`. */
  readonly name: string;
  /** Elements it gave. */
  readonly elements: number;
  /**
   * Milliseconds that it took itself, without the steps that it reads from. Of maps that run several at once, those of their
   * functions together. Short times are estimates from some of the elements.
   */
  readonly own: number;
  /** Milliseconds that its reader waited for its elements. */
  readonly waited: number;
  /** Of steps that hold elements ready: how full they were when an element was asked for, from 0 to 1 on average. */
  readonly queue?: number;
  /** Values in force at the end: `parallel`, `workers`, `buffer`. */
  readonly chosen?: Readonly<Record<string, number>>;
}

/** What a pass did. */
export interface PassReport {
  /** Milliseconds from the beginning of the pass, to its end if it has ended. */
  readonly milliseconds: number;
  /** In the order in which elements go through them. */
  readonly stages: readonly StageReport[];
  /** A table of the stages. */
  toString(): string;
}

function nameOf(stage: Stage, sources: readonly Stage[]): string {
  const before = sources.find(({ text }) => stage.text.startsWith(`${text}.`));
  return before ? stage.text.slice(before.text.length + 1) : stage.text;
}

/** The report of a pass so far. */
export function reportOf(measures: PassMeasures): PassReport {
  const { milliseconds } = measures;
  const waitedFor = (stage: Stage): number => Math.min(milliseconds, stage.waited.total);
  const stages = measures.stages.map((stage): StageReport => {
    const sources = measures.stages.filter(({ reader }) => reader === stage);
    const waited = waitedFor(stage);
    const rest = waited - sources.reduce((sum, source) => sum + waitedFor(source), 0);
    const queue = stage.meanFill;
    return {
      name: nameOf(stage, sources),
      elements: stage.elements,
      own: stage.own?.total ?? Math.max(0, rest),
      waited,
      ...(queue !== undefined && { queue }),
      ...(stage.chosen && { chosen: stage.chosen }),
    };
  });
  stages.reverse();
  return { milliseconds, stages, toString: () => tableOf(milliseconds, stages) };
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

function tableOf(milliseconds: number, stages: readonly StageReport[]): string {
  const rows = stages.map(({ name, elements, own, waited, queue, chosen = {} }) => [
    shortened(name),
    String(elements),
    own.toFixed(1),
    waited.toFixed(1),
    queue === undefined ? '' : `${Math.round(100 * queue)} %`,
    Object.entries(chosen)
      .map(([key, value]) => `${key} ${value}`)
      .join(', '),
  ]);
  const all = [['stage', 'elements', 'own ms', 'waited ms', 'queue', 'chosen'], ...rows];
  const widths = (all[0] as string[]).map((_, column) => Math.max(...all.map((row) => (row[column] as string).length)));
  const isText = (column: number): boolean => column === 0 || column === 5;
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell[isText(column) ? 'padEnd' : 'padStart'](widths[column] as number))
      .join('  ')
      .trimEnd();
  return [...all.map(line), `${milliseconds.toFixed(1)} ms`].join('\n');
}
