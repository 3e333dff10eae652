/**
 * Paths with fields: `models/{epoch:03d}-{valLoss:.2f}.safetensors`. A field becomes a number, so nothing that it may be
 * leads to another folder than the one that the template names.
 */
import { raise } from '@deft/core';

/** A piece of a template: text, or a field with a format. */
type Piece =
  | { readonly text: string }
  | {
      readonly field: string;
      readonly width: number;
      readonly fillsZeros: boolean;
      readonly digits: number | undefined;
      readonly kind: string;
    };

/** A format as Python has it, as far as it is for numbers: `03d`, `.2f`, `8.3e`. */
const fieldPattern = /^\{([A-Za-z_$][\w$]*)(?::(0?)(\d{0,2})(?:\.(\d{1,2}))?([dfe]?))?\}$/;

/** Reads a template. Throws `E_MODEL` for braces that do not match and for fields that are none. */
export function parseTemplate(op: string, template: string): readonly Piece[] {
  const reject = (found: string): never =>
    raise('E_MODEL', {
      op,
      argument: 'path',
      expected: 'fields such as {epoch}, {epoch:03d} or {valLoss:.2f}; {{ and }} for braces',
      found,
    });
  if (typeof template !== 'string' || template === '' || template.includes('\0')) reject(JSON.stringify(template));
  return template.split(/(\{\{|\}\}|\{[^{}]*\})/).map((part): Piece => {
    if (part === '{{' || part === '}}') return { text: part.charAt(0) };
    if (!/[{}]/.test(part)) return { text: part };
    const match = fieldPattern.exec(part);
    if (!match) return reject(part);
    const [, field = '', zero, width, digits, kind = ''] = match;
    if (kind === 'd' && digits !== undefined) return reject(part);
    return {
      field,
      width: Number(width ?? 0),
      fillsZeros: zero === '0',
      digits: digits === undefined ? undefined : Number(digits),
      kind,
    };
  });
}

function formatNumber(value: number, { width, fillsZeros, digits, kind }: Extract<Piece, { field: string }>): string {
  let text: string;
  if (!Number.isFinite(value)) text = Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  else if (kind === 'd') text = String(Math.trunc(value));
  else if (kind === 'e') text = value.toExponential(digits ?? 6);
  else if (kind === 'f' || digits !== undefined) text = value.toFixed(digits ?? 6);
  else text = String(value);
  if (!fillsZeros || !Number.isFinite(value)) return text.padStart(width);
  const sign = text.startsWith('-') ? '-' : '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

/** The path for values. Throws `E_MODEL` for a field without a number. */
export function fillTemplate(
  op: string,
  pieces: readonly Piece[],
  values: { readonly [field: string]: unknown },
): string {
  return pieces
    .map((piece) => {
      if ('text' in piece) return piece.text;
      const value = Object.hasOwn(values, piece.field) ? values[piece.field] : undefined;
      if (typeof value === 'number') return formatNumber(value, piece);
      const expected = `one of the fields ${Object.keys(values).join(', ')}`;
      return raise('E_MODEL', { op, argument: 'path', expected, found: `{${piece.field}}` });
    })
    .join('');
}
