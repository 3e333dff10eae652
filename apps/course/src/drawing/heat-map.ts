/** Draws a table of numbers as shaded squares: attention, probabilities, confusion matrices. */
import { element, STYLE, svgDocument, textElement } from '@deft/digits';

/** Pixels beside the squares, where names are short. */
const MARGIN = 92;
/** Pixels that a letter of a name takes, about. */
const LETTER = 7;

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
  const longest = (all: readonly string[]): number => LETTER * Math.max(...all.map((name) => name.length));
  const left = Math.max(MARGIN, longest(rows) + 40);
  // Names that are wider than a square lean, half as high as they are long.
  const leans = longest(columns) > side;
  const top = leans ? MARGIN + longest(columns) / 2 : MARGIN;
  const label = { 'font-size': 13, fill: STYLE.text, 'text-anchor': 'middle' };
  const columnName = (name: string, at: number): string => {
    const [x, y] = [left + side * (at + 0.5), top - 10];
    const leaning = { 'text-anchor': 'start', transform: `rotate(-30 ${x} ${y})` };
    return textElement(name, { ...label, x, y, ...(leans && leaning) });
  };
  const width = Math.max(left + side * columns.length + (leans ? longest(columns) : 24), 60 + title.length * 9);
  const height = top + side * rows.length + 24;
  const middle = top + (side * rows.length) / 2;
  const names = [
    textElement(title, { x: 24, y: 30, 'font-size': 16, 'font-weight': 600, fill: STYLE.text }),
    textElement(columnsLabel, { ...label, x: left + (side * columns.length) / 2, y: 58, fill: STYLE.quiet }),
    textElement(rowsLabel, { ...label, x: 20, y: middle, transform: `rotate(-90 20 ${middle})`, fill: STYLE.quiet }),
    ...columns.map(columnName),
    ...rows.map((name, at) =>
      textElement(name, { ...label, x: left - 10, y: top + side * (at + 0.5) + 4, 'text-anchor': 'end' }),
    ),
  ];
  const squares = values.flatMap((row, at) => {
    const largest = Math.max(...row, Number.MIN_VALUE);
    return row.flatMap((value, column) => {
      const [x, y] = [left + side * column, top + side * at];
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
