/** The symmetric eigenvalue problem and the singular values on host matrices, by plain cyclic Jacobi rotations. */
import { type HostMatrix, hostZeros } from './matrices.ts';

const most = (values: readonly number[]): number => Math.max(...values.map(Math.abs));

/** 1 or −1 for the first element that is as large as any but for rounding. */
function orientation(vector: readonly number[]): number {
  const limit = most(vector) * 0.999999;
  return (vector.find((value) => Math.abs(value) >= limit) ?? 1) < 0 ? -1 : 1;
}

function rotation(difference: number, twiceOff: number): readonly [cosine: number, sine: number] {
  const theta = difference / twiceOff;
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  return [cosine, tangent * cosine];
}

function turnRows(a: HostMatrix, p: number, q: number, [cosine, sine]: readonly [number, number]): void {
  const [first, second] = [a[p] as number[], a[q] as number[]];
  a[p] = first.map((x, k) => cosine * x - sine * (second[k] as number));
  a[q] = first.map((x, k) => sine * x + cosine * (second[k] as number));
}

const flipped = (a: HostMatrix): HostMatrix => (a[0] ?? []).map((_, j) => a.map((row) => row[j] as number));
const dot = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((sum, value, k) => sum + value * (y[k] as number), 0);
const unit = (n: number): HostMatrix => hostZeros(n, n).map((row, i) => row.map((_, j) => Number(i === j)));

/** Visits all pairs until no visit turns anything. */
function sweep(n: number, visit: (p: number, q: number) => boolean): void {
  let turned = true;
  for (let round = 0; turned && round < 60; round++) {
    turned = false;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) if (visit(p, q)) turned = true;
  }
}

/** Ascending eigenvalues and the eigenvectors as columns; reads the lower triangle. */
export function symmetricEigen(given: HostMatrix): { readonly values: number[]; readonly vectors: HostMatrix } {
  const n = given.length;
  let a = given.map((row, i) => row.map((_, j) => given[Math.max(i, j)]?.[Math.min(i, j)] as number));
  const vectors = unit(n);
  const negligible = 1e-17 * Math.sqrt(dot(a.flat(), a.flat()));
  const at = (i: number, j: number): number => a[i]?.[j] as number;
  sweep(n, (p, q) => {
    if (!(Math.abs(at(p, q)) > negligible)) return false;
    const turn = rotation(at(q, q) - at(p, p), 2 * at(p, q));
    turnRows(a, p, q, turn);
    a = flipped(a);
    turnRows(a, p, q, turn);
    a = flipped(a);
    turnRows(vectors, p, q, turn);
    return true;
  });
  const order = vectors.map((_, i) => i).sort((i, j) => at(i, i) - at(j, j));
  const columns = order.map((i) => (vectors[i] as number[]).map((x) => x * orientation(vectors[i] as number[])));
  return { values: order.map((i) => at(i, i)), vectors: flipped(columns) };
}

/** The thin decomposition of a matrix with at least as many rows as columns, by rotations of its columns. */
export function singularValues(given: HostMatrix): {
  readonly u: HostMatrix;
  readonly s: number[];
  readonly v: HostMatrix;
} {
  const m = given.length;
  const columns = flipped(given);
  const n = columns.length;
  const right = unit(n);
  sweep(n, (p, q) => {
    const [x, y] = [columns[p] as number[], columns[q] as number[]];
    const [alpha, beta, gamma] = [dot(x, x), dot(y, y), dot(x, y)];
    if (!(Math.abs(gamma) > 1e-16 * Math.sqrt(alpha * beta))) return false;
    const turn = rotation(beta - alpha, 2 * gamma);
    turnRows(columns, p, q, turn);
    turnRows(right, p, q, turn);
    return true;
  });
  const lengths = columns.map((column) => Math.sqrt(dot(column, column)));
  const order = lengths.map((_, i) => i).sort((i, j) => (lengths[j] as number) - (lengths[i] as number));
  const u: HostMatrix = [];
  const s = order.map((i) => lengths[i] as number);
  order.forEach((from, j) => {
    const sign = orientation(right[from] as number[]);
    if ((s[j] as number) > 1e-15 * (s[0] as number)) {
      u.push((columns[from] as number[]).map((x) => (x * sign) / (s[j] as number)));
    } else {
      u.push(anotherDirection(u, m));
    }
  });
  const v = order.map((i) => (right[i] as number[]).map((x) => x * orientation(right[i] as number[])));
  return { u: flipped(u), s, v: flipped(v) };
}

/** A unit vector at right angles to others: what is left of the first axis that keeps enough. */
function anotherDirection(others: HostMatrix, m: number): number[] {
  for (let axis = 0; axis < m; axis++) {
    let x = Array.from({ length: m }, (_, k) => Number(k === axis));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of others) {
        const part = dot(x, other);
        x = x.map((value, k) => value - part * (other[k] as number));
      }
    }
    const length = Math.sqrt(dot(x, x));
    if (length * length * m > 0.5) return x.map((value) => value / length);
  }
  return new Array<number>(m).fill(Number.NaN);
}
