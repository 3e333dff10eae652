/**
 * What a worker runs: plain JavaScript as text, so that there is no file for bundlers and packages to find. The worker
 * never returns to its event loop, so everything reaches it through shared memory, modules' bytes too; it compiles those
 * it meets for the first time (engines share the code of equal bytes within a process). Functions of the host are not
 * there: kernels that call one are not divided.
 */
import { longestMessage, slotWords, states, words } from './control-area.ts';

/** Looks for a task so many times before it goes to sleep: the kernels of a program follow each other closely. */
const looks = 1000;
/** Modules kept; of more, the oldest goes, and is made again when it is called. */
const keptModules = 256;

/** The worker's program. It is given `{ memory, control, slot }`. */
export const workerCode: string = `'use strict';
function serve({ memory, control, slot }) {
  const state = slot + ${slotWords.state};
  const kept = new Map();
  const functionsOf = () => {
    const id = control[${words.moduleId}];
    let functions = kept.get(id);
    if (functions === undefined) {
      const pointer = control[${words.modulePointer}] >>> 0;
      const length = control[${words.moduleLength}];
      if (memory.buffer.byteLength < pointer + length) memory.grow(0);
      const module = new WebAssembly.Module(new Uint8Array(memory.buffer, pointer, length).slice());
      const imports = { env: { memory } };
      for (const { module: group, name, kind } of WebAssembly.Module.imports(module)) {
        if (kind !== 'function') continue;
        imports[group] ??= {};
        imports[group][name] = () => { throw new Error('host function ' + name + ' called in a worker'); };
      }
      functions = Object.values(new WebAssembly.Instance(module, imports).exports);
      if (kept.size >= ${keptModules}) kept.delete(kept.keys().next().value);
      kept.set(id, functions);
    }
    return functions;
  };
  const work = () => {
    try {
      const run = functionsOf()[control[${words.exported}]];
      const end = ${words.arguments} + control[${words.argumentCount}];
      const from = control[slot + ${slotWords.from}];
      const to = control[slot + ${slotWords.to}];
      run(from, to, control[slot + ${slotWords.part}], ...control.subarray(${words.arguments}, end));
      Atomics.store(control, state, ${states.done});
    } catch (error) {
      const message = String(error).slice(0, ${longestMessage});
      control[slot + ${slotWords.messageLength}] = message.length;
      for (let i = 0; i < message.length; i++) control[slot + ${slotWords.message} + i] = message.charCodeAt(i);
      Atomics.store(control, state, ${states.failed});
    }
    Atomics.notify(control, state);
  };
  Atomics.store(control, state, ${states.idle});
  Atomics.notify(control, state);
  while (Atomics.load(control, ${words.leave}) === 0) {
    const turn = Atomics.load(control, ${words.turn});
    if (Atomics.compareExchange(control, state, ${states.posted}, ${states.running}) === ${states.posted}) {
      work();
      continue;
    }
    let look = 0;
    while (look < ${looks} && Atomics.load(control, ${words.turn}) === turn) look++;
    if (look === ${looks} && Atomics.load(control, ${words.leave}) === 0) Atomics.wait(control, ${words.turn}, turn);
  }
}
if (typeof require === 'function') serve(require('node:worker_threads').workerData);
else onmessage = ({ data }) => serve(data);
`;
