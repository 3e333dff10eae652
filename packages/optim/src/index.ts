/** `@deft/optim`: optimisers and learning-rate schedules. */
export {};
