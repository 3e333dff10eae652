/**
 * Recipes: what a value was made from, as plain data: the name of its maker and the options that it was given. A maker
 * records the recipe of what it returns; it belongs to that very value, so a copy with changes has none and is never taken
 * for what it was copied from. The way back reads data of unknown origin: kinds are looked up as own keys only, options
 * must be known and of a known type, and the maker's own checks do the rest.
 */
import { raise } from './errors.ts';

/** A value of plain data. */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/** What a value was made from. */
export interface Recipe {
  /** The name of its maker: `huber`, `adam`, `cosineDecay`. */
  readonly kind: string;
  /** The options that the maker was given. */
  readonly config: { readonly [option: string]: PlainValue };
}

const recipes = new WeakMap<object, Recipe>();

/** The value as plain data, with recipes in the place of what was made by one; `undefined` where something is no data. */
function plainOf(value: unknown): PlainValue | undefined {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'object' && typeof value !== 'function') return undefined;
  const { kind, config } = recipes.get(value) ?? {};
  if (kind !== undefined && config !== undefined) return { kind, config };
  if (Array.isArray(value)) {
    const items = value.map(plainOf);
    return items.includes(undefined) ? undefined : (items as PlainValue[]);
  }
  const isPlain = typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null);
  return isPlain ? plainEntries(value as { readonly [key: string]: unknown }) : undefined;
}

function plainEntries(options: { readonly [key: string]: unknown }): { [key: string]: PlainValue } | undefined {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  const plain = entries.map(([key, value]) => [key, plainOf(value)] as const);
  return plain.some(([, value]) => value === undefined)
    ? undefined
    : (Object.fromEntries(plain) as { [key: string]: PlainValue });
}

/** Records what a value was made from and gives it back. Options that are no plain data leave it without a recipe. */
export function recorded<T extends object>(kind: string, options: object, made: T): T {
  const config = plainEntries(options as { readonly [key: string]: unknown });
  if (config) recipes.set(made, { kind, config });
  return made;
}

/** What a value was made from; `undefined` where it was made by its user or holds a function of theirs. */
export function recipeOf(made: object): Recipe | undefined {
  return recipes.get(made);
}

/** What an option may be. A recipe is an object with `kind` and `config`, which the maker reads. */
export type OptionKind = 'number' | 'boolean' | 'text' | 'null' | 'numbers' | 'texts' | 'recipe';

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const optionChecks: Readonly<Record<OptionKind, (value: unknown) => boolean>> = {
  number: Number.isFinite,
  boolean: (value) => typeof value === 'boolean',
  text: (value) => typeof value === 'string',
  null: (value) => value === null,
  numbers: (value) => Array.isArray(value) && value.every(Number.isFinite),
  texts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  recipe: isRecord,
};

/** What each option of a kind may be. */
export type OptionKinds<O> = { readonly [K in keyof Required<O>]: OptionKind | readonly OptionKind[] };

/** How a kind is made again. */
export interface RecipeMaker<T> {
  /** Called with options that passed the check of their types. */
  make(options: object): T;
  readonly options: { readonly [option: string]: OptionKind | readonly OptionKind[] };
  readonly required: readonly string[];
}

/** The maker of a kind with what its options may be. Options that must be there are named. */
export function recipeMaker<O extends object, T>(
  make: (options: O) => T,
  options: OptionKinds<O>,
  required: readonly (keyof O & string)[] = [],
): RecipeMaker<T> {
  return { make: make as (options: object) => T, options, required };
}

/**
 * The value that a recipe makes.
 *
 * @throws `E_ATTRIBUTE` naming the place where it is none: an unknown kind, an option that the kind does not have or that is
 *   of another type; and what the maker throws for options out of range
 */
export function makeFromRecipe<T>(op: string, makers: { readonly [kind: string]: RecipeMaker<T> }, recipe: unknown): T {
  const reject = (argument: string, expected: string, found: unknown): never => {
    const text =
      typeof found === 'string' ? JSON.stringify(found.slice(0, 40)) : found === null ? 'null' : typeof found;
    return raise('E_ATTRIBUTE', { op, argument, expected, found: text });
  };
  if (!isRecord(recipe)) return reject('recipe', 'an object with kind and config', recipe);
  const { kind, config } = recipe;
  if (typeof kind !== 'string' || !Object.hasOwn(makers, kind)) {
    return reject('kind', `one of ${Object.keys(makers).join(', ')}`, kind);
  }
  if (!isRecord(config)) return reject('config', 'an object', config);
  const { make, options, required } = makers[kind] as RecipeMaker<T>;
  for (const [option, value] of Object.entries(config)) {
    const argument = `${kind}.${option.slice(0, 40)}`;
    if (!Object.hasOwn(options, option)) reject(argument, `one of ${Object.keys(options).join(', ')}`, value);
    const kinds = [options[option] as OptionKind | readonly OptionKind[]].flat() as readonly OptionKind[];
    if (!kinds.some((one) => optionChecks[one](value))) reject(argument, kinds.join(' or '), value);
  }
  for (const option of required) {
    if (!Object.hasOwn(config, option)) reject(`${kind}.${option}`, 'a value', undefined);
  }
  return make(config);
}
