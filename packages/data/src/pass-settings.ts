/** What a dataset says of all its passes, and what holds of a dataset that is made of several. */
import type { BudgetOptions } from './tuning/budget.ts';

/** What a dataset says of all its passes. */
export interface PassSettings {
  readonly isDeterministic: boolean;
  readonly budget: BudgetOptions;
}

/** Nothing said. */
export const defaultSettings: PassSettings = { isDeterministic: false, budget: {} };

/** The smaller of two budgets, amount by amount; what is not told has no say. */
function smallerBudget(a: BudgetOptions, b: BudgetOptions): BudgetOptions {
  const shared = Object.entries(b).map(([name, amount]) => [
    name,
    Math.min(a[name as keyof BudgetOptions] ?? amount, amount),
  ]);
  return { ...a, ...Object.fromEntries(shared) };
}

/** What any of the parts says holds of the whole: an order that one keeps, and the smallest budget. */
export function combinedSettings(parts: readonly PassSettings[]): PassSettings {
  return {
    isDeterministic: parts.some(({ isDeterministic }) => isDeterministic),
    budget: parts.map(({ budget }) => budget).reduce(smallerBudget, {}),
  };
}
