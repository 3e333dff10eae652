/** Draws what a network says of each point of a square: shaded squares, the border where it is undecided, and examples. */
import { element, STYLE, svgDocument, textElement } from '@deft/digits';

const SIDE = 420;
const LEFT = 48;
const TOP = 60;

/** What is drawn. */
export interface Plane {
  readonly title: string;
  /** Both axes go from `low` to `high`. */
  readonly low: number;
  readonly high: number;
  /** `values[row][column]`, 0 to 1, rows from the bottom; as many rows as columns. */
  readonly values: readonly (readonly number[])[];
  readonly examples: readonly { readonly x: number; readonly y: number; readonly positive: boolean }[];
}

/** Draws the plane as the text of an SVG file. */
export function drawPlane({ title, low, high, values, examples }: Plane): string {
  const size = SIDE / values.length;
  const squares = values.flatMap((row, fromBelow) =>
    row.map((value, column) => {
      const fill = value > 0.5 ? STYLE.series[0] : STYLE.series[1];
      const place = { x: LEFT + column * size, y: TOP + SIDE - (fromBelow + 1) * size };
      return element('rect', {
        ...place,
        width: size,
        height: size,
        fill,
        'shape-rendering': 'crispEdges',
        'fill-opacity': 0.08 + 1.2 * Math.abs(value - 0.5),
      });
    }),
  );
  const across = (x: number): number => LEFT + ((x - low) / (high - low)) * SIDE;
  const up = (y: number): number => TOP + SIDE - ((y - low) / (high - low)) * SIDE;
  const dots = examples.map(({ x, y, positive }) =>
    element('circle', {
      cx: across(x),
      cy: up(y),
      r: 9,
      fill: positive ? STYLE.series[0] : STYLE.series[1],
      stroke: STYLE.background,
      'stroke-width': 3,
    }),
  );
  const ticks = [0, 1].flatMap((value) => [
    textElement(String(value), { x: across(value), y: TOP + SIDE + 20, 'font-size': 13, fill: STYLE.quiet }),
    textElement(String(value), { x: LEFT - 18, y: up(value) + 4, 'font-size': 13, fill: STYLE.quiet }),
  ]);
  const heading = textElement(title, { x: LEFT, y: 34, 'font-size': 18, 'font-weight': 600, fill: STYLE.text });
  return svgDocument(LEFT + SIDE + 24, TOP + SIDE + 36, title, [heading, ...squares, ...dots, ...ticks]);
}
