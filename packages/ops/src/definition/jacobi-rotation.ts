/**
 * Parts of routines that turn matrices by Jacobi rotations (Golub and Van Loan, Matrix Computations, section 8.5): the angle,
 * the order of the results, and the sign of a vector.
 */
import type { ArrayReference, RoutineWriter, Scalar, Variable } from '@deft/kernel';

/**
 * The rotation that brings an off-diagonal element to 0: `difference` of the diagonal elements (second less first) and twice
 * the off-diagonal element.
 */
export function rotationOf(
  r: RoutineWriter,
  difference: Scalar,
  twiceOff: Scalar,
): { readonly cosine: Variable; readonly sine: Variable } {
  const theta = r.let(difference.div(twiceOff));
  const root = theta.mul(theta).add(1).apply('sqrt');
  const tangent = r.let(r.constant('float64', 1).div(theta.apply('abs').add(root)));
  r.if(theta.less(0), () => tangent.set(tangent.apply('neg')));
  const cosine = r.let(r.constant('float64', 1).div(tangent.mul(tangent).add(1).apply('sqrt')));
  return { cosine, sine: r.let(tangent.mul(cosine)) };
}

/** Fills `order` with 0 … n − 1 sorted by insertion, so that equal ones keep their order. */
export function sortPositions(
  r: RoutineWriter,
  n: number,
  order: ArrayReference,
  before: (i: Scalar, j: Scalar) => Scalar,
): void {
  r.loop(0, n, (i) => {
    const place = r.let(i);
    const going = r.variable('bool', 1);
    r.while(going, () => {
      going.set(0);
      r.if(place.greater(0), () => {
        const left = r.let(order.at(place.sub(1)));
        r.if(before(i, left), () => {
          order.set(place, left);
          place.set(place.sub(1));
          going.set(1);
        });
      });
    });
    order.set(place, i);
  });
}

/**
 * 1 or −1, so that the largest of `n` elements becomes positive: the first that is as large as any but for rounding, because
 * which of two equal ones is larger would depend on the last bit.
 */
export function orientColumn(r: RoutineWriter, n: number, element: (k: Scalar) => Scalar): Variable {
  const largest = r.variable('float64', 0);
  r.loop(0, n, (k) => largest.set(largest.max(element(k).apply('abs'))));
  const limit = r.let(largest.mul(0.999999));
  const sign = r.variable('float64', 0);
  r.loop(0, n, (k) => {
    const value = r.let(element(k));
    r.if(sign.equal(0).and(limit.lessEqual(value.apply('abs'))), () => {
      sign.set(value.less(0).select(r.constant('float64', -1), 1));
    });
  });
  r.if(sign.equal(0), () => sign.set(1));
  return sign;
}
