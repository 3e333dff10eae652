/**
 * Products of float32, in C: both operands are packed in panels, read in place through tables of byte offsets (so a convolution is a
 * product, and its patches never lie in memory), and multiplied by a kernel whose tile of results stays in vector registers.
 */
export const productsSource: string = String.raw`
#if defined(__AVX512F__)
enum { VECTOR = 64, MR = 12, NV = 2 };
#elif defined(__AVX__)
enum { VECTOR = 32, MR = 6, NV = 2 };
#else
enum { VECTOR = 16, MR = 8, NV = 2 };
#endif
enum { LANES = VECTOR / 4, NR = NV * LANES, KC = 320, MC = MR * 10, NC = 4096, DIRECT = 4 * NR, FEW_ROWS = 256 };
typedef float Vector __attribute__((vector_size(VECTOR), aligned(4), may_alias));

/* Adds up MR x NR results in vector registers; LEFT(i) is the left operand's element of a row in this turn. */
#define TILE(LEFT, ADVANCE) \
  Vector sum[MR][NV]; \
  for (int i = 0; i < MR; i++) for (int j = 0; j < NV; j++) sum[i][j] = (Vector){0}; \
  for (long k = 0; k < kc; k++) { \
    Vector right[NV]; \
    for (int j = 0; j < NV; j++) right[j] = *(const Vector *)(b + j * LANES); \
    for (int i = 0; i < MR; i++) { \
      Vector left = LEFT(i) - (Vector){0}; \
      for (int j = 0; j < NV; j++) sum[i][j] += left * right[j]; \
    } \
    b += NR; \
    ADVANCE; \
  } \
  for (int i = 0; i < MR; i++) for (int j = 0; j < NV; j++) { \
    Vector *place = (Vector *)(c + i * ldc + j * LANES); \
    Vector total = sum[i][j]; \
    if (adds) total += *place; \
    *place = total; \
  }
#define PACKED(i) a[i]
#define IN_PLACE(i) *(const float *)(rows[i] + ks[k])
static inline __attribute__((always_inline)) void tile(long kc, const float *a, const float *b, float *c, long ldc, int adds) { TILE(PACKED, a += MR) }
static __attribute__((noinline)) void whole_tile(long kc, const float *a, const float *b, float *c, long ldc, int adds) { tile(kc, a, b, c, ldc, adds); }
static __attribute__((noinline)) void edge_tile(long kc, const float *a, const float *b, float *c, long ldc, int adds, long m, long n) {
  float result[MR * NR];
  tile(kc, a, b, result, NR, 0);
  for (long i = 0; i < m; i++) for (long j = 0; j < n; j++) c[i * ldc + j] = adds ? c[i * ldc + j] + result[i * NR + j] : result[i * NR + j];
}
/* The same with the left operand where it lies: worth it where each of its elements is used for few panels only. */
static inline __attribute__((always_inline)) void direct_tile(long kc, const char *const *rows, const int32_t *ks, const float *b, float *c, long ldc, int adds) { TILE(IN_PLACE, (void)0) }
static __attribute__((noinline)) void whole_direct(long kc, const char *const *rows, const int32_t *ks, const float *b, float *c, long ldc, int adds) { direct_tile(kc, rows, ks, b, c, ldc, adds); }
static __attribute__((noinline)) void edge_direct(long kc, const char *const *rows, const int32_t *ks, const float *b, float *c, long ldc, int adds, long m, long n) {
  float result[MR * NR];
  direct_tile(kc, rows, ks, b, result, NR, 0);
  for (long i = 0; i < m; i++) for (long j = 0; j < n; j++) c[i * ldc + j] = adds ? c[i * ldc + j] + result[i * NR + j] : result[i * NR + j];
}
static void pack_left(const char *base, const int32_t *rows, const int32_t *ks, long m, long kc, float *out) {
  for (long i = 0; i < m; i += MR, out += MR * kc) {
    long count = m - i < MR ? m - i : MR;
    int rowsInOrder = count == MR;
    for (long r = 1; rowsInOrder && r < MR; r++) rowsInOrder = rows[i + r] == rows[i] + 4 * r;
    if (rowsInOrder) {
      for (long k = 0; k < kc; k++) memcpy(out + k * MR, base + rows[i] + ks[k], MR * 4);
      continue;
    }
    /* Runs of elements that lie one behind the other are gone through row by row. */
    for (long k = 0, end; k < kc; k = end) {
      for (end = k + 1; end < kc && ks[end] == ks[end - 1] + 4; end++) {}
      for (long r = 0; r < count; r++) {
        const float *run = (const float *)(base + rows[i + r] + ks[k]);
        for (long l = k; l < end; l++) out[l * MR + r] = run[l - k];
      }
    }
    for (long k = 0; count < MR && k < kc; k++) for (long r = count; r < MR; r++) out[k * MR + r] = 0;
  }
}
static void pack_right(const char *base, const int32_t *ks, const int32_t *columns, long n, long kc, float *out) {
  for (long j = 0; j < n; j += NR, out += NR * kc) {
    long count = n - j < NR ? n - j : NR;
    int inOrder = count == NR;
    for (long l = 1; inOrder && l < NR; l++) inOrder = columns[j + l] == columns[j] + 4 * l;
    for (long k = 0; k < kc; k++) {
      const char *line = base + ks[k];
      if (inOrder) { memcpy(out + k * NR, line + columns[j], NR * 4); continue; }
      for (long l = 0; l < count; l++) out[k * NR + l] = *(const float *)(line + columns[j + l]);
      for (long l = count; l < NR; l++) out[k * NR + l] = 0;
    }
  }
}

static __thread float *scratch;
static float *scratch_of(void) {
  if (scratch == NULL && posix_memalign((void **)&scratch, 64, (size_t)(NC + NR + MC) * KC * 4 + 4096) != 0) abort();
  return scratch;
}

/* A right operand that is the same in many products, packed once: blocks of NC columns, in each blocks of KC lines. */
static float *pack(const char *right, const int32_t *ks, const int32_t *columns, long n, long k) {
  float *panels;
  if (posix_memalign((void **)&panels, 64, (size_t)(n + NR) * (k + 1) * 4) != 0) abort();
  float *out = panels;
  for (long n0 = 0; n0 < n; n0 += NC) {
    long nc = n - n0 < NC ? n - n0 : NC, whole = (nc + NR - 1) / NR * NR;
    for (long k0 = 0; k0 < k; k0 += KC) {
      long kc = k - k0 < KC ? k - k0 : KC;
      pack_right(right, ks + k0, columns + n0, nc, kc, out);
      out += whole * kc;
    }
  }
  return panels;
}
static const float *packed(const Product *p, long j, long k0, long kc) {
  long n0 = j / NC * NC, nc = p->n - n0 < NC ? p->n - n0 : NC, whole = (nc + NR - 1) / NR * NR;
  return p->panels + n0 * p->k + whole * k0 + (j - n0) * kc;
}

/* Rows first .. end and columns start .. stop of one batch. */
static void block(const Product *p, long batch, long first, long end, long start, long stop, int isDirect) {
  float *panels = scratch_of(), *lefts = panels + (long)(NC + NR) * KC;
  const char *left = p->left + p->leftBatches[batch], *right = p->right + p->rightBatches[batch];
  float *result = p->result + batch * p->m * p->n;
  if (p->k == 0) for (long i = first; i < end; i++) memset(result + i * p->n + start, 0, (size_t)(stop - start) * 4);
  for (long n0 = start; n0 < stop; n0 += NC) {
    long nc = stop - n0 < NC ? stop - n0 : NC;
    for (long k0 = 0; k0 < p->k; k0 += KC) {
      long kc = p->k - k0 < KC ? p->k - k0 : KC, step = isDirect ? MR : MC;
      const int32_t *ks = p->leftK + k0;
      if (p->panels == NULL) pack_right(right, p->rightK + k0, p->columns + n0, nc, kc, panels);
      for (long m0 = first; m0 < end; m0 += step) {
        long mc = end - m0 < step ? end - m0 : step;
        const char *rows[MR];
        if (isDirect) for (long r = 0; r < MR; r++) rows[r] = left + p->rows[m0 + (r < mc ? r : 0)];
        else pack_left(left, p->rows + m0, ks, mc, kc, lefts);
        for (long j = 0; j < nc; j += NR) for (long i = 0; i < mc; i += MR) {
          float *place = result + (m0 + i) * p->n + n0 + j;
          const float *x = lefts + i * kc, *y = p->panels == NULL ? panels + j * kc : packed(p, n0 + j, k0, kc);
          long m = mc - i < MR ? mc - i : MR, n = nc - j < NR ? nc - j : NR;
          int isWhole = m == MR && n == NR;
          if (isDirect && isWhole) whole_direct(kc, rows, ks, y, place, p->n, k0 > 0);
          else if (isDirect) edge_direct(kc, rows, ks, y, place, p->n, k0 > 0, m, n);
          else if (isWhole) whole_tile(kc, x, y, place, p->n, k0 > 0);
          else edge_tile(kc, x, y, place, p->n, k0 > 0, m, n);
        }
      }
    }
  }
}
/* Rows from .. to of all batches' rows in a row. */
static void product_rows(void *const *b, const double *q, long from, long to) {
  const Product *p = (const Product *)b;
  (void)q;
  for (long batch = from / p->m; batch * p->m < to; batch++) {
    long first = from - batch * p->m, end = to - batch * p->m;
    block(p, batch, first < 0 ? 0 : first, end > p->m ? p->m : end, 0, p->n, p->n <= DIRECT);
  }
}
/* Columns from .. to of all batches, for products of few rows. */
static void product_columns(void *const *b, const double *q, long from, long to) {
  const Product *p = (const Product *)b;
  (void)q;
  for (long batch = 0; batch < p->batches; batch++) block(p, batch, 0, p->m, from, to, 1);
}
static void product(const Product *p, int isWorthIt) {
  /* Packing the right operand is most of the work of a product of few rows: then every thread packs columns of its own. */
  if (isWorthIt && p->batches * p->m <= FEW_ROWS && p->n >= 4 * NR) {
    divide(product_columns, (void *const *)p, NULL, p->n, NR, 1);
    return;
  }
  divide(product_rows, (void *const *)p, NULL, p->batches * p->m, p->m % MR == 0 || p->batches == 1 ? MR : 1, isWorthIt);
}

`;
