/**
 * The scalar functions of generated code, in C: what the kernel language says of them, element by element and without
 * branches, so that the C compiler can compute many at once. Arithmetic on integers wraps (`-fwrapv`); products and sums are
 * contracted only where it says so (`FMA`).
 *
 * The elementary functions of float32 are the polynomials of the WebAssembly backend, fitted for Deft: minimax in the relative
 * error of the whole function, by reweighted least squares. Others, and all of float64, are the C library's.
 */
export const scalarsSource: string = String.raw`
#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef __FMA__
#define FMA(a, b, c) __builtin_fmaf(a, b, c)
#else
#define FMA(a, b, c) ((a) * (b) + (c))
#endif
#define INLINE static inline __attribute__((always_inline, unused))

/* Of no bytes, whose address may be none. */
INLINE void clear_bytes(void *to, size_t n) { if (n > 0) memset(to, 0, n); }
INLINE void move_bytes(void *to, const void *from, size_t n) { if (n > 0 && to != from) memmove(to, from, n); }

INLINE int32_t bits32(float x) { int32_t b; memcpy(&b, &x, 4); return b; }
INLINE float float_of_bits(int32_t b) { float x; memcpy(&x, &b, 4); return x; }

/* Halves are stored as 16 bits and computed as floats. */
INLINE float bfloat16_decode(uint16_t h) { return float_of_bits((int32_t)((uint32_t)h << 16)); }
INLINE float bfloat16_round(float x) {
  uint32_t b = (uint32_t)bits32(x);
  uint32_t r = (b + 0x7fffu + ((b >> 16) & 1u)) & 0xffff0000u;
  return x != x ? x : float_of_bits((int32_t)r);
}
INLINE uint16_t bfloat16_encode(float x) { return x != x ? 0x7fc0 : (uint16_t)((uint32_t)bits32(bfloat16_round(x)) >> 16); }
INLINE float float16_decode(uint16_t h) {
  uint32_t sign = (uint32_t)(h & 0x8000) << 16, rest = h & 0x7fff;
  /* Shifted to where a float has exponent and fraction, and scaled by the difference of the biases. */
  float finite = float_of_bits((int32_t)(rest << 13)) * 0x1p112f;
  uint32_t special = 0x7f800000u | ((rest & 0x3ffu) << 13);
  uint32_t b = rest >= 0x7c00u ? special : (uint32_t)bits32(finite);
  return float_of_bits((int32_t)(b | sign));
}
INLINE uint16_t float16_encode(float x) {
  uint32_t b = (uint32_t)bits32(x), sign = (b >> 16) & 0x8000u, size = b & 0x7fffffffu;
  /* Beyond 65520 all is infinite; below 2^-14 adding 0.5 leaves the subnormal's bits at the end of the fraction. */
  float small = float_of_bits((int32_t)size) + 0.5f;
  uint32_t subnormal = (uint32_t)bits32(small) - 0x3f000000u;
  uint32_t normal = (size - 0x38000000u + 0xfffu + ((size >> 13) & 1u)) >> 13;
  uint32_t r = size < 0x38800000u ? subnormal : normal;
  r = size >= 0x477ff000u ? 0x7c00u : r;
  r = size > 0x7f800000u ? 0x7e00u : r;
  return (uint16_t)(r | sign);
}
INLINE float float16_round(float x) { return x != x ? x : float16_decode(float16_encode(x)); }

/* Largest and smallest: NaN if either is, and -0 below +0. */
#define EXTREMES(T, I, name) \
  INLINE T max_##name(T a, T b) { I p, q; memcpy(&p, &a, sizeof a); memcpy(&q, &b, sizeof b); p &= q; T z; memcpy(&z, &p, sizeof z); \
    T r = a > b ? a : b; r = a == b ? z : r; return a != a ? a : r; } \
  INLINE T min_##name(T a, T b) { I p, q; memcpy(&p, &a, sizeof a); memcpy(&q, &b, sizeof b); p |= q; T z; memcpy(&z, &p, sizeof z); \
    T r = a < b ? a : b; r = a == b ? z : r; return a != a ? a : r; }
EXTREMES(float, uint32_t, float32)
EXTREMES(double, uint64_t, float64)
#define WHOLE(T, U, name, least) \
  INLINE T max_##name(T a, T b) { return a > b ? a : b; } \
  INLINE T min_##name(T a, T b) { return a < b ? a : b; } \
  INLINE T div_##name(T a, T b) { T d = b == 0 ? 1 : b; return b == 0 ? 0 : (least && b == (T)-1) ? (T)(0 - (U)a) : a / d; } \
  INLINE T rem_##name(T a, T b) { T d = b == 0 || (least && b == (T)-1) ? 1 : b; return a % d; } \
  INLINE T pow_##name(T base, T exponent) { \
    if (least && exponent < 0) return base == 1 ? 1 : base == (T)-1 ? (exponent % 2 == 0 ? 1 : (T)-1) : 0; \
    U result = 1, square = (U)base; \
    for (U rest = (U)exponent; rest > 0; rest >>= 1) { if (rest & 1) result *= square; square *= square; } \
    return (T)result; }
WHOLE(int32_t, uint32_t, int32, 1)
WHOLE(uint32_t, uint32_t, uint32, 0)
WHOLE(int64_t, uint64_t, int64, 1)
INLINE uint8_t max_bool(uint8_t a, uint8_t b) { return a | b; }
INLINE uint8_t min_bool(uint8_t a, uint8_t b) { return a & b; }

/* Whole numbers in the order of floats: -0 below +0, and NaN above all for a maximum, below all for a minimum. */
#define ORDER(T, I, name, most, least) \
  INLINE I order_##name(T x) { I b; memcpy(&b, &x, sizeof b); return b ^ ((b >> (8 * sizeof b - 1)) & most); } \
  INLINE I max_order_##name(T x) { I b = order_##name(x); return x != x ? most : b; } \
  INLINE I min_order_##name(T x) { I b = order_##name(x); return x != x ? least : b; } \
  INLINE T of_order_##name(I b) { b ^= (b >> (8 * sizeof b - 1)) & most; T x; memcpy(&x, &b, sizeof x); return x; }
ORDER(float, int32_t, float32, INT32_MAX, INT32_MIN)
ORDER(double, int64_t, float64, INT64_MAX, INT64_MIN)

/* Floats as whole numbers: the fraction is cut off, what lies beyond becomes the nearest, NaN is 0. */
INLINE double clamped(double x, double low, double high) { x = x < low ? low : x; x = x > high ? high : x; return x != x ? 0 : x; }
INLINE int8_t to_int8(double x) { return (int8_t)clamped(x, -128, 127); }
INLINE uint8_t to_uint8(double x) { return (uint8_t)clamped(x, 0, 255); }
INLINE int32_t to_int32(double x) { return (int32_t)clamped(x, -2147483648.0, 2147483647.0); }
INLINE uint32_t to_uint32(double x) { return (uint32_t)clamped(x, 0, 4294967295.0); }
INLINE int64_t to_int64(double x) {
  if (x != x) return 0;
  return x >= 0x1p63 ? INT64_MAX : x <= -0x1p63 ? INT64_MIN : (int64_t)x;
}

/* A double as the float beside it whose last bit is set where it is not exact: rounding that to fewer digits rounds the double. */
INLINE float odd_float(double x) {
  float f = (float)x;
  int32_t b = bits32(f);
  int inexact = (double)f != x && x == x && !(b & 1) && !isinf(f);
  return inexact ? float_of_bits(fabs((double)f) > fabs(x) ? b - 1 : b + 1) : f;
}
#define BITCAST(A, B, a, b) INLINE B bitcast_##a##_##b(A x) { B y; memcpy(&y, &x, sizeof y); return y; }
BITCAST(float, int32_t, float32, int32) BITCAST(int32_t, float, int32, float32)
BITCAST(float, uint32_t, float32, uint32) BITCAST(uint32_t, float, uint32, float32)
BITCAST(double, int64_t, float64, int64) BITCAST(int64_t, double, int64, float64)
/* ECMAScript's power: 1 to a power that is infinite or NaN is NaN. */
INLINE double pow_numbers(double x, double y) {
  return y != y || (isinf(y) && fabs(x) == 1) ? NAN : pow(x, y);
}

INLINE float sign_float32(float x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x; }
INLINE double sign_float64(double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : x; }

static const float LN2_HIGH = 0.693359375f, LN2_LOW = -2.1219444005469057e-4f;
/* x = n ln 2 + r; gives exp r - 1, and a number whose lowest 9 bits are n's: shifted into the exponent, the others are gone. */
INLINE float exp_tail(float x, int32_t *n) {
  float shifted = x * 1.4426950408889634f + 12582912.0f, whole = shifted - 12582912.0f;
  float r = FMA(-whole, LN2_LOW, FMA(-whole, LN2_HIGH, x));
  float p = FMA(FMA(FMA(FMA(0.0013950599823147058f, r, 0.008368954062461853f), r, 0.04166620597243309f), r, 0.166665181517601f), r, 0.5f);
  *n = bits32(shifted);
  return FMA(p, r * r, r);
}
INLINE float power_of_two(int32_t n) { return float_of_bits((int32_t)((uint32_t)n << 23) + 0x3f800000); }
INLINE float exp_float32(float given) {
  float x = given < -104.0f ? -104.0f : given;
  x = x > 89.0f ? 89.0f : x;
  int32_t n;
  float tail = exp_tail(x, &n);
  /* In two steps, because 2^n may be no float where the result is one. What is NaN stays so. */
  int32_t half = n >> 1;
  float scale = power_of_two(half);
  return FMA(tail, scale, scale) * power_of_two(n - half);
}
INLINE float expm1_float32(float given) {
  float x = given < -20.0f ? -20.0f : given;
  x = x > 89.0f ? 89.0f : x;
  int32_t n;
  float tail = exp_tail(x, &n), scale = power_of_two(n - 1);
  float r = scale * tail + (scale - 0.5f);
  r = r + r;
  return given != given || fabsf(given) < 0x1p-24f ? given : r;
}
INLINE float tanh_float32(float given) {
  float x = given + given;
  x = x < -20.0f ? -20.0f : x;
  x = x > 20.0f ? 20.0f : x;
  int32_t n;
  float tail = exp_tail(x, &n), scale = power_of_two(n), e = scale * tail + (scale - 1.0f);
  float r = copysignf(e / (e + 2.0f), given);
  return given != given ? given : r;
}
INLINE float log_sum(float r, float k) {
  float square = r * r;
  float p = FMA(FMA(FMA(FMA(FMA(FMA(FMA(-0.07634429633617401f, r, 0.12761549651622772f), r, -0.131601944565773f), r,
    0.14201761782169342f), r, -0.16623356938362122f), r, 0.20001226663589478f), r, -0.250008225440979f), r, 0.3333333134651184f);
  float sum = p * r * square;
  sum = sum + k * LN2_LOW - square * 0.5f;
  return sum + r + k * LN2_HIGH;
}
INLINE float log_specials(float u, float value) {
  value = u < 0 ? NAN : value;
  value = u == 0 ? -INFINITY : value;
  value = u == INFINITY ? INFINITY : value;
  return u != u ? u : value;
}
INLINE float log_float32(float given) {
  int small = given < 0x1p-126f;
  float u = small ? given * 0x1p23f : given;
  int32_t k = (bits32(u) - 0x3f3504f3) >> 23;
  float r = float_of_bits(bits32(u) - (int32_t)((uint32_t)k << 23)) - 1.0f;
  return log_specials(given, log_sum(r, (float)k - (small ? 23.0f : 0.0f)));
}
INLINE float log1p_float32(float given) {
  float u = given + 1.0f;
  int32_t k = (bits32(u) - 0x3f3504f3) >> 23, bound = k < 126 ? k : 126;
  float lost = given - (u - 1.0f), scale = float_of_bits(0x3f800000 - (int32_t)((uint32_t)bound << 23));
  float r = float_of_bits(bits32(u) - (int32_t)((uint32_t)k << 23)) - 1.0f + lost * scale;
  float value = log_specials(u, log_sum(r, (float)k));
  return fabsf(given) < 0x1p-24f ? given : value;
}
INLINE float erf_float32(float x) {
  float size = fabsf(x), square = x * x;
  float near = FMA(x, FMA(FMA(FMA(FMA(FMA(FMA(8.409920701524243e-5f, square, -0.0008152627851814032f), square, 0.005201960448175669f),
    square, -0.026859799399971962f), square, 0.11283703148365021f), square, -0.37612634897232056f), square, 0.12837916612625122f), x);
  float b = size < 4.0f ? size : 4.0f;
  float far = -FMA(FMA(FMA(FMA(FMA(FMA(-0.00019699361291714013f, b, 0.0030535527039319277f), b, -0.022268004715442657f), b,
    0.10401657968759537f), b, 0.6370857357978821f), b, 1.127732753753662f), b, 0.0001818959426600486f);
  int32_t n;
  float tail = exp_tail(far, &n);
  float outer = copysignf(1.0f - (tail + 1.0f) * power_of_two(n), x);
  float r = size < 0.92f ? near : outer;
  return x != x ? x : r;
}
`;
