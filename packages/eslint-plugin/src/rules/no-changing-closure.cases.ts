import { type RuleCases, withImports } from '../rule-cases.cases.ts';

const given = (code: string): string => withImports('jit, mul', code);

export const cases: RuleCases = {
  valid: [
    given('const n = 2;\nexport const f = jit((x) => mul(x, n));'),
    given('let n = 2;\nexport const f = jit((x) => mul(x, n));'),
    given('let n = 2;\nn = 3;\nexport const f = jit((x) => mul(x, n));'),
    given(
      'let n = 1;\nexport const f = jit((x) => {\n  let m = x;\n  for (let i = 0; i < 3; i++) m = mul(m, i);\n  return m;\n});\nn = 2;',
    ),
    { name: 'assigned late, once', code: given('let g;\nexport const f = jit((x) => g(x));\ng = (x) => mul(x, 2);') },
    {
      name: 'assigned once by a function',
      code: given(
        'let model;\nexport async function load() {\n  model = await import("./model.js");\n}\nexport const f = jit((x) => mul(x, model.scale));',
      ),
    },
    {
      name: 'a loop with a variable of its own',
      code: given('export const all = [];\nfor (let i = 0; i < 3; i++) all.push(jit((x) => mul(x, i)));'),
    },
    {
      name: 'set up before, in a loop',
      code: given('let n = 1;\nfor (const i of [1, 2]) n = n * i;\nexport const f = jit((x) => mul(x, n));'),
    },
    {
      name: 'other properties',
      code: given(
        'const model = { scale: 1, epoch: 0 };\nexport const f = jit((x) => mul(x, model.scale));\nmodel.epoch = 1;',
      ),
    },
    {
      name: 'lists of its own',
      code: given(
        'export const f = jit((x) => {\n  const all = [];\n  all.push(mul(x, 2));\n  const add = () => all.push(x);\n  add();\n  return all;\n});',
      ),
    },
    {
      name: 'a variable',
      code: withImports(
        'jit, mul, variable',
        'const n = variable(1);\nexport const f = jit((x) => {\n  n.assign(mul(n.value, 2));\n  return mul(x, n.value);\n});\nn.assign(3);',
      ),
    },
    {
      name: 'a variable that the first call makes',
      code: withImports(
        'jit, mul, variable',
        'let n;\nexport const f = jit((x) => {\n  n ??= variable(1);\n  n.assign(mul(n.value, 2));\n  return mul(x, n.value);\n});',
      ),
    },
    {
      name: 'what the host does',
      code: withImports(
        'jit, hostCall',
        'let calls = 0;\nexport const f = jit((x) => hostCall(() => calls++, x));\nexport const read = () => calls;',
      ),
    },
    {
      name: 'a function of eager mode',
      code: withImports(
        'grad, sum',
        'let calls = 0;\nexport const f = grad((x) => {\n  calls++;\n  return sum(x);\n});',
      ),
    },
    {
      name: 'a name in a type',
      code: given('let p = { w: 1 };\nexport const f = jit((x: typeof p) => mul(x.w, 2));\np = { w: 2 };'),
      modes: 'ts',
    },
    {
      name: 'fields that the constructor assigns',
      code: withImports(
        'jit, mul, type Tensor',
        'export class Model {\n  w: number;\n  constructor() {\n    this.w = 1;\n  }\n  @jit()\n  call(x: Tensor): Tensor {\n    return mul(x, this.w);\n  }\n}',
      ),
      modes: 'ts',
    },
  ],
  invalid: [
    {
      code: given('let n = 2;\nexport const f = jit((x) => mul(x, n));\nn = 3;'),
      reports: [{ messageId: 'read', data: { code: 'n', line: '4' }, line: 3 }],
    },
    {
      name: 'assigned by a function that may be called later',
      code: given('let n = 2;\nexport const set = (m) => {\n  n = m;\n};\nexport const f = jit((x) => mul(x, n, n));'),
      reports: [{ messageId: 'read', data: { code: 'n', line: '4' }, line: 6 }],
    },
    {
      name: 'a variable that goes on in a loop',
      code: given(
        'export let n = 2;\nconst fs = [];\nwhile (n < 9) {\n  n += 1;\n  fs.push(jit((x) => mul(x, n)));\n}\nfor (var i = 0; i < 2; i++) fs.push(jit((x) => mul(x, i)));',
      ),
      reports: [
        { messageId: 'read', data: { code: 'n', line: '5' } },
        { messageId: 'read', data: { code: 'i', line: '8' } },
      ],
    },
    {
      name: 'counters',
      code: given(
        'let calls = 0;\nlet last;\nexport const f = jit((x) => {\n  calls++;\n  last = x;\n  return mul(x, calls);\n});\nexport { last };',
      ),
      reports: [
        { messageId: 'written', data: { code: 'calls', line: '' }, line: 5 },
        { messageId: 'written', data: { code: 'last', line: '' }, line: 6 },
      ],
    },
    {
      name: 'properties',
      code: given(
        'const model = { head: { scale: 1 }, calls: 0 };\nexport const f = jit((x) => {\n  model.calls += 1;\n  return mul(x, model.head.scale);\n});\nmodel.head.scale = 2;',
      ),
      reports: [
        { messageId: 'written', data: { code: 'model.calls', line: '' }, line: 4 },
        { messageId: 'read', data: { code: 'model.head.scale', line: '7' }, line: 5 },
      ],
    },
    {
      name: 'lists and maps from outside',
      code: given(
        'const losses = [];\nconst seen = new Map();\nexport const f = jit((x) => {\n  losses.push(x);\n  seen.set(1, x);\n  return losses.length;\n});',
      ),
      reports: [
        { messageId: 'written', data: { code: 'losses.push(x)', line: '' } },
        { messageId: 'written', data: { code: 'seen.set(1, x)', line: '' } },
      ],
    },
    {
      name: 'a function that is called',
      code: given(
        'let n = 2;\nconst scale = (x) => mul(x, n);\nexport const f = jit((x) => scale(x));\nexport const set = () => n++;',
      ),
      reports: [{ messageId: 'read', data: { code: 'n', line: '5' }, line: 3 }],
    },
    {
      name: 'a parameter of the function around',
      code: given('export function make(n) {\n  const f = jit((x) => mul(x, n));\n  n = 3;\n  return f;\n}'),
      reports: [{ messageId: 'read', data: { code: 'n', line: '4' } }],
    },
    {
      name: 'fields',
      code: withImports(
        'jit, mul, type Tensor',
        'export class Model {\n  #scale = 1;\n  calls = 0;\n  set scale(n: number) {\n    this.#scale = n;\n  }\n  @jit()\n  call(x: Tensor): Tensor {\n    this.calls++;\n    return mul(x, this.#scale);\n  }\n}',
      ),
      modes: 'ts',
      reports: [
        { messageId: 'written', data: { code: 'this.calls', line: '' }, line: 10 },
        { messageId: 'read', data: { code: 'this.#scale', line: '6' }, line: 11 },
      ],
    },
  ],
};
