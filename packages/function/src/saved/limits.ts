/** What no file of ours exceeds. A file that does is refused before anything is made of it. */

/** Bytes of the manifest. */
export const longestManifest: number = 64 * 2 ** 20;
/** Bytes of all graphs together. */
export const longestGraphs: number = 64 * 2 ** 20;
/** Values of all graphs together: each takes far more memory than its text. */
export const mostValues: number = 2 ** 20;
/** Nested brackets of a text: trees of arguments, regions within regions. */
export const deepestText = 128;
/** Digits in a row: more are no number of ours, and take long to read. */
export const mostDigits = 400;
/** Axes of a tensor. */
export const mostAxes = 64;
/** Entries of attributes of one application of an op, nested ones included. */
export const mostAttributes = 4096;
/** Functions, signatures of one function, cells, tensors, leaves of a tree. */
export const mostEntries: number = 2 ** 20;
/** Characters of a name. */
export const longestName = 1024;
