/** `no-unused-result`: an op changes nothing; what it gives must be used. */

import { resultOf } from '../deft-names.ts';
import type { RuleModule, Suggestion } from '../host.ts';
import { bare, propertyName } from '../navigation.ts';
import { methodNames } from '../op-names.ts';
import { definitionOf } from '../scopes.ts';
import type { CallExpression, Identifier, Node, WithExpression } from '../syntax.ts';
import { type FileFacts, factsOf } from '../tensors.ts';

/** Ops that one may call for what they do besides. */
const checks: ReadonlySet<string> = new Set(['ensureShape']);

export const noUnusedResult: RuleModule = {
  meta: {
    type: 'problem',
    docs: { description: 'An op leaves its operands as they are, so its result must be used.', recommended: true },
    hasSuggestions: true,
    schema: [],
    messages: {
      unused: '{{op}} gives a new tensor and changes nothing, so this call does nothing. Use what it gives.',
      assign: 'Assign it: {{name}} = {{code}}.',
    },
  },
  create(context) {
    const facts = factsOf(context.sourceCode);
    return {
      ExpressionStatement({ expression }: WithExpression) {
        for (const call of unusedCalls(expression)) {
          const op = opOf(facts, call);
          if (op === undefined || checks.has(op)) continue;
          context.report({ node: call, messageId: 'unused', data: { op }, suggest: suggestions(facts, call) });
        }
      },
    };
  },
};

/** The calls whose results a statement throws away. */
function unusedCalls(node: Node): CallExpression[] {
  const expression = bare(node);
  switch (expression.type) {
    case 'CallExpression':
      return [expression];
    case 'LogicalExpression':
      return unusedCalls(expression.right);
    case 'ConditionalExpression':
      return [...unusedCalls(expression.consequent), ...unusedCalls(expression.alternate)];
    case 'AwaitExpression':
      return expression.argument ? unusedCalls(expression.argument) : [];
    case 'SequenceExpression':
      return expression.expressions.flatMap(unusedCalls);
    default:
      return [];
  }
}

/** The op that a call applies, as a function or as a method. */
function opOf(facts: FileFacts, call: CallExpression): string | undefined {
  const callee = bare(call.callee);
  const named = facts.names.opOf(callee)?.name;
  if (named !== undefined || callee.type !== 'MemberExpression') return named;
  const name = propertyName(callee);
  if (name === undefined || resultOf(methodNames, name) === undefined) return undefined;
  return facts.tensornessOf(callee.object) === undefined ? undefined : name;
}

/** `x = add(x, y)` for a variable that may be assigned. */
function suggestions(facts: FileFacts, call: CallExpression): Suggestion[] {
  const callee = bare(call.callee);
  const first =
    facts.names.opOf(callee) === undefined && callee.type === 'MemberExpression' ? callee.object : call.arguments[0];
  if (first?.type !== 'Identifier' || !isAssignable(facts, first) || call.parent?.type !== 'ExpressionStatement')
    return [];
  const code = facts.quote(call);
  const { name } = first;
  return [{ messageId: 'assign', data: { name, code }, fix: (fixer) => fixer.insertTextBefore(call, `${name} = `) }];
}

function isAssignable(facts: FileFacts, name: Identifier): boolean {
  const variable = facts.scopes.variableOf(name);
  const definition = variable && definitionOf(variable);
  if (definition?.type !== 'Variable') return false;
  return definition.parent?.type === 'VariableDeclaration' && definition.parent.kind !== 'const';
}
