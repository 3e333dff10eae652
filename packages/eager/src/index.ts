/** `@deft/eager`: the immediate executor: one op, one cached kernel. */
export {};
