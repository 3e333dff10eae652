/**
 * Speed of the packed product alone, one thread, best of several. Run from the repository root:
 *
 *   npx esbuild packages/backend-wasm/bench/gemm.ts --bundle --platform=node --format=esm \
 *     --alias:@deft/core=./packages/core/src/index.ts | node --input-type=module -
 */
import { ModuleBuilder } from '../src/assembler/index.ts';
import { emitGemm, planGemm } from '../src/templates/gemm.ts';

const relaxed = process.env.RELAXED === '1';
const module = new ModuleBuilder();
module.importMemory();
emitGemm(module, { relaxed });
const memory = new WebAssembly.Memory({ initial: 2048 });
const instance = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), { env: { memory } });
const gemm = instance.exports.gemm as (...args: number[]) => void;

let top = 1024;
function reserve(bytes: number): number {
  const pointer = top;
  top += Math.ceil(bytes / 64) * 64;
  return pointer;
}
function table(count: number, step: number): number {
  const pointer = reserve(count * 4 + 16);
  new Int32Array(memory.buffer, pointer, count).forEach((_, i, all) => {
    all[i] = i * step;
  });
  return pointer;
}

function bench(name: string, m: number, n: number, k: number, transposeA = false, transposeB = false): void {
  top = 1024;
  const a = reserve(m * k * 4);
  const b = reserve(k * n * 4);
  const c = reserve(m * n * 4);
  new Float32Array(memory.buffer, a, m * k).forEach((_, i, all) => {
    all[i] = Math.sin(i);
  });
  new Float32Array(memory.buffer, b, n * k).forEach((_, i, all) => {
    all[i] = Math.cos(i);
  });
  const [aRows, aK] = transposeA ? [table(m, 4), table(k, m * 4)] : [table(m, k * 4), table(k, 4)];
  const [bK, bColumns] = transposeB ? [table(k, 4), table(n, k * 4)] : [table(k, n * 4), table(n, 4)];
  measure(name, m, n, k, [a, aRows, aK, b, bK, bColumns, c]);
}

function measure(name: string, m: number, n: number, k: number, addresses: number[]): void {
  const { rowsPerBlock, scratchBytes } = planGemm(m, n, k);
  const scratch = reserve(scratchBytes);
  const run = (): void => gemm(m, n, k, ...addresses, n * 4, 0, rowsPerBlock, scratch);
  const flops = 2 * m * n * k;
  const turns = Math.max(1, Math.round(2e7 / flops));
  let best = Number.POSITIVE_INFINITY;
  const until = performance.now() + 400;
  while (performance.now() < until) {
    const start = performance.now();
    for (let i = 0; i < turns; i++) run();
    best = Math.min(best, (performance.now() - start) / turns);
  }
  const speed = (flops / best / 1e6).toFixed(1).padStart(6);
  console.log(`${name.padEnd(22)} ${best.toFixed(4).padStart(9)} ms ${speed} GFLOP/s`);
}

/** A convolution over NHWC as a product over windows of its input: k runs over (row, column, channel). */
function convolution(
  name: string,
  batch: number,
  size: number,
  channels: number,
  filters: number,
  window: number,
  stride: number,
): void {
  top = 1024;
  const outputs = Math.floor((size - window) / stride) + 1;
  const [m, n, k] = [batch * outputs * outputs, filters, window * window * channels];
  const a = reserve(batch * size * size * channels * 4);
  const b = reserve(k * n * 4);
  const c = reserve(m * n * 4);
  const fill = (count: number, at: number): void => {
    new Float32Array(memory.buffer, at, count).fill(0.5);
  };
  fill(batch * size * size * channels, a);
  fill(k * n, b);
  const aRows = table(m, 0);
  const rows = new Int32Array(memory.buffer, aRows, m);
  for (let i = 0; i < m; i++) {
    const [image, y, x] = [Math.floor(i / outputs ** 2), Math.floor(i / outputs) % outputs, i % outputs];
    rows[i] = 4 * channels * ((image * size + y * stride) * size + x * stride);
  }
  const aK = table(k, 0);
  const ks = new Int32Array(memory.buffer, aK, k);
  for (let i = 0; i < k; i++) {
    const [y, x, channel] = [Math.floor(i / channels / window), Math.floor(i / channels) % window, i % channels];
    ks[i] = 4 * ((y * size + x) * channels + channel);
  }
  measure(name, m, n, k, [a, aRows, aK, b, table(k, n * 4), table(n, 4), c]);
  // The gradient of the filter: Aᵀ times the gradient of the output.
  top = c + m * n * 4;
  top = Math.ceil(top / 64) * 64 + (m + k) * 8 + 4096;
  const out = reserve(k * n * 4);
  measure(`${name} filter`, k, n, m, [a, aK, aRows, c, table(m, n * 4), table(n, 4), out]);
}

bench('warm-up', 256, 256, 256);
for (const size of [64, 256, 511, 512, 513, 1024]) bench(`${size}`, size, size, size);
bench('1024 aᵀb', 1024, 1024, 1024, true);
bench('1024 abᵀ', 1024, 1024, 1024, false, true);
bench('511 aᵀb', 511, 511, 511, true);
bench('511 abᵀ', 511, 511, 511, false, true);
bench('100x300x50', 100, 50, 300);
bench('128x256x10', 128, 10, 256);
bench('mlp 64x784x256', 64, 256, 784);
bench('mlp aᵀb 784x64x256', 784, 256, 64, true);
bench('conv 36864x288x64', 36864, 64, 288);
bench('conv aᵀb 288x36864x64', 288, 64, 36864, true);
bench('1x1024x1024', 1, 1024, 1024);
bench('1x1024x1024 abᵀ', 1, 1024, 1024, false, true);
bench('2x1024x1024', 2, 1024, 1024);
bench('4x1024x1024', 4, 1024, 1024);
bench('12x1024x1024', 12, 1024, 1024);
bench('16x1024x1024', 16, 1024, 1024);
bench('1024x1024x1', 1024, 1, 1024);
bench('32x128x512', 32, 512, 128);
bench('64x32x64 attention', 64, 64, 32, false, true);
convolution('conv 11x11x32 64 b64', 64, 13, 32, 64, 3, 1);
convolution('conv 28x28x1 32 b64', 64, 28, 1, 32, 3, 1);
convolution('conv_56_32_64', 1, 58, 32, 64, 3, 1);
convolution('conv_56_64_64_1x1', 1, 56, 64, 64, 1, 1);
convolution('conv_224_3_32_s2', 1, 225, 3, 32, 3, 2);
