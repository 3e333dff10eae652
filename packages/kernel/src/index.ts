/** `@deft/kernel`: the kernel language (index spaces, views, scalar expressions, kernel forms) and the backend contract. */
export {};
