/** `einsum`: sums of products in index notation. */
import { type AbstractValue, nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { einsumTerms } from './definition/einsum-equation.ts';
import type { CheckEinsum, EinsumShape } from './definition/einsum-types.ts';
import { operandList } from './definition/operand.ts';
import type { DTypeOfAll } from './definition/signatures.ts';
import { diagPart } from './diag-part.ts';
import { dotGeneral } from './dot-general.ts';
import { moveAxis } from './move-axis.ts';
import { reshape } from './reshape.ts';
import { sum } from './sum.ts';
import { transpose } from './transpose.ts';

interface Einsum {
  <const T extends readonly TensorLike[], const E extends string>(
    tensors: T,
    equation: E & CheckEinsum<E, T>,
  ): Tensor<EinsumShape<E, T>, DTypeOfAll<T[number]>>;
  <const E extends string, const T extends readonly TensorLike[]>(
    equation: E & CheckEinsum<E, T>,
    ...tensors: T
  ): Tensor<EinsumShape<E, T>, DTypeOfAll<T[number]>>;
}

/**
 * Sums of products of any number of tensors, in index notation: letters name axes, those that the result lacks are summed
 * over. `...` stands for any further axes, which broadcast. Without `->` the result has the letters that occur once.
 *
 * @throws `E_ATTRIBUTE` for a broken equation, `E_RANK` where a term does not fit its operand, `E_SHAPE` where sizes differ.
 *
 * @example
 * ```ts
 * import { einsum, tensor } from '@deft/tensor';
 * console.log(einsum('ij,j->i', tensor([[1, 2], [3, 4]]), tensor([1, 10])).toArray()); // [21, 43]
 * ```
 */
export const einsum: OperationFunction<Einsum> = defineComposite({
  name: 'einsum',
  inputs: ['tensors'],
  variadic: true,
  doc: {
    group: 'linear algebra',
    summary: 'Sums of products of any number of tensors, in index notation.',
    math: 'einsum(ij, jk → ik): cᵢₖ = Σⱼ aᵢⱼ bⱼₖ',
    notes: [
      'A letter that the result lacks is summed over; one that occurs twice in a term is its diagonal.',
      '`...` stands for any further axes, which broadcast.',
      'Without `->` the result has the axes of `...` and then, in the order of the alphabet, the letters that occur once.',
      'Of more than two operands, those two are multiplied first whose product is smallest.',
    ],
    see: ['matmul', 'tensordot', 'dotGeneral'],
  },
  promote: 'all',
  arguments: (equation: string | readonly TensorLike[], ...tensors: readonly unknown[]) => {
    // NumPy's order, or the operands in one list first as every variadic op takes them.
    const [text, operands] =
      typeof equation === 'string' ? [equation, tensors as readonly TensorLike[]] : [tensors[0], equation];
    if (typeof text !== 'string')
      raise('E_ARGUMENT', { op: 'einsum', argument: 'equation', expected: 'a string', found: typeof text });
    return { inputs: operandList('einsum', 'tensors', operands), attributes: { equation: text } };
  },
  compose: (inputs, { equation }): Tensor => {
    const tensors: readonly Tensor[] = inputs;
    const abstracts = tensors.map(({ abstract }) => abstract);
    const { operands, result } = einsumTerms(equation, abstracts);
    const sizes = sizesOf(operands, abstracts);
    const open = tensors.map((x, i) => simplified({ x, labels: operands[i] as readonly string[] }, sizes));
    while (open.length > 1) {
      const [i, j] = cheapestPair(open, result, sizes);
      const right = open.splice(j, 1)[0] as Term;
      const left = open.splice(i, 1)[0] as Term;
      const kept = new Set([...result, ...open.flatMap(({ labels }) => labels)]);
      open.push(
        product(
          summed(left, new Set([...kept, ...right.labels])),
          summed(right, new Set([...kept, ...left.labels])),
          kept,
        ),
      );
    }
    const { x, labels } = summed(open[0] as Term, new Set(result));
    return transpose(
      x,
      result.map((label) => labels.indexOf(label)),
    ) as Tensor;
  },
  samples: [
    {
      label: 'matrix product',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([3, 2], [1, 0, 2, 1, 0, 3])],
      rest: ['ij,jk->ik'],
      grad: 'check',
    },
    {
      label: 'implicit result',
      inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 2], [1, 0, 2, 1])],
      rest: ['ij,jh'],
      grad: 'check',
    },
    { label: 'transposed', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: ['ij->ji'], grad: 'check' },
    { label: 'sum of everything', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: ['ij->'], grad: 'check' },
    { label: 'trace', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: ['ii'], grad: 'check' },
    { label: 'diagonal', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: ['ii->i'], grad: 'check' },
    { label: 'outer', inputs: [nd([2], [1, 2]), nd([2], [3, 4])], rest: ['i,j->ji'], grad: 'check' },
    {
      label: 'three operands',
      inputs: [nd([2], [1, 2]), nd([2, 2], [1, 2, 3, 4]), nd([2], [5, 6])],
      rest: ['i,ij,j->'],
      grad: 'check',
    },
    {
      label: 'ellipsis',
      inputs: [nd([2, 1, 2], [1, 2, 3, 4]), nd([2, 2], [1, 0, 2, 1])],
      rest: ['...ij,jk->...ik'],
      grad: 'check',
    },
    {
      label: 'ellipses that broadcast',
      inputs: [nd([2, 1, 2], [1, 2, 3, 4]), nd([1, 2], [1, 3])],
      rest: ['...i,...i->...'],
      grad: 'check',
    },
    {
      label: 'a batch, and a sum in one operand',
      inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 2], [1, 0, 2, 1])],
      rest: ['bi,bj->b'],
      grad: 'check',
    },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([2], [3, 4], 'int32')], rest: ['i,i->'] },
    { label: 'empty', inputs: [nd([0, 2], []), nd([2, 1], [1, 2])], rest: ['ij,jk->ik'] },
  ],
  errors: [
    {
      label: 'too few terms',
      inputs: [{ shape: [2] }, { shape: [2] }],
      rest: ['i'],
      code: 'E_ATTRIBUTE',
      says: /einsum: equation: expected 2 terms, one for each operand, got 1 in 'i'/,
    },
    {
      label: 'a term that does not fit',
      inputs: [{ shape: [2, 2] }],
      rest: ['i'],
      code: 'E_RANK',
      says: /einsum: operand 0: expected rank 1 for 'i', got rank 2/,
    },
    {
      label: 'sizes differ',
      inputs: [{ shape: [2] }, { shape: [3] }],
      rest: ['i,i'],
      code: 'E_SHAPE',
      says: /einsum: axis 'i' has both 2 and 3 elements/,
    },
    {
      label: 'an unknown letter',
      inputs: [{ shape: [2] }],
      rest: ['i->k'],
      code: 'E_ATTRIBUTE',
      says: /letters of the result that occur in a term, got 'k'/,
    },
    {
      label: 'a letter twice',
      inputs: [{ shape: [2] }],
      rest: ['i->ii'],
      code: 'E_ATTRIBUTE',
      says: /every letter once in the result/,
    },
    {
      label: 'no letters',
      inputs: [{ shape: [2] }],
      rest: ['1'],
      code: 'E_ATTRIBUTE',
      says: /letters and at most one ... in each term/,
    },
  ],
});

/** A tensor and the names of its axes. */
interface Term {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/** The size of every label; axes of size 1 stretch. Throws `E_SHAPE` where sizes differ. */
function sizesOf(operands: readonly (readonly string[])[], abstracts: readonly AbstractValue[]): Map<string, number> {
  const sizes = new Map<string, number>();
  operands.forEach((labels, i) => {
    labels.forEach((label, axis) => {
      const dim = (abstracts[i] as AbstractValue).shape[axis] as number;
      const known = sizes.get(label) ?? 1;
      if (known !== 1 && dim !== 1 && dim !== known) {
        raise('E_SHAPE', {
          op: 'einsum',
          says: `axis '${label}' has both ${known} and ${dim} elements`,
          operands: abstracts,
        });
      }
      sizes.set(label, known === 1 ? dim : known);
    });
  });
  return sizes;
}

/** Every label once, and none that stretches: of repeated labels the diagonal is taken, stretching axes are dropped. */
function simplified({ x, labels }: Term, sizes: ReadonlyMap<string, number>): Term {
  const { shape } = x.abstract;
  const real = labels
    .map((_, axis) => axis)
    .filter((axis) => shape[axis] !== 1 || sizes.get(labels[axis] as string) === 1);
  let term: Term = {
    x:
      real.length === shape.length
        ? x
        : (reshape(
            x,
            real.map((axis) => shape[axis] as number),
          ) as Tensor),
    labels: real.map((axis) => labels[axis] as string),
  };
  for (;;) {
    const { x, labels } = term;
    const second = labels.findIndex((label, axis) => labels.indexOf(label) < axis);
    if (second < 0) return term;
    const label = labels[second] as string;
    const first = labels.indexOf(label);
    const last = labels.length - 1;
    const ends = moveAxis(moveAxis(x, second, last), first, last - 1);
    term = { x: diagPart(ends), labels: [...labels.filter((_, axis) => axis !== first && axis !== second), label] };
  }
}

/** Summed over the axes that nobody needs any more. */
function summed({ x, labels }: Term, needed: ReadonlySet<string>): Term {
  const axes = labels.flatMap((label, axis) => (needed.has(label) ? [] : [axis]));
  if (axes.length === 0) return { x, labels };
  return { x: sum(x, { axis: axes }) as Tensor, labels: labels.filter((label) => needed.has(label)) };
}

/** The product of two terms: shared axes that are kept go side by side, other shared ones are summed over. */
function product(left: Term, right: Term, kept: ReadonlySet<string>): Term {
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => kept.has(label));
  const contracted = shared.filter((label) => !kept.has(label));
  const places = (labels: readonly string[]): [number[], number[]] => [
    labels.map((label) => left.labels.indexOf(label)),
    labels.map((label) => right.labels.indexOf(label)),
  ];
  const own = (term: Term): string[] => term.labels.filter((label) => !shared.includes(label));
  return {
    x: dotGeneral(left.x, right.x, { batch: places(batch), contract: places(contracted) }),
    labels: [...batch, ...own(left), ...own(right)],
  };
}

/** The two terms whose product is smallest. */
function cheapestPair(
  open: readonly Term[],
  result: readonly string[],
  sizes: ReadonlyMap<string, number>,
): [number, number] {
  let best: [number, number] = [0, 1];
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < open.length; i++) {
    for (let j = i + 1; j < open.length; j++) {
      const others = open.filter((_, k) => k !== i && k !== j).flatMap(({ labels }) => labels);
      const kept = new Set([...result, ...others]);
      const labels = new Set(
        [...(open[i] as Term).labels, ...(open[j] as Term).labels].filter((label) => kept.has(label)),
      );
      const size = [...labels].reduce((total, label) => total * (sizes.get(label) as number), 1);
      if (size < least) [best, least] = [[i, j], size];
    }
  }
  return best;
}
