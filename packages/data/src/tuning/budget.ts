/** What the steps of a pass that are told `'auto'` may use together. */
import { bytesOf as bytesOfDType, sizeOf, Tensor } from '@deft/core';
import { checkCount } from '../checks.ts';

/** What passes may use for what is tuned in them. */
export interface BudgetOptions {
  /** Workers of all steps together; as many as the machine has cores unless told. */
  readonly workers?: number;
  /** Elements that all steps together may hold ready or have in work, 256 unless told. */
  readonly elements?: number;
  /** Bytes that these may have, 256 MiB unless told. */
  readonly bytes?: number;
}

/** So much of each. */
interface Amounts {
  readonly workers: number;
  readonly elements: number;
  readonly bytes: number;
}

interface Environment {
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly process?: { getBuiltinModule?(name: string): { availableParallelism(): number } };
}

function coresOfMachine(): number {
  const { navigator, process } = globalThis as unknown as Environment;
  return process?.getBuiltinModule?.('node:os').availableParallelism() ?? navigator?.hardwareConcurrency ?? 1;
}

/** What a user gives. Throws `E_ATTRIBUTE` for what is no whole number of at least 1. */
export function checkBudget(options: BudgetOptions): BudgetOptions {
  for (const [name, value] of Object.entries(options)) checkCount('budget', name, value, 1);
  return options;
}

/** The budget of one pass, and what is used of it. */
export class Budget {
  readonly #options: BudgetOptions;
  readonly #uses = new Map<object, Amounts>();

  constructor(options: BudgetOptions = {}) {
    this.#options = options;
  }

  /** Lets a user of it have so much in place of what it had, if there is enough. */
  grants(user: object, wanted: Amounts): boolean {
    const { workers = coresOfMachine(), elements = 256, bytes = 2 ** 28 } = this.#options;
    const used = { ...wanted };
    for (const [other, use] of this.#uses) {
      if (other === user) continue;
      used.workers += use.workers;
      used.elements += use.elements;
      used.bytes += use.bytes;
    }
    if (used.workers > workers || used.elements > elements || used.bytes > bytes) return false;
    this.#uses.set(user, wanted);
    return true;
  }

  /** A user of it has ended. */
  release(user: object): void {
    this.#uses.delete(user);
  }
}

/** About how many bytes an element holds. */
export function bytesOf(element: unknown): number {
  if (ArrayBuffer.isView(element)) return element.byteLength;
  if (element instanceof Tensor) return bytesOfDType(element.dtype) * sizeOf(element.shape);
  if (typeof element === 'string') return 2 * element.length;
  if (typeof element !== 'object' || element === null) return 8;
  const parts: readonly unknown[] = Array.isArray(element) ? element : Object.values(element);
  return parts.reduce<number>((sum, part) => sum + bytesOf(part), 16);
}

/** What elements hold on average, from a look at some of them. */
export class ElementBytes {
  #seen = 0;
  #mean = 0;

  add(element: unknown): void {
    if (this.#seen++ % 16 !== 0) return;
    this.#mean += (bytesOf(element) - this.#mean) / Math.min(8, 1 + Math.floor(this.#seen / 16));
  }

  get mean(): number {
    return this.#mean;
  }
}
