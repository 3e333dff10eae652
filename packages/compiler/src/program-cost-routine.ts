/**
 * The operations of a routine. Its loops are followed turn by turn as far as their bounds are whole numbers that follow from
 * constants and from the counters of outer loops, which is so where a routine does the same for all elements; a loop without
 * control flow in it is multiplied.
 */
import { type Expression, expressionsOf, foldExpression, type Routine, type Statement } from '@deft/kernel';
import { nodeCount, none, type OperationCount, plus, times } from './program-cost-operations.ts';

/** Statements that are followed before it is given up. */
const mostFollowed = 1_000_000;

const isControl = ({ kind }: Statement): boolean => kind === 'loop' || kind === 'while' || kind === 'if';

/** The value of an expression of whole numbers, where the variables that it reads are known. */
function known(root: Expression, variables: readonly (number | undefined)[]): number | undefined {
  return foldExpression<number | undefined>(root, (node, [x, y]) => {
    if (node.kind === 'constant') return node.value;
    if (node.kind === 'variable') return variables[node.variable];
    if (x === undefined || (node.dtype !== 'int32' && node.dtype !== 'bool')) return undefined;
    if (node.kind === 'compare' && y !== undefined && node.x.dtype === 'int32') return Number(compared(node.op, x, y));
    if (node.kind !== 'binary' || y === undefined || node.dtype !== 'int32') return undefined;
    switch (node.op) {
      case 'add':
        return (x + y) | 0;
      case 'sub':
        return (x - y) | 0;
      case 'mul':
        return Math.imul(x, y);
      case 'div':
        return y === 0 ? 0 : Math.trunc(x / y) | 0;
      case 'rem':
        return y === 0 ? 0 : (x % y) | 0;
      case 'max':
        return Math.max(x, y);
      case 'min':
        return Math.min(x, y);
      default:
        return undefined;
    }
  });
}

function compared(op: string, x: number, y: number): boolean {
  switch (op) {
    case 'equal':
      return x === y;
    case 'notEqual':
      return x !== y;
    case 'less':
      return x < y;
    case 'lessEqual':
      return x <= y;
    case 'greater':
      return x > y;
    default:
      return x >= y;
  }
}

class RoutineCounter {
  readonly #variables: (number | undefined)[];
  readonly #inexact: (reason: string) => void;
  readonly #label: string;
  readonly #own = new Map<Statement, OperationCount>();
  #followed = 0;

  constructor({ variables, label }: Routine, inexact: (reason: string) => void) {
    this.#variables = variables.map(() => 0);
    this.#label = label;
    this.#inexact = inexact;
  }

  list(statements: readonly Statement[]): OperationCount {
    let count = none;
    for (const statement of statements) count = plus(count, this.#statement(statement));
    return count;
  }

  /** What a statement's own expressions compute. */
  #expressions(statement: Statement): OperationCount {
    let count = this.#own.get(statement);
    if (count === undefined) {
      count = none;
      const memo = new Map<Expression, true>();
      for (const root of expressionsOf(statement)) {
        foldExpression<true>(
          root,
          (node) => {
            count = plus(count as OperationCount, nodeCount(node));
            return true;
          },
          memo,
        );
      }
      this.#own.set(statement, count);
    }
    return count;
  }

  #statement(statement: Statement): OperationCount {
    this.#followed++;
    const own = this.#expressions(statement);
    switch (statement.kind) {
      case 'assign':
        this.#variables[statement.variable] = known(statement.value, this.#variables);
        return own;
      case 'store':
        return own;
      case 'loop':
        return plus(own, this.#loop(statement));
      case 'while':
        return this.#while(statement);
      case 'if':
        return plus(own, this.#if(statement));
    }
  }

  #loop({ variable, from, to, body }: Statement & { readonly kind: 'loop' }): OperationCount {
    const [first, end] = [known(from, this.#variables), known(to, this.#variables)];
    const turns = first === undefined || end === undefined ? undefined : Math.max(0, end - first);
    if (turns === undefined)
      this.#inexact(`${this.#label} has a loop whose length is known when it runs: one turn is counted`);
    let count = none;
    if (turns !== undefined && body.some(isControl) && this.#mayFollow()) {
      for (let turn = 0; turn < turns; turn++) {
        this.#variables[variable] = (first as number) + turn;
        count = plus(count, this.list(body));
      }
      this.#forget(body);
    } else {
      this.#forget(body);
      this.#variables[variable] = undefined;
      count = times(this.list(body), turns ?? 1);
      this.#forget(body);
    }
    this.#variables[variable] = undefined;
    return count;
  }

  /** Whether there is patience left; without it what follows is an estimate. */
  #mayFollow(): boolean {
    if (this.#followed < mostFollowed) return true;
    this.#inexact(`${this.#label} takes too many turns to follow each`);
    return false;
  }

  #while(statement: Statement & { readonly kind: 'while' }): OperationCount {
    const { condition, body } = statement;
    const own = this.#expressions(statement);
    let count = own;
    for (;;) {
      const holds = known(condition, this.#variables);
      if (holds === 0) return count;
      if (holds === undefined || !this.#mayFollow()) break;
      count = plus(count, plus(this.list(body), own));
    }
    this.#inexact(`${this.#label} has a loop that ends when its data say so: one turn is counted`);
    this.#forget(body);
    count = plus(count, plus(this.list(body), own));
    this.#forget(body);
    return count;
  }

  #if({ condition, body, otherwise }: Statement & { readonly kind: 'if' }): OperationCount {
    const holds = known(condition, this.#variables);
    if (holds !== undefined) return this.list(holds === 0 ? otherwise : body);
    const before = [...this.#variables];
    const counts = [body, otherwise].map((branch) => {
      before.forEach((value, i) => {
        this.#variables[i] = value;
      });
      return this.list(branch);
    }) as [OperationCount, OperationCount];
    this.#forget([...body, ...otherwise]);
    const [a, b] = counts;
    if (a.flops !== b.flops || a.transcendentals !== b.transcendentals)
      this.#inexact(`${this.#label} branches by its data: the branch that computes more is counted`);
    return b.flops + b.transcendentals > a.flops + a.transcendentals ? b : a;
  }

  /** What statements assign is not known any more. */
  #forget(statements: readonly Statement[]): void {
    for (const statement of statements) {
      if (statement.kind === 'assign' || statement.kind === 'loop') this.#variables[statement.variable] = undefined;
      if (statement.kind === 'if') this.#forget([...statement.body, ...statement.otherwise]);
      if (statement.kind === 'loop' || statement.kind === 'while') this.#forget(statement.body);
    }
  }
}

/** The operations of one instance of a routine; `inexact` hears why they are another number in other runs. */
export function routineCount(routine: Routine, inexact: (reason: string) => void): OperationCount {
  return new RoutineCounter(routine, inexact).list(routine.body);
}
