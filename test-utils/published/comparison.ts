/** What a comparison with published values says. */

/** One line of the report. */
export interface Comparison {
  readonly text: string;
  readonly passed: boolean;
  /** Of a function: its name with the dtype, and the distance of its worst element. */
  readonly worst?: { readonly name: string; readonly ulps: number };
}
