/**
 * Runs programs without code of their own, in C: kernels are described by numbers (`blocks/` writes them), and computed a block of
 * elements at a time by the functions of `blocks/block-functions.ts`. A block stays in the first cache, so a chain of
 * functions reads and writes memory as often as compiled code does; an operand that lies in order is read where it is.
 *
 * A description is trusted: it is made from a program that was verified, and the lengths of its buffers are checked before.
 * Results are stored after everything that a block reads, so they may lie over operands as `mayOverwrite` says.
 */
import { blockFunctionsSource, blockLength, foldedLanes } from '../blocks/block-functions.ts';
import { crossingsSource } from './crossings.ts';
import { descriptionsSource } from './descriptions.ts';
import { hostCallsSource } from './host-calls.ts';
import { libraryHeader } from './library.ts';
import { scalarsSource } from './scalars.ts';
import { squaresSource } from './squares.ts';

/** The forms of descriptions, and of their instructions; functions of blocks follow the latter. */
export const descriptionForms = [
  'loop',
  'crossing',
  'scatter_form',
  'contract',
  'sort',
  'routine',
  'repeat',
  'branch',
  'call_form',
] as const;
export const instructions = [
  'load',
  'gather',
  'index',
  'store',
  'fill',
  'copy',
  'accumulate',
  'scatter',
  'call',
] as const;
/** How an operand lies along the axes of a block. */
export const layouts = ['flat', 'uniform', 'strided'] as const;
/** Axes that a description can have. */
export const mostAxes = 16;

const names = (list: readonly string[]): string => list.map((name) => name.toUpperCase()).join(', ');

/** The library of blocks. */
export const blocksSource: string = `
#include <stdlib.h>
${scalarsSource}
${libraryHeader}
${hostCallsSource}
${blockFunctionsSource}
${squaresSource}
enum { BLOCK_LENGTH = ${blockLength}, SLOT_BYTES = BLOCK_LENGTH * 8, MOST_AXES = ${mostAxes} };
enum { ${names(descriptionForms)} };
enum { ${names(instructions)} };
enum { ${names(layouts)} };

typedef int64_t Word;
/* Offsets within a description are counted in words from its own beginning. */
#define AT(description, offset) ((const Word *)(description) + (offset))

/* A buffer as seen from the points of a loop. Behind it lie the strides of all axes, and for every guard its offset, its limit
   and its coefficients. */
typedef struct { Word buffer, bytes, offset, layout, guards, fill; } Operand;
typedef struct { Word op, out, slot, x, y, z; } Instruction;
typedef struct { Word start, startBytes, join, finish, accumulator, shift, total, slot, bytes, spread; } Reduction;
typedef struct { Word reductionCount, reductions, list; } Pass;
typedef struct {
  Word form, extent, multiple, isWorthIt, rank, kept, alongReduced, slots, registers;
  Word extents, setup, passCount, passes, finish;
} Loop;

/* What a thread computes with. The axes of a block are the kept or the reduced ones; the others stand at index. */
typedef struct {
  const Loop *loop;
  void *const *b;
  char *slots;
  char **registers;
  long index[MOST_AXES];
  long first, end;
  long start, n;
  int32_t position;
} Frame;

/* Where an operand is at the index of the axes that are not the block's. */
static inline char *place_of(const Frame *f, const Operand *o) {
  const Word *strides = (const Word *)(o + 1);
  long offset = o->offset;
  for (long axis = 0; axis < f->first; axis++) offset += strides[axis] * f->index[axis];
  for (long axis = f->end; axis < f->loop->rank; axis++) offset += strides[axis] * f->index[axis];
  return (char *)f->b[o->buffer] + offset * o->bytes;
}

static void fill_run(char *to, const void *from, long bytes, long n) {
#define EACH(T) { T value = *(const T *)from; for (long i = 0; i < n; i++) ((T *)to)[i] = value; } break
  switch (bytes) { case 1: EACH(uint8_t); case 2: EACH(uint16_t); case 4: EACH(uint32_t); default: EACH(uint64_t); }
#undef EACH
}
static void copy_run(char *to, const char *from, long stride, long bytes, long n) {
  if (stride == 1) { memcpy(to, from, (size_t)(n * bytes)); return; }
  if (stride == 0) { fill_run(to, from, bytes, n); return; }
#define EACH(T) for (long i = 0; i < n; i++) ((T *)to)[i] = ((const T *)from)[i * stride]; break
  switch (bytes) { case 1: EACH(uint8_t); case 2: EACH(uint16_t); case 4: EACH(uint32_t); default: EACH(uint64_t); }
#undef EACH
}
static void spread_run(char *to, const char *from, long stride, long bytes, long n) {
  if (stride == 1) { memcpy(to, from, (size_t)(n * bytes)); return; }
#define EACH(T) for (long i = 0; i < n; i++) ((T *)to)[i * stride] = ((const T *)from)[i]; break
  switch (bytes) { case 1: EACH(uint8_t); case 2: EACH(uint16_t); case 4: EACH(uint32_t); default: EACH(uint64_t); }
#undef EACH
}

/* The points of a block as runs along its last axis. */
typedef struct { long index[MOST_AXES]; long left, n; } Walk;
static Walk walk_from(const Frame *f) {
  Walk w;
  const Word *extents = AT(f->loop, f->loop->extents);
  long rest = f->start;
  for (long axis = 0; axis < f->loop->rank; axis++) w.index[axis] = f->index[axis];
  for (long axis = f->end - 1; axis > f->first; axis--) {
    w.index[axis] = extents[axis] > 1 ? rest % extents[axis] : 0;
    if (extents[axis] > 1) rest /= extents[axis];
  }
  w.index[f->first] = rest;
  w.left = f->n;
  w.n = 0;
  return w;
}
/* The next run; its points follow one another along the last axis. */
static int next_run(const Frame *f, Walk *w) {
  const Word *extents = AT(f->loop, f->loop->extents);
  long last = f->end - 1;
  if (w->n > 0) {
    w->index[last] += w->n;
    for (long axis = last; axis > f->first && w->index[axis] >= extents[axis]; axis--) { w->index[axis] = 0; w->index[axis - 1]++; }
  }
  if (w->left <= 0) return 0;
  /* Where there is nothing to reduce, results are computed all the same. */
  long run = extents[last] - w->index[last];
  w->n = run < 1 ? 1 : run < w->left ? run : w->left;
  w->left -= w->n;
  return 1;
}
static inline long affine(const Frame *f, const Walk *w, long offset, const Word *coefficients) {
  for (long axis = 0; axis < f->loop->rank; axis++) offset += coefficients[axis] * w->index[axis];
  return offset;
}
static inline long quotient_up(long a, long b) { return a <= 0 ? 0 : (a + b - 1) / b; }

static char *load(const Frame *f, const Operand *o, char *slot) {
  if (o->layout == FLAT) return place_of(f, o) + f->start * o->bytes;
  if (o->layout == UNIFORM) { fill_run(slot, place_of(f, o), o->bytes, f->n); return slot; }
  const Word *strides = (const Word *)(o + 1);
  long rank = f->loop->rank, last = f->end - 1;
  char *out = slot;
  for (Walk w = walk_from(f); next_run(f, &w); out += w.n * o->bytes) {
    /* The points of the run that lie inside are some behind one another. */
    long inside = 0, outside = w.n;
    const Word *guard = strides + rank;
    for (long g = 0; g < o->guards; g++, guard += rank + 2) {
      long at = affine(f, &w, guard[0], guard + 2), limit = guard[1], step = guard[2 + last], from = 0, to = outside;
      if (step == 0) to = at >= 0 && at < limit ? to : 0;
      else if (step > 0) { from = quotient_up(-at, step); to = quotient_up(limit - at, step); }
      else { from = quotient_up(at - limit + 1, -step); to = at < 0 ? 0 : at / -step + 1; }
      if (from > inside) inside = from;
      if (to < outside) outside = to;
    }
    if (outside <= inside) { fill_run(out, &o->fill, o->bytes, w.n); continue; }
    long offset = affine(f, &w, o->offset, strides) + inside * strides[last];
    fill_run(out, &o->fill, o->bytes, inside);
    copy_run(out + inside * o->bytes, (const char *)f->b[o->buffer] + offset * o->bytes, strides[last], o->bytes, outside - inside);
    fill_run(out + outside * o->bytes, &o->fill, o->bytes, w.n - outside);
  }
  return slot;
}
static void store(const Frame *f, const Operand *o, const char *values) {
  if (o->layout == FLAT) { memcpy(place_of(f, o) + f->start * o->bytes, values, (size_t)(f->n * o->bytes)); return; }
  const Word *strides = (const Word *)(o + 1);
  for (Walk w = walk_from(f); next_run(f, &w); values += w.n * o->bytes) {
    char *to = (char *)f->b[o->buffer] + affine(f, &w, o->offset, strides) * o->bytes;
    spread_run(to, values, strides[f->end - 1], o->bytes, w.n);
  }
}
static void gather(char *out, const char *from, const int32_t *offsets, long bytes, long n) {
#define EACH(T) for (long i = 0; i < n; i++) ((T *)out)[i] = ((const T *)from)[offsets[i]]; break
  switch (bytes) { case 1: EACH(uint8_t); case 2: EACH(uint16_t); case 4: EACH(uint32_t); default: EACH(uint64_t); }
#undef EACH
}

static void execute(Frame *f, const Word *list) {
  const Instruction *in = (const Instruction *)(list + 1), *end = in + list[0];
  char **r = f->registers;
  for (; in < end; in++) {
    char *slot = f->slots + in->slot * SLOT_BYTES;
    switch (in->op) {
      case LOAD: r[in->out] = load(f, (const Operand *)AT(f->loop, in->x), slot); break;
      case GATHER: {
        const Operand *o = (const Operand *)AT(f->loop, in->x);
        gather(slot, (const char *)f->b[o->buffer] + o->offset * o->bytes, (const int32_t *)r[in->y], o->bytes, f->n);
        r[in->out] = slot;
      } break;
      case INDEX: {
        const Word *form = AT(f->loop, in->x);
        int32_t *out = (int32_t *)slot;
        for (Walk w = walk_from(f); next_run(f, &w); out += w.n) {
          int32_t at = (int32_t)affine(f, &w, form[0], form + 1), step = (int32_t)form[f->end];
          for (long i = 0; i < w.n; i++) out[i] = at + (int32_t)i * step;
        }
        r[in->out] = slot;
      } break;
      case STORE: store(f, (const Operand *)AT(f->loop, in->x), r[in->y]); break;
      case FILL: fill_run(slot, &in->y, in->x, f->n); r[in->out] = slot; break;
      case COPY: memcpy(slot, r[in->x], (size_t)(f->n * in->y)); r[in->out] = slot; break;
      case ACCUMULATE: block_functions[in->x](slot, r[in->y], &f->position, NULL, f->n); break;
      case SCATTER: block_functions[in->out](f->b[in->slot], r[in->x], r[in->y], AT(f->loop, in->z), f->n); break;
      default: {
        char *out = slot;
        if (in->slot < 0) {
          const Operand *o = (const Operand *)AT(f->loop, -in->slot);
          out = place_of(f, o) + f->start * o->bytes;
        }
        block_functions[in->op - CALL](out, r[in->x], r[in->y], r[in->z], f->n);
        r[in->out] = out;
      }
    }
  }
}

/* ---- loops ---- */

static void begin(Frame *f, const Pass *pass, long n) {
  const Reduction *reductions = (const Reduction *)AT(f->loop, pass->reductions);
  for (long i = 0; i < pass->reductionCount; i++) {
    const Reduction *r = &reductions[i];
    char *accumulator = f->slots + r->accumulator * SLOT_BYTES;
    fill_run(accumulator, &r->start, r->startBytes, n);
    /* Positions begin as 0. */
    if (r->shift > 0) memset(accumulator + r->shift, 0, (size_t)n * sizeof(int32_t));
  }
  f->position = 0;
}
/* Makes what was accumulated known under the names of the totals. */
static void finish(Frame *f, const Pass *pass, long n) {
  const Reduction *reductions = (const Reduction *)AT(f->loop, pass->reductions);
  for (long i = 0; i < pass->reductionCount; i++) {
    const Reduction *r = &reductions[i];
    char *total = f->slots + r->accumulator * SLOT_BYTES;
    if (f->loop->alongReduced) block_functions[r->join](total, NULL, NULL, NULL, 0);
    total += r->shift;
    if (r->finish >= 0) {
      char *slot = f->slots + r->slot * SLOT_BYTES;
      block_functions[r->finish](slot, total, NULL, NULL, n);
      total = slot;
    }
    if (f->loop->alongReduced && r->spread > 1) {
      char *slot = f->slots + r->slot * SLOT_BYTES;
      uint64_t value;
      memcpy(&value, total, (size_t)r->bytes);
      fill_run(slot, &value, r->bytes, r->spread);
      total = slot;
    }
    f->registers[r->total] = total;
  }
}
/* The next index of the axes from .. to; 0 after the last one. */
static int next_index(Frame *f, long from, long to) {
  const Word *extents = AT(f->loop, f->loop->extents);
  for (long axis = to - 1; axis >= from; axis--) {
    if (++f->index[axis] < extents[axis]) return 1;
    f->index[axis] = 0;
  }
  return 0;
}
static long product_of(const Word *extents, long from, long to) {
  long product = 1;
  for (long axis = from; axis < to; axis++) product *= extents[axis];
  return product;
}

static __thread char *frame_memory;
static __thread size_t frame_bytes;

static void run_loop(void *const *b, const double *q, long from, long to) {
  const Loop *l = (const Loop *)q;
  const Word *extents = AT(l, l->extents);
  size_t bytes = (size_t)l->slots * SLOT_BYTES + (size_t)l->registers * sizeof(char *);
  if (bytes > frame_bytes) {
    free(frame_memory);
    if (posix_memalign((void **)&frame_memory, 64, bytes) != 0) abort();
    frame_bytes = bytes;
  }
  Frame f = {.loop = l, .b = b, .slots = frame_memory, .registers = (char **)(frame_memory + (size_t)l->slots * SLOT_BYTES)};
  f.first = l->alongReduced ? l->kept : 0;
  f.end = l->alongReduced ? l->rank : l->kept;
  long points = product_of(extents, l->kept, l->rank), most = l->alongReduced ? points : to - from;
  f.n = most < BLOCK_LENGTH ? most : BLOCK_LENGTH;
  if (f.n < 1) f.n = 1;
  execute(&f, AT(l, l->setup));
  const Pass *passes = (const Pass *)AT(l, l->passes);
  const Word *last = AT(l, l->finish);
  if (l->alongReduced) {
    for (long place = from; place < to; place++) {
      long rest = place;
      for (long axis = l->kept - 1; axis >= 0; axis--) { f.index[axis] = rest % extents[axis]; rest /= extents[axis]; }
      for (long p = 0; p < l->passCount; p++) {
        begin(&f, &passes[p], ${foldedLanes});
        for (f.start = 0; f.start < points; f.start += BLOCK_LENGTH) {
          f.n = points - f.start < BLOCK_LENGTH ? points - f.start : BLOCK_LENGTH;
          f.position = (int32_t)f.start;
          execute(&f, AT(l, passes[p].list));
        }
        finish(&f, &passes[p], 1);
      }
      f.start = 0;
      f.n = 1;
      execute(&f, last);
    }
    return;
  }
  for (f.start = from; f.start < to; f.start += BLOCK_LENGTH) {
    f.n = to - f.start < BLOCK_LENGTH ? to - f.start : BLOCK_LENGTH;
    for (long p = 0; p < l->passCount; p++) {
      begin(&f, &passes[p], f.n);
      if (points > 0) do { execute(&f, AT(l, passes[p].list)); f.position++; } while (next_index(&f, l->kept, l->rank));
      finish(&f, &passes[p], f.n);
    }
    execute(&f, last);
  }
}

${crossingsSource}
${descriptionsSource}
`;
