/**
 * The text of a graph as a function of sizes: texts of the graph at some sizes are compared token by token, and where numbers differ
 * `#0`, `#1`, … stand for what they are at every size.
 */
import { SizeFitter } from '@deft/compiler';
import { type DType, isDType, toElement } from '@deft/core';
import { attributeText, elementText } from '@deft/graph';
import { fitNumber, type SizedNumberData, sizedNumberAt } from './sized-numbers.ts';

const tokenPattern = /%\d+|#\d+|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[A-Za-z_]\w*|\s+|[^\s]/g;
const numberPattern = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;

/** A text with numbers that follow from sizes. */
export interface SizedText {
  /** `#0` is the first of the numbers, and so on. */
  readonly text: string;
  readonly numbers: readonly SizedNumberData[];
}

/** Says in which line texts differ in more than numbers of known form. */
export interface DifferentLine {
  readonly line: string;
}

/** The dtype of the constant in whose line a token stands. */
const constantDType = (line: string): DType | null => {
  const dtype = /^\s*%\d+: (?:weak )?(\w+)\[[^\]]*\] = constant /.exec(line)?.[1];
  return isDType(dtype) ? dtype : null;
};

/** The function of sizes that gives these texts at these sizes. `from` is the number of the first number. */
export function generaliseTexts(
  texts: readonly string[],
  sizes: readonly (readonly number[])[],
  from: number,
): SizedText | DifferentLine {
  const [first = '', ...others] = texts;
  if (others.every((other) => other === first)) return { text: first, numbers: [] };
  const fitter = new SizeFitter(sizes);
  const lines = texts.map((text) => text.split('\n'));
  const numbers: SizedNumberData[] = [];
  const made: string[] = [];
  for (const [i, line] of (lines[0] as string[]).entries()) {
    const alike = lines.map((each) => each[i] ?? '');
    const sized = generaliseLine(alike, constantDType(line), fitter, from + numbers.length);
    if (sized === undefined || lines.some((each) => each.length !== lines[0]?.length)) return { line: line.trim() };
    numbers.push(...sized.numbers);
    made.push(sized.text);
  }
  return { text: made.join('\n'), numbers };
}

function generaliseLine(
  lines: readonly string[],
  dtype: DType | null,
  fitter: SizeFitter,
  from: number,
): SizedText | undefined {
  const [first] = lines as [string];
  if (lines.every((line) => line === first)) return { text: first, numbers: [] };
  const tokens = lines.map((line) => line.match(tokenPattern) ?? []);
  const numbers: SizedNumberData[] = [];
  const constantAt = (tokens[0] as readonly string[]).indexOf('constant');
  const made: string[] = [];
  for (const [k, token] of (tokens[0] as readonly string[]).entries()) {
    const alike = tokens.map((each) => each[k]);
    if (alike.every((other) => other === token)) {
      made.push(token);
      continue;
    }
    if (!alike.every((other) => other !== undefined && numberPattern.test(other))) return undefined;
    const kind = dtype !== null && k > constantAt ? dtype : null;
    // The text of an element is the shortest that reads as that element.
    const values = alike.map((each) => (kind === null ? Number(each) : Number(toElement(kind, Number(each)))));
    const number = fitNumber(fitter, values, kind);
    if (number === undefined) return undefined;
    made.push(`#${from + numbers.length}`);
    numbers.push(number);
  }
  return tokens.some((each) => each.length !== tokens[0]?.length) ? undefined : { text: made.join(''), numbers };
}

/** Puts something in place of each number of a text. */
export function replaceNumbers(text: string, replacement: (number: number) => string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|#(\d+)/g, (token, number: string | undefined) =>
    number === undefined ? token : replacement(Number(number)),
  );
}

/** The text at these sizes; `undefined` where a number would be none. */
export function textAt(
  text: string,
  numbers: readonly SizedNumberData[],
  sizes: readonly number[],
): string | undefined {
  let isWhole = true;
  const made = replaceNumbers(text, (number) => {
    const data = numbers[number];
    const value = data && sizedNumberAt(data, sizes);
    if (value === undefined) {
      isWhole = false;
      return '0';
    }
    return data?.dtype == null ? attributeText(value) : elementText(value, data.dtype);
  });
  return isWhole ? made : undefined;
}
