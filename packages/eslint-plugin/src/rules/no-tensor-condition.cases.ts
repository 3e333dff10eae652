import { type RuleCases, withImports } from '../rule-cases.cases.ts';

const head = 'const x = tensor([1, 2]);\n';

export const cases: RuleCases = {
  valid: [
    'if (x) y();',
    withImports('tensor', `${head}if (x.size > 0) console.log(x);`),
    withImports('tensor, greater', `${head}if (greater(x, 0).item()) console.log(x);`),
    withImports('tensor, where, greater', `${head}where(greater(x, 0), x, 0);`),
    withImports(
      'unstack, ones',
      'const parts = unstack(ones([2]));\nif (parts.length) console.log(parts);\nif (parts[3]) console.log(parts);',
    ),
    {
      name: 'a variable without a value at first',
      code: withImports('tensor', 'let x;\nfor (const i of [1, 2]) {\n  if (x) console.log(i);\n  x = tensor(i);\n}'),
    },
    { name: 'a default', code: withImports('tensor', 'export const f = (x) => x ?? tensor(1);') },
    {
      name: 'a plain argument of a captured function',
      code: withImports('jit, relu', 'export const f = jit((x, training) => (training ? relu(x) : x));'),
    },
    {
      name: 'a number that ops take, too',
      code: withImports('jit, mul', 'export const f = jit((x, n) => (n ? mul(x, n) : x));'),
    },
    {
      name: 'a first argument that is a count',
      code: withImports(
        'jit, add',
        'export const f = jit((n, x) => {\n  let y = x;\n  for (let i = 0; i < n; i++) y = add(y, n);\n  return n ? y : x;\n});',
      ),
    },
    {
      name: 'a size',
      code: withImports('jit, ones, zeros', 'export const f = jit((n) => (n ? ones([n]) : zeros([n, 2])));'),
    },
    {
      name: 'an argument that calls give as a plain value',
      code: withImports('jit, tensor, mul', 'const f = jit((n) => (n ? mul(n, 2) : n));\nf(3);\nf(tensor(1));'),
    },
    {
      name: 'a name that means something else inside',
      code: withImports('greater', 'export function f(greater, y) {\n  return greater(y) ? 1 : 2;\n}'),
    },
    {
      name: 'what depends on more than can be followed',
      code: withImports(
        'jit, add, tensor',
        `const f0 = (x) => add(x, 1);\n${Array.from({ length: 2000 }, (_, i) => `const f${i + 1} = (x) => f${i}(x);`).join('\n')}\nif (f2000(tensor(1))) jit(f2000);`,
      ),
      modes: 'untyped',
    },
    {
      name: 'an optional parameter',
      code: withImports('type Tensor, relu', 'export const f = (x?: Tensor) => (x ? relu(x) : undefined);'),
      modes: 'ts',
    },
    {
      name: 'a property that may be missing',
      code: withImports(
        'type Tensor',
        'interface P { readonly bias: Tensor | null }\nexport const f = (p: P): boolean => (p.bias ? true : !p.bias);',
      ),
      modes: 'ts',
    },
    {
      name: 'a search',
      code: withImports(
        'type Tensor',
        'export const f = (xs: Tensor[]) => {\n  const x = xs.find((one) => one.size > 1);\n  return x ? 1 : 2;\n};',
      ),
      modes: 'ts',
    },
    {
      name: 'a map',
      code: withImports('type Tensor', 'const cache = new Map<string, Tensor>();\nif (cache.get("a")) console.log(1);'),
      modes: 'ts',
    },
    {
      name: 'another class of that name',
      code: 'class Tensor { value = 1; }\nconst x = new Tensor();\nif (x) console.log(x);',
      modes: 'ts',
    },
    {
      name: 'a number or a tensor',
      code: withImports('type Tensor', 'export const f = (x: Tensor | number) => (x ? 1 : 2);'),
      modes: 'ts',
    },
    {
      name: 'types that do not know undefined',
      code: withImports('type Tensor', 'declare const o: { t: Tensor };\nif (o.t) console.log(o);'),
      modes: 'loose',
    },
    {
      name: 'an element at a position, where types do not ask whether it is there',
      code: withImports(
        'type Tensor',
        'declare const xs: Tensor[];\nconst [first] = xs;\nconst second = xs[1];\nif (xs[0] || first || second) console.log(xs);',
      ),
      modes: 'loose',
    },
  ],
  invalid: [
    {
      code: withImports('tensor', `${head}if (x) console.log(x);`),
      reports: [
        { messageId: 'always', data: { code: 'x' }, line: 3, suggestions: [['useItem', 'if (x)', 'if (x.item())']] },
      ],
    },
    {
      name: 'every statement with a condition',
      code: withImports(
        'ones, all',
        'let x = ones([2]);\nwhile (x) x = ones([3]);\ndo x = ones([4]);\nwhile (all(x));\nfor (; x; ) break;\nconst c = Boolean(x);',
      ),
      reports: [
        { messageId: 'always', line: 3, suggestions: 1 },
        { messageId: 'always', line: 5, data: { code: 'all(x)' }, suggestions: 1 },
        { messageId: 'always', line: 6, suggestions: 1 },
        { messageId: 'always', line: 7, suggestions: 1 },
      ],
    },
    {
      name: 'a choice between tensors',
      code: withImports('greater, neg, tensor', `${head}export const y = greater(x, 0) ? x : neg(x);`),
      reports: [
        {
          messageId: 'always',
          data: { code: 'greater(x, 0)' },
          suggestions: [
            ['useOp', 'greater(x, 0) ? x : neg(x)', 'where(greater(x, 0), x, neg(x))', 'where'],
            ['useItem', 'greater(x, 0) ?', 'greater(x, 0).item() ?'],
          ],
        },
      ],
    },
    {
      name: 'a choice in a captured function',
      code: withImports('jit, neg', 'export const f = jit((x) => (x ? x : neg(x)));'),
      reports: [
        { messageId: 'alwaysInCapture', suggestions: [['useOp', 'x ? x : neg(x)', 'where(x, x, neg(x))', 'where']] },
      ],
    },
    {
      name: 'a choice where the name of the op means something else',
      code: withImports(
        'jit, neg',
        'export const f = jit((x) => {\n  const where = 1;\n  return x ? x : neg(x, where);\n});',
      ),
      reports: [{ messageId: 'alwaysInCapture' }],
    },
    {
      name: 'a namespace',
      code: "import * as deft from '@deft/ops';\nconst x = deft.ones([2]);\nexport const y = deft.less(x, 1) ? x : 0;",
      reports: [
        {
          messageId: 'always',
          suggestions: [
            ['useOp', 'deft.less(x, 1) ? x : 0', 'deft.where(deft.less(x, 1), x, 0)'],
            ['useItem', 'deft.less(x, 1)', 'deft.less(x, 1).item()'],
          ],
        },
      ],
    },
    {
      name: 'other names',
      code: withImports(
        'greater as above, ones as one, where as choose',
        'const x = one([2]);\nexport const y = above(x, 1) ? 1 : choose(true, x, 2);',
      ),
      reports: [
        {
          messageId: 'always',
          suggestions: [
            ['useOp', 'above(x, 1) ? 1 : choose(true, x, 2)', 'choose(above(x, 1), 1, choose(true, x, 2))'],
            ['useItem', 'above(x, 1)', 'above(x, 1).item()'],
          ],
        },
      ],
    },
    {
      name: 'logic',
      code: withImports(
        'less, ones',
        'const [a, b] = [ones([2]), less(ones([2]), 1)];\nexport const c = a && b;\nexport const d = !b;\nexport const e = a || 3;',
      ),
      reports: [
        {
          messageId: 'always',
          suggestions: [
            ['useOp', 'a && b', 'logicalAnd(a, b)', 'logicalAnd'],
            ['useItem', 'a && b', 'a.item() && b'],
          ],
        },
        { messageId: 'negated', data: { code: 'b' }, suggestions: [['useOp', '!b', 'logicalNot(b)', 'logicalNot']] },
        { messageId: 'always', suggestions: 1 },
      ],
    },
    {
      name: 'both sides of a condition',
      code: withImports(
        'ones, less',
        'const x = ones([2]);\nif (x.size > 2 && (less(x, 1) || less(x, 2))) console.log(1);',
      ),
      reports: [
        { messageId: 'always', data: { code: 'less(x, 1)' }, suggestions: 2 },
        { messageId: 'always', data: { code: 'less(x, 2)' }, suggestions: 1 },
      ],
    },
    {
      name: 'cases',
      code: withImports('ones', 'switch (ones([])) {\n  case 1:\n    break;\n}'),
      reports: [{ messageId: 'never', data: { code: 'ones([])' } }],
    },
    {
      name: 'what a list is searched for',
      code: withImports(
        'ones, greater, unstack',
        'export const found = unstack(ones([2])).filter((x) => greater(x, 0));',
      ),
      reports: [{ messageId: 'always', data: { code: 'greater(x, 0)' }, suggestions: 1 }],
    },
    {
      name: 'a method',
      code: withImports(
        'ones',
        "import '@deft/tensor/fluent';\nconst x = ones([2]).relu();\nif (x.equal(x)) console.log(x);",
      ),
      reports: [{ messageId: 'always', data: { code: 'x.equal(x)' }, suggestions: 1 }],
    },
    {
      name: 'parts of results',
      code: withImports(
        'qr, unique, ones, split',
        'const [q] = qr(ones([2, 2]));\nconst { values } = unique(ones([2]));\nfor (const part of split(q, 2)) if (part) console.log(1);\nif (q) console.log(2);\nif (values) console.log(3);',
      ),
      reports: [4, 5, 6].map((line) => ({ messageId: 'always', line, suggestions: 1 })),
    },
    {
      name: 'packages that are loaded',
      code: "const { ones, all: every } = await import('@deft/tensor');\nconst ops = require('@deft/ops');\nconst x = ones([2]);\nif (x) console.log(every(x) ? 1 : 2);\nif (ops.relu(x)) console.log(3);",
      reports: [
        { messageId: 'always', line: 4, suggestions: 1 },
        { messageId: 'always', line: 4, suggestions: 2 },
        { messageId: 'always', line: 5, suggestions: 1 },
      ],
      modes: 'untyped',
    },
    {
      name: 'what a variable holds',
      code: withImports('variable', 'const v = variable(1);\nif (v.value) console.log(v);'),
      reports: [{ messageId: 'always', data: { code: 'v.value' }, suggestions: 1 }],
    },
    {
      name: 'functions of the file, captured ones, and derivatives',
      code: withImports(
        'grad, jit, mul, ones, sum, valueAndGrad, vmap',
        'const f = (x) => sum(mul(x, x));\nconst g = jit(f);\nconst x = ones([2]);\nif (f(x)) console.log(1);\nif (g(x)) console.log(2);\nif (grad(f)(x)) console.log(3);\nconst [value, slope] = valueAndGrad(f)(x);\nif (value) console.log(4);\nif (slope) console.log(5);\nif (vmap(f)(x)) console.log(6);',
      ),
      reports: [5, 6, 7, 9, 10, 11].map((line) => ({ messageId: 'always', line, suggestions: 1 })),
    },
    {
      name: 'parameters of functions that loops call',
      code: withImports(
        'whileLoop, ones, add, scan, foriLoop, cond, map',
        'const x = ones([2]);\nwhileLoop((y) => !y, (y) => add(y, 1), x);\nscan((s, y) => [y ? s : add(s, y), s], ones([]), x);\nforiLoop(0, 3, (i, s) => (i ? s : s), x);\ncond(true, (y) => (y ? 1 : 2), (y) => y, x);\nmap((y) => (y ? 1 : 2), x);',
      ),
      reports: [
        { messageId: 'negated', line: 3, suggestions: 1 },
        { messageId: 'always', line: 4, suggestions: 2 },
        { messageId: 'always', line: 5, suggestions: 2 },
        { messageId: 'always', line: 6, suggestions: 2 },
        { messageId: 'always', line: 7, suggestions: 2 },
      ],
    },
    {
      name: 'a parameter that all calls give a tensor',
      code: withImports(
        'tensor, relu',
        'function f(n, x) {\n  return x ? relu(x) : n;\n}\nf(1, tensor(2));\nf(2, tensor(3));',
      ),
      reports: [{ messageId: 'always', data: { code: 'x' }, suggestions: 1 }],
    },
    {
      name: 'a second parameter that only a tensor can be',
      code: withImports('jit, mul', 'export const f = jit((n, x) => (x ? mul(x, n) : x.shape));'),
      reports: [{ messageId: 'alwaysInCapture', data: { code: 'x' } }],
    },
    {
      name: 'a parameter by its type',
      code: withImports('type Tensor', 'export const f = (x: Tensor<[2]>, y: Tensor): number => (x && y ? 1 : 2);'),
      modes: 'ts',
      reports: [
        {
          messageId: 'always',
          data: { code: 'x' },
          suggestions: [
            ['useOp', 'x && y', 'logicalAnd(x, y)', 'logicalAnd'],
            ['useItem', 'x && y', 'x.item() && y'],
          ],
        },
        { messageId: 'always', data: { code: 'y' }, suggestions: 1 },
      ],
    },
    {
      name: 'a parameter by a type of its own import',
      code: "import type { Tensor } from '@deft/core';\nexport const f = (x: Tensor): unknown => !x;",
      modes: 'ts',
      reports: [
        {
          messageId: 'negated',
          suggestions: [
            [
              'useOp',
              "import type { Tensor } from '@deft/core';\nexport const f = (x: Tensor): unknown => !x;",
              "import { logicalNot } from '@deft/tensor';\nimport type { Tensor } from '@deft/core';\nexport const f = (x: Tensor): unknown => logicalNot(x);",
            ],
          ],
        },
      ],
    },
    {
      name: 'a method under a decorator',
      code: withImports(
        'jit, relu, type Tensor',
        'export class Model {\n  @jit()\n  call(x: Tensor): Tensor {\n    return x ? relu(x) : x;\n  }\n}',
      ),
      modes: 'ts',
      reports: [{ messageId: 'alwaysInCapture', suggestions: 1 }],
    },
    {
      name: 'an assertion',
      code: withImports(
        'ones',
        'if (ones([2]) as unknown as boolean) console.log(1);\nif (ones([3])!) console.log(1);',
      ),
      modes: 'ts',
      reports: [
        { messageId: 'always', suggestions: 1 },
        { messageId: 'always', suggestions: 1 },
      ],
    },
    {
      name: 'what only types know',
      code: withImports(
        'type Tensor, type Key',
        'interface P { readonly w: Tensor; readonly key: Key }\nexport function f<T extends Tensor>(p: P, t: T, xs: readonly Tensor[]): void {\n  if (p.w) console.log(1);\n  if (t) console.log(2);\n  if (p.key) console.log(3);\n  if (xs.map((x) => x)[0]!) console.log(4);\n}',
      ),
      modes: 'typed',
      reports: [4, 5, 6, 7].map((line) => ({ messageId: 'always', line, suggestions: 1 })),
    },
    {
      name: 'what is certain even where types are loose',
      code: withImports('ones', 'const x = ones([2]);\nif (x) console.log(x);'),
      modes: 'loose',
      reports: [{ messageId: 'always', suggestions: 1 }],
    },
  ],
};
