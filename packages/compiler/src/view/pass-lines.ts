/**
 * The lines of graph text, each with the values that it defines and uses, so that two texts can be compared although a node more or
 * less numbers all values behind it anew. Values of a region have names of their own; here every region has a number before them.
 */

/** A line of graph text. */
export interface PassLine {
  readonly text: string;
  readonly defines: readonly string[];
  readonly uses: readonly string[];
}

/** Texts within a line may look like values. */
const withoutStrings = (line: string): string => line.replace(/"(?:[^"\\]|\\.)*"/g, (text) => '_'.repeat(text.length));

/** The lines of a text that `printGraph` wrote. */
export function passLines(text: string): PassLine[] {
  const scopes: number[] = [];
  let count = 0;
  return text.split('\n').map((line): PassLine => {
    const defines: string[] = [];
    const uses: string[] = [];
    const values = (part: string): string[] =>
      (part.match(/%\d+/g) ?? []).map((name) => `${scopes.at(-1) ?? 0}.${name.slice(1)}`);
    const plain = withoutStrings(line);
    const opens = /(?:^| )graph\([^()]*\) \{$/.exec(plain);
    const own = opens === null ? plain : plain.slice(0, opens.index);
    if (/^\s*\}/.test(own)) scopes.pop();
    const equals = own.indexOf(' = ');
    if (equals >= 0) defines.push(...values(own.slice(0, equals)));
    uses.push(...values(own.slice(Math.max(0, equals))));
    if (opens !== null) {
      scopes.push(count++);
      defines.push(...values(opens[0]));
    }
    return { text: line, defines, uses };
  });
}
