/** `repeat`: one pass after the other, each with a number of its own. */
import { checkCount } from '../checks.ts';
import { type Cursor, end, type PipelineStep } from '../cursor.ts';
import { savedCount } from '../saved-fields.ts';
import { openSource } from './over-source.ts';

/** Room for the rounds of a pass that repeats without end. */
const endlessRounds = 2 ** 32;

/** So many passes in a row; a pass without elements ends an endless one. */
export function repeatStep<T>(source: PipelineStep<T>, count: number): PipelineStep<T> {
  if (count !== Number.POSITIVE_INFINITY) checkCount('repeat', 'count', count, 0);
  const rounds = Number.isFinite(count) ? count : endlessRounds;
  const { cardinality } = source;
  return {
    text: `${source.text}.repeat(${count})`,
    cardinality: cardinality === 0 || count === 0 ? 0 : cardinality === undefined ? undefined : cardinality * count,
    open: async (pass, position) => {
      const passOf = (round: number) => ({ ...pass, epoch: pass.epoch * rounds + round });
      let round = position ? savedCount(position, 'round') : 0;
      let isEmpty = position ? position['isEmpty'] === true : true;
      let cursor: Cursor<T> = await openSource(source, passOf(round), position);
      return {
        next: async () => {
          while (round < count) {
            const next = await cursor.next();
            if (!next.done) {
              isEmpty = false;
              return next;
            }
            if (isEmpty || round + 1 >= count) return end;
            const before = cursor;
            round++;
            isEmpty = true;
            cursor = await source.open(passOf(round));
            await before.close();
          }
          return end;
        },
        position: () => ({ round, isEmpty, source: cursor.position() }),
        close: () => cursor.close(),
      };
    },
  };
}
