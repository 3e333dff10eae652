/**
 * `npm run bench -- --work cnn_step_b64 --backend wasm --json`: times workloads and prints one line for each.
 */
import { parseArgs } from 'node:util';
import { backendNames, DeftError, getBackend, setBackend } from '@deft/tensor';
import { captureCosts } from './capture-costs.ts';
import { dataCosts } from './data-costs.ts';
import { dataOverlap } from './data-overlap.ts';
import { dataTuning } from './data-tuning.ts';
import { fitCosts } from './fit-costs.ts';
import { bestOf } from './measure.ts';
import { type Mode, workloads } from './workloads.ts';

const help = `Times Deft's workloads, best of several runs after warm-up.

  npm run bench -- [options]

  --work NAME       a workload (may be given several times); all of them if left out
  --backend NAME    ${backendNames().join(', ')} or auto (the default)
  --mode MODE       eager or jit (the default)
  --capture         what capture itself costs, in place of workloads
  --fit             what fit costs above the bare step of its network, in place of workloads
  --data            how well a pipeline overlaps with training and tunes itself, and what its steps cost, in place of
                    workloads
  --json            one JSON line for each workload
  --list            the names of the workloads
  --help            this text
`;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

interface Settings {
  readonly work: string[];
  readonly backend: string;
  readonly mode: Mode;
  readonly json: boolean;
  readonly capture: boolean;
  readonly fit: boolean;
  readonly data: boolean;
}

function parse(): Settings {
  let values: {
    work?: string[];
    backend?: string;
    mode?: string;
    json?: boolean;
    capture?: boolean;
    fit?: boolean;
    data?: boolean;
    list?: boolean;
    help?: boolean;
  };
  try {
    ({ values } = parseArgs({
      options: {
        work: { type: 'string', multiple: true },
        backend: { type: 'string' },
        mode: { type: 'string' },
        json: { type: 'boolean' },
        capture: { type: 'boolean' },
        fit: { type: 'boolean' },
        data: { type: 'boolean' },
        list: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    fail((error as Error).message);
  }
  if (values.help) {
    process.stdout.write(help);
    process.exit(0);
  }
  if (values.list) {
    process.stdout.write(`${Object.keys(workloads).join('\n')}\n`);
    process.exit(0);
  }
  const mode = values.mode ?? 'jit';
  if (mode !== 'eager' && mode !== 'jit') fail(`--mode: expected eager or jit, got ${mode}`);
  const work = values.work ?? Object.keys(workloads);
  for (const name of work) {
    if (!Object.hasOwn(workloads, name)) fail(`--work: ${name} is not a workload; --list names them`);
  }
  return {
    work,
    backend: values.backend ?? 'auto',
    mode,
    json: values.json === true,
    capture: values.capture === true,
    fit: values.fit === true,
    data: values.data === true,
  };
}

const { work, backend, mode, json, capture, fit, data } = parse();
try {
  setBackend(backend);
} catch (error) {
  if (error instanceof DeftError) fail(error.message);
  throw error;
}

if (capture) {
  for (const { name, microseconds } of captureCosts()) {
    const line = json
      ? JSON.stringify({ cost: name, backend: getBackend().name, microseconds })
      : `${name.padEnd(34)} ${microseconds.toFixed(3).padStart(9)} µs   ${getBackend().name}`;
    process.stdout.write(`${line}\n`);
  }
  process.exit(0);
}

if (fit) {
  const costs = await fitCosts();
  const more = (ms: number): string => `${ms.toFixed(3)} ms (${(100 * (ms / costs.bare - 1)).toFixed(1)} % more)`;
  const { name } = getBackend();
  const line = json
    ? JSON.stringify({ work: 'mlp_step_b64', backend: name, ...costs })
    : [
        `mlp_step_b64 on ${name}, milliseconds a step: bare ${costs.bare.toFixed(3)}`,
        `  fit ${more(costs.fit)}, in order ${more(costs.fitInOrder)}, ten at a time ${more(costs.fitTogether)}`,
        `  trainStep().run on one batch ${more(costs.step)}`,
      ].join('\n');
  process.stdout.write(`${line}\n`);
  process.exit(0);
}

if (data) {
  const overlap = await dataOverlap();
  const { map, steps, epoch, ratio } = overlap;
  const line = json
    ? JSON.stringify({ work: 'data_overlap', ...overlap })
    : `map ${map.toFixed(0)} ms, steps ${steps.toFixed(0)} ms, an epoch of both ${epoch.toFixed(0)} ms: ${ratio.toFixed(3)} × the longer`;
  process.stdout.write(`${line}\n`);
  for (const tuning of await dataTuning()) {
    const { name, best, fixed, auto, chosen } = tuning;
    const told = `${name}: auto ${auto.toFixed(0)} ms (${chosen}), the best fixed ${fixed.toFixed(0)} ms (${best})`;
    const text = json ? JSON.stringify({ work: 'data_tuning', ...tuning }) : `${told}: ${tuning.ratio.toFixed(3)} ×`;
    process.stdout.write(`${text}\n`);
  }
  for (const cost of await dataCosts()) {
    const { name, pipeline, generators } = cost;
    const told = `${name.padEnd(44)} ${pipeline.toFixed(0).padStart(5)} ns an element`;
    const text = json
      ? JSON.stringify({ work: 'data_cost', ...cost })
      : `${told}, bare generators ${generators.toFixed(0)}: ${(pipeline / generators).toFixed(2)} ×`;
    process.stdout.write(`${text}\n`);
  }
  process.exit(0);
}

for (const name of work) {
  const workload = workloads[name];
  if (workload === undefined) continue;
  const ms = Number((await bestOf(workload.prepare(mode), workload.repetitions)).toFixed(4));
  const { name: backendName, threads } = getBackend();
  const line = json
    ? JSON.stringify({ work: name, backend: backendName, mode, threads, ms })
    : `${name.padEnd(22)} ${ms.toFixed(3).padStart(10)} ms   ${backendName}, ${mode}, ${threads} thread${threads === 1 ? '' : 's'}`;
  process.stdout.write(`${line}\n`);
}
