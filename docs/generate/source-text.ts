/**
 * Reads what the registry does not hold out of the op files' text: the parameters of the public function, and the fields of
 * its options with their comments. Op files are written in one form, which is what makes this little enough.
 */

/** A parameter of a public function. */
export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  /** The default as it is written, if it is a plain value. */
  readonly fallback: string | undefined;
}

/** A field of an options object. */
export interface OptionField {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly comment: string;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']', '<': '>' };

/** The text within the bracket at `start`. */
function within(text: string, start: number): string {
  const stack: string[] = [];
  for (let i = start; i < text.length; i++) {
    const character = text[i] as string;
    if (text.startsWith('=>', i)) {
      i++;
    } else if (character in closing) {
      stack.push(closing[character] as string);
    } else if (character === stack.at(-1)) {
      stack.pop();
      if (stack.length === 0) return text.slice(start + 1, i);
    }
  }
  return '';
}

/** Splits at a character that stands in no bracket. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (text.startsWith('=>', i)) i++;
    else if (character in closing) depth++;
    else if (')}]>'.includes(character)) depth--;
    else if (character === separator && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function parameterOf(text: string): Parameter {
  const [declared = '', fallback] = splitOutside(text, '=');
  const [name = '', ...type] = splitOutside(declared, ':');
  const isPattern = name.startsWith('{');
  const inferred = fallback !== undefined && /^-?\d/.test(fallback) ? 'number' : 'boolean';
  return {
    name: isPattern ? 'options' : name.replace(/\?$/, ''),
    type: type.length > 0 ? type.join(': ') : inferred,
    optional: fallback !== undefined || name.endsWith('?'),
    fallback: fallback !== undefined && /^[-\d'a-z]/.test(fallback) ? fallback : undefined,
  };
}

/** The sources in which names are looked up: an op's own file, then what op files share. */
export class OpSource {
  readonly #own: string;
  readonly #shared: string;

  constructor(own: string, shared: string) {
    this.#own = own;
    this.#shared = shared;
  }

  /** Whether the key of the op is an option of the public function. */
  get hasOptionalKey(): boolean {
    return /withOptionalKey\(/.test(this.#own);
  }

  /** The parameters of the public function; tensors alone where the op file states nothing else. */
  parameters(inputs: readonly string[], variadic: boolean): Parameter[] {
    const found = this.#argumentsText();
    const given = found === undefined ? undefined : splitOutside(found, ',').map(parameterOf);
    const type = variadic ? 'readonly TensorLike[]' : 'TensorLike';
    const parameters = given ?? inputs.map((name): Parameter => ({ name, type, optional: false, fallback: undefined }));
    if (!this.hasOptionalKey) return parameters;
    // Tensors behind a key that comes first are options by their names.
    const behind = inputs[0] === 'key' ? inputs : ['key'];
    const rest = parameters.filter(({ name }) => !behind.includes(name));
    const options = rest.find(({ name }) => name === 'options');
    const key: Parameter = { name: 'options', type: 'KeyOptions', optional: true, fallback: undefined };
    if (options === undefined) return [...rest, key];
    return rest.map((one) => (one === options ? { ...one, type: `${one.type} & KeyOptions` } : one));
  }

  #argumentsText(): string | undefined {
    const start = /\n\s+arguments: /.exec(this.#own);
    if (!start) return undefined;
    const at = start.index + start[0].length;
    if (this.#own[at] === '(') return within(this.#own, at);
    const shared = /^(\w+)\(/.exec(this.#own.slice(at))?.[1];
    const declaration = new RegExp(`function ${shared}\\([^)]*\\): \\(`).exec(`${this.#own}\n${this.#shared}`);
    if (shared === undefined || !declaration) return undefined;
    return within(`${this.#own}\n${this.#shared}`, declaration.index + declaration[0].length - 1);
  }

  /** The fields of an options type, those of the types it is made of included. */
  fields(type: string): OptionField[] {
    const omitted = new Set(
      [...type.matchAll(/Omit<\w+, ('[^>]*)>/g)].flatMap((match) => match[1]?.match(/\w+/g) ?? []),
    );
    const text = `${this.#own}\n${this.#shared}`;
    const fields: OptionField[] = type.includes('{') ? fieldsOf(within(type, type.indexOf('{'))) : [];
    for (const name of type.match(/\b[A-Z]\w*\b/g) ?? []) {
      const alias = new RegExp(`\\ntype ${name} = ([^;]*(?:\\{[^}]*\\})?)`).exec(text)?.[1];
      if (alias !== undefined) fields.push(...this.fields(alias));
      const open = new RegExp(`interface ${name}(?:<([^{]*)>)?(?: extends ([^{]*))? \\{`).exec(text);
      if (!open) continue;
      if (open[2] !== undefined) fields.push(...this.fields(open[2]));
      const meanings = typeParameters(open[1] ?? '');
      const own = fieldsOf(within(text, open.index + open[0].length - 1));
      fields.push(...own.map((field) => ({ ...field, type: meanings.get(field.type) ?? field.type })));
    }
    const byName = new Map(fields.filter(({ name }) => !omitted.has(name)).map((field) => [field.name, field]));
    return [...byName.values()];
  }
}

/** What the parameters of a generic type stand for where nothing is given. */
function typeParameters(text: string): Map<string, string> {
  return new Map(
    splitOutside(text, ',').map((parameter) => {
      const [name = '', bound] = splitOutside(parameter.replace(/^const /, ''), '=');
      const [plain = '', constraint = 'unknown'] = name.split(' extends ');
      return [plain, bound ?? constraint];
    }),
  );
}

function fieldsOf(body: string): OptionField[] {
  const fields: OptionField[] = [];
  const pattern = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?readonly (\w+)(\?)?: /g;
  for (let match = pattern.exec(body); match; match = pattern.exec(body)) {
    const from = match.index + match[0].length;
    const type = splitOutside(body.slice(from), ';')[0] ?? '';
    const comment = (match[1] ?? '').replace(/\s*\n?\s*\*\s/g, ' ').trim();
    fields.push({ name: match[2] as string, type, optional: match[3] === '?', comment });
    pattern.lastIndex = from + type.length;
  }
  return fields;
}
