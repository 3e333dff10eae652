/** The notation of `einsum`: letters name axes, terms are separated by commas, `...` stands for any further axes. */
import { type AbstractValue, raise } from '@deft/core';

/** An equation spelled out for operands of certain ranks: a label for every axis of every operand, and of the result. */
export interface EinsumTerms {
  readonly operands: readonly (readonly string[])[];
  readonly result: readonly string[];
}

function broken(equation: string, expected: string, found: string): never {
  return raise('E_ATTRIBUTE', { op: 'einsum', argument: 'equation', expected, found: `${found} in '${equation}'` });
}

/** The labels of a term; `...` becomes labels 1, 2, … counted from the last of those axes. */
function labelsOf(equation: string, term: string, further: number): string[] {
  const parts = term.split('...');
  if (parts.length > 2 || parts.some((part) => !/^[a-zA-Z]*$/.test(part)))
    broken(equation, 'letters and at most one ... in each term', `'${term}'`);
  if (parts.length === 1) return [...term];
  const ellipsis = Array.from({ length: further }, (_, i) => String(further - i));
  return [...(parts[0] as string), ...ellipsis, ...(parts[1] as string)];
}

/** Spells an equation out. Throws `E_ATTRIBUTE` for a broken one, `E_RANK` where a term does not fit its operand. */
export function einsumTerms(equation: string, operands: readonly AbstractValue[]): EinsumTerms {
  const sides = equation.replaceAll(' ', '').split('->');
  if (sides.length > 2) broken(equation, 'at most one ->', String(sides.length - 1));
  const terms = (sides[0] as string).split(',');
  if (terms.length !== operands.length)
    broken(equation, `${operands.length} terms, one for each operand`, String(terms.length));
  let most = 0;
  const labels = terms.map((term, i) => {
    const { shape } = operands[i] as AbstractValue;
    const named = term.replace('...', '').length;
    const further = shape.length - named;
    if (further < 0 || (further > 0 && !term.includes('...'))) {
      raise('E_RANK', {
        op: 'einsum',
        argument: `operand ${i}`,
        expected: `rank ${named} for '${term}'`,
        found: `rank ${shape.length}`,
        operands,
      });
    }
    if (term.includes('...')) most = Math.max(most, further);
    return labelsOf(equation, term, further);
  });
  const all = labels.flat();
  if (sides[1] === undefined) {
    const once = [...new Set(all)].filter(
      (label) => /[a-zA-Z]/.test(label) && all.filter((other) => other === label).length === 1,
    );
    return { operands: labels, result: [...labelsOf(equation, '...', most), ...once.sort()] };
  }
  const result = labelsOf(equation, sides[1], most);
  for (const label of result)
    if (!all.includes(label)) broken(equation, 'letters of the result that occur in a term', `'${label}'`);
  if (new Set(result).size !== result.length) broken(equation, 'every letter once in the result', `'${sides[1]}'`);
  return { operands: labels, result };
}
