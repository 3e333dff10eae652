import { type RuleCases, withImports } from '../rule-cases.cases.ts';

const captured = (body: string, names = 'jit, mul'): string =>
  withImports(names, `export const f = jit((x) => {\n  ${body}\n  return mul(x, 2);\n});`);

export const cases: RuleCases = {
  valid: [
    'export const f = (x) => x + Math.random() + Date.now();',
    withImports('jit, mul', 'const noise = Math.random();\nexport const f = jit((x) => mul(x, noise));'),
    captured('const y = Math.max(1, 2) + Math.PI + new Date(2020, 1).getTime();\n  print(y, x);', 'jit, mul, print'),
    captured('const console = { log() {} };\n  console.log(x);'),
    captured('const random = Math.floor(2);\n  for (const i of [random]) print(i);', 'jit, mul, print'),
    {
      name: 'a function of that name',
      code: withImports('jit, mul', 'const fetch = (x) => x;\nexport const f = jit((x) => mul(fetch(x), 2));'),
    },
    {
      name: 'jit of another package',
      code: "import { jit } from 'another';\nexport const f = jit((x) => x * Math.random());",
    },
    {
      name: 'what the host does when the program runs',
      code: captured(
        'hostCall((y) => console.log(y, Date.now()), x);\n  hostCall(report, x);',
        'jit, mul, hostCall',
      ).concat('\nfunction report(y) {\n  console.log(y, Math.random());\n}'),
    },
    {
      name: 'an iterator of its own',
      code: captured('const steps = [1, 2].values();\n  steps.next();'),
    },
    {
      name: 'a function that is only handed on as a value',
      code: withImports('jit, mul', 'export const f = jit((x) => mul(x, 2), { name: String(Date.now()) });'),
    },
  ],
  invalid: [
    {
      code: withImports('jit, mul', 'export const f = jit((x) => mul(x, Math.random()));'),
      reports: [{ messageId: 'random', data: { code: 'Math.random()' }, line: 2 }],
    },
    {
      name: 'clocks',
      code: captured('const t = [Date.now(), new Date(), Date(), performance.now(), process.hrtime()];'),
      reports: ['Date.now()', 'new Date()', 'Date()', 'performance.now()', 'process.hrtime()'].map((code) => ({
        messageId: 'time',
        data: { code },
        line: 3,
      })),
    },
    {
      name: 'random numbers',
      code: captured('const n = [crypto.randomUUID(), Array.from([1], Math.random)];'),
      reports: [
        { messageId: 'random', data: { code: 'crypto.randomUUID()' } },
        { messageId: 'random', data: { code: 'Math.random' } },
      ],
    },
    {
      name: 'effects',
      code: captured(
        "console.log(x);\n  console.table([1]);\n  fetch('/');\n  setTimeout(f, 1);\n  localStorage.setItem('a', 'b');",
      ),
      reports: [
        { messageId: 'console', data: { code: 'console.log(x)' }, line: 3 },
        { messageId: 'console', line: 4 },
        { messageId: 'effect', data: { code: "fetch('/')" }, line: 5 },
        { messageId: 'effect', line: 6 },
        { messageId: 'effect', line: 7 },
      ],
    },
    {
      name: 'an async function',
      code: withImports('jit, mul', 'export const f = jit(async (x) => mul(await x, 2));'),
      reports: [{ messageId: 'async', line: 2 }],
    },
    {
      name: 'a generator',
      code: withImports('jit, mul', 'export const f = jit(function* (x) {\n  yield mul(x, 2);\n});'),
      reports: [{ messageId: 'generator', line: 2 }],
    },
    {
      name: 'waiting in a function that is called',
      code: withImports(
        'jit, mul',
        'const load = async (x) => {\n  for await (const y of x) await y;\n  return mul(await x, 2);\n};\nexport const f = jit((x) => load(x));',
      ),
      reports: [
        { messageId: 'await', line: 3 },
        { messageId: 'await', line: 3 },
        { messageId: 'await', line: 4 },
      ],
    },
    {
      name: 'an iterator from outside',
      code: withImports(
        'jit, mul',
        'const batches = [1, 2].values();\nexport const f = jit((x) => mul(x, batches.next().value));',
      ),
      reports: [{ messageId: 'iterator', data: { code: 'batches.next()' } }],
    },
    {
      name: 'functions that are called, nested ones, and callbacks',
      code: withImports(
        'jit, mul, grad, vmap',
        'const scale = () => noise();\nfunction noise() {\n  return Math.random();\n}\nconst loss = (x) => [1, 2].map(() => mul(x, scale(), Date.now()));\nconst slope = grad(vmap(loss));\nexport const f = jit(slope);',
      ),
      reports: [
        { messageId: 'random', line: 4 },
        { messageId: 'time', line: 6 },
      ],
    },
    {
      name: 'a namespace and a package of its own',
      code: "import * as deft from '@deft/function';\nexport const f = deft.jit((x) => x + Date.now());",
      reports: [{ messageId: 'time' }],
    },
    {
      name: 'a method under a decorator',
      code: withImports(
        'jit, mul, type Tensor',
        'export class Model {\n  @jit()\n  call(x: Tensor): Tensor {\n    console.log(x);\n    return mul(x, 2);\n  }\n  other(): void {\n    console.log(1);\n  }\n}',
      ),
      modes: 'ts',
      reports: [{ messageId: 'console', line: 5 }],
    },
  ],
};
