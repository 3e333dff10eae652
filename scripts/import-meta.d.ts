/**
 * `import.meta.url`, which every ES module host has. The builds see no DOM and no Node types, so that a package
 * cannot come to depend on its environment unseen; this is the one thing they are told of.
 */
interface ImportMeta {
  url: string;
}
