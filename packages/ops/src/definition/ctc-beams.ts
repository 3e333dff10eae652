/**
 * Prefix beam search for connectionist temporal classification, on the host (Hannun et al., “First-pass large vocabulary continuous
 * speech recognition using bi-directional recurrent DNNs”, 2014). A beam is a sequence of labels with the probability of all paths so
 * far that read as it, kept apart by whether they end in a blank: only behind one may the last label come again.
 */

/** Labels and the logarithms of their probabilities. */
interface Beam {
  readonly labels: readonly number[];
  blank: number;
  label: number;
}

/** Labels read, and the logarithm of the probability of reading them. */
export interface Reading {
  readonly labels: readonly number[];
  readonly score: number;
}

/** ln(eᵃ + eᵇ). */
function logAdd(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return low === Number.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(low - high));
}

const scoreOf = ({ blank, label }: Beam): number => logAdd(blank, label);

function logProbabilities(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const total = Math.log(logits.reduce((sum, x) => sum + Math.exp(x - most), 0)) + most;
  return logits.map((x) => x - total);
}

/** The beams after one more step, at most `width` of them, best first. */
function advance(beams: readonly Beam[], scores: readonly number[], blank: number, width: number): Beam[] {
  const next = new Map<string, Beam>();
  const at = (labels: readonly number[]): Beam => {
    const key = labels.join();
    const beam = next.get(key) ?? { labels, blank: Number.NEGATIVE_INFINITY, label: Number.NEGATIVE_INFINITY };
    next.set(key, beam);
    return beam;
  };
  for (const beam of beams) {
    const last = beam.labels.at(-1);
    scores.forEach((score, symbol) => {
      if (symbol === blank) {
        const same = at(beam.labels);
        same.blank = logAdd(same.blank, scoreOf(beam) + score);
        return;
      }
      if (symbol === last) {
        const same = at(beam.labels);
        same.label = logAdd(same.label, beam.label + score);
      }
      const longer = at([...beam.labels, symbol]);
      longer.label = logAdd(longer.label, (symbol === last ? beam.blank : scoreOf(beam)) + score);
    });
  }
  return [...next.values()].sort((a, b) => scoreOf(b) - scoreOf(a)).slice(0, width);
}

/** The likeliest readings of rows of logits, one row a step, best first; none that is impossible. */
export function likeliestReadings(
  logits: readonly (readonly number[])[],
  { blank, width, count }: { readonly blank: number; readonly width: number; readonly count: number },
): Reading[] {
  let beams: Beam[] = [{ labels: [], blank: 0, label: Number.NEGATIVE_INFINITY }];
  for (const row of logits) beams = advance(beams, logProbabilities(row), blank, width);
  return beams
    .map((beam) => ({ labels: beam.labels, score: scoreOf(beam) }))
    .filter(({ score }) => score > Number.NEGATIVE_INFINITY)
    .slice(0, count);
}
