/** Histograms as TensorBoard draws them: buckets of one width from the least to the greatest value. */

const bucketCount = 30;

/**
 * The buckets of values: rows of left edge, right edge and count. Values that are not finite are in none. Where all are equal
 * every bucket has that value for both edges, and the last one counts them; where there are none all is 0.
 */
export function bucketsOf(values: Float64Array): Float64Array {
  let least = Infinity;
  let greatest = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const buckets = new Float64Array(bucketCount * 3);
  if (least > greatest) return buckets;
  // Halves, so that the widest range is finite too.
  const halfWidth = (greatest / 2 - least / 2) / bucketCount;
  const edge = (i: number): number => least * (1 - i / bucketCount) + greatest * (i / bucketCount);
  for (let i = 0; i < bucketCount; i++) {
    buckets[3 * i] = halfWidth === 0 ? least : edge(i);
    buckets[3 * i + 1] = halfWidth === 0 ? greatest : edge(i + 1);
  }
  const last = bucketCount - 1;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const i = halfWidth === 0 ? last : Math.min(Math.floor((value / 2 - least / 2) / halfWidth), last);
    (buckets[3 * i + 2] as number)++;
  }
  return buckets;
}
