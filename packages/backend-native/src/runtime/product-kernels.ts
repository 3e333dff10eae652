/**
 * Kernels of products of float32, in C: each adds up a tile of some rows and some vectors of columns in registers. Both operands are
 * read through tables of byte offsets, the left one always where it lies: its elements are broadcast one by one, so how they lie hardly
 * matters.
 */
const tileRows = [1, 2, 3, 4, 5, 6, 7, 8];
/** Vectors of the wide tiles of one row, of two and so on. */
const wideVectors = ['8', '(VECTOR == 64 ? 8 : 4)', '4', '(VECTOR == 64 ? 4 : NV)'];

export const productKernelsSource: string = `
/* A tile of MR x NV vectors, with what is multiplied, fits in the registers; MR pointers to rows fit in those for addresses. */
#if defined(__AVX__)
#include <immintrin.h>
#endif
#if defined(__AVX512F__)
enum { VECTOR = 64, MR = 8, NV = 2 };
#elif defined(__AVX__)
enum { VECTOR = 32, MR = 6, NV = 2 };
#elif defined(__x86_64__)
enum { VECTOR = 16, MR = 6, NV = 2 };
#else
enum { VECTOR = 16, MR = 8, NV = 2 };
#endif
enum { LANES = VECTOR / 4, NR = NV * LANES, MOST_VECTORS = 8 };
typedef float Vector __attribute__((vector_size(VECTOR), aligned(4), may_alias));

/* Rounded once where the machine can do that. It is asked for by name: compilers leave it to the loop whether they contract. */
static inline __attribute__((always_inline)) Vector multiply_add(Vector a, Vector b, Vector c) {
#if defined(__AVX512F__)
  return (Vector)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX__) && defined(__FMA__)
  return (Vector)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
  return a * b + c;
#endif
}

/* What a kernel is given: element (i, k) of the left operand lies at rows[i] + leftK[k], line k of the right one at right + rightK[k]. */
typedef struct {
  const char *rows[MR], *right;
  const int32_t *leftK, *rightK;
  float *result;
  long depth, distance, columns;
  int adds;
} Tile;

/* The first elements of a vector, and zeros. */
static inline __attribute__((always_inline)) Vector load_part(const float *place, long count) {
  if (count >= LANES) return *(const Vector *)place;
  Vector part = {0};
  if (count > 0) memcpy(&part, place, (size_t)count * 4);
  return part;
}
/* Stores the first elements of a vector, or adds them to what is there. */
static inline __attribute__((always_inline)) void store_part(float *place, Vector sum, long count, int adds) {
#if defined(__AVX512F__)
  __mmask16 mask = (__mmask16)((1u << count) - 1);
  if (adds) sum = (Vector)_mm512_add_ps((__m512)sum, _mm512_maskz_loadu_ps(mask, place));
  _mm512_mask_storeu_ps(place, mask, (__m512)sum);
#else
  for (long l = 0; l < count; l++) place[l] = adds ? place[l] + sum[l] : sum[l];
#endif
}

/* Loops over a tile are unrolled before the compiler looks for what can stay in registers: all sums do. */
#define EACH_ROW _Pragma("GCC unroll 16") for (int i = 0; i < rows; i++)
#define EACH_VECTOR _Pragma("GCC unroll 16") for (int j = 0; j < vectors; j++)
static inline __attribute__((always_inline)) void tile(const Tile *t, const int rows, const int vectors) {
  const char *row[MR], *right = t->right;
  const int32_t *leftK = t->leftK, *rightK = t->rightK;
  const long depth = t->depth;
  Vector sum[MR][MOST_VECTORS];
  EACH_ROW { row[i] = t->rows[i]; EACH_VECTOR sum[i][j] = (Vector){0}; }
  for (long k = 0; k < depth; k++) {
    Vector line[MOST_VECTORS];
    EACH_VECTOR line[j] = *(const Vector *)(right + rightK[k] + j * VECTOR);
    EACH_ROW {
      Vector left = *(const float *)(row[i] + leftK[k]) - (Vector){0};
      EACH_VECTOR sum[i][j] = multiply_add(left, line[j], sum[i][j]);
    }
  }
  float *result = t->result;
  const long distance = t->distance, last = t->columns - (vectors - 1) * LANES;
  if (last < LANES) {
    const int adds = t->adds;
    EACH_ROW {
      EACH_VECTOR {
        Vector *place = (Vector *)(result + j * LANES);
        if (j == vectors - 1) store_part((float *)place, sum[i][j], last, adds);
        else { if (adds) sum[i][j] += *place; *place = sum[i][j]; }
      }
      result += distance;
    }
  } else if (t->adds) {
    EACH_ROW { EACH_VECTOR ((Vector *)result)[j] += sum[i][j]; result += distance; }
  } else {
    EACH_ROW { EACH_VECTOR ((Vector *)result)[j] = sum[i][j]; result += distance; }
  }
}
${tileRows
  .map(
    (
      rows,
    ) => `static __attribute__((noinline)) void tile_${rows}_1(const Tile *t) { if (${rows} <= MR) tile(t, ${rows}, 1); }
static __attribute__((noinline)) void tile_${rows}_2(const Tile *t) { if (${rows} <= MR) tile(t, ${rows}, 2); }`,
  )
  .join('\n')}
static void (*const tiles[][NV])(const Tile *) = {${tileRows.map((rows) => `{tile_${rows}_1, tile_${rows}_2}`).join(', ')}};

/* Few rows use each line once or so: their tiles are wide, so that lines are read in long runs, and enough sums are under way. */
enum { FEW_ROWS = 4 };
static const long wide_vectors[FEW_ROWS] = {${wideVectors.join(', ')}};
${wideVectors.map((vectors, i) => `static __attribute__((noinline)) void wide_${i + 1}(const Tile *t) { tile(t, ${i + 1}, ${vectors}); }`).join('\n')}
static void (*const wide_tiles[FEW_ROWS])(const Tile *) = {wide_1, wide_2, wide_3, wide_4};
`;
