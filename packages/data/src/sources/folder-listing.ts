/** The files of a folder whose names end in certain ways, in one order on every system. */
import { raise } from '@deft/core';
import { type NodeFiles, nodeFiles, withPath } from '../environment.ts';

/** A file below a folder. */
export interface ListedFile {
  /** From the folder on, with `/` between names. */
  readonly path: string;
  /** Number of the class whose folder it is in; 0 where there are no classes. */
  readonly label: number;
}

/** Which files are listed. */
export interface ListingOptions {
  /** Endings of the names of files, without the dot; capitals count as small letters. */
  readonly extensions: readonly string[];
  /** Whether each folder in the folder is a class. */
  readonly hasClasses: boolean;
  /** The classes that are wanted in their order: all of them, sorted, unless told. */
  readonly classNames?: readonly string[] | undefined;
}

/** Where folders within folders end. */
const deepest = 32;

const inOrder = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const isHidden = (name: string): boolean => name.startsWith('.');

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** What is in a folder, in order. Throws `E_FILE` for links to folders, which may lead anywhere. */
async function entriesOf(op: string, files: NodeFiles, folder: string): Promise<readonly Entry[]> {
  const found = await withPath(op, folder, () => files.readdir(folder, { withFileTypes: true }));
  const entries: Entry[] = [];
  for (const entry of found) {
    const { name } = entry;
    if (isHidden(name)) continue;
    if (entry.isFile() || entry.isDirectory()) entries.push({ name, isFolder: entry.isDirectory() });
    if (!entry.isSymbolicLink()) continue;
    const path = `${folder}/${name}`;
    const target = await withPath(op, path, () => files.stat(path));
    if (target.isDirectory()) {
      raise('E_FILE', { op, says: `${path}: the link leads to a folder`, hint: 'links to folders are not followed' });
    }
    if (target.isFile()) entries.push({ name, isFolder: false });
  }
  return entries.sort((a, b) => inOrder(a.name, b.name));
}

/** Lists a folder. Throws `E_FILE` where it cannot be read, and where a class is missing. */
export async function listFolder(
  op: string,
  folder: string,
  { extensions, hasClasses, classNames }: ListingOptions,
): Promise<{ readonly classes: readonly string[]; readonly files: readonly ListedFile[] }> {
  const files = await nodeFiles(op);
  const endings = extensions.map((extension) => `.${extension.toLowerCase()}`);
  const listed: ListedFile[] = [];
  const add = async (path: string, entries: readonly Entry[], label: number, depth: number): Promise<void> => {
    if (depth > deepest) raise('E_FILE', { op, says: `${folder}/${path}: folders are nested deeper than ${deepest}` });
    for (const { name, isFolder } of entries) {
      const inside = `${path}${name}`;
      if (isFolder) await add(`${inside}/`, await entriesOf(op, files, `${folder}/${inside}`), label, depth + 1);
      else if (endings.some((ending) => name.toLowerCase().endsWith(ending))) listed.push({ path: inside, label });
    }
  };
  const entries = await entriesOf(op, files, folder);
  if (!hasClasses) {
    await add('', entries, 0, 0);
    return { classes: [], files: listed };
  }
  const folders = entries.filter(({ isFolder }) => isFolder);
  const classes = classNames ?? folders.map(({ name }) => name);
  for (const [label, name] of classes.entries()) {
    const own = folders.filter((entry) => entry.name === name);
    if (own.length === 0) raise('E_FILE', { op, says: `${folder}: there is no folder ${JSON.stringify(name)} in it` });
    await add('', own, label, 0);
  }
  return { classes, files: listed };
}
