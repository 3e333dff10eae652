/**
 * What a strict capture refuses: clocks and random numbers of the host, whose values would be frozen. The functions are replaced for
 * the time of the capture.
 */
import { raise } from '@deft/core';

const environment = globalThis as unknown as {
  Date: DateConstructor;
  readonly crypto?: { getRandomValues?: unknown; randomUUID?: unknown };
};

function refuse(what: string, instead: string): never {
  return raise('E_CAPTURE_IMPURE', {
    says: `${what} would be frozen: a captured function runs this line once`,
    hint: instead,
  });
}

const noClock = 'pass the time as an argument';
const noChance = 'use randomUniform(…) and its kin, or pass the number as an argument';

function strictDate(): DateConstructor {
  return new Proxy(environment.Date, {
    construct: (target, args) => (args.length === 0 ? refuse('new Date()', noClock) : Reflect.construct(target, args)),
    apply: () => refuse('Date()', noClock),
    get: (target, key, receiver) =>
      key === 'now' ? () => refuse('Date.now()', noClock) : (Reflect.get(target, key, receiver) as unknown),
  });
}

/** From now on clocks and random numbers of the host throw `E_CAPTURE_IMPURE`; gives the function that ends that. */
export function refuseImpureHost(): () => void {
  const { random } = Math;
  const { Date: date } = environment;
  Math.random = () => refuse('Math.random()', noChance);
  environment.Date = strictDate();
  return () => {
    Math.random = random;
    environment.Date = date;
  };
}
