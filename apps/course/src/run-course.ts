/** The course as a function of its arguments and its surroundings: finds the program, checks its options, runs it. */
import { InputError, OutputFolder, type ProgressStream } from '@deft/digits';
import { add } from './add/app.ts';
import { helpText, isFull, listText, parseCommandLine } from './command-line.ts';
import type { CourseApp, Desk } from './course-app.ts';
import { explosion } from './explosion/app.ts';
import { hello } from './hello/app.ts';
import { images } from './images/app.ts';
import { startProgress } from './progress.ts';
import { regression } from './regression/app.ts';
import { tagger } from './tagger/app.ts';
import { text } from './text/app.ts';
import { xor } from './xor/app.ts';

/** The programs, in the order in which the course takes them. */
const APPS: readonly CourseApp[] = [hello, regression, xor, explosion, add, tagger, images, text];

/** What the course needs of its environment. */
export interface Surroundings {
  readonly stdout: ProgressStream;
  readonly stderr: { write(text: string): unknown };
  /** The folder that relative paths are relative to. */
  readonly folder: string;
  /** Milliseconds from any origin. */
  readonly now: () => number;
}

/**
 * Runs a program of the course.
 *
 * @returns the exit code: 0, 1 when a claim does not hold, or 2 when something given cannot be used
 */
export async function runCourse(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, folder, now } = surroundings;
  try {
    const [name, ...rest] = words;
    if (name === undefined || name === '--help' || name === '-h') {
      stdout.write(`${listText(APPS)}\n`);
      return 0;
    }
    const app = APPS.find((one) => one.name === name);
    if (app === undefined) {
      throw new InputError(`no program '${name}'; there are ${APPS.map((one) => one.name).join(', ')}`);
    }
    const { help, values, seed, out } = parseCommandLine(app, rest, folder);
    if (help) {
      stdout.write(`${helpText(app)}\n`);
      return 0;
    }
    const start = now();
    const full = isFull(app, values);
    let allHold = true;
    const desk: Desk = {
      print: (text) => void stdout.write(`${text}\n`),
      progress: (label, total) => startProgress(label, total, { stream: stdout, now }),
      claim: (text, holds) => {
        if (full) {
          desk.print(`${holds ? 'Holds' : 'Does not hold'}: ${text}`);
          allHold &&= holds;
        }
      },
      files: new OutputFolder(out, folder),
    };
    await app.run(values, seed, desk);
    desk.print(`\nSeed ${seed}, ${((now() - start) / 1000).toFixed(1)} s.`);
    return allHold ? 0 : 1;
  } catch (error) {
    if (error instanceof InputError) {
      stderr.write(`course: ${error.message}\n`);
      return error.exitCode;
    }
    throw error;
  }
}
