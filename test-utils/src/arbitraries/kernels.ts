/**
 * Random well-formed kernel programs, for comparing backends with the interpreter and for round trips through text. All
 * results are exact, whatever the order of summation, so backends must agree in every bit (NaN with NaN), but for buffers
 * whose value is a transcendental function: `inexactOutputs` tells them.
 */
import { allocate, type DType, toElement } from '@deft/core';
import {
  type BufferId,
  type BufferSpec,
  bufferBytes,
  type Kernel,
  type KernelProgram,
  mayOverwrite,
  type Touch,
  touchesOf,
} from '@deft/kernel';
import type fc from 'fast-check';
import { addBranch, addRepeat } from './kernel-control.ts';
import { addBuffer, type Draft } from './kernel-draft.ts';
import { randomConstant } from './kernel-expressions.ts';
import { addCall, addContract, addRoutine, addScatter, addSort } from './kernel-forms.ts';
import { addLoop, addLoopInto } from './kernel-loops.ts';
import { fromTape } from './tape.ts';

/** What programs may be made of. */
export interface KernelProgramOptions {
  /** All unless told. */
  readonly forms?: readonly Kernel['form'][];
  /** All unless told. `int32` must be among them (positions and offsets). */
  readonly dtypes?: readonly DType[];
  /** Whether values of outputs may be functions like `exp`; true unless told. */
  readonly transcendental?: boolean;
}

/** Every form; loops twice as often. */
const anyForm: readonly Kernel['form'][] = [
  'loop',
  'loop',
  'contract',
  'scatter',
  'sort',
  'routine',
  'repeat',
  'branch',
  'call',
];

/** Random programs of one to four kernels over small buffers. */
export function kernelProgram(options: KernelProgramOptions = {}): fc.Arbitrary<KernelProgram> {
  const allowed = options.dtypes ?? [
    'float32',
    'int32',
    'bool',
    'uint32',
    'float64',
    'int64',
    'float16',
    'bfloat16',
    'int8',
    'uint8',
  ];
  const forms = options.forms ?? anyForm;
  return fromTape(300, (tape) => {
    const draft: Draft = {
      tape,
      dtypes: allowed,
      transcendental: options.transcendental ?? true,
      buffers: [],
      kernels: [],
      calls: [],
      readable: [],
      isInside: false,
    };
    addInputs(draft);
    const count = 1 + tape.take(4);
    for (let i = 0; i < count; i++) builders[tape.pick(forms)](draft);
    return finish(draft);
  });
}

function addInputs(draft: Draft): void {
  const { tape } = draft;
  const count = 1 + tape.take(3);
  for (let i = 0; i < count; i++) {
    const length = tape.pick([5, 12, 40, 1, 64, 0]);
    draft.readable.push(addBuffer(draft, { dtype: tape.pick(draft.dtypes), length, role: 'input' }));
  }
  if (!tape.once(3)) return;
  const dtype = tape.pick(draft.dtypes);
  const data = allocate(dtype, 1 + tape.take(6));
  data.forEach((_, i) => {
    data[i] = toElement(dtype, randomConstant(tape, dtype));
  });
  draft.readable.push(addBuffer(draft, { dtype, length: data.length, role: 'constant', data }));
}

const builders: Readonly<Record<Kernel['form'], (draft: Draft) => void>> = {
  loop: addLoop,
  contract: addContract,
  scatter: addScatter,
  sort: addSort,
  routine: addRoutine,
  call: addCall,
  repeat: (draft) => addRepeat(draft, (inside) => builders[inside.tape.pick(anyForm)](inside), addLoopInto),
  branch: (draft) => addBranch(draft, (inside) => builders[inside.tape.pick(anyForm)](inside), addLoopInto),
};

/** Places the temporaries so that memory is used again, and lists inputs and outputs. */
export function finish({ tape, buffers, kernels, calls }: Draft): KernelProgram {
  const ids = [...buffers.keys()];
  const touches = touchesOf(kernels);
  const touching = (id: BufferId): number[] => touches.flatMap((touch, i) => (touch.buffers.includes(id) ? [i] : []));
  const placed: { id: BufferId; first: number; last: number; start: number; end: number }[] = [];
  const planned = buffers.map((buffer, id): BufferSpec => {
    if (buffer.role !== 'temporary') return buffer;
    const [first, last] = [Math.min(...touching(id)), Math.max(...touching(id))];
    const bytes = Math.ceil(bufferBytes(buffer) / 64) * 64;
    const kernel = touches[first]?.kernel;
    const below = placed.find((p) => p.last === first && kernel && mayOverwrite(kernel, p.id, id, buffers));
    if (below !== undefined) {
      placed.push({ id, first, last, start: below.start, end: below.end });
      placed.splice(placed.indexOf(below), 1, { ...below, last: first - 1 });
      return { ...buffer, arenaOffset: below.start };
    }
    let start = 0;
    const clash = (): (typeof placed)[number] | undefined =>
      placed.find((p) => p.first <= last && first <= p.last && p.start < start + bytes && start < p.end);
    for (let other = clash(); other; other = clash()) start = other.end;
    placed.push({ id, first, last, start, end: start + bytes });
    return { ...buffer, arenaOffset: start };
  });
  const inputs = ids.filter((id) => buffers[id]?.role === 'input');
  const outputs = ids.filter((id) => buffers[id]?.role === 'output');
  if (tape.once(4)) outputs.push(tape.pick(inputs));
  if (outputs.length > 0 && tape.once(4)) outputs.unshift(tape.pick(outputs));
  const passed = new Set(outputs);
  const donated = planned.map((buffer, id): BufferSpec => {
    if (buffer.role !== 'output') return buffer;
    const first = Math.min(...touching(id));
    const { kernel } = touches[first] as Touch;
    const over = inputs.find((input) => {
      const { length } = buffers[input] as BufferSpec;
      const isAsLarge = length === buffer.length && bufferBytes(buffers[input] as BufferSpec) === bufferBytes(buffer);
      if (passed.has(input) || !isAsLarge) return false;
      const last = Math.max(-1, ...touching(input));
      return last < first || (last === first && mayOverwrite(kernel, input, id, buffers));
    });
    if (over === undefined) return buffer;
    passed.add(over);
    return { ...buffer, over };
  });
  const below = new Set(donated.map(({ over }) => over));
  const marked = donated.map((spec, id): BufferSpec => (below.has(id) ? { ...spec, donated: true } : spec));
  const arenaBytes = Math.max(0, ...placed.map((p) => p.end));
  return { buffers: marked, inputs, outputs, kernels, arenaBytes, ...(calls.length === 0 ? {} : { calls }) };
}
