import { type RuleCases, withImports } from '../rule-cases.cases.ts';

const head = 'const [x, y] = [ones([2]), ones([2])];\n';
const given = (code: string, names = 'ones'): string => withImports(names, head + code);

export const cases: RuleCases = {
  valid: [
    'export const z = x + y;',
    given('export const z = x.size + y.shape[0];'),
    given('export const same = x === null || undefined !== y;'),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is the program's
    given('export const text = `x is ${x}` + " and " + `${y}`;'),
    given("export const isTensor = x instanceof Object && 'shape' in x && typeof x === 'object';"),
    given('export const is = (other) => x === other;'),
    given('export const same = Object.is(x, y);'),
    withImports('jit, mul', 'export const f = jit((x) => mul(x, Number(x)));'),
    given('export const o = { ...x };'),
    given("export const m = x['add'](y);"),
    given('export const z = x.item() + 1 > Math.max(...x.toArray(), y.item());'),
    given('for (const part of unstack(x)) console.log(part);\nexport const [a] = unstack(y);', 'ones, unstack'),
    given(
      'const all = [x, y];\nfor (const one of all) console.log(one);\nexport const more = [...all, all[0], all.length];',
    ),
    {
      name: 'what types say is a number',
      code: withImports('type Tensor', 'export const f = (x: Tensor, n: number): number => n + x.shape.length;'),
      modes: 'ts',
    },
    {
      name: 'what types leave open',
      code: withImports('type TensorLike', 'export const f = (x: TensorLike): unknown => x === 1;'),
      modes: 'ts',
    },
  ],
  invalid: [
    {
      code: given('export const z = x + y * 2;'),
      reports: [
        {
          messageId: 'operator',
          data: { operator: '+', op: 'add', operands: 'x, y * 2' },
          line: 3,
          suggestions: [['useOp', 'x + y * 2', 'add(x, y * 2)', 'add']],
        },
        {
          messageId: 'operator',
          data: { operator: '*', op: 'mul', operands: 'y, 2' },
          suggestions: [['useOp', 'y * 2', 'mul(y, 2)', 'mul']],
        },
      ],
    },
    ...(
      [
        ['-', 'sub'],
        ['/', 'div'],
        ['%', 'fmod'],
        ['**', 'pow'],
        ['>', 'greater'],
        ['>=', 'greaterEqual'],
        ['<', 'less'],
        ['<=', 'lessEqual'],
        ['&', 'bitwiseAnd'],
        ['|', 'bitwiseOr'],
        ['^', 'bitwiseXor'],
        ['<<', 'leftShift'],
        ['>>', 'rightShift'],
      ] as const
    ).map(([operator, op]) => ({
      code: given(`export const z = 1 ${operator} x;`),
      reports: [
        {
          messageId: 'operator',
          data: { operator, op, operands: '1, x' },
          suggestions: [['useOp', `1 ${operator} x`, `${op}(1, x)`, op] as const],
        },
      ],
    })),
    ...(
      [
        ['==', 'equal'],
        ['===', 'equal'],
        ['!=', 'notEqual'],
        ['!==', 'notEqual'],
      ] as const
    ).map(([operator, op]) => ({
      code: given(`export const z = x ${operator} y;`),
      reports: [
        {
          messageId: 'identity',
          data: { operator, op, operands: 'x, y' },
          suggestions: [['useOp', `x ${operator} y`, `${op}(x, y)`, op] as const],
        },
      ],
    })),
    {
      name: 'comparing with a number',
      code: given('const n = 3;\nexport const z = [x === 1, n !== y];'),
      reports: [
        { messageId: 'identity', data: { operator: '===', op: 'equal', operands: 'x, 1' }, suggestions: 1 },
        { messageId: 'identity', data: { operator: '!==', op: 'notEqual', operands: 'n, y' }, suggestions: 1 },
      ],
    },
    {
      name: 'operators without an op, and texts',
      code: given("export const z = [x >>> 1, 'x: ' + x, +x];"),
      reports: [
        { messageId: 'withoutOp', data: { operator: '>>>', code: 'x' } },
        { messageId: 'withoutOp', data: { operator: '+', code: 'x' } },
        { messageId: 'withoutOp', data: { operator: '+', code: 'x' } },
      ],
    },
    {
      name: 'operators of one operand',
      code: given('export const z = [-x, ~y];'),
      reports: [
        { messageId: 'operator', suggestions: [['useOp', '-x', 'neg(x)', 'neg']] },
        { messageId: 'operator', suggestions: [['useOp', '~y', 'bitwiseNot(y)', 'bitwiseNot']] },
      ],
    },
    {
      name: 'assignments',
      code: withImports('ones', 'let x = ones([2]);\nx += 1;\nx++;\nlet n = 1;\nn -= x;\nexport const z = (x *= 2);'),
      reports: [
        {
          messageId: 'operator',
          data: { operator: '+=', op: 'add', operands: 'x, 1' },
          suggestions: [['useOp', 'x += 1', 'x = add(x, 1)', 'add']],
        },
        {
          messageId: 'operator',
          data: { operator: '++', op: 'add', operands: 'x, 1' },
          suggestions: [['useOp', 'x++', 'x = add(x, 1)', 'add']],
        },
        { messageId: 'operator', suggestions: [['useOp', 'n -= x', 'n = sub(n, x)', 'sub']] },
        { messageId: 'operator' },
      ],
    },
    {
      name: 'iteration',
      code: given(
        'for (const part of x) console.log(part);\nexport const [a] = y;\nexport const b = [...x];\nconsole.log(...y);\nlet c;\n[c] = x;\nexport const d = new Set(y);\nexport const e = Array.from(x);\nexport const f = Array.from(y, (one) => one);\nexport function* g() {\n  yield* x;\n}\nexport { c };',
      ),
      reports: [
        {
          messageId: 'iteration',
          data: { code: 'x' },
          line: 3,
          suggestions: [['useOp', 'of x)', 'of unstack(x))', 'unstack']],
        },
        { messageId: 'iteration', line: 4, suggestions: [['useOp', '[a] = y', '[a] = unstack(y)', 'unstack']] },
        { messageId: 'iteration', line: 5, suggestions: [['useOp', '[...x]', '[...unstack(x)]', 'unstack']] },
        { messageId: 'iteration', line: 6, suggestions: 1 },
        { messageId: 'iteration', line: 8, suggestions: 1 },
        { messageId: 'iteration', line: 9, suggestions: 1 },
        { messageId: 'iteration', line: 10, suggestions: [['useOp', 'Array.from(x)', 'unstack(x)', 'unstack']] },
        { messageId: 'iteration', line: 11, suggestions: 1 },
        { messageId: 'iteration', line: 13, suggestions: 1 },
      ],
    },
    {
      name: 'positions and lengths',
      code: given('const i = 1;\nexport const z = [x[0], x[i], y[-1], x.length];'),
      reports: [
        { messageId: 'position', data: { code: 'x[0]', object: 'x' } },
        { messageId: 'position', data: { code: 'x[i]', object: 'x' } },
        { messageId: 'position', data: { code: 'y[-1]', object: 'y' } },
        { messageId: 'length', data: { code: 'x.length', object: 'x' } },
      ],
    },
    {
      name: 'functions of Math',
      code: given('export const z = [Math.exp(x), Math.max(x, 0), Math.fround(x)];'),
      reports: [
        {
          messageId: 'math',
          data: { name: 'exp', op: 'exp' },
          suggestions: [['useOp', 'Math.exp(x)', 'exp(x)', 'exp']],
        },
        {
          messageId: 'math',
          data: { name: 'max', op: 'maximum' },
          suggestions: [['useOp', 'Math.max(x, 0)', 'maximum(x, 0)', 'maximum']],
        },
      ],
    },
    {
      name: 'numbers made of the text of a tensor',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are the program's
      code: given('export const z = [Number(x), parseFloat(`${y}`), +`${x}`, `${y}` * 2];'),
      reports: [
        { messageId: 'text', data: { code: 'x' } },
        { messageId: 'text', data: { code: 'y' } },
        { messageId: 'text', data: { code: 'x' } },
        { messageId: 'text', data: { code: 'y' } },
      ],
    },
    {
      name: 'in a captured function',
      code: withImports('jit, neg', 'export const f = jit((x) => (x > 0 ? x : neg(x)));'),
      reports: [{ messageId: 'operator', suggestions: [['useOp', 'x > 0', 'greater(x, 0)', 'greater']] }],
    },
    {
      name: 'behind an assertion',
      code: withImports('type Tensor', 'export const f = (x: Tensor): boolean => (x as unknown as number) > 0;'),
      modes: 'ts',
      reports: [
        {
          messageId: 'operator',
          data: { operator: '>', op: 'greater', operands: 'x, 0' },
          suggestions: [['useOp', '(x as unknown as number) > 0', 'greater(x, 0)', 'greater']],
        },
      ],
    },
    {
      name: 'what only types know',
      code: withImports(
        'type Tensor',
        'interface P { readonly w: Tensor }\ndeclare const p: P;\nexport const z = [p.w === p.w];',
      ),
      modes: 'typed',
      reports: [{ messageId: 'identity', suggestions: 1 }],
    },
  ],
};
