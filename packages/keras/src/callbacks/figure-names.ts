/** Names of figures: on training examples, and with a prefix on those of validation. */

/** `Loss` for `loss`: a name behind a prefix. */
export const capitalized = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** `valLoss` for `loss`. */
export const validationName = (name: string): string => `val${capitalized(name)}`;

/** `loss` for `valLoss`; other names as they are. */
export const baseOfValidation = (name: string): string =>
  /^val[A-Z]/.test(name) ? `${name.charAt(3).toLowerCase()}${name.slice(4)}` : name;
