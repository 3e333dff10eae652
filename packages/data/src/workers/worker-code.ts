/**
 * What a worker runs: plain JavaScript as text, so that there is no file for bundlers and packages to find. It imports the module
 * of the user's function when the first element comes. Buffers that a result holds whole are handed over, not copied.
 */

/** The worker's program: `{ module, exported, number, value, context }` comes in, `{ number, result }` or an error goes out. */
export const workerCode: string = `'use strict';
const threads = typeof require === 'function' ? require('node:worker_threads') : undefined;
const post = (message, buffers) =>
  threads ? threads.parentPort.postMessage(message, buffers) : postMessage(message, buffers);
const collect = (value, found) => {
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteLength } = value;
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) found.add(buffer);
  } else if (Array.isArray(value)) {
    for (const one of value) if (typeof one === 'object') collect(one, found);
  } else if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    for (const one of Object.values(value)) collect(one, found);
  }
  return found;
};
const serve = async ({ module, exported, number, value, context }) => {
  let isOfModule = true;
  try {
    const f = (await import(module))[exported];
    if (typeof f !== 'function') throw new TypeError('the module has no function ' + exported);
    isOfModule = false;
    const result = await f(value, context);
    post({ number, result }, [...collect(result, new Set())]);
  } catch (error) {
    post({ number, isOfModule, message: error instanceof Error ? error.message : String(error) }, []);
  }
};
if (threads) threads.parentPort.on('message', serve);
else onmessage = ({ data }) => serve(data);
`;
