/**
 * Threads of native code, in C: one pool of POSIX threads, started with the first task that is worth dividing. A range is divided by
 * sizes alone: a stretch for every thread, in shares. A thread takes the shares of its own stretch one after the other, then those that
 * others have not taken yet, so a thread that the system does not run delays nobody: the caller does its work. Every share has
 * the same results whoever takes it. Between tasks workers look for the next one for a while before they sleep.
 *
 * There is one pool in a process: where several threads of Node compute at once, one of them has it, and the others compute alone meanwhile.
 *
 * A worker copies the task before it takes a share. Shares are taken from a counter that holds the task's turn: taking one succeeds
 * only while the task is not over, and then it has not been written over before, because the caller waits for every share.
 */
export const threadsSource: string = `
typedef struct {
  RangeFunction run;
  void *const *b;
  const double *q;
  long extent, multiple, stretches, shares;
} Task;

enum { MOST_THREADS = 64, LOOKS = 4000, MOST_SHARES = 64, LOOP_SHARES = 4 };
/* The next share of a stretch, and above it the turn of its task. */
typedef struct { long next; char apart[64 - sizeof(long)]; } Counter;
static struct {
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  Task task;
  long started, wanted;
  volatile long turn, left;
  volatile long sleeping;
  int isTaken;
  Counter counters[MOST_THREADS];
} pool = {.mutex = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER, .wanted = 1};

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

/* The next share of a stretch, or -1. */
static long take_share(long stretch, long turn, long shares) {
  long *counter = &pool.counters[stretch].next, known = __atomic_load_n(counter, __ATOMIC_ACQUIRE);
  while (known / MOST_SHARES == turn && known % MOST_SHARES < shares)
    if (__atomic_compare_exchange_n(counter, &known, known + 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return known % MOST_SHARES;
  return -1;
}
static void run_share(const Task *t, long stretch, long share) {
  long units = (t->extent + t->multiple - 1) / t->multiple, all = t->stretches * t->shares, number = stretch * t->shares + share;
  long from = number * units / all * t->multiple, to = (number + 1) * units / all * t->multiple;
  if (to > t->extent) to = t->extent;
  if (from < to) t->run(t->b, t->q, from, to);
}
static void run_shares(const Task *t, long turn, long own) {
  for (long i = 0; i < t->stretches; i++) {
    long stretch = (own + i) % t->stretches;
    for (long share; (share = take_share(stretch, turn, t->shares)) >= 0;) {
      run_share(t, stretch, share);
      __atomic_sub_fetch(&pool.left, 1, __ATOMIC_ACQ_REL);
    }
  }
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
    Task task = *(volatile Task *)&pool.task;
    if (task.stretches > 0) run_shares(&task, seen, number % task.stretches);
  }
  return NULL;
}

EXPORT void deft_set_threads(int threads) { pool.wanted = threads < 1 ? 1 : threads > MOST_THREADS ? MOST_THREADS : threads; }

static void divide_in(long shares, RangeFunction run, void *const *b, const double *q, long extent, long multiple, int isWorthIt) {
  long units = (extent + multiple - 1) / multiple;
  int isAlone = !isWorthIt || pool.wanted < 2 || units < 2;
  if (isAlone || __atomic_exchange_n(&pool.isTaken, 1, __ATOMIC_ACQUIRE)) { if (extent > 0) run(b, q, 0, extent); return; }
  while (pool.started + 1 < pool.wanted) {
    pthread_t thread;
    started_at[pool.started + 1] = pool.turn;
    if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)(pool.started + 1)) != 0) { pool.wanted = pool.started + 1; break; }
    pthread_detach(thread);
    pool.started++;
  }
  long turn = pool.turn + 1, stretches = units < pool.wanted ? units : pool.wanted;
  while (shares > 1 && stretches * shares > units) shares--;
  Task task = {run, b, q, extent, multiple, stretches, shares};
  pool.task = task;
  __atomic_store_n(&pool.left, stretches * shares, __ATOMIC_RELEASE);
  for (long i = 0; i < stretches; i++) __atomic_store_n(&pool.counters[i].next, turn * MOST_SHARES, __ATOMIC_RELEASE);
  __atomic_store_n(&pool.turn, turn, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&pool.sleeping, __ATOMIC_SEQ_CST) > 0) {
    pthread_mutex_lock(&pool.mutex);
    pthread_cond_broadcast(&pool.wake);
    pthread_mutex_unlock(&pool.mutex);
  }
  run_shares(&task, turn, 0);
  for (long looks = 0; __atomic_load_n(&pool.left, __ATOMIC_ACQUIRE) > 0; looks++) if (looks < LOOKS) relax(); else sched_yield();
  __atomic_store_n(&pool.isTaken, 0, __ATOMIC_RELEASE);
}
/* Loops are divided in more shares than there are threads; a product that packs its operands in one for each. */
static void divide(RangeFunction run, void *const *b, const double *q, long extent, long multiple, int isWorthIt) {
  divide_in(1, run, b, q, extent, multiple, isWorthIt);
}
static void divide_loop(RangeFunction run, void *const *b, const double *q, long extent, long multiple, int isWorthIt) {
  divide_in(LOOP_SHARES, run, b, q, extent, multiple, isWorthIt);
}
`;
