/** Sorts, in C: merges of positions, stable, for every dtype as it is stored. */
import type { DType } from '@deft/core';

/** The dtypes of sorts, in the order in which programs find them. */
export const sortedDTypes: readonly DType[] = [
  'bool',
  'int8',
  'uint8',
  'int32',
  'uint32',
  'int64',
  'float32',
  'float64',
  'float16',
  'bfloat16',
];

/** Their functions in C. */
export const sortNames: string = sortedDTypes.map((dtype) => `sort_${dtype}`).join(', ');

export const sortsSource: string = String.raw`
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

`;
