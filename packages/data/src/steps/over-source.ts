/** Cursors over one source that hold nothing of their own but a few counts. */
import type { Cursor, Pass, PipelineStep, Position, SavedPosition } from '../cursor.ts';
import { savedList, savedPosition } from '../saved-fields.ts';

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

/** Opens several sources, at their parts of a position. Throws when all are open or have failed to: none is left on its way. */
export async function openSources<T>(
  sources: readonly PipelineStep<T>[],
  pass: Pass,
  position: Position | undefined,
): Promise<readonly Cursor<T>[]> {
  const saved = position && savedList(position, 'sources');
  const positions = sources.map((_, i) => saved && savedPosition({ source: saved[i] as Position }, 'source'));
  const openings = await Promise.allSettled(sources.map((source, i) => source.open(pass, positions[i])));
  return openings.map((opening) => {
    if (opening.status === 'rejected') throw opening.reason;
    return opening.value;
  });
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
