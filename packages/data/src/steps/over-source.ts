/** Cursors over one source that hold nothing of their own but a few counts. */
import type { Cursor, Pass, PipelineStep, Position, SavedPosition } from '../cursor.ts';
import { savedPosition } from '../saved-fields.ts';

/** What such a cursor does; the rest follows. */
export interface OwnPart<T> {
  readonly next: Cursor<T>['next'];
  readonly passBy?: NonNullable<Cursor<T>['passBy']>;
  /** Its own part of the position. */
  readonly own?: () => { readonly [name: string]: SavedPosition };
}

/** Opens the source, at its part of a position. */
export function openSource<T>(source: PipelineStep<T>, pass: Pass, position: Position | undefined): Promise<Cursor<T>> {
  return source.open(pass, position && savedPosition(position, 'source'));
}

/** A cursor over a source, whose position is its own part and the source's. */
export function overSource<T>(source: Cursor<unknown>, { next, passBy, own }: OwnPart<T>): Cursor<T> {
  return {
    next,
    ...(passBy && { passBy }),
    position: () => ({ ...own?.(), source: source.position() }),
    close: () => source.close(),
  };
}
