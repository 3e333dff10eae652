/**
 * Packing of right operands of products, in C: columns are put in panels, so that the vectors of a line lie side by side. Where lines
 * run along memory, squares of elements are transposed in registers.
 */
export const productPackingSource: string = `
typedef float Whole __attribute__((vector_size(VECTOR)));
#if defined(__clang__)
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
typedef int Places __attribute__((vector_size(VECTOR)));
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (Places){__VA_ARGS__})
#endif
#if defined(__AVX512F__)
#define FRONTS(a, b) SHUFFLE(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define BACKS(a, b) SHUFFLE(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif defined(__AVX__)
#define FRONTS(a, b) SHUFFLE(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define BACKS(a, b) SHUFFLE(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define FRONTS(a, b) SHUFFLE(a, b, 0, 4, 1, 5)
#define BACKS(a, b) SHUFFLE(a, b, 2, 6, 3, 7)
#endif

/* Transposes a square: its first half is interleaved with its second as often as it can be halved. */
static inline __attribute__((always_inline)) void transpose(Whole v[LANES]) {
  _Pragma("GCC unroll 4") for (int step = 1; step < LANES; step *= 2) {
    Whole w[LANES];
    _Pragma("GCC unroll 16") for (int i = 0; i < LANES / 2; i++) { w[2 * i] = FRONTS(v[i], v[i + LANES / 2]); w[2 * i + 1] = BACKS(v[i], v[i + LANES / 2]); }
    _Pragma("GCC unroll 16") for (int i = 0; i < LANES; i++) v[i] = w[i];
  }
}

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
      Whole square[LANES];
      _Pragma("GCC unroll 16") for (int c = 0; c < LANES; c++) square[c] = c0 + c < count ? (Whole)*(const Vector *)(base + columns[c0 + c] + ks[k]) : (Whole){0};
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
