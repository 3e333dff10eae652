/**
 * Runs the kernels of a description one after the other, in C, and the lists within those that hold some. A part of the library of
 * blocks, whose names it uses. Steps of a repeat move the addresses of places and copy nothing: see `RepeatKernel`.
 */
import { squareSide } from './squares.ts';

export const descriptionsSource: string = `
typedef struct { Word form, base, result, bytes, loop; } Scatter;
typedef struct { Word form, left, right, result, tables[6], m, n, k, batches, isWorthIt, panels; } Contract;
typedef struct { Word form, dtype, source, result, rows, length, descending, positions; } Sort;
typedef struct { Word form, function, list, instances, isWorthIt, bufferCount; } Routine;
/* steps: -1 for no bound; buffers and lists that are not there: -1. */
typedef struct {
  Word form, steps, count, reverse, condition, holds, taken, carryCount, carries, readCount, writeCount, slices, body, packedCount, packed;
} Repeat;
typedef struct { Word initial, current, next, spare, result, bytes; } Carry;
typedef struct { Word stack, place, bytes; } Slice;
typedef struct { Word form, index, branches, lists; } Branch;
typedef struct { Word form, call, slot; } Call;

/* What runs kernels gives 0 where a call of the host has stopped the program. */
static int run_list(const Runtime *rt, void **b, const Word *words, long list);

static Product product_of_contract(void *const *b, const Contract *c) {
  const int32_t *t[6];
  for (int i = 0; i < 6; i++) t[i] = (const int32_t *)(intptr_t)c->tables[i];
  Product p = {b[c->left], b[c->right], b[c->result], t[0], t[1], t[2], t[3], t[4], t[5], c->m, c->n, c->k, c->batches, (const float *)(intptr_t)c->panels};
  return p;
}

static int run_repeat(const Runtime *rt, void **b, const Word *words, const Repeat *r) {
  const Carry *carries = (const Carry *)AT(r, r->carries);
  const Slice *slices = (const Slice *)AT(r, r->slices);
  const Word *packed = AT(r, r->packed);
  long most = r->steps < 0 ? INT64_MAX : r->steps, step = 0;
  if (r->count >= 0 && *(const int32_t *)b[r->count] < most) most = *(const int32_t *)b[r->count];
  if (most < 0) most = 0;
  for (long i = 0; i < r->carryCount; i++) b[carries[i].current] = b[carries[i].initial];
  /* Where the number of steps is known, the last one writes to the results. */
  int toResult = r->condition < 0 ? most % 2 == 1 : 1;
  /* A call of the host may run the same description meanwhile. */
  Word around[r->packedCount + 1];
  int goes = 1;
  for (long i = 0; i < r->packedCount; i++) {
    Contract *c = (Contract *)(words + packed[i]);
    around[i] = c->panels;
    const char *right = (const char *)b[c->right] + *(const int32_t *)(intptr_t)c->tables[5];
    c->panels = (Word)(intptr_t)rt->pack(right, (const int32_t *)(intptr_t)c->tables[2], (const int32_t *)(intptr_t)c->tables[3], c->n, c->k);
  }
  for (; step < most; step++) {
    if (r->condition >= 0) {
      if (!(goes = run_list(rt, b, words, r->condition))) break;
      if (!*(const uint8_t *)b[r->holds]) break;
    }
    long position = r->reverse ? most - 1 - step : step;
    for (long i = 0; i < r->readCount + r->writeCount; i++) b[slices[i].place] = (char *)b[slices[i].stack] + position * slices[i].bytes;
    for (long i = 0; i < r->carryCount; i++) if (carries[i].spare >= 0) b[carries[i].next] = toResult ? b[carries[i].result] : b[carries[i].spare];
    if (!(goes = run_list(rt, b, words, r->body))) break;
    void *after[r->carryCount + 1];
    for (long i = 0; i < r->carryCount; i++) after[i] = b[carries[i].next];
    for (long i = 0; i < r->carryCount; i++) b[carries[i].current] = after[i];
    toResult = !toResult;
  }
  for (long i = 0; i < r->packedCount; i++) {
    Contract *c = (Contract *)(words + packed[i]);
    free((void *)(intptr_t)c->panels);
    c->panels = around[i];
  }
  if (!goes) return 0;
  for (long i = 0; i < r->carryCount; i++)
    if (b[carries[i].current] != b[carries[i].result]) move_bytes(b[carries[i].result], b[carries[i].current], (size_t)carries[i].bytes);
  /* Slices of steps that were not taken are zeros. */
  long first = r->reverse ? most - step : 0;
  for (long i = r->readCount; i < r->readCount + r->writeCount; i++) {
    char *stack = b[slices[i].stack];
    clear_bytes(stack, (size_t)(first * slices[i].bytes));
    clear_bytes(stack + (first + step) * slices[i].bytes, (size_t)((r->steps - first - step) * slices[i].bytes));
  }
  if (r->taken >= 0) *(int32_t *)b[r->taken] = (int32_t)step;
  return 1;
}

static int run_kernel(const Runtime *rt, void **b, const Word *words, const Word *kernel) {
  switch (kernel[0]) {
    case LOOP: {
      const Loop *l = (const Loop *)kernel;
      rt->divide(run_loop, b, (const double *)l, l->extent, l->multiple, (int)l->isWorthIt);
    } break;
    case CROSSING: {
      const Crossing *c = (const Crossing *)kernel;
      rt->divide(run_crossing, b, (const double *)c, ((const Word *)(c + 1))[c->axis], ${squareSide}, (int)c->isWorthIt);
    } break;
    case SCATTER_FORM: {
      const Scatter *s = (const Scatter *)kernel;
      const Loop *l = (const Loop *)AT(s, s->loop);
      if (s->base < 0) clear_bytes(b[s->result], (size_t)s->bytes);
      else move_bytes(b[s->result], b[s->base], (size_t)s->bytes);
      if (l->extent > 0) run_loop(b, (const double *)l, 0, l->extent);
    } break;
    case CONTRACT: {
      const Contract *c = (const Contract *)kernel;
      Product p = product_of_contract(b, c);
      rt->product(&p, (int)c->isWorthIt);
    } break;
    case SORT: {
      const Sort *s = (const Sort *)kernel;
      (&rt->sort_bool)[s->dtype](b[s->source], b[s->result], s->rows, s->length, (int)s->descending, (int)s->positions);
    } break;
    case ROUTINE: {
      const Routine *r = (const Routine *)kernel;
      const Word *buffers = (const Word *)(r + 1);
      void *own[r->bufferCount + 1];
      for (long i = 0; i < r->bufferCount; i++) own[i] = b[buffers[i]];
      rt->divide((RangeFunction)(intptr_t)r->function, own, (const double *)(intptr_t)r->list, r->instances, 1, (int)r->isWorthIt);
    } break;
    case REPEAT: return run_repeat(rt, b, words, (const Repeat *)kernel);
    case BRANCH: {
      const Branch *own = (const Branch *)kernel;
      long index = *(const int32_t *)b[own->index];
      return run_list(rt, b, words, AT(own, own->lists)[index < 0 ? 0 : index >= own->branches ? own->branches - 1 : index]);
    }
    case CALL_FORM: {
      const Call *c = (const Call *)kernel;
      return call_host(b, c->slot, c->call);
    }
  }
  return 1;
}
/* A list: how many kernels, and where each one is, in words from the beginning. */
static int run_list(const Runtime *rt, void **b, const Word *words, long list) {
  for (long i = 0; i < words[list]; i++) if (!run_kernel(rt, b, words, words + words[list + 1 + i])) return 0;
  return 1;
}

/* library: the runtime; addresses: of the buffers, count of them, the last one of what calls the host; description: its words, root: its list. Pointers come as doubles. */
__attribute__((visibility("default"))) void deft_run_blocks(double library, double addresses, double count, double description, double root) {
  const double *given = (const double *)(uintptr_t)addresses;
  void *b[(long)count + 1];
  for (long i = 0; i < (long)count; i++) b[i] = (void *)(uintptr_t)given[i];
  run_list((const Runtime *)(uintptr_t)library, b, (const Word *)(uintptr_t)description, (long)root);
}
`;
