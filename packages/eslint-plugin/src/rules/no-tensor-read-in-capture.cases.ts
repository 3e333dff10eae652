import { type RuleCases, withImports } from '../rule-cases.cases.ts';

export const cases: RuleCases = {
  valid: [
    withImports('jit, relu', 'const f = jit((x) => relu(x));\nconsole.log(f(1).item());'),
    withImports('grad, sum', 'export const f = grad((x) => {\n  console.log(x.item());\n  return sum(x);\n});'),
    {
      name: 'a constant from outside',
      code: withImports(
        'jit, mul, tensor',
        'const rate = tensor(0.1);\nexport const f = jit((x) => mul(x, rate.item()));',
      ),
    },
    {
      name: 'methods that others have, too',
      code: withImports(
        'jit, relu',
        'export const f = jit((x, list) => relu(x, list.values().toArray(), list.data()));',
      ),
    },
    {
      name: 'an item of something else',
      code: withImports('jit, relu', 'export const f = jit((x, list) => relu(x, list.item(0)));'),
    },
    {
      name: 'what the host computes',
      code: withImports('hostCall, jit', 'export const f = jit((x) => hostCall((y) => y.item() + Number(y), x));'),
    },
    {
      name: 'numbers',
      code: withImports(
        'jit, relu',
        "export const f = jit((x) => relu(x, Number('1') + x.shape[0], parseInt(x.size)));",
      ),
    },
    {
      name: 'another type',
      code: withImports(
        'jit, relu',
        'interface Box { item(): number }\nexport const f = jit((x, box: Box) => relu(x, box.item()));',
      ),
      modes: 'typed',
    },
  ],
  invalid: [
    {
      code: withImports('jit, mul', 'export const f = jit((x) => mul(x, x.item()));'),
      reports: [{ messageId: 'read', data: { code: 'x.item()' }, line: 2 }],
    },
    {
      name: 'every way to read',
      code: withImports(
        'jit, mul, sum',
        'const f = (x) => {\n  const y = sum(mul(x, x));\n  return mul(x, y.dataSync()[0], y.toArray(), y.data(), Number(y), parseFloat(x), BigInt(y));\n};\nexport const g = jit(f);',
      ),
      reports: [
        { messageId: 'read', data: { code: 'y.dataSync()' } },
        { messageId: 'read', data: { code: 'y.toArray()' } },
        { messageId: 'read', data: { code: 'y.data()' } },
        { messageId: 'convert', data: { code: 'Number(y)' } },
        { messageId: 'convert', data: { code: 'parseFloat(x)' } },
        { messageId: 'convert', data: { code: 'BigInt(y)' } },
      ],
    },
    {
      name: 'through a derivative and a function that is called',
      code: withImports(
        'grad, jit, sum',
        'function loss(x) {\n  return total(x);\n}\nfunction total(x) {\n  return sum(x, x.item());\n}\nconst slope = grad(loss);\nexport const f = jit(slope);',
      ),
      reports: [{ messageId: 'read', line: 6 }],
    },
    {
      name: 'parts of an argument',
      code: withImports('jit, mul', 'export const f = jit((p) => mul(p.w, p.w.item()));'),
      reports: [{ messageId: 'read', data: { code: 'p.w.item()' } }],
    },
    {
      name: 'in what loops call',
      code: withImports('jit, scan', 'export const f = jit((x) => scan((s, y) => [y.item(), s], x, x));'),
      reports: [{ messageId: 'read', data: { code: 'y.item()' } }],
    },
    {
      name: 'in methods under a decorator, and in what they call',
      code: withImports(
        'jit, mul, type Tensor',
        'export class Model {\n  @jit()\n  call(x: Tensor): Tensor {\n    return this.#scale(x);\n  }\n  #scale(x: Tensor): Tensor {\n    return mul(x, x.item());\n  }\n}',
      ),
      modes: 'ts',
      reports: [{ messageId: 'read', line: 8 }],
    },
    {
      name: 'behind an arrow that calls a method',
      code: withImports(
        'jit, mul',
        'export class Model {\n  step = jit((x) => this.scale(x));\n  scale(x) {\n    return mul(x, x.item());\n  }\n}',
      ),
      reports: [{ messageId: 'read', line: 5 }],
    },
  ],
};
