/** What all native programs share, in C. It is built once for a machine and stays loaded. */
import { productsSource } from './products.ts';
import { sortNames, sortsSource } from './sorts.ts';
import { threadsSource } from './threads.ts';

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
  SortFunction ${sortNames};
} Runtime;
`;

/** The library itself. */
export const librarySource: string = `
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
${libraryHeader}
#define EXPORT __attribute__((visibility("default")))

${threadsSource}
${productsSource}
${sortsSource}
/* ---- what programs are given ---- */

static const Runtime runtime = {divide_loop, product, pack, ${sortNames}};
/* Once a mapped block of some size was freed, glibc serves blocks up to that size from memory it keeps, rather than from new pages for
   each, which take longer to get than to compute with. Results of ops come and go in such sizes. */
static void keep_large_blocks(void) { char *volatile block = malloc((32 << 20) - 8192); free(block); }
EXPORT double deft_runtime(void) { keep_large_blocks(); return (double)(uintptr_t)&runtime; }
EXPORT double deft_address(const void *place) { return (double)(uintptr_t)place; }
/* Bytes of a buffer in a table of addresses, for calls of the host. */
EXPORT void deft_fetch(void *to, double table, double buffer, double bytes) { memcpy(to, ((void **)(uintptr_t)table)[(long)buffer], (size_t)bytes); }
EXPORT void deft_store(const void *from, double table, double buffer, double bytes) { memcpy(((void **)(uintptr_t)table)[(long)buffer], from, (size_t)bytes); }
`;
