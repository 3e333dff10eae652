/**
 * Signatures of methods from those of free functions: of a type `<const X extends TensorLike, …>(x: X, …) => R` the method
 * is `<const X extends Tensor, …>(this: X, …): R`.
 */

/** Place behind the bracket that closes the one at `start`. The `>` of an arrow closes nothing. */
function behindBracket(text, start) {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if ('<([{'.includes(text[i])) depth++;
    if ('>)]}'.includes(text[i]) && text[i - 1] !== '=') depth--;
    if (depth === 0) return i + 1;
  }
  return -1;
}

/** Parameters at the commas between them. */
function splitParameters(text) {
  const parts = [];
  let [depth, from] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if ('<([{'.includes(text[i])) depth++;
    if ('>)]}'.includes(text[i]) && text[i - 1] !== '=') depth--;
    if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}

/** The type that an op's file gives its function: written in place, or an alias beside it. */
function functionType(source, type) {
  if (!/^\w+$/.test(type)) return type;
  return new RegExp(`^(?:export )?type ${type} = ([^;]*(?:;(?! *$|\\n)[^;]*)*);\\n`, 'm').exec(source)?.[1] ?? '';
}

/** The method's signature; `undefined` where the function's type has another form. */
export function methodSignature(source, type) {
  const text = functionType(source, type).trim();
  if (!text.startsWith('<')) return undefined;
  const behindTypes = behindBracket(text, 0);
  if (text[behindTypes] !== '(') return undefined;
  const behindParameters = behindBracket(text, behindTypes);
  const [first, ...rest] = splitParameters(text.slice(behindTypes + 1, behindParameters - 1));
  const [, name] = /^\w+: (\w+)(?: & .*)?$/s.exec(first ?? '') ?? [];
  const result = /^\s*=>\s*(.*)$/s.exec(text.slice(behindParameters))?.[1];
  const bound = `const ${name} extends TensorLike`;
  if (name === undefined || result === undefined || !text.slice(0, behindTypes).includes(bound)) return undefined;
  const types = text.slice(0, behindTypes).replace(bound, `const ${name} extends Tensor`);
  return `${types}(${[`this: ${name}`, ...rest].join(', ')}): ${result}`;
}
