/**
 * Text of routine kernels.
 *
 * ```
 * routine total instances 2
 *   o0: b0 float32[3] input
 *   o1: b1 float32[1] result
 *   variables int32
 *   {
 *   loop v0 from int32(0) to int32(3) {
 *   o1[int32(0)] = add(gather<float32>(o1, int32(0)), gather<float32>(o0, variable<int32>(v0)))
 *   }
 *   }
 * ```
 */
import type { Expression } from './expression.ts';
import type { RoutineKernel } from './kernel.ts';
import { ExpressionPrinter } from './print-expression.ts';
import { expressionsOf, type Statement } from './routine.ts';

/** The lines of a routine kernel. */
export function printRoutine({ routine, instances, buffers }: RoutineKernel): string[] {
  return [
    `routine ${routine.label} instances ${instances}`,
    ...routine.arrays.map(({ dtype, length, role }, i) => `o${i}: b${buffers[i]} ${dtype}[${length}] ${role}`),
    ['variables', ...routine.variables].join(' '),
    '{',
    ...routine.body.flatMap(statementLines),
    '}',
  ];
}

function statementLines(statement: Statement): string[] {
  const printer = new ExpressionPrinter(expressionsOf(statement));
  const text = (expression: Expression): string => printer.print(expression);
  const lines = (first: string, ...rest: readonly string[]): string[] => [...printer.lines, first, ...rest];
  const block = (body: readonly Statement[]): string[] => body.flatMap(statementLines);
  switch (statement.kind) {
    case 'assign':
      return lines(`v${statement.variable} = ${text(statement.value)}`);
    case 'store':
      return lines(`o${statement.array}[${text(statement.offset)}] = ${text(statement.value)}`);
    case 'loop': {
      const head = `loop v${statement.variable} from ${text(statement.from)} to ${text(statement.to)} {`;
      return lines(head, ...block(statement.body), '}');
    }
    case 'while':
      return lines(`while ${text(statement.condition)} {`, ...block(statement.body), '}');
    case 'if':
      return lines(
        `if ${text(statement.condition)} {`,
        ...block(statement.body),
        '} else {',
        ...block(statement.otherwise),
        '}',
      );
  }
}
