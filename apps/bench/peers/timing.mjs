/**
 * What the peer programs share: best-of timing and one JSON line for each workload.
 */

/** Times `f` (waiting for a promise) and prints `{"peer", "work", "ms"}`, or the error that the peer gave. */
export async function report(peer, work, f, { warmUp = 4, runs = 12 } = {}) {
  try {
    for (let i = 0; i < warmUp; i++) await f();
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < runs; i++) {
      const start = performance.now();
      await f();
      best = Math.min(best, performance.now() - start);
    }
    process.stdout.write(`${JSON.stringify({ peer, work, ms: Number(best.toFixed(4)) })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ peer, work, error: String(error.message).slice(0, 120) })}\n`);
  }
}
