/** A run with its callbacks: what they may do to it, and the calls of their functions, one after the other. */
import type { RunOptions, Verbosity } from '../model-options.ts';
import type { AverageSwitch } from './average-switch.ts';
import type { Callback, RunControl, RunParameters, TrainedModel } from './callback.ts';
import { progressBar } from './progress-bar.ts';

/** A function that is called at some point of a run. */
type Hook = Exclude<keyof Callback, 'holdsStep' | 'getState' | 'setState'>;

/** What a function is told besides the control. */
type Told<H extends Hook> = Required<Callback>[H] extends (...all: [...infer T, RunControl & infer _]) => unknown
  ? T
  : never;

/** The callbacks of a user, and behind them the bar that was asked for. */
export const withBar = (callbacks: readonly Callback[], verbose: Verbosity): readonly Callback[] =>
  verbose === 0 ? callbacks : [...callbacks, progressBar()];

/** Callbacks with the control that is theirs. */
export class CallbackRun<Control extends RunControl> {
  readonly #callbacks: readonly Callback[];
  readonly control: Control;

  constructor(callbacks: readonly Callback[], control: Control) {
    this.#callbacks = callbacks;
    this.control = control;
  }

  /** The same callbacks with another control. */
  with<Other extends RunControl>(control: Other): CallbackRun<Other> {
    return new CallbackRun(this.#callbacks, control);
  }

  /** Calls a function of each. The arguments are those before the control. */
  async tell<H extends Hook>(hook: H, ...values: Told<H>): Promise<void> {
    for (const callback of this.#callbacks) {
      const told = callback[hook] as ((...all: unknown[]) => void | Promise<void>) | undefined;
      const waited = told?.call(callback, ...values, this.control);
      if (waited) await waited;
    }
  }

  /** Whether the step after a batch has to wait. */
  holdsStep(batch: number): boolean {
    return this.#callbacks.some((callback) => callback.holdsStep?.(batch) === true);
  }
}

/** The control of a run that does not train. */
export function runControl(
  method: RunControl['method'],
  model: TrainedModel,
  params: RunParameters,
  average: AverageSwitch,
): RunControl {
  return {
    method,
    model,
    params,
    get usesAverage(): boolean {
      return average.isOn;
    },
    set usesAverage(on: boolean) {
      average.turn(on);
    },
  };
}

/** A run that does not train. Whatever its callbacks did, the model's own weights are back in their place after it. */
export async function withCallbacks<R>(
  method: 'evaluate' | 'predict',
  model: TrainedModel,
  average: AverageSwitch,
  options: RunOptions,
  steps: number | undefined,
  work: (run: CallbackRun<RunControl>) => Promise<R>,
): Promise<R> {
  const { callbacks = [], verbose = 0 } = options;
  const params = { epochs: 1, steps, verbose };
  try {
    return await work(new CallbackRun(withBar(callbacks, verbose), runControl(method, model, params, average)));
  } finally {
    average.turn(false);
  }
}
