/** `@deft/test-utils`: gradient checks, arbitraries, matchers and the conformance generator (private). */
export {};
