/** Entry of the digits application. */
export {};
