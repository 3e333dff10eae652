/** The commonest picture of the course: a figure over the steps of a training. */
import { type Chart, drawSvgChart } from '@deft/digits';

/** A named curve. */
export interface Curve {
  readonly name: string;
  readonly values: readonly number[];
  /** The step of each value: 1, 2, … unless told. */
  readonly steps?: readonly number[];
  /** Drawn as marks: for curves that may end after a point or two. */
  readonly marks?: boolean;
}

/** Draws curves as the text of an SVG file. */
export function drawCurves(
  title: string,
  yLabel: string,
  curves: readonly Curve[],
  { scale = 'linear', xLabel = 'step' }: { readonly scale?: Chart['scale']; readonly xLabel?: string } = {},
): string {
  const series = curves.map(({ name, values, steps, marks = false }) => ({
    name,
    x: steps ?? values.map((_, index) => index + 1),
    y: values,
    marks,
  }));
  return drawSvgChart({ title, xLabel, yLabel, scale, series });
}
