/** What the packaging tests know of one packed package. */
export interface Tarball {
  /** The package's name, `@deft/core`. */
  readonly name: string;
  /** The absolute folder it was packed from. */
  readonly folder: string;
  /** The absolute path of the `.tgz`. */
  readonly path: string;
  readonly bytes: number;
  /** Paths inside the package. */
  readonly files: readonly string[];
  /** The names of its dependencies, optional ones among them. */
  readonly dependencies: readonly string[];
}
