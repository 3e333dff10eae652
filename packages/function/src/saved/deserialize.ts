/**
 * Reads a file of captured functions. Nothing of it is executed, no length is trusted: the container, the manifest, every graph and
 * every type is checked before anything is made of it, and whatever is wrong is `E_FILE`.
 */
import { atBase, withStateScope } from '@deft/core';
import { decodeContainer } from './container.ts';
import { damaged, guarded } from './file-error.ts';
import { GraphReader } from './graph-section.ts';
import { type LoadedFunction, loadedFunction } from './loaded-function.ts';
import { readCells, readFunctions, readManifest } from './manifest.ts';
import { ProgramReader } from './program-reader.ts';
import { sectionTags } from './program-writer.ts';
import { type LoadedVariable, makeCells } from './state-section.ts';
import { readTensors } from './tensor-section.ts';

/** What a file holds, in bytes. */
export interface SavedSizes {
  readonly manifest: number;
  readonly graphs: number;
  readonly tensors: number;
}

/** What was read from a file. */
export interface SavedProgram {
  /** The functions, by name. They share the variables. */
  readonly functions: { readonly [name: string]: LoadedFunction };
  /** The variables, by name, with the values that they had. */
  readonly variables: { readonly [name: string]: LoadedVariable };
  /** Bytes of the parts of the file. */
  readonly sizes: SavedSizes;
}

/** An object of these members and nothing that it inherits. */
function record<T>(entries: readonly (readonly [name: string, value: T])[]): { readonly [name: string]: T } {
  const made = Object.create(null) as { [name: string]: T };
  for (const [name, value] of entries) made[name] = value;
  return Object.freeze(made);
}

function read(file: Uint8Array): SavedProgram {
  const [manifest, graphText, elements] = decodeContainer(file, sectionTags).map(({ bytes }) => bytes) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const places = readManifest(manifest);
  const tensors = readTensors(places.tensors, elements);
  const graphs = new GraphReader(graphText, places.graphs);
  const cells = readCells(places.cells, tensors.length);
  const functions = readFunctions(places.functions, {
    graphs: graphs.count,
    tensors: tensors.length,
    cells: cells.length,
  });
  const reader = new ProgramReader(graphs, tensors, (tensorOf) => makeCells(cells, tensorOf));
  const loaded = functions.map(({ name, signatures }) => {
    const lowered = signatures.map((data, i) => {
      const where = `function ${name}, signature ${i}`;
      return guarded(where, () => reader.lowered(data, where));
    });
    return [name, loadedFunction(name, lowered)] as const;
  });
  graphs.finish();
  const variables = reader.cells.flatMap((cell, i) => {
    const data = cells[i];
    return data?.kind === 'variable' ? [[data.name, cell as LoadedVariable] as const] : [];
  });
  return {
    functions: record(loaded),
    variables: record(variables),
    sizes: { manifest: manifest.length, graphs: graphText.length, tensors: elements.length },
  };
}

/**
 * Reads functions that `serialize` wrote. They are called like the originals, with arguments of the kinds that they were lowered for, at
 * once, in captured functions and under transforms; variables have the values that they had, and can be read and assigned. The
 * code that the functions came from need not be there.
 *
 * Files may come from anywhere: nothing of them is executed as code, and every number in them is checked. Calling what was loaded
 * takes as long and as much memory as whoever wrote it wants. Ops are looked up by name among those that the program has;
 * a bundler leaves out those that nothing uses.
 *
 * @throws `E_FILE` for what is no such file, or is damaged, naming the place. The functions throw `E_SIGNATURE` for other arguments, and
 * `E_GRAD` for their derivative where the file has none.
 * @example
 * ```ts
 * import { add, deserialize, jit, serialize, type Tensor, tensor, tensorSpec, variable } from '@deft/tensor';
 * const total = variable(0, { name: 'total' });
 * const count = jit((x: Tensor) => total.assign(add(total.value, x)));
 * const { functions, variables } = deserialize(serialize({ count: count.lower(tensorSpec([], 'float32')) }));
 * functions.count?.(tensor(2));
 * console.log(variables.total?.value.item(), total.value.item()); // 2 0
 * ```
 */
export function deserialize(bytes: Uint8Array): SavedProgram {
  if (!(bytes instanceof Uint8Array)) damaged('byte 0', `expected the bytes of a file, got ${typeof bytes}`);
  return atBase(() => withStateScope(undefined, () => read(bytes)));
}
