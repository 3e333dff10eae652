/**
 * Copies whose source lies in order along another axis than the result, in C: such as every transposition that runs at once. They are
 * read in squares. A part of the library of blocks, whose names it uses.
 */
import { squareSide } from './squares.ts';

export const crossingsSource: string = `
/* A copy whose source lies in order along an axis that is not the last: behind it the extents, and the strides of source and result. */
typedef struct { Word form, isWorthIt, rank, bytes, source, offset, result, axis; } Crossing;

static void copy_square(const char *from, long stride, char *to, long resultStride, long bytes, long lines, long places) {
  if (bytes == 4 && lines == ${squareSide} && places == ${squareSide}) {
    float square[${squareSide}][${squareSide}];
    transpose_square(from, stride * 4, square);
    for (long a = 0; a < lines; a++) memcpy(to + a * resultStride * 4, square[a], sizeof square[a]);
    return;
  }
  for (long a = 0; a < lines; a++) copy_run(to + a * resultStride * bytes, from + a * bytes, stride, bytes, places);
}
static void run_crossing(void *const *b, const double *q, long from, long to) {
  const Crossing *c = (const Crossing *)q;
  const Word *extents = (const Word *)(c + 1), *strides = extents + c->rank, *resultStrides = strides + c->rank;
  long last = c->rank - 1, places = extents[last], others = 1, index[MOST_AXES] = {0};
  for (long axis = 0; axis < last; axis++) if (axis != c->axis) others *= extents[axis];
  for (long other = 0; other < others; other++) {
    long offset = c->offset, resultOffset = 0;
    for (long axis = 0; axis < last; axis++) { offset += index[axis] * strides[axis]; resultOffset += index[axis] * resultStrides[axis]; }
    for (long t = from; t < to; t += ${squareSide}) for (long u = 0; u < places; u += ${squareSide}) {
      const char *source = (const char *)b[c->source] + (offset + t + u * strides[last]) * c->bytes;
      char *target = (char *)b[c->result] + (resultOffset + t * resultStrides[c->axis] + u) * c->bytes;
      long lines = to - t < ${squareSide} ? to - t : ${squareSide}, wide = places - u < ${squareSide} ? places - u : ${squareSide};
      copy_square(source, strides[last], target, resultStrides[c->axis], c->bytes, lines, wide);
    }
    for (long axis = last - 1; axis >= 0; axis--) {
      if (axis == c->axis) continue;
      if (++index[axis] < extents[axis]) break;
      index[axis] = 0;
    }
  }
}

`;
