/**
 * Threads of native code, in C: one pool of POSIX threads, started with the first task that is worth dividing. A range is divided in
 * even parts by sizes alone, part 0 runs on the caller, and every part has the same results whoever runs it. Between tasks
 * workers look for the next one for a while before they sleep.
 */
export const threadsSource: string = `
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

`;
