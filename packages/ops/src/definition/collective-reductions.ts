/** The ops of collective reductions, along a given axis. */
import { abstractValue, type BatchAxis, type Operation, type Tensor } from '@deft/core';
import { broadcastTo } from '../broadcast-to.ts';
import { cast } from '../cast.ts';
import { div } from '../div.ts';
import { equal } from '../equal.ts';
import { gather } from '../gather.ts';
import { max } from '../max.ts';
import { min } from '../min.ts';
import { moveAxis } from '../move-axis.ts';
import { mul } from '../mul.ts';
import { sum } from '../sum.ts';
import { where } from '../where.ts';
import { applyCollective, collectiveOperation } from './collective.ts';
import { numeric } from './rules.ts';

/** The sum over all examples. As a linear map of all examples it is its own transpose. */
export function sumAcross(x: Tensor, axis: BatchAxis): Tensor {
  return applyCollective(sumOperation(axis), x);
}

function sumOperation(axis: BatchAxis): Operation {
  return collectiveOperation('psum', axis, {
    summary: 'The sum over all examples of a batch.',
    infer: ([x]) => [numeric('psum', x as Tensor['abstract'])],
    combine: (examples) => sum(examples, { axis: 0 }) as Tensor,
    shared: (x) => mul(x, axis.size) as Tensor,
    jvp: (_, [tangent]) => [sumAcross(tangent as Tensor, axis)],
    vjp: ([cotangent]) => [sumAcross(cotangent as Tensor, axis)],
    saves: [],
    batch: 'elementwise',
  });
}

/** The largest or smallest over all examples. Those that are it have equal shares of the derivative, as in `max`. */
export function extremeAcross(which: 'max' | 'min', x: Tensor, axis: BatchAxis): Tensor {
  return applyCollective(extremeOperation(which, axis), x);
}

function extremeOperation(which: 'max' | 'min', axis: BatchAxis): Operation {
  const extreme = which === 'max' ? max : min;
  const winners = (x: Tensor, output: Tensor): { readonly chosen: Tensor; readonly count: Tensor } => {
    const chosen = equal(x, output) as Tensor;
    return { chosen, count: sumAcross(cast(chosen, x.dtype) as Tensor, axis) };
  };
  return collectiveOperation(`p${which}`, axis, {
    summary: `The ${which === 'max' ? 'largest' : 'smallest'} over all examples of a batch.`,
    infer: ([x]) => [numeric(`p${which}`, x as Tensor['abstract'])],
    combine: (examples) => extreme(examples, { axis: 0 }) as Tensor,
    shared: (x) => x,
    jvp: ([x], [tangent], _, [output]) => {
      const { chosen, count } = winners(x as Tensor, output as Tensor);
      return [div(sumAcross(where(chosen, tangent as Tensor, 0) as Tensor, axis), count) as Tensor];
    },
    vjp: ([cotangent], { x, output }) => {
      const { chosen, count } = winners(x as Tensor, output as Tensor);
      return [where(chosen, div(sumAcross(cotangent as Tensor, axis), count), 0) as Tensor];
    },
    saves: ['x', 'output'],
    batch: 'elementwise',
  });
}

/**
 * All examples along a new first axis; `index` is the number of the example. The transpose adds up what all examples say of one
 * another, and gives each its own. It needs `index`, which is an operand because rules that close over tensors would not
 * stand in loops.
 */
export function gatherAcross(x: Tensor, index: Tensor, axis: BatchAxis): Tensor {
  return applyCollective(gatherOperation(axis), x, index);
}

function gatherOperation(axis: BatchAxis): Operation {
  const stacked = ({ shape }: Tensor['abstract']): number[] => [axis.size, ...shape];
  return collectiveOperation('allGather', axis, {
    summary: 'All examples of a batch along a new first axis.',
    inputs: ['x', 'index'],
    infer: ([x]) => {
      const type = x as Tensor['abstract'];
      return [abstractValue(stacked(type), type.dtype)];
    },
    combine: (examples) => examples,
    shared: (x) => broadcastTo(x, stacked(x.abstract)) as Tensor,
    jvp: ([, index], [tangent]) => [gatherAcross(tangent as Tensor, index as Tensor, axis)],
    vjp: ([cotangent], { index }) => [gather(sumAcross(cotangent as Tensor, axis), index as Tensor) as Tensor, null],
    saves: ['index'],
    batch: ([x, index]) => [moveAxis(gatherAcross(x as Tensor, index as Tensor, axis), 1, 0) as Tensor],
  });
}
