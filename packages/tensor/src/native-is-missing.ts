/**
 * One line on the standard error of a process in Node whose native code cannot run, so that nobody computes slower than they could
 * without knowing. Where native code is never expected, on pages, there is none.
 */
import type { ChoiceListener } from '@deft/eager';

interface NodeProcess {
  readonly versions?: { readonly node?: string };
  readonly stderr?: { write(text: string): unknown };
  getBuiltinModule?(name: 'node:worker_threads'): {
    getEnvironmentData(key: string): unknown;
    setEnvironmentData(key: string, value: boolean): void;
  };
}

/** What threads that are started later are told. */
const saidAlready = 'deft: native code is missing';

/** Says why `auto` has passed native code over, once in a process. */
export const sayThatNativeIsMissing: ChoiceListener = ({ name }, passedOver) => {
  const native = passedOver.find((backend) => backend.name === 'native');
  const { process } = globalThis as { process?: NodeProcess };
  if (native === undefined || process?.versions?.node === undefined) return;
  const threads = process.getBuiltinModule?.('node:worker_threads');
  if (threads?.getEnvironmentData(saidAlready) === true) return;
  threads?.setEnvironmentData(saidAlready, true);
  const instead = name === 'wasm' ? 'in WebAssembly' : `on backend ${name}`;
  process.stderr?.write(`deft: computing ${instead}, native code is not available: ${native.reason}\n`);
};
