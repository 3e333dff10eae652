/** Steps that are stages of the passes over them: they count their elements, and measure how long their reader waits for them. */
import type { Coming, Cursor, Next, Pass, PipelineStep, Position } from '../cursor.ts';
import { openWhole } from '../opening.ts';
import type { PassEnd } from '../pass-end.ts';
import { now, type Stage } from './stages.ts';

class MeasuredCursor<T> implements Cursor<T> {
  readonly #cursor: Cursor<T>;
  readonly #stage: Stage;
  readonly #end: PassEnd;
  readonly passBy?: (count: number) => Promise<number>;

  constructor(cursor: Cursor<T>, stage: Stage, end: PassEnd) {
    this.#cursor = cursor;
    this.#stage = stage;
    this.#end = end;
    if (cursor.passBy) this.passBy = (count) => (cursor.passBy as NonNullable<Cursor<T>['passBy']>)(count);
  }

  next(): Coming<Next<T>> {
    const { waited } = this.#stage;
    const weight = waited.due();
    const began = weight === 0 ? 0 : now();
    const next = this.#cursor.next();
    if (next instanceof Promise) return next.then((come) => this.#note(come, began, weight));
    return this.#note(next, began, weight);
  }

  #note(next: Next<T>, began: number, weight: number): Next<T> {
    if (weight !== 0) this.#stage.waited.add(now() - began, weight);
    if (!next.done) this.#stage.elements++;
    return next;
  }

  position(): Position {
    return this.#cursor.position();
  }

  close(): Promise<void> {
    this.#end.reach();
    return this.#cursor.close();
  }
}

class MeasuredStep<T> implements PipelineStep<T> {
  readonly #step: PipelineStep<T>;
  readonly text: string;
  readonly cardinality: number | undefined;

  constructor(step: PipelineStep<T>) {
    this.#step = step;
    this.text = step.text;
    this.cardinality = step.cardinality;
  }

  async open(pass: Pass, position?: Position): Promise<Cursor<T>> {
    const stage = pass.measures?.stageOf(this, pass.stage);
    if (stage === undefined) return openWhole(this.#step, pass, position);
    const end = pass.end.part();
    return new MeasuredCursor(await openWhole(this.#step, { ...pass, stage, end }, position), stage, end);
  }
}

/** The same step, as a stage of the passes that are measured. */
export function measuredStep<T>(step: PipelineStep<T>): PipelineStep<T> {
  return step instanceof MeasuredStep ? step : new MeasuredStep(step);
}
