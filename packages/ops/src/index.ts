/** `@deft/ops`: the registry's ops, one file each, and their free functions. */
export {};
