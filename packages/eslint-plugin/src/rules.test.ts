/**
 * Every rule on every program of its cases: in JavaScript, in TypeScript without types, and in TypeScript with a type checker,
 * which must say the same.
 */
import { fileURLToPath } from 'node:url';
import * as parser from '@typescript-eslint/parser';
import { type Rule, RuleTester } from 'eslint';
import { afterAll, describe, it } from 'vitest';
import { type RuleName, rules } from './index.ts';
import { changed, type ExpectedReport, type RuleCase, type RuleCases } from './rule-cases.cases.ts';
import { cases as changingClosure } from './rules/no-changing-closure.cases.ts';
import { cases as impureCapture } from './rules/no-impure-capture.cases.ts';
import { cases as jitInLoop } from './rules/no-jit-in-loop.cases.ts';
import { cases as tensorCondition } from './rules/no-tensor-condition.cases.ts';
import { cases as tensorOperator } from './rules/no-tensor-operator.cases.ts';
import { cases as tensorReadInCapture } from './rules/no-tensor-read-in-capture.cases.ts';
import { cases as unusedResult } from './rules/no-unused-result.cases.ts';

Object.assign(RuleTester, { afterAll });
RuleTester.describe = describe;
RuleTester.it = it;
RuleTester.itOnly = it.only;

const cases: Record<RuleName, RuleCases> = {
  'no-changing-closure': changingClosure,
  'no-impure-capture': impureCapture,
  'no-jit-in-loop': jitInLoop,
  'no-tensor-condition': tensorCondition,
  'no-tensor-operator': tensorOperator,
  'no-tensor-read-in-capture': tensorReadInCapture,
  'no-unused-result': unusedResult,
};

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

const typed = (folder: string) => ({
  parser,
  parserOptions: {
    projectService: true,
    tsconfigRootDir: folder,
  },
});

const jsx = { parserOptions: { ecmaFeatures: { jsx: true } } };

/** The ways to read a program. */
const ways = [
  { name: 'JavaScript', modes: ['all'], filename: 'example.jsx', languageOptions: jsx },
  { name: 'TypeScript', modes: ['all', 'ts', 'untyped'], filename: 'example.tsx', languageOptions: { ...jsx, parser } },
  {
    name: 'types',
    modes: ['all', 'ts', 'typed'],
    filename: `${fixtures}example.tsx`,
    languageOptions: typed(fixtures),
  },
  {
    name: 'loose types',
    modes: ['loose'],
    filename: `${fixtures}loose/example.ts`,
    languageOptions: typed(`${fixtures}loose/`),
  },
] as const;

const titled = ({ name, code }: RuleCase) => ({ name: name ?? code.split('\n').slice(1).join(' '), code });

const expected = (code: string, { suggestions = [], ...report }: ExpectedReport) => ({
  ...report,
  suggestions:
    typeof suggestions === 'number'
      ? suggestions
      : suggestions.map((one) => ({ messageId: one[0], output: changed(code, one) })),
});

for (const [name, { valid, invalid }] of Object.entries(cases)) {
  for (const { name: way, modes, filename, languageOptions } of ways) {
    const isRead = ({ modes: wanted = 'all' }: RuleCase) => (modes as readonly string[]).includes(wanted);
    const tests = {
      valid: valid
        .map((one) => (typeof one === 'string' ? { code: one } : one))
        .filter(isRead)
        .map((one) => ({ ...titled(one), filename })),
      invalid: invalid
        .filter(isRead)
        .map((one) => ({ ...titled(one), filename, errors: one.reports.map((report) => expected(one.code, report)) })),
    };
    if (tests.valid.length + tests.invalid.length === 0) continue;
    const rule = rules[name as RuleName] as unknown as Rule.RuleModule;
    new RuleTester({ languageOptions }).run(`${name}, ${way}`, rule, tests);
  }
}
