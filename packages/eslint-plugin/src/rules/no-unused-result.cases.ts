import { type RuleCases, withImports } from '../rule-cases.cases.ts';

export const cases: RuleCases = {
  valid: [
    'add(x, y);\nx.relu();',
    withImports('add, tensor', 'export const x = add(tensor(1), 2);\nconsole.log(add(x, 1));'),
    withImports(
      'print, assert, seed, ensureShape, ones, greater',
      'const x = ones([2]);\nseed(1);\nprint(x);\nassert(greater(x, 0));\nensureShape(x, [2]);\nx.dispose();\nx.toArray();',
    ),
    withImports('add, ones', 'void add(ones([1]), 1);'),
    withImports('jit, ones', 'const f = jit((x) => x);\nf(ones([2]));'),
    { name: 'a function of that name', code: "import { add } from './list.js';\nadd(1, 2);" },
    { name: 'a method of something else', code: 'const list = new Set();\nlist.add(1);' },
    { name: 'the body of an arrow', code: withImports('add, ones', 'export const f = () => add(ones([2]), 1);') },
  ],
  invalid: [
    {
      code: withImports('add, ones', 'const x = ones([2]);\nadd(x, 1);'),
      reports: [{ messageId: 'unused', data: { op: 'add' }, line: 3 }],
    },
    {
      name: 'a variable that may be assigned',
      code: withImports('add, ones', 'let x = ones([2]);\nadd(x, 1);\nconsole.log(x);'),
      reports: [{ messageId: 'unused', data: { op: 'add' }, suggestions: [['assign', 'add(x, 1)', 'x = add(x, 1)']] }],
    },
    {
      name: 'methods',
      code: withImports(
        'ones',
        "import '@deft/tensor/fluent';\nlet x = ones([2]);\nx.relu();\nx.add(1).split(2);\nconsole.log(x);",
      ),
      reports: [
        { messageId: 'unused', data: { op: 'relu' }, line: 4, suggestions: [['assign', 'x.relu()', 'x = x.relu()']] },
        { messageId: 'unused', data: { op: 'split' }, line: 5 },
      ],
    },
    {
      name: 'parts of a statement',
      code: withImports(
        'add, ones, qr, unique',
        'const x = ones([2, 2]);\nx.size > 1 && add(x, 1);\nx.size ? qr(x) : unique(x);\nadd(x, 2), console.log(x);',
      ),
      reports: [
        { messageId: 'unused', data: { op: 'add' }, line: 3 },
        { messageId: 'unused', data: { op: 'qr' }, line: 4 },
        { messageId: 'unused', data: { op: 'unique' }, line: 4 },
        { messageId: 'unused', data: { op: 'add' }, line: 5 },
      ],
    },
    {
      name: 'a namespace',
      code: "import * as deft from '@deft/tensor';\ndeft.relu(deft.ones([2]));",
      reports: [{ messageId: 'unused', data: { op: 'relu' } }],
    },
    {
      name: 'a method of what only types know',
      code: withImports(
        'type Tensor',
        "import '@deft/tensor/fluent';\ninterface P { readonly w: Tensor; readonly b?: Tensor }\nexport const f = (p: P): void => {\n  p.w.relu();\n  p.b?.relu();\n};",
      ),
      modes: 'typed',
      reports: [
        { messageId: 'unused', line: 5 },
        { messageId: 'unused', line: 6 },
      ],
    },
  ],
};
