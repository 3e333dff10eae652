/**
 * Set-up of every test file: property tests draw from one stated seed, so a clean checkout gives one answer. `DEFT_SEED`
 * sets another one; `npm run fuzz` is what looks for new findings.
 */
import { env } from 'node:process';
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(env.DEFT_SEED ?? 1) });
