/** Runs a program of the course as the command line does, into a folder of its own, and says what came of it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCourse } from '../run-course.ts';

/** What a run left behind. */
interface Outcome {
  readonly code: number;
  readonly printed: string;
  readonly complaints: string;
  /** Names of the SVG files that were written. */
  readonly pictures: readonly string[];
  /** What they hold, in the same order. */
  readonly drawn: readonly string[];
}

/** Runs `npm run course -- …words`. */
export async function runForTest(words: readonly string[]): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'course-'));
  const [printed, complaints]: [string[], string[]] = [[], []];
  try {
    const code = await runCourse(words, {
      stdout: { write: (text) => printed.push(text) },
      stderr: { write: (text) => complaints.push(text) },
      folder,
      now: () => 0,
    });
    const out = readdirSync(folder).includes('course-out') ? readdirSync(join(folder, 'course-out')).sort() : [];
    const files = out.map((name) => ({ name, text: readFileSync(join(folder, 'course-out', name), 'utf8') }));
    const svgs = files.filter(({ text }) => text.startsWith('<svg'));
    const [pictures, drawn] = [svgs.map(({ name }) => name), svgs.map(({ text }) => text)];
    return { code, printed: printed.join(''), complaints: complaints.join(''), pictures, drawn };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
