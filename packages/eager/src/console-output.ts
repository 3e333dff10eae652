/** Lets `print` write to the console, which every environment of an executor has. */
import { setPrintOutput } from '@deft/core';

/** The language's own types know no console. */
const environment = globalThis as unknown as { readonly console?: { log(line: string): void } };

let isSet = false;

/** Sends what `print` writes to the console, once, unless it was sent elsewhere before. */
export function printToConsole(): void {
  if (isSet) return;
  isSet = true;
  const before = setPrintOutput((line) => environment.console?.log(line));
  if (before !== undefined) setPrintOutput(before);
}
