/** Text of expressions: calls, with lines for the nodes that are used more than once or whose text is long. */
import { type Expression, foldExpression, partsOf } from './expression.ts';

/** Longest text of a node that stays within its user's line. */
const inlineLength = 72;

/** A number that reads back as itself. */
export function printNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Numbers in brackets. */
export function printList(values: Iterable<number>): string {
  return `[${Array.from(values, printNumber).join(', ')}]`;
}

/** Prints the expressions of one place: lines for shared nodes come out on the way. */
export class ExpressionPrinter {
  /** Lines `%n = …` that were not taken yet. */
  lines: string[] = [];
  readonly #uses = new Map<Expression, number>();
  readonly #texts = new Map<Expression, string>();
  #next = 0;

  constructor(roots: readonly Expression[]) {
    const seen = new Map<Expression, true>();
    for (const root of roots) {
      this.#use(root);
      foldExpression<true>(
        root,
        (node) => {
          for (const part of partsOf(node)) this.#use(part);
          return true;
        },
        seen,
      );
    }
  }

  #use(node: Expression): void {
    this.#uses.set(node, (this.#uses.get(node) ?? 0) + 1);
  }

  print(root: Expression): string {
    return foldExpression<string>(
      root,
      (node, parts) => {
        const text = printNode(node, parts);
        const short = parts.length === 0 || (this.#uses.get(node) === 1 && text.length <= inlineLength);
        if (short) return text;
        const name = `%${this.#next++}`;
        this.lines.push(`${name} = ${text}`);
        return name;
      },
      this.#texts,
    );
  }

  /** The lines that stand before the text of `root`, and that text with something in front. */
  statement(before: string, root: Expression, after = ''): string[] {
    const text = `${before}${this.print(root)}${after}`;
    const lines = [...this.lines, text];
    this.lines = [];
    return lines;
  }
}

function printNode(node: Expression, parts: readonly string[]): string {
  switch (node.kind) {
    case 'constant':
      return `${node.dtype}(${printNumber(node.value)})`;
    case 'load':
      return `load<${node.dtype}>(o${node.operand})`;
    case 'gather':
      return `gather<${node.dtype}>(o${node.operand}, ${parts[0]})`;
    case 'index':
      return `index(${printNumber(node.offset)}, ${printList(node.coefficients)})`;
    case 'reduced':
      return `reduced<${node.dtype}>(r${node.reduction})`;
    case 'variable':
      return `variable<${node.dtype}>(v${node.variable})`;
    case 'cast':
    case 'bitcast':
      return `${node.kind}<${node.dtype}>(${parts[0]})`;
    case 'select':
      return `select(${parts.join(', ')})`;
    case 'unary':
    case 'binary':
    case 'compare':
      return `${node.op}(${parts.join(', ')})`;
  }
}

/** An expression as text: lines for shared nodes, and the value as the last line. */
export function printExpression(root: Expression): string {
  return new ExpressionPrinter([root]).statement('', root).join('\n');
}
