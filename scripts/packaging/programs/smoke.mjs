/**
 * A user's first program, run from the packed tarballs: both modes, a gradient, and an error that names the operands.
 * Ends with exit code 0 and one line, or throws.
 */
import assert from 'node:assert/strict';
import { add, grad, jit, matmul, mul, sum, tensor } from '@deft/tensor';

const x = tensor([1, 2, 3]);
assert.deepEqual([...(await add(x, x).data())], [2, 4, 6]);

const squares = (v) => sum(mul(v, v));
assert.equal(squares(x).item(), 14);
assert.deepEqual([...(await grad(squares)(x).data())], [2, 4, 6]);

const captured = jit(squares);
assert.equal(captured(x).item(), 14);
assert.equal(captured(add(x, 1)).item(), 29);
assert.deepEqual([...(await jit(grad(squares))(x).data())], [2, 4, 6]);

assert.throws(() => matmul(tensor([[1, 2, 3]]), tensor([[1, 2]])), /matmul: .*float32\[1, 3\].*float32\[1, 2\]/);
process.stdout.write('smoke passed\n');
