/**
 * The import rules of the house, checked on plain data: a list of files and a list of package manifests go in,
 * violations come out. Nothing here reads the disk, so the tests hand in bad files as text.
 */
import { floors, publicSubpaths } from './floors.ts';
import { type ModuleMention, readSourceFacts } from './source-facts.ts';

/** One source file, its path relative to the repository root with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What the rules read of a `package.json`. */
export interface Manifest {
  /** The folder relative to the repository root, such as `packages/core`. */
  readonly folder: string;
  readonly name: string;
  readonly dependencies: readonly string[];
  /** Names that tests and tools of this package may use besides. */
  readonly devDependencies?: readonly string[];
}

/** The rules by name. */
export type Rule =
  | 'unknown-package'
  | 'floor'
  | 'deep-import'
  | 'leaves-package'
  | 'missing-file'
  | 'undeclared-dependency'
  | 'imports-test'
  | 'file-cycle'
  | 'package-cycle'
  | 'node-builtin'
  | 'environment';

/** One broken rule. */
export interface Violation {
  readonly rule: Rule;
  readonly where: string;
  readonly message: string;
}

interface Context {
  readonly manifest: Manifest;
  readonly room: string | undefined;
  readonly isTest: boolean;
  readonly where: string;
}

const testFile: RegExp = /\.(test|test-d)\.ts$/;
/**
 * An op's own file. Ops may name each other in a circle, because their derivatives do (sine and cosine, broadcasting and
 * summing): the rules run long after every module is loaded.
 */
const opFile: RegExp = /^packages\/ops\/src\/(?!index\.ts$)[^/]+\.ts$/;
const scoped: RegExp = /^@deft\/([^/]+)(\/.+)?$/;

function roomOf(manifest: Manifest): string | undefined {
  return manifest.folder.startsWith('packages/') ? manifest.folder.slice('packages/'.length) : undefined;
}

function resolveRelative(fromPath: string, specifier: string): string {
  const parts = fromPath.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** The package that a bare specifier names: `@scope/name/sub` gives `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function checkScoped(mention: ModuleMention, match: RegExpExecArray, context: Context): Violation[] {
  const found: Violation[] = [];
  const { room, where, isTest } = context;
  const target = match[1] ?? '';
  if (match[2] !== undefined && !publicSubpaths.has(mention.specifier)) {
    found.push({ rule: 'deep-import', where, message: `'${mention.specifier}' reaches into another package` });
  }
  if (room === undefined || isTest || target === room) return found;
  const floor = floors[room];
  if (floor === undefined) return found;
  const allowed = floor.values.includes(target) || (mention.typeOnly && (floor.types ?? []).includes(target));
  if (!allowed) {
    const kind = mention.typeOnly ? 'types' : 'values';
    found.push({ rule: 'floor', where, message: `'${room}' may not import ${kind} of '${target}'` });
  }
  return found;
}

function checkMention(
  file: SourceFile,
  mention: ModuleMention,
  context: Context,
  paths: ReadonlySet<string>,
): Violation[] {
  const { manifest, room, isTest, where } = context;
  const { specifier } = mention;
  if (specifier.startsWith('.')) {
    const target = resolveRelative(file.path, specifier);
    const found: Violation[] = [];
    if (!target.startsWith(`${manifest.folder}/`)) {
      found.push({ rule: 'leaves-package', where, message: `'${specifier}' leaves ${manifest.folder}` });
    } else if (target.endsWith('.ts') && !paths.has(target)) {
      found.push({ rule: 'missing-file', where, message: `'${specifier}' names no file` });
    }
    if (!isTest && testFile.test(target)) {
      found.push({ rule: 'imports-test', where, message: `'${specifier}' is a test` });
    }
    return found;
  }
  if (specifier.startsWith('node:')) {
    const free = room !== undefined && floors[room]?.platformFree === true;
    // Shipped code that is not for Node alone must load in a browser: there a `node:` module may only be asked for when it is needed.
    const nodeOnly = room !== undefined && floors[room]?.nodeOnly === true;
    const bad = room !== undefined && !isTest && !nodeOnly && (free || !(mention.dynamic || mention.typeOnly));
    return bad ? [{ rule: 'node-builtin', where, message: `'${specifier}' is not there in every environment` }] : [];
  }
  const match = scoped.exec(specifier);
  const found = match === null ? [] : checkScoped(mention, match, context);
  const name = packageOf(specifier);
  const tooling = isTest || !/^(packages|apps)\//.test(manifest.folder);
  const declared =
    name === manifest.name ||
    manifest.dependencies.includes(name) ||
    (tooling && ((manifest.devDependencies ?? []).includes(name) || name.startsWith('@deft/')));
  // Types count too: the published declarations name them.
  if (!declared) {
    found.push({ rule: 'undeclared-dependency', where, message: `'${name}' is not among its dependencies` });
  }
  return found;
}

/** Strongly connected components with more than one member, or one that points at itself (Tarjan's algorithm). */
function findCycles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];
  const connect = (name: string): void => {
    const own = index.size;
    index.set(name, own);
    low.set(name, own);
    stack.push(name);
    onStack.add(name);
    for (const next of edges.get(name) ?? []) {
      if (!index.has(next)) {
        connect(next);
        low.set(name, Math.min(low.get(name) ?? own, low.get(next) ?? own));
      } else if (onStack.has(next)) {
        low.set(name, Math.min(low.get(name) ?? own, index.get(next) ?? own));
      }
    }
    if (low.get(name) !== own) return;
    const members = stack.splice(stack.indexOf(name));
    for (const member of members) onStack.delete(member);
    if (members.length > 1 || edges.get(name)?.has(name) === true) cycles.push(members.sort());
  };
  for (const name of edges.keys()) if (!index.has(name)) connect(name);
  return cycles;
}

function addEdge(edges: Map<string, Set<string>>, from: string, to: string): void {
  const targets = edges.get(from) ?? new Set<string>();
  targets.add(to);
  edges.set(from, targets);
}

/**
 * Checks every file against every rule.
 *
 * @param files the TypeScript sources of packages, applications, documentation and test tools
 * @param manifests one per workspace; a file belongs to the manifest whose folder holds it
 * @returns the violations in the order of the files, cycles last
 */
export function checkImportRules(files: readonly SourceFile[], manifests: readonly Manifest[]): Violation[] {
  const found: Violation[] = [];
  const paths = new Set(files.map((file) => file.path));
  const fileEdges = new Map<string, Set<string>>();
  const packageEdges = new Map<string, Set<string>>();
  for (const manifest of manifests) {
    const room = roomOf(manifest);
    if (room !== undefined && floors[room] === undefined) {
      found.push({ rule: 'unknown-package', where: manifest.folder, message: `'${room}' has no floor` });
    }
  }
  for (const file of files) {
    const manifest = manifests.find((one) => file.path.startsWith(`${one.folder}/`));
    if (manifest === undefined) continue;
    const room = roomOf(manifest);
    const isTest = testFile.test(file.path);
    const facts = readSourceFacts(file.path, file.text);
    for (const mention of facts.mentions) {
      const where = `${file.path}:${mention.line}`;
      found.push(...checkMention(file, mention, { manifest, room, isTest, where }, paths));
      if (isTest) continue;
      if (mention.specifier.startsWith('.')) {
        addEdge(fileEdges, file.path, resolveRelative(file.path, mention.specifier));
      } else if (
        mention.specifier.startsWith('@deft/') &&
        !(room === undefined && packageOf(mention.specifier) === manifest.name)
      ) {
        addEdge(packageEdges, manifest.name, packageOf(mention.specifier));
      }
    }
    if (isTest || room === undefined || floors[room]?.platformFree !== true) continue;
    for (const use of facts.environment) {
      found.push({ rule: 'environment', where: `${file.path}:${use.line}`, message: `'${use.name}' in '${room}'` });
    }
  }
  for (const cycle of findCycles(fileEdges)) {
    if (cycle.length > 1 && cycle.every((path) => opFile.test(path))) continue;
    found.push({ rule: 'file-cycle', where: cycle[0] ?? '', message: cycle.join(' ↔ ') });
  }
  for (const cycle of findCycles(packageEdges)) {
    found.push({ rule: 'package-cycle', where: cycle[0] ?? '', message: cycle.join(' ↔ ') });
  }
  return found;
}
