/**
 * Random programs in which results are written over what their kernel reads, wherever that may be: a loop over temporaries of as
 * many elements as it has points, which nothing reads afterwards. Every temporary comes from an input, and is copied to an output.
 * In half of the programs the loop reads the inputs themselves, and its results are outputs.
 */
import { type BufferId, contiguousView, type KernelProgram, type LoopKernel, loadExpression } from '@deft/kernel';
import type fc from 'fast-check';
import { addBuffer, type Draft, spec } from './kernel-draft.ts';
import { addLoop } from './kernel-loops.ts';
import { finish } from './kernels.ts';
import { fromTape } from './tape.ts';

/** A kernel that copies a buffer to a new one. */
function copyOf(draft: Draft, source: BufferId, role: 'temporary' | 'output'): BufferId {
  const { dtype, length } = spec(draft, source);
  const buffer = addBuffer(draft, { dtype, length, role });
  const kernel: LoopKernel = {
    form: 'loop',
    space: [length],
    reduced: [],
    operands: [{ buffer: source, view: contiguousView([length]) }],
    reductions: [],
    results: [{ buffer, value: loadExpression(dtype, 0) }],
  };
  draft.kernels.push(kernel);
  return buffer;
}

/** Random programs of a loop over temporaries that it reads last. */
export function overwritingProgram(): fc.Arbitrary<KernelProgram> {
  return fromTape(200, (tape) => {
    const draft: Draft = {
      tape,
      dtypes: ['float32', 'int32', 'uint32'],
      transcendental: false,
      buffers: [],
      kernels: [],
      calls: [],
      readable: [],
      isInside: !tape.once(2),
    };
    const length = tape.pick([12, 40, 64, 5, 240]);
    const inputs = Array.from({ length: 1 + tape.take(3) }, () =>
      addBuffer(draft, { dtype: tape.pick(draft.dtypes), length, role: 'input' }),
    );
    draft.readable.push(...(draft.isInside ? inputs.map((input) => copyOf(draft, input, 'temporary')) : inputs));
    const from = draft.buffers.length;
    addLoop(draft);
    const results = [...draft.buffers.keys()].slice(from);
    for (const id of results) if (spec(draft, id).role === 'temporary') copyOf(draft, id, 'output');
    return finish(draft);
  });
}
