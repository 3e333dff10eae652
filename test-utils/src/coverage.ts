/**
 * What is known to hold for every registered op, as rows and as a table: which derivatives it has, how it batches, what
 * its samples cover, and its limitations with their reasons.
 */
import { allOperations, type Operation } from '@deft/core';

/** How an op is differentiated: rules of its own, through the ops it is made of, or not at all. */
export type DerivativeState = 'rules' | 'composed' | 'none';

/** One op. */
export interface CoverageRow {
  readonly name: string;
  readonly group: string;
  readonly kind: Operation['kind'];
  readonly derivatives: DerivativeState;
  readonly batching: 'elementwise' | 'composed' | 'rule';
  readonly samples: number;
  readonly errors: number;
  /** Dtypes of the samples' inputs. */
  readonly dtypes: readonly string[];
  /** `wasm, float64: reason`. */
  readonly limitations: readonly string[];
}

/**
 * How an op is differentiated, or the reason why its record does not say so: a primitive has both rules or a reason for having
 * none, a composite may have rules, and nothing has rules and a reason.
 */
export function derivativeState(operation: Operation): DerivativeState | { readonly problem: string } {
  const { jvp, vjp, compose, nonDifferentiable, inputs } = operation;
  if (nonDifferentiable !== undefined) {
    if (nonDifferentiable.trim() === '') return { problem: 'the reason for having no derivative is empty' };
    return jvp || vjp ? { problem: 'it has a rule and a reason for having none' } : 'none';
  }
  if (jvp && vjp) return 'rules';
  if (compose) return jvp || vjp ? 'rules' : 'composed';
  if (inputs.length === 0) return { problem: 'it has no tensor inputs: say so in nonDifferentiable' };
  return { problem: `it has no ${jvp ? 'vjp' : vjp ? 'jvp' : 'jvp and no vjp'}, and no reason why` };
}

function rowOf(operation: Operation): CoverageRow {
  const state = derivativeState(operation);
  return {
    name: operation.name,
    group: operation.doc.group,
    kind: operation.kind,
    derivatives: typeof state === 'string' ? state : 'none',
    batching: typeof operation.batch === 'string' ? operation.batch : 'rule',
    samples: operation.samples.length,
    errors: operation.errors.length,
    dtypes: [...new Set(operation.samples.flatMap(({ inputs }) => inputs.map(({ dtype }) => dtype)))].sort(),
    limitations: operation.limitations.map(
      ({ backend = 'every backend', dtype = 'every dtype', reason }) => `${backend}, ${dtype}: ${reason}`,
    ),
  };
}

/** A row for every op given; of all registered ones unless told. */
export function coverageOf(operations: readonly Operation[] = allOperations()): CoverageRow[] {
  return operations.map(rowOf);
}

/** The rows as a Markdown table. */
export function coverageTable(rows: readonly CoverageRow[]): string {
  const cells = rows.map((row) => [
    `\`${row.name}\``,
    row.group,
    row.kind,
    row.derivatives,
    row.batching,
    `${row.samples} + ${row.errors} errors`,
    row.dtypes.join(', '),
    row.limitations.join('; '),
  ]);
  const heads = ['op', 'group', 'kind', 'derivatives', 'batching', 'samples', 'dtypes', 'limitations'];
  return [heads, heads.map(() => '---'), ...cells].map((line) => `| ${line.join(' | ')} |`).join('\n');
}
