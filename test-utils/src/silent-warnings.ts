/** Warnings that are part of what a test file is about, and are not to be printed. */
import { setWarningOutput } from '@deft/core';
import { afterAll, beforeAll } from 'vitest';

/** Keeps warnings from being printed while the tests of the file, or of the group, run. */
export function silenceWarnings(): void {
  let before: ReturnType<typeof setWarningOutput>;
  beforeAll(() => {
    before = setWarningOutput(() => {});
  });
  afterAll(() => {
    setWarningOutput(before);
  });
}
