/**
 * The sizes at which a function is looked at to find what it is at every size. They are primes, all different: no size is a
 * multiple, a power or a sum of small parts of another by chance. They are near to the sizes that are in use, so that the
 * compiler decides as it would there, and none is so small that an axis is taken for one that can be left out.
 */

const [smallest, largest] = [23, 251];

function isPrime(value: number): boolean {
  for (let divisor = 2; divisor * divisor <= value; divisor++) if (value % divisor === 0) return false;
  return true;
}

/** The sizes of every sample, for sizes of which `typical` values are known. The first is the nearest to those. */
export function sampleSizes(typical: readonly number[]): number[][] {
  const taken = new Set<number>();
  const next = (from: number): number => {
    let value = Math.min(largest, Math.max(smallest, from));
    while (taken.has(value) || !isPrime(value)) value++;
    taken.add(value);
    return value;
  };
  return Array.from({ length: 3 + typical.length }, () => typical.map(next));
}
