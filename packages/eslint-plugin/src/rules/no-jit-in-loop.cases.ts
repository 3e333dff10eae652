import { type RuleCases, withImports } from '../rule-cases.cases.ts';

const given = (code: string): string => withImports('jit, mul, grad', `const f = (x) => mul(x, 2);\n${code}`);

export const cases: RuleCases = {
  valid: [
    given('const g = jit(f);\nfor (let i = 0; i < 3; i++) g(i);'),
    given('console.log(jit(f)(1));'),
    given("for (const [mode, run] of [['eager', f], ['captured', jit(f)]]) run(mode);"),
    given('for (let g = jit(f), i = 0; i < 3; i++) g(i);'),
    given('export const make = (scale) => jit((x) => mul(x, scale));\nfor (const s of [1, 2]) make(s);'),
    given(
      'const all = [f, f];\nexport const captured = all.map((one) => jit(one));\nfor (const one of all) captured.push(jit(grad(one)));',
    ),
    given('const cache = {};\nfor (const n of [1, 2]) (cache[n] ??= jit((x) => mul(x, n)))(1);'),
    given('export function train() {\n  const step = jit(f);\n  for (let i = 0; i < 3; i++) step(i);\n}\ntrain();'),
    given(
      'export function make() {\n  const step = jit(f);\n  return (x) => step(x);\n}\nfor (const n of [1, 2]) make(n);',
    ),
    given("it('is captured', () => {\n  expect(jit(f)(1)).toBe(2);\n  expect(() => jit(f)()).toThrow();\n});"),
    given('export const g = jit((x) => jit(f)(x));'),
    given('export class Model {\n  #step = jit(f);\n  constructor() {\n    this.other = jit(f);\n  }\n}'),
    {
      name: 'kept by a hook',
      code: given('export function View({ x }) {\n  const g = useMemo(() => jit(f), []);\n  return <p>{g(x)}</p>;\n}'),
      modes: 'all',
    },
    {
      name: 'a decorator',
      code: withImports(
        'jit',
        'export const classes = [1, 2].map(() => class {\n  @jit()\n  call(x: number): number {\n    return x;\n  }\n});',
      ),
      modes: 'ts',
    },
  ],
  invalid: [
    {
      code: given('for (let i = 0; i < 3; i++) {\n  const g = jit(f);\n  g(i);\n}'),
      reports: [{ messageId: 'loop', line: 4 }],
    },
    {
      name: 'every loop',
      code: given(
        'let i = 0;\nwhile (i++ < 3) jit(f)(i);\ndo jit(f)(i);\nwhile (jit(f)(i));\nfor (const k in {}) jit(f)(k);\nfor (; jit(f)(i); ) break;\nfor (const k of [1]) jit((x) => mul(x, k))(k);\n[1, 2].forEach((k) => jit(grad(f))(k));\nfor (const k of [1]) {\n  const g = (x) => mul(x, k);\n  jit(g)(k);\n}',
      ),
      reports: [4, 5, 6, 7, 8, 9, 10, 13].map((line) => ({ messageId: 'loop', line })),
    },
    {
      name: 'a function that is called in a loop',
      code: given('function step(x) {\n  const g = jit(f);\n  return g(x);\n}\nfor (const i of [1, 2]) step(i);'),
      reports: [{ messageId: 'repeated', data: { name: 'step' }, line: 4 }],
    },
    {
      name: 'a call at once',
      code: given('export function step(x) {\n  return jit(f)(x);\n}'),
      reports: [{ messageId: 'immediate', line: 4 }],
    },
    {
      name: 'rendering',
      code: given(
        'export function View({ x }) {\n  const g = jit(f);\n  return <p>{g(x)}</p>;\n}\nexport const Other = ({ x }) => <>{jit(f)(x)}</>;\nexport class Third {\n  render() {\n    const g = jit(f);\n    return g;\n  }\n}',
      ),
      reports: [4, 7, 10].map((line) => ({ messageId: 'render', line })),
    },
  ],
};
