/** What the command `deft` does with files of saved functions: it shows what they hold, and calls a function of them. */
import {
  DeftError,
  deserialize,
  type Lowered,
  type SavedProgram,
  setPrintOutput,
  Tensor,
  type Tree,
  tensor,
} from './index.ts';

const { readFileSync } = await import('node:fs');

/** A mistake of whoever typed the command. */
export class CommandError extends Error {}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CommandError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function readProgram(path: string): SavedProgram {
  try {
    return deserialize(readBytes(path));
  } catch (error) {
    throw error instanceof DeftError ? new CommandError(`${path}: ${error.message.split('\n')[0]}`) : error;
  }
}

const amount = (bytes: number): string => (bytes < 10_000 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KiB`);

function derivativeText(lowered: Lowered): string {
  const derivative = lowered.derivative();
  if (derivative === undefined) return 'no derivative';
  return derivative.once === '' ? 'with its derivative' : 'with its derivative, once';
}

function wantedFunction(program: SavedProgram, name: string): SavedProgram['functions'][string] {
  const found = program.functions[name];
  if (found !== undefined) return found;
  const known = Object.keys(program.functions);
  throw new CommandError(`there is no function ${JSON.stringify(name)}: there are ${known.join(', ') || 'none'}`);
}

/** What a file holds; of one function its graphs. */
export function describeFile(path: string, name: string | undefined): string {
  const program = readProgram(path);
  if (name !== undefined) {
    const { lowered } = wantedFunction(program, name);
    return lowered.map((one) => `${one.signature}\n${one.text()}\n`).join('\n');
  }
  const { manifest, graphs, tensors } = program.sizes;
  const functions = Object.entries(program.functions).flatMap(([key, { lowered }]) =>
    lowered.map((one) => `  ${key}: ${one.signature}, ${one.graph.nodes.length} ops, ${derivativeText(one)}\n`),
  );
  const variables = Object.entries(program.variables).map(
    ([key, { dtype, shape }]) => `  ${key}: ${dtype}[${shape.join(', ')}]\n`,
  );
  const part = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `${title}\n${lines.join('')}`;
  return [
    part('functions', functions),
    part('variables', variables),
    `elements ${amount(tensors)}, graphs ${amount(graphs)}, manifest ${amount(manifest)}\n`,
  ].join('');
}

/** Arguments from JSON: nested numbers where a tensor is wanted, nested like the arguments else. */
function argumentsFrom(lowered: Lowered, given: unknown): unknown[] {
  const leaves = lowered.arguments;
  let next = 0;
  const mismatch = (path: string, expected: string): never => {
    throw new CommandError(`${path}: expected ${expected}; the signature is ${lowered.signature}`);
  };
  type Node = Lowered['argumentStructure']['node'];
  const visit = (node: Node, value: unknown, path: string): unknown => {
    if (node.kind === '*') {
      const { type, value: fixed } = leaves[next++] as Lowered['arguments'][number];
      // What is fixed has one value only, which need not be said.
      if (type === undefined) return value === null ? fixed : value;
      return tensor(value as number[], { dtype: type.dtype });
    }
    const inside = (child: Node, i: number, key: string | number): unknown =>
      visit(child, (value as Record<string | number, unknown>)[key], `${path}${node.segments[i]}`);
    if (node.kind === '[') {
      if (!Array.isArray(value) || value.length !== node.children.length)
        mismatch(path, `a list of ${node.children.length}`);
      return node.children.map((child, i) => inside(child, i, i));
    }
    const keys = node.labels.map((label) => JSON.parse(label.slice(0, -1)) as string | number);
    if (typeof value !== 'object' || value === null || !keys.every((key) => Object.hasOwn(value, String(key))))
      mismatch(path, `an object with ${keys.join(', ')}`);
    const entries = node.children.map((child, i) => {
      const key = keys[i] as string | number;
      return [key, inside(child, i, key)] as const;
    });
    return node.kind === 'Map{' ? new Map(entries) : Object.fromEntries(entries);
  };
  return visit(lowered.argumentStructure.node, given, 'inputs') as unknown[];
}

/** Results as JSON: tensors as nested numbers, what JSON has no number for as text. */
function resultText(result: unknown): string {
  const plain = (value: unknown): unknown => {
    if (value instanceof Tensor) return plain(value.toArray());
    if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [String(key), plain(each)]));
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return String(value);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value as Record<string, Tree<unknown>>).map(([key, each]) => [key, plain(each)]),
    );
  };
  return `${JSON.stringify(plain(result)) ?? 'null'}\n`;
}

/** Calls a function of a file with arguments from a JSON file, and gives its result as JSON. What it prints goes to `printLine`. */
export function runFunction(
  path: string,
  name: string,
  inputs: string | undefined,
  printLine: (line: string) => void,
): string {
  const call = wantedFunction(readProgram(path), name);
  let given: unknown = [];
  if (inputs !== undefined) {
    const text = new TextDecoder().decode(readBytes(inputs));
    try {
      given = JSON.parse(text);
    } catch (error) {
      throw new CommandError(`${inputs} is no JSON: ${(error as Error).message}`);
    }
  }
  const kinds = call.lowered.map((lowered) => {
    try {
      const args = argumentsFrom(lowered, given);
      lowered.tensorsOf(args);
      return { args };
    } catch (error) {
      if (error instanceof DeftError || error instanceof CommandError) return { error };
      throw error;
    }
  });
  const fitting = kinds.find((kind) => kind.args !== undefined);
  if (fitting?.args === undefined) throw (kinds[0] as { readonly error: Error }).error;
  setPrintOutput(printLine);
  return resultText(call(...(fitting.args as never[])));
}
