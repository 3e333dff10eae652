/** What the types of collectives are; checked by the compiler, never run. */
import { allGather, axisIndex, pmax, pmean, psum, type Tensor } from '@deft/tensor';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>): void => undefined;

declare const tree: { a: Tensor<[2], 'uint8'>; b: [Tensor<[3], 'float64'>, number] };

const sums = psum(tree, 'batch');
same<typeof sums, { a: Tensor<[2], 'uint32'>; b: [Tensor<[3], 'float64'>, Tensor<[]>] }>(true);
const means = pmean(tree, ['rows', 'columns']);
same<typeof means, { a: Tensor<[2], 'float32'>; b: [Tensor<[3], 'float64'>, Tensor<[]>] }>(true);
const largest = pmax(tree.a, 'batch');
same<typeof largest, Tensor<[2], 'uint8'>>(true);
const all = allGather(tree, 'batch', { axis: 1, tiled: true });
same<typeof all, { a: Tensor; b: [Tensor, Tensor] }>(true);
const index = axisIndex('batch');
same<typeof index, Tensor<[], 'int32'>>(true);
