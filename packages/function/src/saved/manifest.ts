/**
 * The manifest: what a file holds besides graphs and elements, as JSON. Things are named by their numbers: graphs, tensors, cells
 * of state, results and arguments of a function.
 */

import { type DType, isDType } from '@deft/core';
import { damaged } from './file-error.ts';
import { type JsonPlace, parseJson } from './json-place.ts';
import { longestManifest, longestName, mostAxes } from './limits.ts';
import { largestBy, numberForms, type SizedNumberData } from './sized-numbers.ts';
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
  /** Where dims have names: the texts of graphs have `#0`, `#1`, … in place of numbers that follow from sizes. */
  readonly sizes: SizesData | null;
}

/** The dims of a function that have names. */
export interface SizesData {
  readonly names: readonly string[];
  /** Of every tensor among the arguments what it must be. */
  readonly specs: readonly { readonly dtype: DType; readonly dims: readonly (number | string)[] }[];
  readonly numbers: readonly SizedNumberData[];
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
/** Names of dims of a function, and products in a sum, and powers. */
const [mostNames, mostTerms] = [16, 16];

function readSignature(place: JsonPlace, counts: Counts): SignatureData {
  const members = place.members('name', 'arguments', 'results', 'call', 'replaced', 'donated', 'gradient', 'sizes');
  return {
    name: members.name.text(longestName),
    arguments: readTree(members.arguments, mostTensors),
    results: readTree(members.results, mostTensors),
    call: readUse(members.call, counts),
    replaced: members.replaced.positions(counts.cells),
    donated: members.donated.positions(mostTensors),
    gradient: members.gradient.isNull ? null : readGradient(members.gradient, counts),
    sizes: members.sizes.isNull ? null : readSizes(members.sizes),
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

function readSizes(place: JsonPlace): SizesData {
  const members = place.members('names', 'specs', 'numbers');
  const names = members.names.items(mostNames).map((name) => {
    const text = name.text(longestName);
    return text === '' || text === '...' ? name.fail('it is no name of a dim') : text;
  });
  if (names.length === 0 || new Set(names).size !== names.length)
    members.names.fail('names of dims are there, and differ');
  const specs = members.specs.items().map((spec) => {
    const { dtype, dims } = spec.members('dtype', 'dims');
    const each = dims.items(mostAxes).map((dim) => {
      const value = dim.plain();
      if (typeof value === 'string') return names.includes(value) ? value : dim.fail('it is none of the names');
      return dim.whole(0, 2 ** 31);
    });
    return { dtype: readDType(dtype), dims: each };
  });
  const stated = new Set(specs.flatMap(({ dims }) => dims));
  if (!names.every((name) => stated.has(name))) members.names.fail('no argument has a dim of that name');
  return { names, specs, numbers: members.numbers.items().map((number) => readNumber(number, names.length)) };
}

function readDType(place: JsonPlace): DType {
  const dtype = place.text(32);
  return isDType(dtype) ? dtype : place.fail('it is no dtype');
}

function readNumber(place: JsonPlace, names: number): SizedNumberData {
  const { form, by, dtype, expression } = place.members('form', 'by', 'dtype', 'expression');
  const known = numberForms.find((each) => each === form.text(32)) ?? form.fail('it is no form of a number');
  const { terms, constant, divisor } = expression.members('terms', 'constant', 'divisor');
  const whole = (one: JsonPlace): number => one.whole(-(2 ** 53) + 1, 2 ** 53 - 1);
  return {
    form: known,
    by: by.whole(1, largestBy),
    dtype: dtype.isNull ? null : readDType(dtype),
    expression: {
      terms: terms.items(mostTerms).map((term) => {
        const { coefficient, powers } = term.members('coefficient', 'powers');
        const each = powers.items(mostNames).map((power) => power.whole(0, mostTerms));
        return {
          coefficient: whole(coefficient),
          powers: each.length === names ? each : powers.fail('a power for each name'),
        };
      }),
      constant: whole(constant),
      divisor: divisor.whole(1, 2 ** 31),
    },
  };
}
