/** `repeat`: one pass after the other, each with a number of its own. */
import { checkCount } from '../checks.ts';
import { type Coming, type Cursor, end, goOn, type Next, type PipelineStep } from '../cursor.ts';
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
      const next = (): Coming<Next<T>> => (round < count ? goOn(cursor.next(), give) : end);
      const give = (given: Next<T>): Coming<Next<T>> => {
        if (given.done) return isEmpty || round + 1 >= count ? end : beginRound();
        isEmpty = false;
        return given;
      };
      const beginRound = async (): Promise<Next<T>> => {
        const before = cursor;
        round++;
        isEmpty = true;
        cursor = await source.open(passOf(round));
        await before.close();
        return next();
      };
      return {
        next,
        position: () => ({ round, isEmpty, source: cursor.position() }),
        close: () => cursor.close(),
      };
    },
  };
}
