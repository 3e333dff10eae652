/**
 * Products of float32, in C. Operands are read through tables of byte offsets: a convolution is a product, and its patches never lie in
 * memory. The left operand is read where it lies, and so is the right one if its lines are whole vectors; otherwise blocks of it are
 * packed. How a result is added up depends on sizes alone, and never on how rows and columns are divided among threads.
 */
import { productKernelsSource } from './product-kernels.ts';
import { productPackingSource } from './product-packing.ts';

export const productsSource: string = `
${productKernelsSource}
${productPackingSource}
/* Blocks: KC lines of NC columns and of MC rows stay in the second cache, and so does most of one panel in the first. */
enum { KC = 320, NC = 256, MC = 120 };
/* A right operand of so few elements, or of so few uses, is not worth packing; nor are lines so near: pages hold several. */
enum { SMALL = 1 << 16, FEW_USES = 256, NEAR = 2048 };
/* Sums that are this deep, for tiles this few, are split in chunks, so that there is something to divide. */
enum { DEEP = 1 << 12, FEW_TILES = 8, CHUNK = 512, MOST_CHUNKS = 16 };
/* Multiplications up to which the products of a batch are divided among threads as they are. */
enum { SMALL_PRODUCT = 1 << 21 };

/* A thread's own memory: offsets of the lines of panels of one vector and of two, panels, and sums of chunks. */
typedef struct {
  int32_t lines[NV][KC];
  float panels[KC * (NC + NR)], sums[MOST_CHUNKS * FEW_TILES * MR * NR];
} Scratch;
static __thread Scratch *scratch;
static Scratch *scratch_of_thread(void) {
  if (scratch == NULL) {
    if (posix_memalign((void **)&scratch, 64, sizeof(Scratch)) != 0) abort();
    for (int v = 0; v < NV; v++) for (int k = 0; k < KC; k++) scratch->lines[v][k] = k * (v + 1) * VECTOR;
  }
  return scratch;
}

/* Whether the right operand is packed, and whether each result is added up along vectors. */
typedef struct {
  int packs, isDots;
} Plan;
static Plan plan_of(const Product *p) {
  if (p->panels != NULL) return (Plan){0, 0};
  const int isFar = p->m > FEW_USES && p->n * p->k > SMALL && p->k > 1 && labs((long)p->rightK[1] - p->rightK[0]) >= NEAR;
  const int isDots = p->m == 1 && p->k >= 2 * LANES && in_order(p->leftK, p->k) && in_order(p->rightK, p->k);
  return (Plan){isFar || !in_order(p->columns, p->n), isDots};
}

/* A product of matrices: one of a batch, or a chunk of it, with lines from .. to. */
typedef struct {
  const Product *p;
  const char *left, *right;
  float *result;
  long from, to;
  Plan plan;
} Matrices;

/* Rows first .. end and columns start .. stop, of depth lines from k0 on. */
static void multiply_block(const Matrices *x, Scratch *s, long first, long end, long start, long stop, long k0, long depth) {
  const Product *p = x->p;
  const long m = end - first, n = stop - start, count = (m + MR - 1) / MR;
  const long inPlace = x->plan.packs || p->panels != NULL ? 0 : n % NR == LANES ? n : n / NR * NR;
  if (p->panels == NULL && inPlace < n) pack_panels(x->right, p->rightK + k0, depth, p->columns + start + inPlace, n - inPlace, s->panels);
  for (long t0 = 0; t0 < count; t0 += MC / MR) {
    const long t1 = t0 + MC / MR < count ? t0 + MC / MR : count;
    for (long j = 0, width; j < n; j += width) {
      const int isWide = m <= FEW_ROWS && j + wide_vectors[m - 1] * LANES <= inPlace;
      width = isWide ? wide_vectors[m - 1] * LANES : width_of_panel(n - j);
      const long vectors = width / LANES;
      Tile tile = {.leftK = p->leftK + k0, .depth = depth, .distance = p->n, .columns = n - j < width ? n - j : width, .adds = k0 > x->from};
      if (j < inPlace) {
        tile.right = x->right + p->columns[start + j];
        tile.rightK = p->rightK + k0;
      } else {
        tile.right = (const char *)(p->panels == NULL ? s->panels + (j - inPlace) * depth : p->panels + (start + j) * p->k + k0 * width);
        tile.rightK = s->lines[vectors - 1];
      }
      /* Tiles have about as many rows each: none is a sliver. */
      for (long t = t0; t < t1; t++) {
        const long row = first + m * t / count, rows = first + m * (t + 1) / count - row;
        for (long i = 0; i < rows; i++) tile.rows[i] = x->left + p->rows[row + i];
        tile.result = x->result + row * p->n + start + j;
        (isWide ? wide_tiles[rows - 1] : tiles[rows - 1][vectors - 1])(&tile);
      }
    }
  }
}

static void multiply(const Matrices *x, long first, long end, long start, long stop) {
  Scratch *s = scratch_of_thread();
  const long n = x->p->n, k = x->to - x->from;
  const long panels = (stop - start + NR - 1) / NR, blocks = (stop - start + NC - 1) / NC, parts = (k + KC - 1) / KC;
  if (k == 0) for (long i = first; i < end; i++) memset(x->result + i * n + start, 0, (size_t)(stop - start) * 4);
  for (long block = 0; block < blocks; block++) {
    const long n0 = start + panels * block / blocks * NR, n1 = start + panels * (block + 1) / blocks * NR;
    for (long part = 0; part < parts; part++) {
      const long k0 = k * part / parts, k1 = k * (part + 1) / parts;
      multiply_block(x, s, first, end, n0, n1 < stop ? n1 : stop, x->from + k0, k1 - k0);
    }
  }
}
static void multiply_rows(void *const *b, const double *q, long from, long to) {
  const Matrices *x = (const Matrices *)b;
  (void)q;
  multiply(x, from, to, 0, x->p->n);
}
static void multiply_columns(void *const *b, const double *q, long from, long to) {
  const Matrices *x = (const Matrices *)b;
  (void)q;
  multiply(x, 0, x->p->m, from, to);
}

/* Results of one row, where lines run along memory: each adds up vectors along the lines. */
enum { DOTS = 4, SUMS = 2 };
static void multiply_dots(void *const *b, const double *q, long from, long to) {
  const Matrices *x = (const Matrices *)b;
  const Product *p = x->p;
  const float *one = (const float *)(x->left + p->rows[0] + p->leftK[x->from]);
  const char *right = x->right + p->rightK[x->from];
  const long k = x->to - x->from;
  (void)q;
  for (long i = from; i < to; i += DOTS) {
    const long count = to - i < DOTS ? to - i : DOTS;
    const float *line[DOTS];
    Vector sum[DOTS][SUMS];
    for (int d = 0; d < DOTS; d++) {
      line[d] = (const float *)(right + p->columns[i + (d < count ? d : 0)]);
      for (int v = 0; v < SUMS; v++) sum[d][v] = (Vector){0};
    }
    long at = 0;
    for (; at + SUMS * LANES <= k; at += SUMS * LANES) for (int d = 0; d < DOTS; d++) for (int v = 0; v < SUMS; v++) {
      sum[d][v] = multiply_add(((const Vector *)(line[d] + at))[v], ((const Vector *)(one + at))[v], sum[d][v]);
    }
    for (; at < k; at += LANES) for (int d = 0; d < DOTS; d++) {
      sum[d][0] = multiply_add(load_part(line[d] + at, k - at), load_part(one + at, k - at), sum[d][0]);
    }
    for (int d = 0; d < count; d++) {
      const Vector both = sum[d][0] + sum[d][1];
      float total = 0;
      for (int l = 0; l < LANES; l++) total += both[l];
      x->result[i + d] = total;
    }
  }
}

/* Of so many tiles of rows for a thread, shares are long enough to be taken one by one. */
enum { MANY_SHARES = 8 };
static void multiply_all(Matrices *x, int isWorthIt) {
  const Product *p = x->p;
  const long rows = (p->m + MR - 1) / MR, columns = (p->n + NR - 1) / NR, enough = 2 * pool.wanted;
  void *const *b = (void *const *)x;
  if (x->plan.isDots) divide(multiply_dots, b, NULL, p->n, LANES, isWorthIt);
  /* Who has all rows packs nothing that another one packs too. */
  else if (rows < enough || (x->plan.packs && columns >= enough)) {
    divide(multiply_columns, b, NULL, p->n, p->panels == NULL && columns < enough ? LANES : NR, isWorthIt);
  } else if (!x->plan.packs && rows >= MANY_SHARES * enough) divide_loop(multiply_rows, b, NULL, p->m, 1, isWorthIt);
  else divide(multiply_rows, b, NULL, p->m, 1, isWorthIt);
}
static void multiply_chunks(void *const *b, const double *q, long from, long to) {
  const Matrices *x = (const Matrices *)b;
  const long chunks = (long)*q, k = x->p->k;
  for (long chunk = from; chunk < to; chunk++) {
    Matrices own = *x;
    own.from = k * chunk / chunks; own.to = k * (chunk + 1) / chunks;
    own.result += chunk * x->p->m * x->p->n;
    multiply_all(&own, 0);
  }
}
static void multiply_batch(const Product *p, long batch, Plan plan, int isWorthIt) {
  float *result = p->result + batch * p->m * p->n;
  Matrices x = {p, p->left + p->leftBatches[batch], p->right + p->rightBatches[batch], result, 0, p->k, plan};
  const long size = p->m * p->n, tileCount = ((p->m + MR - 1) / MR) * ((p->n + NR - 1) / NR);
  if (p->k < DEEP || tileCount > FEW_TILES) { multiply_all(&x, isWorthIt); return; }
  const long chunks = p->k / CHUNK < MOST_CHUNKS ? p->k / CHUNK : MOST_CHUNKS;
  const double number = (double)chunks;
  x.result = scratch_of_thread()->sums;
  divide(multiply_chunks, (void *const *)&x, &number, chunks, 1, isWorthIt);
  memcpy(result, x.result, (size_t)size * 4);
  for (long chunk = 1; chunk < chunks; chunk++) for (long i = 0; i < size; i++) result[i] += x.result[chunk * size + i];
}

static void multiply_batches(void *const *b, const double *q, long from, long to) {
  const Product *p = (const Product *)b;
  const Plan plan = plan_of(p);
  for (long batch = from; batch < to; batch++) multiply_batch(p, batch, plan, q != NULL);
}
static void product(const Product *given, int isWorthIt) {
  const double yes = 1;
  Product p = *given;
  if (p.m == 0 || p.n == 0) return;
  /* One column is taken as one row, of the product of both operands transposed. */
  if (p.n == 1 && p.panels == NULL) {
    p.left = given->right; p.rows = given->columns; p.leftK = given->rightK; p.leftBatches = given->rightBatches;
    p.right = given->left; p.columns = given->rows; p.rightK = given->leftK; p.rightBatches = given->leftBatches;
    p.m = 1; p.n = given->m;
  }
  if (p.batches > 1 && p.m * p.n * p.k <= SMALL_PRODUCT) divide_loop(multiply_batches, (void *const *)&p, NULL, p.batches, 1, isWorthIt);
  else multiply_batches((void *const *)&p, isWorthIt ? &yes : NULL, 0, p.batches);
}
`;
