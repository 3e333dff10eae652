/**
 * Squares of elements of four bytes, transposed in vector registers, in C. Operands that lie along another axis than results do are
 * read a square at a time: every line of memory is read once, and none is read for one element.
 */

/** Elements along the side of what is transposed at once. */
export const squareSide = 16;

export const squaresSource: string = `
#if defined(__AVX512F__)
enum { SQUARE = 16 };
#elif defined(__AVX__)
enum { SQUARE = 8 };
#else
enum { SQUARE = 4 };
#endif
typedef float SquareLine __attribute__((vector_size(SQUARE * 4)));
typedef float UnalignedLine __attribute__((vector_size(SQUARE * 4), aligned(4), may_alias));
#if defined(__clang__)
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
typedef int Places __attribute__((vector_size(SQUARE * 4)));
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
static inline __attribute__((always_inline, unused)) void transpose(SquareLine v[SQUARE]) {
  _Pragma("GCC unroll 4") for (int step = 1; step < SQUARE; step *= 2) {
    SquareLine w[SQUARE];
    _Pragma("GCC unroll 16") for (int i = 0; i < SQUARE / 2; i++) { w[2 * i] = FRONTS(v[i], v[i + SQUARE / 2]); w[2 * i + 1] = BACKS(v[i], v[i + SQUARE / 2]); }
    _Pragma("GCC unroll 16") for (int i = 0; i < SQUARE; i++) v[i] = w[i];
  }
}
/* Elements of lines that lie so many bytes apart, transposed and close together. */
static __attribute__((noinline, unused)) void transpose_square(const void *from, long stride, void *to) {
  for (long line = 0; line < ${squareSide}; line += SQUARE) for (long place = 0; place < ${squareSide}; place += SQUARE) {
    SquareLine square[SQUARE];
    const char *source = (const char *)from + line * stride + place * 4;
    char *target = (char *)to + (place * ${squareSide} + line) * 4;
    _Pragma("GCC unroll 16") for (int i = 0; i < SQUARE; i++) square[i] = (SquareLine)*(const UnalignedLine *)(source + i * stride);
    transpose(square);
    _Pragma("GCC unroll 16") for (int i = 0; i < SQUARE; i++) *(UnalignedLine *)(target + i * ${squareSide} * 4) = (UnalignedLine)square[i];
  }
}
`;
