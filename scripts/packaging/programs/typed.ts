/** A user's program whose types must come out as written, from source and from the packed declarations alike. */
import { add, grad, jit, matmul, mul, sum, type Tensor, tensor, zeros } from '@deft/tensor';

const x: Tensor<[3], 'float32'> = tensor([1, 2, 3]);
const doubled: Tensor<[3], 'float32'> = add(x, x);
const product: Tensor<[2, 4], 'float32'> = matmul(zeros([2, 3]), zeros([3, 4]));
const slope = grad((v: Tensor<[3]>) => sum(mul(v, v)))(doubled);
const captured: Tensor<[3]> = jit((v: Tensor<[3]>) => add(v, 1))(slope);
// @ts-expect-error: the inner dimensions differ
matmul(zeros([2, 3]), zeros([4, 5]));

export { captured, product };
