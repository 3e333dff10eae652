/**
 * The second process: loads a saved model and reads the test images with it. `second-process.ts` starts it and says what
 * goes in and out.
 */
import { loadModel } from '@deft/keras';
import { setBackend } from '@deft/tensor';
import { loadDigits } from './digits-source.ts';
import { readImages } from './network.ts';
import type { ReloadJob } from './second-process.ts';

const job = JSON.parse(process.argv[2] ?? '') as ReloadJob;
setBackend(job.backend);
const { test } = await loadDigits({ folder: job.data, seed: job.seed });
const { probabilities } = await readImages(await loadModel(job.model), test);
process.stdout.write(new Uint8Array(probabilities.buffer, probabilities.byteOffset, probabilities.byteLength));
