/**
 * Options that are a name with settings: initialisers, regularisers, constraints. They are plain data, so that they stand in a
 * layer's configuration as they are; one table says what each name takes, and one check completes what users and files give.
 */
import { raise } from '@deft/core';

/** What a setting is, unless told, and may be. */
export interface SettingRule {
  /** The value it has unless told. */
  readonly start: number | string;
  /** The words that it may be; a number unless told. */
  readonly words?: readonly string[];
  /** The least number that it may be; any finite one unless told. */
  readonly least?: number;
  /** Whether it is a whole number, or several. */
  readonly isAxes?: boolean;
}

/** All names of a kind of option, with their settings. */
export type SettingTable<N extends string> = Readonly<Record<N, { readonly [setting: string]: SettingRule }>>;

/** Value of a setting. */
export type SettingValue = number | string | readonly number[];

/** A name with all its settings. */
export type Named<N extends string> = { readonly name: N; readonly [setting: string]: SettingValue };

/** What layers take: a name, or a name with some settings. */
export type NamedOption<N extends string> = N | ({ readonly name: N } & { readonly [setting: string]: unknown });

const found = (value: unknown): string =>
  typeof value === 'string'
    ? JSON.stringify(value.slice(0, 40))
    : typeof value === 'number'
      ? String(value)
      : typeof value;

const isAxis = (value: unknown): value is number => Number.isInteger(value) && Math.abs(value as number) <= 32;

function checkValue(
  value: unknown,
  setting: string,
  rule: SettingRule,
  fail: (expected: string) => never,
): SettingValue {
  const { words, least, isAxes = false } = rule;
  if (words !== undefined) {
    if (words.includes(value as string)) return value as string;
    return fail(`${setting} to be one of ${words.join(', ')}`);
  }
  if (isAxes) {
    if (isAxis(value)) return value;
    if (Array.isArray(value) && value.length <= 32 && value.every(isAxis)) return [...value];
    return fail(`${setting} to be an axis or several`);
  }
  if (typeof value === 'number' && Number.isFinite(value) && !(value < (least ?? value))) return value;
  return fail(`${setting} to be a finite number${least === undefined ? '' : ` of at least ${least}`}`);
}

/** A name with all its settings from an option. Throws `E_LAYER` for unknown names, foreign settings and values they cannot have. */
export function checkNamed<N extends string>(
  layer: string,
  argument: string,
  option: unknown,
  table: SettingTable<N>,
): Named<N> {
  const given: { readonly [key: string]: unknown } =
    typeof option === 'object' && option !== null && !Array.isArray(option)
      ? (option as { [key: string]: unknown })
      : { name: option };
  const { name, ...rest } = given;
  if (typeof name !== 'string' || !Object.hasOwn(table, name)) {
    return raise('E_LAYER', {
      op: layer,
      argument,
      expected: `one of ${Object.keys(table).join(', ')}`,
      found: found(name),
    });
  }
  const rules = table[name as N];
  const complete: Record<string, SettingValue> = {};
  for (const [setting, { start }] of Object.entries(rules)) complete[setting] = start;
  for (const [setting, value] of Object.entries(rest)) {
    const fail = (expected: string, shown: unknown = value): never =>
      raise('E_LAYER', { op: layer, argument: `${argument} ${name}`, expected, found: found(shown) });
    if (!Object.hasOwn(rules, setting)) fail(Object.keys(rules).join(', ') || 'no settings', setting);
    complete[setting] = checkValue(value, setting, rules[setting] as SettingRule, fail);
  }
  return { ...complete, name: name as N };
}
