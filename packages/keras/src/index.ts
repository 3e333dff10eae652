/** `@deft/keras`: Sequential and Model: compile, fit, evaluate, predict, callbacks, metrics, saving. */
export {};
