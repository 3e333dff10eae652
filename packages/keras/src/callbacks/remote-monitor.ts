/** `remoteMonitor`: the figures of every epoch sent to a server. */
import { raise } from '@deft/core';
import { originOf, postText, printLine } from '../environment.ts';
import type { Callback } from './callback.ts';

/** Options of `remoteMonitor`. */
export interface RemoteMonitorOptions {
  /** Scheme and host of the server; `http://localhost:9000` unless told. */
  readonly root?: string;
  /** What follows them; `/publish/epoch/end/` unless told. */
  readonly path?: string;
  /** The field of the form that holds the JSON; `data` unless told. */
  readonly field?: string;
  readonly headers?: { readonly [name: string]: string };
  /** Whether the body is the JSON itself; false, which is a form, unless told. */
  readonly sendAsJson?: boolean;
}

/** Milliseconds that a request may take. */
const patience = 10_000;

/** The address of a path on a server. Throws `E_MODEL` for other schemes, and where the path would lead to another host. */
function addressOf(root: string, path: string): string {
  const op = 'remoteMonitor';
  const parse = (address: string): ReturnType<typeof originOf> => {
    try {
      return originOf(address);
    } catch {
      const expected = 'an address such as http://localhost:9000';
      return raise('E_MODEL', { op, argument: 'root', expected, found: JSON.stringify(address) });
    }
  };
  const server = parse(root);
  const whole = parse(root + path);
  if (server.protocol !== 'http:' && server.protocol !== 'https:') {
    raise('E_MODEL', { op, argument: 'root', expected: 'http: or https:', found: server.protocol });
  }
  if (whole.host !== server.host || whole.protocol !== server.protocol) {
    raise('E_MODEL', { op, argument: 'path', expected: `a path on ${server.host}`, found: JSON.stringify(path) });
  }
  return root + path;
}

/**
 * Posts the figures of every epoch, with its number, as JSON: `{"epoch":0,"loss":0.69}`, where figures that are not numbers
 * are null. The next epoch begins when the server has answered, after ten seconds at the latest; a server that cannot be
 * reached is told of on the console, and training goes on.
 *
 * @throws `E_MODEL` for an address that is none, or a path that leads to another host
 * @example
 * ```ts
 * import { remoteMonitor } from '@deft/keras';
 * const callbacks = [remoteMonitor({ root: 'https://example.org', path: '/training', sendAsJson: true })];
 * ```
 */
export function remoteMonitor(options: RemoteMonitorOptions = {}): Callback {
  const { root = 'http://localhost:9000', path = '/publish/epoch/end/', field = 'data', sendAsJson = false } = options;
  const address = addressOf(root, path);
  const type = sendAsJson ? 'application/json' : 'application/x-www-form-urlencoded';
  const headers = { 'content-type': type, ...options.headers };
  return {
    onEpochEnd: async (epoch, logs) => {
      const json = JSON.stringify({ epoch, ...logs });
      const body = sendAsJson ? json : `${encodeURIComponent(field)}=${encodeURIComponent(json)}`;
      try {
        await postText(address, body, headers, patience);
      } catch (error) {
        printLine(`remoteMonitor: ${root} cannot be told: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}
