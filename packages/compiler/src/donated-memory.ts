/**
 * Finds outputs that can take the memory of an input which the caller gives up: one that nothing reads any more when the output is
 * written, or that the kernel which writes it reads last and may write over.
 */
import { type BufferId, type BufferSpec, bufferBytes, type KernelProgram, mayOverwrite, touchesOf } from '@deft/kernel';

/** The program without its outputs' places over inputs. */
export function withoutDonations(program: KernelProgram): KernelProgram {
  return { ...program, buffers: program.buffers.map(({ over: _, ...spec }) => spec) };
}

/** The program with outputs over its donated inputs; every input serves one. */
export function withDonations(program: KernelProgram): KernelProgram {
  const { buffers, kernels, outputs } = program;
  const free = new Set([...buffers.keys()].filter((id) => buffers[id]?.donated && !outputs.includes(id)));
  if (free.size === 0) return program;
  const over = new Map<BufferId, BufferId>();
  const touches = touchesOf(kernels);
  const lastTouch = new Map<BufferId, number>();
  touches.forEach((touch, position) => {
    for (const buffer of touch.buffers) lastTouch.set(buffer, position);
  });
  const seen = new Set<BufferId>();
  touches.forEach(({ kernel, buffers: touched }, position) => {
    for (const output of touched) {
      const spec = buffers[output] as BufferSpec;
      if (seen.has(output) || spec.role !== 'output') continue;
      seen.add(output);
      const asLarge = [...free].filter((input) => {
        const below = buffers[input] as BufferSpec;
        return below.length === spec.length && bufferBytes(below) === bufferBytes(spec);
      });
      const lastOf = (input: BufferId): number => lastTouch.get(input) ?? -1;
      const input =
        asLarge.find((each) => lastOf(each) === position && mayOverwrite(kernel, each, output, buffers)) ??
        asLarge.find((each) => lastOf(each) < position);
      if (input === undefined) continue;
      over.set(output, input);
      free.delete(input);
    }
  });
  const placed = buffers.map((spec, id): BufferSpec => {
    const below = over.get(id);
    return below === undefined ? spec : { ...spec, over: below };
  });
  return { ...program, buffers: placed };
}
