/** `repeat`: one pass after the other, each with a number of its own. */
import { checkCount } from '../checks.ts';
import { type Coming, type Cursor, end, goOn, type Next, type PipelineStep, passBy } from '../cursor.ts';
import { roundEpoch } from '../random-words.ts';
import { savedCount } from '../saved-fields.ts';
import { openSource } from './over-source.ts';

/** So many passes in a row; a pass without elements ends an endless one. */
export function repeatStep<T>(source: PipelineStep<T>, count: number): PipelineStep<T> {
  if (count !== Number.POSITIVE_INFINITY) checkCount('repeat', 'count', count, 0);
  const { cardinality } = source;
  return {
    text: `${source.text}.repeat(${count})`,
    cardinality: cardinality === 0 || count === 0 ? 0 : cardinality === undefined ? undefined : cardinality * count,
    open: async (pass, position) => {
      const passOf = (round: number) => ({ ...pass, epoch: roundEpoch(pass.epoch, count, round) });
      let round = position ? savedCount(position, 'round') : 0;
      let isEmpty = position ? position['isEmpty'] === true : true;
      let cursor: Cursor<T> = await openSource(source, passOf(round), position);
      const next = (): Coming<Next<T>> => (round < count ? goOn(cursor.next(), give) : end);
      const give = (given: Next<T>): Coming<Next<T>> => {
        if (given.done) return hasAnother() ? beginRound().then(next) : end;
        isEmpty = false;
        return given;
      };
      const hasAnother = (): boolean => !isEmpty && round + 1 < count;
      const beginRound = async (): Promise<void> => {
        const before = cursor;
        round++;
        isEmpty = true;
        cursor = await source.open(passOf(round));
        await before.close();
      };
      return {
        next,
        passBy: async (wanted) => {
          let passed = 0;
          while (round < count) {
            const ofRound = await passBy(cursor, wanted - passed);
            isEmpty &&= ofRound === 0;
            passed += ofRound;
            if (passed === wanted || !hasAnother()) break;
            await beginRound();
          }
          return passed;
        },
        position: () => ({ round, isEmpty, source: cursor.position() }),
        close: () => cursor.close(),
      };
    },
  };
}
