/**
 * `@deft/function`: capture. `jit(f, options)` and the standard decorator `@jit()`.
 */

export type { ProgramCost, ProgramMemory } from '@deft/compiler';
export { type ProgramView, viewHtml } from '@deft/compiler';
export { type MermaidOptions, mermaidGraph } from '@deft/graph';
export type { CapturedValue } from './capture.ts';
export {
  type Jitted,
  type JittedFunction,
  jit,
  type MethodDecorator,
  type SpecsOf,
} from './jit.ts';
export type { JitOptions } from './jit-options.ts';
export type { CompiledFunction, Lowered, LoweredArgument } from './lowered.ts';
export type { ChromeTrace, EventArguments, TraceEvent } from './profiling/chrome-trace.ts';
export { type Profile, type ProfileOptions, profile } from './profiling/profile.ts';
export { type Lowerable, type ProgramViewOptions, programView } from './profiling/program-view.ts';
export { deserialize, type SavedProgram, type SavedSizes } from './saved/deserialize.ts';
export type { LoadedFunction } from './saved/loaded-function.ts';
export { type SerializeOptions, serialize } from './saved/serialize.ts';
export type { LoadedVariable } from './saved/state-section.ts';
export type { SignedFunction, StatedArgument, StatedArguments } from './signature-types.ts';
export type { SignatureTree } from './stated-signature.ts';
