/** Whatever text is put into markup, a reader of HTML gets it back as text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, markup, trusted } from './markup.ts';

describe('markup', () => {
  it('escapes texts, and leaves markup and lists of it as they are', () => {
    const part = markup`<b title="${'a"b'}">${'<i>'}</b>`;
    expect(markup`<p>${[part, ' & ', 3]}${undefined}</p>`.text).toBe(
      '<p><b title="a&quot;b">&lt;i&gt;</b> &amp; 3</p>',
    );
    expect(markup`${trusted('<hr>')}`.text).toBe('<hr>');
  });

  it('leaves no character that means something to HTML', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"'`]|&(?!amp;|lt;|gt;|quot;|#39;|#96;)/);
        expect(escaped).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });

  it('shows what turns the direction of writing', () => {
    expect(escapeHtml('a\u202eb\u0000\n')).toBe('a\ufffdb\ufffd\n');
  });
});
