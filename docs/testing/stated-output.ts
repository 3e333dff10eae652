/**
 * What an example says it prints, and whether it does. Spaces inside brackets count for nothing; a number is right within
 * 1e-6, or within its last digit where it is cut off with `…`; elsewhere `…` stands for anything.
 */

/** Code in which every output is reported with its line, and what the comments say of these lines. */
export interface StatedCode {
  readonly code: string;
  /** By the line of the `console.log` or expression, counted from 0. */
  readonly expected: ReadonlyMap<number, readonly string[]>;
  /** First line of the error's message, if a comment states it. */
  readonly throws: string | undefined;
}

const valueLike: RegExp = /^(?:→|[[{'"-]|\d|true\b|false\b|NaN\b|Infinity\b|null\b)/;

/**
 * Reads the comments of a program. `console.log(` becomes `__print(line, `, and a one-line expression with a value behind
 * it becomes `__print(line, expression)`.
 */
export function readStatements(source: string): StatedCode {
  const expected = new Map<number, string[]>();
  let throws: string | undefined;
  let latest = -1;
  const lines = source.split('\n');
  const code = lines.map((line, i) => {
    const print = /^\s*\/\/ prints:\s*(.*)$/.exec(line);
    if (print) {
      const text = print[1] === '' ? [] : [print[1] as string];
      for (let k = i + 1; k < lines.length && /^\s*\/\//.test(lines[k] as string); k++) {
        text.push((lines[k] as string).replace(/^\s*\/\/ ?/, ''));
      }
      expected.set(latest, [text.join('\n')]);
      return line;
    }
    const error = /^\s*\/\/ throws:\s*(.*)$/.exec(line);
    if (error) {
      throws = error[1];
      return line;
    }
    if (line.includes('console.log(')) latest = i;
    const behind = /^(.*\)\s*;?)\s+\/\/\s*(.+)$/.exec(line);
    const text = behind?.[2]?.replace(/^→\s*/, '').replace(/^then\s+/, '');
    const isPrint = /^\s*\S.*console\.log\(|^\s*console\.log\(|^\s*\)+;/.test(behind?.[1] ?? '');
    const isExpression =
      /^[\w.]+\(/.test(line) && !line.startsWith('console.log(') && valueLike.test(behind?.[2] ?? '');
    if (isExpression && behind) {
      expected.set(i, [text as string]);
      return `__print(${i}, ${(behind[1] as string).replace(/;$/, '')});`;
    }
    if (isPrint && text !== undefined) expected.set(latest, text.split(', then '));
    return line.replaceAll('console.log(', `__print(${i}, `);
  });
  return { code: code.join('\n'), expected, throws };
}

const numberPattern: RegExp = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?…?/g;

function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/([[{(]) /g, '$1')
    .replace(/ ([\]})])/g, '$1')
    .trim();
}

function sameNumber(expected: string, found: string): boolean {
  const wanted = Number.parseFloat(expected);
  const value = Number.parseFloat(found);
  const decimals = /\.(\d+)(?:e[+-]?\d+)?…/.exec(expected)?.[1]?.length;
  const exponent = /e([+-]?\d+)/.exec(expected)?.[1] ?? '0';
  const lastDigit = decimals === undefined ? 0 : 10 ** (Number(exponent) - decimals);
  return Math.abs(wanted - value) <= Math.max(lastDigit, 1e-6 * Math.max(1, Math.abs(wanted)));
}

/** Whether what was printed is what was stated. */
export function agrees(expected: string, found: string): boolean {
  const wanted = plain(expected).replace(/^'([^']*)'$/, '$1');
  const given = plain(found);
  const skeleton = wanted.replace(numberPattern, '#');
  if (skeleton.includes('…')) {
    const pattern = wanted.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${pattern.join('.*')}$`).test(given);
  }
  if (skeleton !== given.replace(numberPattern, '#')) return false;
  const numbers = given.match(numberPattern) ?? [];
  return (wanted.match(numberPattern) ?? []).every((number, i) => sameNumber(number, numbers[i] as string));
}
