/**
 * What all native programs share, in C: threads, products of float32, sorts. It is built once for a machine and stays loaded.
 *
 * Threads: one pool of POSIX threads, started with the first task that is worth dividing. A range is divided in even parts by
 * sizes alone, part 0 runs on the caller, and every part has the same results whoever runs it. Between tasks workers look for the
 * next one for a while before they sleep.
 *
 * Products: both operands are packed in panels, read in place through tables of byte offsets (so a convolution is a product, and
 * its patches never lie in memory), and multiplied by a kernel whose tile of results stays in vector registers.
 */

/** What programs and the library agree on: the types of what is passed between them, stated once for both. */
export const libraryHeader: string = `
typedef void (*RangeFunction)(void *const *b, const double *q, long from, long to);
typedef struct {
  const char *left, *right;
  float *result;
  const int32_t *rows, *leftK, *rightK, *columns, *leftBatches, *rightBatches;
  long m, n, k, batches;
  const float *panels;
} Product;
typedef void (*SortFunction)(const void *, void *, long, long, int, int);
typedef struct {
  void (*divide)(RangeFunction, void *const *, const double *, long, long, int);
  void (*product)(const Product *, int);
  float *(*pack)(const char *, const int32_t *, const int32_t *, long, long);
  SortFunction sort_bool, sort_int8, sort_uint8, sort_int32, sort_uint32, sort_int64, sort_float32, sort_float64, sort_float16, sort_bfloat16;
} Runtime;
`;

/** The library itself. */
export const librarySource: string = String.raw`
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
${libraryHeader}
#define EXPORT __attribute__((visibility("default")))

/* ---- threads ---- */

typedef struct {
  RangeFunction run;
  void *const *b;
  const double *q;
  long extent, multiple, parts;
} Task;

enum { MOST_THREADS = 64, LOOKS = 4000 };
static struct {
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  Task task;
  long started, wanted;
  volatile long turn, left;
  volatile long sleeping;
} pool = {.mutex = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER, .wanted = 1};

static void run_part(const Task *t, long part) {
  long units = (t->extent + t->multiple - 1) / t->multiple;
  long from = part * units / t->parts * t->multiple, to = (part + 1) * units / t->parts * t->multiple;
  if (to > t->extent) to = t->extent;
  if (from < to) t->run(t->b, t->q, from, to);
}

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

/* The turn that was the last when a worker was started. */
static long started_at[MOST_THREADS];

static void *serve(void *argument) {
  long number = (long)(intptr_t)argument, seen = started_at[number];
  for (;;) {
    long looks = 0;
    while (__atomic_load_n(&pool.turn, __ATOMIC_ACQUIRE) == seen) {
      if (++looks < LOOKS) { relax(); continue; }
      pthread_mutex_lock(&pool.mutex);
      __atomic_add_fetch(&pool.sleeping, 1, __ATOMIC_SEQ_CST);
      while (__atomic_load_n(&pool.turn, __ATOMIC_SEQ_CST) == seen) pthread_cond_wait(&pool.wake, &pool.mutex);
      __atomic_sub_fetch(&pool.sleeping, 1, __ATOMIC_SEQ_CST);
      pthread_mutex_unlock(&pool.mutex);
    }
    seen = __atomic_load_n(&pool.turn, __ATOMIC_ACQUIRE);
    if (number < pool.task.parts) run_part(&pool.task, number);
    __atomic_sub_fetch(&pool.left, 1, __ATOMIC_ACQ_REL);
  }
  return NULL;
}

EXPORT void deft_set_threads(int threads) { pool.wanted = threads < 1 ? 1 : threads > MOST_THREADS ? MOST_THREADS : threads; }

static void divide(RangeFunction run, void *const *b, const double *q, long extent, long multiple, int isWorthIt) {
  long units = (extent + multiple - 1) / multiple;
  if (!isWorthIt || pool.wanted < 2 || units < 2) { if (extent > 0) run(b, q, 0, extent); return; }
  while (pool.started + 1 < pool.wanted) {
    pthread_t thread;
    started_at[pool.started + 1] = pool.turn;
    if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)(pool.started + 1)) != 0) { pool.wanted = pool.started + 1; break; }
    pthread_detach(thread);
    pool.started++;
  }
  Task task = {run, b, q, extent, multiple, units < pool.wanted ? units : pool.wanted};
  pool.task = task;
  __atomic_store_n(&pool.left, pool.started, __ATOMIC_RELEASE);
  __atomic_add_fetch(&pool.turn, 1, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&pool.sleeping, __ATOMIC_SEQ_CST) > 0) {
    pthread_mutex_lock(&pool.mutex);
    pthread_cond_broadcast(&pool.wake);
    pthread_mutex_unlock(&pool.mutex);
  }
  run_part(&task, 0);
  while (__atomic_load_n(&pool.left, __ATOMIC_ACQUIRE) > 0) relax();
}

/* ---- products ---- */

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

/* ---- sorts ---- */

#define SORT(T, name, GREATER) \
  static void merge_##name(const T *x, int32_t *order, int32_t *other, long n, int descending) { \
    for (long width = 1; width < n; width *= 2) { \
      for (long start = 0; start < n; start += 2 * width) { \
        long middle = start + width < n ? start + width : n, end = start + 2 * width < n ? start + 2 * width : n; \
        long i = start, j = middle; \
        for (long k = start; k < end; k++) { \
          int takesRight = i >= middle || (j < end && (descending ? GREATER(x[order[j]], x[order[i]]) : GREATER(x[order[i]], x[order[j]]))); \
          other[k] = takesRight ? order[j++] : order[i++]; \
        } \
      } \
      memcpy(order, other, (size_t)n * 4); \
    } \
  } \
  static void sort_##name(const void *source, void *result, long rows, long n, int descending, int positions) { \
    int32_t *order = malloc((size_t)(n + 1) * 8); \
    if (order == NULL) abort(); \
    for (long row = 0; row < rows; row++) { \
      const T *x = (const T *)source + row * n; \
      for (long i = 0; i < n; i++) order[i] = (int32_t)i; \
      merge_##name(x, order, order + n, n, descending); \
      for (long i = 0; i < n; i++) { \
        if (positions) ((int32_t *)result)[row * n + i] = order[i]; \
        else ((T *)result)[row * n + i] = x[order[i]]; \
      } \
    } \
    free(order); \
  }
#define PLAIN(a, b) ((a) > (b))
#define FLOATING(a, b) ((a) > (b) || ((a) != (a) && (b) == (b)))
static float half_value(uint16_t h) {
  uint32_t sign = (uint32_t)(h & 0x8000) << 16, rest = h & 0x7fff, bits = rest << 13;
  float x;
  memcpy(&x, &bits, 4);
  x *= 0x1p112f;
  memcpy(&bits, &x, 4);
  if (rest >= 0x7c00u) bits = 0x7f800000u | ((rest & 0x3ffu) << 13);
  bits |= sign;
  memcpy(&x, &bits, 4);
  return x;
}
static float brain_value(uint16_t h) { uint32_t bits = (uint32_t)h << 16; float x; memcpy(&x, &bits, 4); return x; }
#define HALF(a, b) FLOATING(half_value(a), half_value(b))
#define BRAIN(a, b) FLOATING(brain_value(a), brain_value(b))
SORT(uint8_t, bool, PLAIN) SORT(int8_t, int8, PLAIN) SORT(uint8_t, uint8, PLAIN) SORT(int32_t, int32, PLAIN) SORT(uint32_t, uint32, PLAIN)
SORT(int64_t, int64, PLAIN) SORT(float, float32, FLOATING) SORT(double, float64, FLOATING) SORT(uint16_t, float16, HALF) SORT(uint16_t, bfloat16, BRAIN)

/* ---- what programs are given ---- */

static const Runtime runtime = {divide, product, pack, sort_bool, sort_int8, sort_uint8, sort_int32, sort_uint32, sort_int64, sort_float32, sort_float64, sort_float16, sort_bfloat16};
EXPORT double deft_runtime(void) { return (double)(uintptr_t)&runtime; }
EXPORT double deft_address(const void *place) { return (double)(uintptr_t)place; }
`;
