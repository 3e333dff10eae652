/**
 * What the types of functions with a signature are: the body sees tensors of the stated shapes and dtypes, a call with a tensor that is
 * known not to fit is refused by the compiler (row F4), and what it does not know it leaves to the call. Checked, never run.
 */
import { type Mismatch, type Tensor, type TensorSpec, tensorSpec } from '@deft/core';
import { jit } from './jit.ts';
import type { FittingArguments, StatedArguments } from './signature-types.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>): void => undefined;

declare const any: Tensor;
declare const image: Tensor<[32, 784], 'float32'>;
declare const named: Tensor<['n', 784], 'float32'>;
declare const unknownSizes: Tensor<[number, number], 'float32'>;
declare const narrow: Tensor<[32, 10], 'float32'>;
declare const flat: Tensor<[784], 'float32'>;
declare const whole: Tensor<[32, 784], 'int32'>;
declare const anyOfFloats: Tensor<[32, 784]>;
declare const label: Tensor<[32], 'int32'>;

// The body sees what is stated.
const loss = jit(
  (x, y) => {
    same<typeof x, Tensor<['batch', 784], 'float32'>>(true);
    same<typeof y, Tensor<['batch'], 'int32'>>(true);
    return { x, first: y };
  },
  { signature: [tensorSpec(['batch', 784], 'float32'), tensorSpec(['batch'], 'int32')], name: 'loss' },
);

// The result is that of the body.
const result = loss(image, label);
same<typeof result, { x: Tensor<['batch', 784], 'float32'>; first: Tensor<['batch'], 'int32'> }>(true);

// What fits, or may fit, is accepted: literal sizes for names, other names, unknown sizes, and any tensor.
loss(named, label);
loss(unknownSizes, label);
loss(anyOfFloats, label);
loss(any, any);

// What is known not to fit is refused: a size, a rank, a dtype, the number of arguments, no tensor at all.
// @ts-expect-error expected float32[batch, 784], got float32[32, 10]
loss(narrow, label);
// @ts-expect-error expected float32[batch, 784], got float32[784]
loss(flat, label);
// @ts-expect-error expected float32[batch, 784], got int32[32, 784]
loss(whole, label);
// @ts-expect-error the second argument is missing
loss(image);
// @ts-expect-error one argument too many
loss(image, label, label);

// The message is one line that says what is expected and what was given.
type Stated = readonly [TensorSpec<['batch', 784], 'float32'>];
type Refused<T> = FittingArguments<readonly [T], Stated>[0];
same<Refused<typeof narrow>, Mismatch<'expected float32[batch, 784], got float32[32, 10]'>>(true);
same<Refused<typeof flat>, Mismatch<'expected float32[batch, 784], got float32[784]'>>(true);
same<Refused<typeof whole>, Mismatch<'expected float32[batch, 784], got int32[32, 784]'>>(true);
same<Refused<typeof any>, Tensor>(true);
same<Refused<typeof unknownSizes>, Tensor<[number, number], 'float32'>>(true);

// Without a dtype any will do; with '...' any further axes.
const open = jit((x) => x, { signature: [tensorSpec(['rows', 3, '...'])] });
declare const deep: Tensor<[2, 3, 4, 5], 'float16'>;
declare const shallow: Tensor<[2], 'float16'>;
declare const off: Tensor<[2, 4, 4], 'float16'>;
open(deep);
open(any);
// @ts-expect-error expected a tensor [rows, 3, ...], got float16[2]
open(shallow);
// @ts-expect-error expected a tensor [rows, 3, ...], got float16[2, 4, 4]
open(off);

// Lists and records of specs; where nothing is stated anything goes.
const step = jit(
  ({ w, b }, [x, y], rate: number) => {
    same<typeof w, Tensor<[784, 10], 'float32'>>(true);
    same<typeof b, Tensor<[10], 'float32'>>(true);
    same<typeof x, Tensor<['batch', 784], 'float32'>>(true);
    same<typeof y, Tensor<['batch', 10], 'float32'>>(true);
    return rate > 0 ? w : b;
  },
  {
    signature: [
      { w: tensorSpec([784, 10], 'float32'), b: tensorSpec([10], 'float32') },
      [tensorSpec(['batch', 784], 'float32'), tensorSpec(['batch', 10], 'float32')],
      undefined,
    ],
  },
);
declare const w: Tensor<[784, 10], 'float32'>;
declare const b: Tensor<[10], 'float32'>;
declare const y: Tensor<[32, 10], 'float32'>;
const updated = step({ w, b }, [image, y], 0.1);
same<typeof updated, Tensor<[784, 10], 'float32'> | Tensor<[10], 'float32'>>(true);
step({ w: any, b: any }, [any, any], 0.1);
// @ts-expect-error expected float32[10], got float32[784, 10]
step({ w, b: w }, [image, y], 0.1);
// @ts-expect-error expected float32[batch, 784], got float32[32, 10]
step({ w, b }, [y, y], 0.1);
same<StatedArguments<readonly [{ readonly w: TensorSpec<[2], 'int8'> }]>, [{ w: Tensor<[2], 'int8'> }]>(true);

// A captured function with a signature has everything that captured functions have.
same<typeof step.compileCount, number>(true);
step.explain();
step.lower({ w, b }, [tensorSpec(['batch', 784], 'float32'), tensorSpec(['batch', 10], 'float32')] as never, 0.1);

// Without a signature the types are those of the function.
const plain = jit((x: Tensor<[2], 'float32'>, k: number) => (k > 0 ? x : undefined));
const given = plain(any as Tensor<[2], 'float32'>, 1);
same<typeof given, Tensor<[2], 'float32'> | undefined>(true);
// @ts-expect-error a number is asked for
plain(any as Tensor<[2], 'float32'>, 'one');
