/** Random kernels of the forms that are neither loops nor hold other kernels: contractions, scatters, sorts, routines, calls. */
import { elementsOf, isFloating, sizeOf, type TypedArray } from '@deft/core';
import { binaryExpression, buildRoutine, constantExpression, type Operand } from '@deft/kernel';
import { addResult, type Draft, spec } from './kernel-draft.ts';
import { grow, growSmall, harvest, isCarrier } from './kernel-expressions.ts';
import { addOperands, indexLeaf, smallLoads } from './kernel-leaves.ts';
import { addLoop } from './kernel-loops.ts';
import { randomShape, stridedView } from './kernel-views.ts';
import { noteCall } from './observed-calls.ts';

/** A contraction of two buffers whose products are exact; a loop where there are none. */
export function addContract(draft: Draft): void {
  const { tape } = draft;
  const sources = draft.readable.filter((id) => {
    const { dtype, length, role } = spec(draft, id);
    return length > 0 && dtype !== 'bool' && isCarrier(dtype) && (role === 'input' || !isFloating(dtype));
  });
  if (sources.length === 0) {
    addLoop(draft);
    return;
  }
  const [batch, m, n, k] = [
    randomShape(tape, 1, 5),
    randomShape(tape, 2, 20),
    randomShape(tape, 1, 20),
    randomShape(tape, 2, 20),
  ];
  const left = tape.pick(sources);
  const { dtype } = spec(draft, left);
  const right = tape.pick(sources.filter((id) => spec(draft, id).dtype === dtype));
  const result = addResult(
    draft,
    dtype,
    [batch, m, n].map((axes) => sizeOf(axes)).reduce((a, b) => a * b),
    true,
  );
  draft.kernels.push({
    form: 'contract',
    batch,
    m,
    n,
    k,
    left: { buffer: left, view: stridedView(tape, [...batch, ...m, ...k], spec(draft, left).length) },
    right: { buffer: right, view: stridedView(tape, [...batch, ...k, ...n], spec(draft, right).length) },
    result,
  });
  draft.readable.push(result);
}

/** A scatter at any offsets, over a base or over nothing. */
export function addScatter(draft: Draft): void {
  const { tape } = draft;
  const space = randomShape(tape, 2, 60);
  const operands: Operand[] = [];
  const loads = addOperands(draft, space, [], operands);
  const leaves = [...loads, ...indexLeaf(draft, space.length)];
  const pool = grow(tape, { leaves, dtypes: draft.dtypes }, 3);
  const bases = draft.readable.filter((id) => {
    const { dtype, role } = spec(draft, id);
    return dtype !== 'bool' && (role === 'input' || !isFloating(dtype));
  });
  const base = bases.length > 0 && tape.once(2) ? tape.pick(bases) : undefined;
  const dtype = base === undefined ? tape.pick(draft.dtypes) : spec(draft, base).dtype;
  const length = base === undefined ? tape.pick([7, 1, 30, 0]) : spec(draft, base).length;
  const combine =
    dtype === 'bool' || !isCarrier(dtype) ? 'replace' : tape.pick(['replace', 'add', 'max', 'min'] as const);
  const small = smallLoads(draft, loads, operands);
  const value = combine === 'add' && isFloating(dtype) ? growSmall(tape, small, dtype) : harvest(tape, pool, dtype);
  const offset = binaryExpression('rem', harvest(tape, pool, 'int32'), constantExpression('int32', length + 2));
  const result = addResult(draft, dtype, length, true);
  draft.kernels.push({ form: 'scatter', space, operands, base, offset, value, combine, result });
  draft.readable.push(result);
}

/** A sort of the rows of a buffer; a loop where none can be sorted. */
export function addSort(draft: Draft): void {
  const { tape } = draft;
  const sources = draft.readable.filter((id) => isCarrier(spec(draft, id).dtype));
  if (sources.length === 0) {
    addLoop(draft);
    return;
  }
  const source = tape.pick(sources);
  const { dtype, length } = spec(draft, source);
  const rows = tape.pick([1, 2, 3, 4, 5, 6].filter((divisor) => length % divisor === 0));
  const gives = tape.pick(['values', 'positions'] as const);
  const result = addResult(draft, gives === 'values' ? dtype : 'int32', length, true);
  draft.kernels.push({ form: 'sort', rows, length: length / rows, source, descending: tape.once(2), gives, result });
  draft.readable.push(result);
}

/**
 * A routine with every kind of statement: each instance's elements from the last to the first are combined with a running
 * value, and a loop of unknown length counts how often a whole number can be halved.
 */
export function addRoutine(draft: Draft): void {
  const { tape } = draft;
  const sources = draft.readable.filter((id) => isCarrier(spec(draft, id).dtype));
  if (sources.length === 0) {
    addLoop(draft);
    return;
  }
  const source = tape.pick(sources);
  const { dtype, length } = spec(draft, source);
  const instances = tape.pick([1, 2, 3, 4, 5, 6].filter((divisor) => length % divisor === 0));
  const each = length / instances;
  const kept = addResult(draft, dtype, length, true);
  const counts = addResult(draft, 'int32', instances, true);
  const combine = tape.pick(['max', 'min'] as const);
  const limit = tape.take(5);
  const shape = { dtype, length: each };
  const arrays = { inputs: [shape], results: [shape, { dtype: 'int32' as const, length: 1 }] } as const;
  const routine = buildRoutine('random', arrays, (r, [x], [y, count]) => {
    const running = r.variable(dtype, 0);
    const left = r.variable('int32', 0);
    r.loopDown(each, 0, (i) => {
      running.set(running[combine](x.at(i)));
      y.set(i, running);
      r.if(
        i.less(limit),
        () => left.set(left.add(i).add(1)),
        () => left.set(x.at(i).to('int32').rem(1000).max(left)),
      );
    });
    count.set(0, 0);
    r.while(left.greater(0), () => {
      left.set(left.div(2));
      count.set(0, count.at(0).add(1));
    });
  });
  draft.kernels.push({ form: 'routine', routine, instances, buffers: [source, kept, counts] });
  draft.readable.push(kept, counts);
}

/** A whole number that depends on every element. */
function digest(operands: readonly TypedArray[]): number {
  let sum = operands.length;
  for (const operand of operands) {
    for (let i = 0; i < operand.length; i++) {
      const value = Math.trunc(Number(operand[i]));
      sum = (31 * sum + (Number.isFinite(value) ? Math.abs(value) % 1009 : 7)) % 65_521;
    }
  }
  return sum;
}

/** A call of a function whose results depend on every element of its operands, which it spoils: they are its own. */
export function addCall(draft: Draft): void {
  const { tape } = draft;
  const operands = Array.from({ length: tape.take(4) }, () => tape.pick(draft.readable));
  const results = Array.from({ length: 1 + tape.take(2) }, () =>
    addResult(draft, tape.pick(draft.dtypes), tape.pick([5, 1, 12, 0]), true),
  );
  const types = results.map((id) => spec(draft, id));
  const name = `f${draft.calls.length} of "${operands}"`;
  const run = (given: readonly TypedArray[]): TypedArray[] => {
    const start = digest(given);
    noteCall(name, given);
    for (const operand of given) operand.reverse();
    return types.map(({ dtype, length }, k) =>
      elementsOf(
        dtype,
        Array.from({ length }, (_, i) => ((start + 5 * k + 3 * i) % 17) - 8),
      ),
    );
  };
  const call = draft.calls.push({ name, run }) - 1;
  draft.kernels.push({ form: 'call', call, operands, results });
  draft.readable.push(...results);
}
