/**
 * The manifest: what a file holds besides graphs and elements, as JSON. Things are named by their numbers: graphs, tensors, cells
 * of state, results and arguments of a function.
 */

import { damaged } from './file-error.ts';
import { type JsonPlace, parseJson } from './json-place.ts';
import { longestManifest, longestName } from './limits.ts';
import type { TensorData } from './tensor-section.ts';
import { encodeText } from './text-bytes.ts';
import { readTree, type TreeData } from './tree-data.ts';

/** Where a graph gets an input from that no argument gives. */
export type CaptureData = { readonly kind: 'tensor' | 'cell'; readonly index: number };

/** A graph, whose last inputs are what it captured. */
export interface GraphUse {
  readonly graph: number;
  readonly captures: readonly CaptureData[];
}

/** The derivative of a function in reverse mode. */
export interface GradientData {
  /** Gives the results of the function, then what the way back keeps. */
  readonly forward: GraphUse;
  /** Takes what was kept, then those inputs of `forward` that are passed again (captured ones counted behind the arguments), then the cotangents. */
  readonly backward: number;
  readonly again: readonly number[];
  /** The results whose cotangents it takes. */
  readonly cotangents: readonly number[];
  /** The arguments whose cotangents it gives. */
  readonly gradients: readonly number[];
  /** Why it has no derivative itself; empty where it has one. */
  readonly once: string;
}

/** A function for arguments of one kind. */
export interface SignatureData {
  /** The name in messages. */
  readonly name: string;
  /** A list of arguments; its tensors are the inputs of the graph. */
  readonly arguments: TreeData;
  /** Its tensors are the first results of the graph; what the replaced cells hold then are the others. */
  readonly results: TreeData;
  readonly call: GraphUse;
  readonly replaced: readonly number[];
  /** Tensors among the arguments that a call gives up. */
  readonly donated: readonly number[];
  readonly gradient: GradientData | null;
}

/** A function, for arguments of some kinds. */
export interface FunctionData {
  readonly name: string;
  readonly signatures: readonly SignatureData[];
}

/** A cell of state: one that every process has, or a variable and the tensor that it held. */
export type CellData =
  | { readonly kind: 'shared'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string; readonly tensor: number };

/** The manifest. */
export interface Manifest {
  readonly functions: readonly FunctionData[];
  readonly cells: readonly CellData[];
  readonly tensors: readonly TensorData[];
  /** Bytes of every graph's text. */
  readonly graphs: readonly number[];
}

/** The bytes of a manifest. */
export const encodeManifest = (manifest: Manifest): Uint8Array => encodeText(JSON.stringify(manifest));

/** The parts of a manifest whose meaning others know. */
export interface ReadManifest {
  readonly functions: JsonPlace;
  readonly cells: JsonPlace;
  readonly tensors: JsonPlace;
  readonly graphs: JsonPlace;
}

/** Reads a manifest. Throws `E_FILE`. */
export function readManifest(bytes: Uint8Array): ReadManifest {
  if (bytes.length > longestManifest) damaged('manifest', `${bytes.length} bytes, at most ${longestManifest} are read`);
  return parseJson(bytes, 'manifest').members('functions', 'cells', 'tensors', 'graphs');
}

/** How many there are of each kind of thing. */
export interface Counts {
  readonly graphs: number;
  readonly tensors: number;
  readonly cells: number;
}

/** Reads cells. Names are those of different cells. */
export function readCells(places: JsonPlace, tensors: number): CellData[] {
  const names = new Set<string>();
  return places.items().map((place) => {
    const { kind } = place;
    if (kind !== 'shared' && kind !== 'variable') return place.fail(`it is of the unknown kind ${kind}`);
    const members = kind === 'shared' ? place.members('kind', 'name') : place.members('kind', 'name', 'tensor');
    const name = readName(members.name);
    const key = `${kind} ${name}`;
    if (names.has(key)) place.fail(`there is another one called ${name}`);
    names.add(key);
    return 'tensor' in members
      ? { kind: 'variable', name, tensor: (members.tensor as JsonPlace).position(tensors) }
      : { kind: 'shared', name };
  });
}

/** Reads the name of something that is looked up by it. */
function readName(place: JsonPlace): string {
  const name = place.text(longestName);
  return name === '' || name === '__proto__' ? place.fail('it is no name') : name;
}

/** Reads functions. Names are different. */
export function readFunctions(places: JsonPlace, counts: Counts): FunctionData[] {
  const names = new Set<string>();
  return places.items().map((place) => {
    const members = place.members('name', 'signatures');
    const name = readName(members.name);
    if (names.has(name)) place.fail(`there is another one called ${name}`);
    names.add(name);
    const signatures = members.signatures.items().map((signature) => readSignature(signature, counts));
    return signatures.length === 0 ? place.fail('it has no signature') : { name, signatures };
  });
}

/** Leaves of a tree are told apart by number; whoever knows the graph checks that it has as many. */
const mostTensors = 2 ** 24;

function readSignature(place: JsonPlace, counts: Counts): SignatureData {
  const members = place.members('name', 'arguments', 'results', 'call', 'replaced', 'donated', 'gradient');
  return {
    name: members.name.text(longestName),
    arguments: readTree(members.arguments, mostTensors),
    results: readTree(members.results, mostTensors),
    call: readUse(members.call, counts),
    replaced: members.replaced.positions(counts.cells),
    donated: members.donated.positions(mostTensors),
    gradient: members.gradient.isNull ? null : readGradient(members.gradient, counts),
  };
}

function readUse(place: JsonPlace, counts: Counts): GraphUse {
  const { graph, captures } = place.members('graph', 'captures');
  return {
    graph: graph.position(counts.graphs),
    captures: captures.items().map((capture): CaptureData => {
      const { kind } = capture;
      const { index } = capture.members('kind', 'index');
      if (kind === 'tensor') return { kind, index: index.position(counts.tensors) };
      return kind === 'cell'
        ? { kind, index: index.position(counts.cells) }
        : capture.fail(`it is of the unknown kind ${kind}`);
    }),
  };
}

function readGradient(place: JsonPlace, counts: Counts): GradientData {
  const members = place.members('forward', 'backward', 'again', 'cotangents', 'gradients', 'once');
  return {
    forward: readUse(members.forward, counts),
    backward: members.backward.position(counts.graphs),
    again: members.again.positions(mostTensors),
    cotangents: members.cotangents.positions(mostTensors),
    gradients: members.gradients.positions(mostTensors),
    once: members.once.text(longestName),
  };
}
