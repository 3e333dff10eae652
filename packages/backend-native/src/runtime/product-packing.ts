/**
 * Packing of right operands of products, in C: columns are put in panels, so that the vectors of a line lie side by side. Where lines
 * run along memory, squares of elements are transposed in registers.
 */
import { squaresSource } from './squares.ts';

export const productPackingSource: string = `
${squaresSource}
static int in_order(const int32_t *offsets, long count) {
  int inOrder = 1;
  for (long i = 1; i < count; i++) inOrder &= offsets[i] == offsets[0] + 4 * i;
  return inOrder;
}

/* One panel: line k holds the elements of its columns, and zeros up to its width. */
static void pack_panel(const char *base, const int32_t *ks, long depth, const int32_t *columns, long count, long width, float *out) {
  if (in_order(columns, count)) {
    for (long k = 0; k < depth; k++, out += width) {
      const float *line = (const float *)(base + ks[k] + columns[0]);
      if (count == NR) { memcpy(out, line, NR * 4); continue; }
      for (long c = 0; c < count; c++) out[c] = line[c];
      for (long c = count; c < width; c++) out[c] = 0;
    }
    return;
  }
  for (long k = 0, end; k < depth; k = end) {
    for (end = k + 1; end < depth && ks[end] == ks[end - 1] + 4; end++) {}
    for (; end - k >= LANES; k += LANES) for (long c0 = 0; c0 < width; c0 += LANES) {
      SquareLine square[SQUARE];
      _Pragma("GCC unroll 16") for (int c = 0; c < LANES; c++) square[c] = c0 + c < count ? (SquareLine)*(const Vector *)(base + columns[c0 + c] + ks[k]) : (SquareLine){0};
      transpose(square);
      _Pragma("GCC unroll 16") for (int l = 0; l < LANES; l++) *(Vector *)(out + (k + l) * width + c0) = (Vector)square[l];
    }
    for (; k < end; k++) for (long c = 0; c < width; c++) out[k * width + c] = c < count ? *(const float *)(base + columns[c] + ks[k]) : 0;
  }
}
/* The panels of some columns one behind the other: all are NR wide, but the last is one vector wide where that is enough. */
static inline long width_of_panel(long columns) { return columns <= LANES ? LANES : NR; }
static void pack_panels(const char *base, const int32_t *ks, long depth, const int32_t *columns, long n, float *out) {
  for (long j = 0, width; j < n; j += width, out += width * depth) {
    width = width_of_panel(n - j);
    pack_panel(base, ks, depth, columns + j, n - j < width ? n - j : width, width, out);
  }
}

/* A right operand that is the same in many products, packed once. */
static float *pack(const char *right, const int32_t *ks, const int32_t *columns, long n, long k) {
  float *panels;
  if (posix_memalign((void **)&panels, 64, (size_t)(n + NR) * (k + 1) * 4) != 0) abort();
  pack_panels(right, ks, k, columns, n, panels);
  return panels;
}
`;
