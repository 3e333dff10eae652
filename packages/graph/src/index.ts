/** `@deft/graph`: graph IR and deferred tracer: build, print, parse, verify, serialise, interpret. */
export {};
