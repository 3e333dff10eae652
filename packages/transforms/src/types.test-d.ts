/** What the types of transformed functions are; checked by the compiler, never run. */
import type { Tensor } from '@deft/core';
import {
  checkpoint,
  customJvp,
  customVjp,
  type GradientExplanation,
  GradientTape,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jvp,
  valueAndGrad,
  vjp,
  vmap,
} from './index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>): void => undefined;

type Params = { w: Tensor<[2, 3]>; layers: { b: Tensor<['units']> }[] };
declare const loss: (params: Params, x: Tensor<[2]>, scale: number, label: string) => Tensor<[], 'float32'>;
declare const lossWithAux: (x: Tensor<[2]>) => [Tensor<[]>, { hits: number }];
declare const f: (x: Tensor<[2]>, y: Tensor<[3]>) => { out: Tensor<[2, 3]> };
declare const x: Tensor<[2]>;
declare const y: Tensor<[3]>;
declare const any: Tensor;

const gradient = grad(loss);
same<typeof gradient, (params: Params, x: Tensor<[2]>, scale: number, label: string) => Params>(true);
same<ReturnType<typeof second>, Tensor<[2]>>(true);
same<ReturnType<typeof several>, [Tensor<[2]>, Tensor<[], 'float32'>]>(true);
const second = grad(loss, { argnums: 1 });
const several = grad(loss, { argnums: [1, 2] });

const withAux = grad(lossWithAux, { hasAux: true })(x);
same<typeof withAux, [Tensor<[2]>, { hits: number }]>(true);
const both = valueAndGrad(loss);
same<ReturnType<typeof both>, [value: Tensor<[], 'float32'>, gradient: Params]>(true);
const bothWithAux = valueAndGrad(lossWithAux, { hasAux: true })(x);
same<typeof bothWithAux, [value: [Tensor<[]>, { hits: number }], gradient: Tensor<[2]>]>(true);

const [value, pullback] = vjp(f, x, y);
same<typeof value, { out: Tensor<[2, 3]> }>(true);
same<ReturnType<typeof pullback>, [Tensor<[2]>, Tensor<[3]>]>(true);
pullback({ out: any });
// @ts-expect-error the cotangent has the structure of the result
pullback(any);

const [, tangent] = jvp(f, [x, y], [any, any]);
same<typeof tangent, { out: Tensor<[2, 3]> }>(true);
// @ts-expect-error one tangent for each argument
jvp(f, [x, y], [any]);

const rows = vmap(f)(any, any);
same<typeof rows, { out: Tensor }>(true);
const blocks = jacrev((p: Params) => ({ out: p.w }))({} as Params);
same<(typeof blocks)['out']['w'], Tensor>(true);
const second2 = hessian((a: Tensor<[2]>) => a)(x);
same<typeof second2, Tensor>(true);

const custom = customVjp(
  (a: Tensor<[2]>, n: number) => (n > 0 ? a : a),
  (a, n) => [a, { a, n }],
  ({ a, n }, cotangent) => [n > 0 ? cotangent : a, null],
);
same<typeof custom, (a: Tensor<[2]>, n: number) => Tensor<[2]>>(true);

// @ts-expect-error the loss is a tensor
grad((a: Tensor) => a.rank);

const tape = new GradientTape();
const byTape = tape.gradient(any, { w: x, b: [y] as const });
same<typeof byTape, { w: Tensor<[2]> | null; b: [Tensor<[3]> | null] }>(true);
const withZeros = tape.gradient(any, { w: x, b: [y] as const }, { unconnectedGradients: 'zero' });
same<typeof withZeros, { w: Tensor<[2]>; b: [Tensor<[3]>] }>(true);

declare const withAuxiliary: (x: Tensor<[2]>) => readonly [Tensor<[3]>, { hits: number }];
const [main, pull, aux] = vjp(withAuxiliary, { hasAux: true }, x);
same<[typeof main, typeof aux, ReturnType<typeof pull>], [Tensor<[3]>, { hits: number }, [Tensor<[2]>]]>(true);
const [jacobianWithAux, passedOn] = jacrev(withAuxiliary, { hasAux: true })(x);
same<typeof jacobianWithAux, Tensor>(true);
same<typeof passedOn, { hits: number }>(true);
const byTwo = jacfwd(f, { argnums: [0, 1] })(x, y);
same<(typeof byTwo)['out'][0], Tensor>(true);
same<(typeof byTwo)['out']['length'], 2>(true);
const kept = checkpoint(f);
same<typeof kept, typeof f>(true);

customJvp(
  (a: Tensor<[2]>) => a,
  ([a], [da]) => {
    same<typeof da, Tensor<[2]> | null>(true);
    return [a, da ?? a];
  },
  { symbolicZeros: true },
);

declare const z: Tensor<[], 'complex64'>;
declare const entire: (z: Tensor<[], 'complex64'>) => Tensor<[], 'complex64'>;
const slope = grad(entire, { holomorphic: true })(z);
same<typeof slope, Tensor<[], 'complex64'>>(true);

const explained = new GradientTape({ explains: true }).why(x, [y]);
same<typeof explained, readonly GradientExplanation[]>(true);
vmap((one: Tensor) => one, { axisName: 'batch' })(any);
// @ts-expect-error: a name is a string
vmap((one: Tensor) => one, { axisName: 3 });
