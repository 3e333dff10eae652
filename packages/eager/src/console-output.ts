/** Lets `print` and warnings write to the console, which every environment of an executor has. */
import { setPrintOutput, setWarningOutput } from '@deft/core';

/** The language's own types know no console. */
const environment = globalThis as unknown as {
  readonly console?: { log(line: string): void; warn(text: string): void };
};

let isSet = false;

/** Sends lines to the console, once, unless they were sent elsewhere before. */
export function printToConsole(): void {
  if (isSet) return;
  isSet = true;
  const before = setPrintOutput((line) => environment.console?.log(line));
  if (before !== undefined) setPrintOutput(before);
  const warned = setWarningOutput((text) => environment.console?.warn(text));
  if (warned !== undefined) setWarningOutput(warned);
}
