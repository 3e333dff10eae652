/** Writes SVG: elements as text, with everything that comes from outside escaped. */

/** The colours and the typeface that all drawings share. */
export const STYLE = {
  background: '#ffffff',
  text: '#1f2430',
  quiet: '#667085',
  line: '#98a1b0',
  grid: '#e8ebf0',
  series: ['#1d5fc4', '#e06c1f', '#1b8a5a', '#8a3fb0'],
  right: '#1b8a5a',
  wrong: '#c8322b',
  font: "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif",
} as const;

/** Values of attributes; numbers are rounded to a hundredth, which is far below a pixel. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One element; `content` is SVG already (see {@link escapeText} for text). */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? decimal(value) : escapeText(value ?? '')}"`)
    .join('');
  return content.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${content.join('')}</${name}>`;
}

/** A line of text. */
export function textElement(text: string, attributes: Attributes): string {
  return element('text', attributes, escapeText(text));
}

/** A whole drawing of `width` × `height` on a light background, titled for those who hear it read. */
export function svgDocument(width: number, height: number, title: string, content: readonly string[]): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${decimal(width)} ${decimal(height)}`,
    'font-family': STYLE.font,
    role: 'img',
  };
  const background = element('rect', { width, height, fill: STYLE.background });
  return `${element('svg', attributes, ['', element('title', {}, escapeText(title)), background, ...content, ''].join('\n'))}\n`;
}

/** `text` as SVG text or attribute value; characters that XML does not allow become `�`. */
export function escapeText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A number for a path or an attribute, with at most two decimals. */
export function decimal(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}
