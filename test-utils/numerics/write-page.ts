/** What `npm run numerics` does: measures everything and gives the page's text. */
import { backends, on } from '../conformance/modes.ts';
import { big } from './big-float.ts';
import { contracts } from './contract.ts';
import { type Measured, measure, samplesFor, ulpsFrom } from './measure.ts';
import { type FunctionFigures, numericsPage, type SumFigures } from './numerics-page.ts';
import { knownResults } from './sums.ts';

/** Measures `count` samples of each function, and sums of `size` elements. */
export function measuredPage(count: number, size: number, progress: (text: string) => void): string {
  const functions: FunctionFigures[] = contracts.flatMap((contract) =>
    (['float32', 'float64'] as const).map((dtype) => {
      progress(`${contract.name} ${dtype}`);
      const samples = samplesFor(contract, dtype, count, 1);
      const byBackend = new Map<string, Measured>();
      for (const backend of backends.running) {
        const [eager, captured] = [false, true].map((mode) => measure(contract, dtype, samples, backend, mode));
        byBackend.set(
          backend,
          (eager as Measured).ulps >= (captured as Measured).ulps ? (eager as Measured) : (captured as Measured),
        );
      }
      return { contract, dtype, samples: samples.truths.length, byBackend };
    }),
  );
  const sums: SumFigures[] = knownResults(size).map((result) => {
    progress(result.name);
    const measured = backends.running.map((backend) => {
      const found = on(backend, result.run);
      return [backend, ulpsFrom(found, big(result.exact), 'float32')] as const;
    });
    return { result, byBackend: new Map(measured) };
  });
  return numericsPage(functions, sums, backends.running);
}
