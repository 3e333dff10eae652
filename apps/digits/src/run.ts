/**
 * The whole program as a function of its arguments and its surroundings: loads the digits, takes the same steps in both
 * modes, trains, tests, draws, saves, and lets a second process read the test images with the saved model.
 */
import { backendChoice, backendNames, DeftError, type ErrorCode, setBackend } from '@deft/tensor';
import { type Arguments, helpText, isDefaultJob, parseCommandLine } from './command-line.ts';
import { type Digits, loadDigits } from './digits-source.ts';
import { drawConfusionMatrix } from './drawing/confusion-matrix.ts';
import { drawSvgChart } from './drawing/svg-chart.ts';
import { drawSvgDigits } from './drawing/svg-digits.ts';
import { drawTerminalChart } from './drawing/terminal-chart.ts';
import { drawTerminalDigits } from './drawing/terminal-digits.ts';
import { InputError } from './input-error.ts';
import { lossChart } from './loss-chart.ts';
import { compareModes, drawComparison } from './mode-comparison.ts';
import { makeNetwork } from './network.ts';
import { OutputFolder } from './output-folder.ts';
import type { ProgressStream } from './progress-bar.ts';
import { comparePredictions, readInSecondProcess } from './second-process.ts';
import { drawSummary, modesAgree, processesAgree } from './summary.ts';
import { type TestReport, testNetwork } from './test-report.ts';
import { trainNetwork } from './training.ts';

/** What the program needs of its environment. */
export interface Surroundings {
  readonly stdout: ProgressStream;
  readonly stderr: { write(text: string): unknown };
  /** The folder that relative paths are relative to. */
  readonly folder: string;
  /** Whether escape sequences may colour the output. */
  readonly colour: boolean;
  /** Milliseconds since the program was started. */
  readonly now: () => number;
  /** Path of the program that reads the test images in a second process: `reload.ts`, built. */
  readonly reloadProgram: string;
}

/** What `--backend` takes. */
const BACKENDS = ['auto', ...backendNames()] as const;

const MODEL_FILE = 'model.safetensors';
const LOSS_FILE = 'loss.svg';
const WRONG_FILE = 'wrong-digits.svg';

const ASSUMED_COLUMNS = 80;
/** What the charts need at least. */
const LEAST_COLUMNS = 40;
/** Wider drawings are no clearer. */
const MOST_COLUMNS = 120;
const CHART_ROWS = 14;
/** Wrongly read digits that are drawn at most: in the terminal by rows, in the file one by one. */
const TERMINAL_DIGITS = 6;
const FILE_DIGITS = 24;

/** Errors of the library that the user's settings or machine cause, not a defect. */
const USER_FAULTS: readonly ErrorCode[] = ['E_BACKEND', 'E_FILE', 'E_MEMORY'];

/**
 * Runs the program.
 *
 * @returns the exit code: 0, 1 when modes or processes disagree, 2 when something given cannot be used
 */
export async function run(words: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    const options = parseCommandLine(words, { backends: BACKENDS, folder: surroundings.folder });
    if (options.help) {
      surroundings.stdout.write(`${helpText({ backends: BACKENDS })}\n`);
      return 0;
    }
    return await mainJob(options, surroundings);
  } catch (error) {
    const fault = inputErrorOf(error);
    surroundings.stderr.write(`digits: ${fault.message}\n`);
    return fault.exitCode;
  }
}

async function mainJob(options: Arguments, surroundings: Surroundings): Promise<number> {
  const { stdout, colour, now } = surroundings;
  const { epochs, batchSize, seed, data } = options;
  const print = (text: string): void => void stdout.write(`${text}\n`);
  const heading = (text: string): void => print(colour ? `\n\u001b[1m${text}\u001b[0m\n` : `\n${text}\n`);

  setBackend(options.backend);
  const folder = new OutputFolder(options.out, surroundings.folder);
  const digits = await loadDigits({ folder: data, seed });
  const { name: backend, reason } = backendChoice();
  print(`Digits   ${digits.description}`);
  print(`Backend  ${backend} (${reason})`);
  const model = makeNetwork(seed);
  print(`\n${model.summary()}`);

  heading('The two modes side by side: the same steps, op by op and captured');
  const comparison = await compareModes(model, digits.train, batchSize, now);
  print(drawComparison(comparison));

  heading(`Training, captured: ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} in batches of ${batchSize}`);
  const record = await trainNetwork(model, digits, { epochs, batchSize, seed, stream: stdout, now });
  const chart = lossChart(record);
  folder.write(LOSS_FILE, drawSvgChart(chart));
  print(`\n  ${Math.round(record.imagesPerSecond).toLocaleString('en-US')} images per second on average\n`);
  print(`${drawTerminalChart(chart, { columns: width(stdout), rows: CHART_ROWS, colour })}`);

  heading('Test');
  const report = await testNetwork(model, digits.test);
  print(describeTest(report, digits, surroundings));
  folder.write(WRONG_FILE, drawWrongDigits(report, digits));

  heading('The same model in a second process');
  await model.saveModel(folder.pathOf(MODEL_FILE));
  const job = { model: folder.pathOf(MODEL_FILE), data, seed, backend };
  const second = await readInSecondProcess(surroundings.reloadProgram, job);
  const agreement = comparePredictions(report.predictions, second.predictions);
  const [compared, sameClass, sameBits] = [agreement.compared, agreement.sameClass, agreement.sameBits].map((count) =>
    count.toLocaleString('en-US'),
  );
  print(`  Process ${second.processId} loaded ${folder.shown(MODEL_FILE)} and read the test images again.`);
  print(`  Of ${compared} images compared, ${sameClass} have the same class,`);
  print(`  and ${sameBits} the same ten probabilities, bit for bit.`);

  heading('Summary');
  const files = [MODEL_FILE, LOSS_FILE, WRONG_FILE].map((name) => folder.shown(name));
  const findings = { accuracy: report.accuracy, comparison, agreement, seconds: now() / 1000, files };
  print(drawSummary({ ...findings, isDefaultJob: isDefaultJob(options, BACKENDS) }));
  return modesAgree(comparison) && processesAgree(agreement) ? 0 : 1;
}

function describeTest(
  { loss, accuracy, matrix, wrong }: TestReport,
  { test }: Digits,
  surroundings: Surroundings,
): string {
  const count = test.labels.length;
  const scores = `  ${count.toLocaleString('en-US')} images: accuracy ${(100 * accuracy).toFixed(2)}%, loss ${loss.toFixed(4)}`;
  const shown = wrong.slice(0, TERMINAL_DIGITS);
  const which =
    wrong.length > shown.length ? `the ${shown.length} with the most certainty` : 'all of them, the surest first';
  const errors =
    wrong.length === 0
      ? ['  Every image was read correctly.']
      : [
          `  Read wrongly: ${wrong.length.toLocaleString('en-US')}; ${which}:\n`,
          drawTerminalDigits(shown, { columns: width(surroundings.stdout), colour: surroundings.colour }),
        ];
  return [`${scores}\n`, drawConfusionMatrix(matrix), '', ...errors].join('\n');
}

function drawWrongDigits({ wrong }: TestReport, { test }: Digits): string {
  const title = `Wrongly read: ${wrong.length.toLocaleString('en-US')} of ${test.labels.length.toLocaleString('en-US')} digits`;
  const rest = wrong.length > FILE_DIGITS ? `; the ${FILE_DIGITS} surest` : '';
  return drawSvgDigits(wrong.slice(0, FILE_DIGITS), title + rest);
}

function width({ columns = ASSUMED_COLUMNS }: ProgressStream): number {
  return Math.min(Math.max(columns, LEAST_COLUMNS), MOST_COLUMNS);
}

/** The error as one of the user's; throws it again when it is a defect. */
function inputErrorOf(error: unknown): InputError {
  if (error instanceof InputError) {
    return error;
  }
  if (error instanceof DeftError && USER_FAULTS.includes(error.code)) {
    const advice = error.code === 'E_MEMORY' ? 'try a smaller --batch-size: ' : '';
    return new InputError(`${advice}${error.message.split('\n')[0]}`, { cause: error });
  }
  throw error;
}
