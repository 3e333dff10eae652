/** Every callback of Keras 3 is here, under a name of its own, or there is a reason why not. */
import { expect, it } from 'vitest';
import * as index from '../index.ts';

const exported: ReadonlyMap<string, unknown> = new Map(Object.entries(index));

const callbacks: { readonly [name: string]: keyof typeof index | { readonly reason: string } } = {
  BackupAndRestore: 'backupAndRestore',
  CSVLogger: 'csvLogger',
  Callback: { reason: 'the type `Callback`: a callback is a plain object' },
  CallbackList: { reason: 'a callback is an object of functions, so a list of them is an array' },
  EarlyStopping: 'earlyStopping',
  History: { reason: '`fit` gives its figures by itself; the type is `History`' },
  LambdaCallback: 'lambdaCallback',
  LearningRateScheduler: 'learningRateScheduler',
  ModelCheckpoint: 'modelCheckpoint',
  OrbaxCheckpoint: { reason: "Orbax is JAX's library of checkpoints; `modelCheckpoint` writes safetensors" },
  ProgbarLogger: 'progressBar',
  ReduceLROnPlateau: 'reduceLearningRateOnPlateau',
  RemoteMonitor: 'remoteMonitor',
  SwapEMAWeights: 'swapEmaWeights',
  TensorBoard: 'tensorBoard',
  TerminateOnNaN: 'terminateOnNaN',
};

it.each(Object.entries(callbacks))('%s', (_, found) => {
  if (typeof found === 'string') expect(typeof exported.get(found)).toBe('function');
  else expect(found.reason).not.toBe('');
});
