/** Draws a table of numbers as shaded squares: attention, probabilities, confusion matrices. */
import { element, STYLE, svgDocument, textElement } from '@deft/digits';

const LEFT = 92;
const TOP = 92;

/** What a heat map shows. */
export interface HeatMap {
  readonly title: string;
  /** Name of each row, from the top. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly rowsLabel: string;
  readonly columnsLabel: string;
  /** `values[row][column]`, none negative. */
  readonly values: readonly (readonly number[])[];
  /** The text in a square; nothing where it is empty. */
  readonly cellText: (value: number) => string;
  /** Pixels of a square's side. */
  readonly side?: number;
}

/** Draws a heat map as the text of an SVG file: white is 0, the darkest square the largest value of its row. */
export function drawHeatMap({
  title,
  rows,
  columns,
  rowsLabel,
  columnsLabel,
  values,
  cellText,
  side = 44,
}: HeatMap): string {
  const width = Math.max(LEFT + side * columns.length + 24, 60 + title.length * 9);
  const height = TOP + side * rows.length + 24;
  const label = { 'font-size': 13, fill: STYLE.text, 'text-anchor': 'middle' };
  const middle = TOP + (side * rows.length) / 2;
  const names = [
    textElement(title, { x: 24, y: 30, 'font-size': 16, 'font-weight': 600, fill: STYLE.text }),
    textElement(columnsLabel, { ...label, x: LEFT + (side * columns.length) / 2, y: 58, fill: STYLE.quiet }),
    textElement(rowsLabel, { ...label, x: 20, y: middle, transform: `rotate(-90 20 ${middle})`, fill: STYLE.quiet }),
    ...columns.map((name, at) => textElement(name, { ...label, x: LEFT + side * (at + 0.5), y: TOP - 10 })),
    ...rows.map((name, at) =>
      textElement(name, { ...label, x: LEFT - 10, y: TOP + side * (at + 0.5) + 4, 'text-anchor': 'end' }),
    ),
  ];
  const squares = values.flatMap((row, at) => {
    const largest = Math.max(...row, Number.MIN_VALUE);
    return row.flatMap((value, column) => {
      const [x, y] = [LEFT + side * column, TOP + side * at];
      const share = Number.isFinite(value) ? value / largest : 0;
      const square = { x, y, width: side - 1, height: side - 1, fill: STYLE.series[0], 'fill-opacity': share };
      const text = cellText(value);
      const ink = share > 0.55 ? STYLE.background : STYLE.text;
      const written = { ...label, x: x + side / 2, y: y + side / 2 + 4, 'font-size': 11, fill: ink };
      return text === '' ? [element('rect', square)] : [element('rect', square), textElement(text, written)];
    });
  });
  return svgDocument(width, height, title, [...squares, ...names]);
}
