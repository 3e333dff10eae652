/** Entry of the bench application. */
export {};
