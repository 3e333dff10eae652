/** Whether this engine takes the relaxed-SIMD extension, asked by letting it validate a module that uses it. */
import { f32x4, ModuleBuilder } from '../assembler/index.ts';

let answer: boolean | undefined;

/** True where fused multiply-add on vectors may be emitted (`relaxed` of the templates). Asked once. */
export function relaxedSimdAvailable(): boolean {
  if (answer === undefined) {
    const module = new ModuleBuilder();
    module.function({ name: 'probe', parameters: { x: 'v128' }, result: 'v128' }, (f, { x }) =>
      f.leave(f32x4.relaxedMadd(x, x, x)),
    );
    answer = WebAssembly.validate(module.finish());
  }
  return answer;
}
