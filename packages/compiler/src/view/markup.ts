/**
 * HTML that is put together from pieces. A text that is put in is escaped unless it is markup already, so nothing that comes from
 * outside (names, files, attributes, reasons) can become an element, end an attribute or run.
 */

/** A piece of HTML. Only `markup` and `trusted` make one. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can be put into markup: texts are escaped, lists are put one behind the other, `undefined` is nothing. */
export type Content = Markup | string | number | undefined | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};
/** What is not seen, or turns the direction of writing, so that a text would seem to be another. Line feeds and tabs may stay. */
const unseen = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}]/gu;

/** A text as it can stand in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(unseen, '\ufffd').replace(/[&<>"'`]/g, (one) => entities[one] as string);
}

function htmlOf(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (content === undefined) return '';
  if (typeof content === 'object') return content.map(htmlOf).join('');
  return escapeHtml(String(content));
}

/** HTML with contents put in. Attributes that take some must be in double quotes. */
export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.map((part, i) => part + htmlOf(contents[i])).join(''));
}

/** A text of this library's own that is HTML as it stands. */
export function trusted(text: string): Markup {
  return new Markup(text);
}
