/**
 * How programs call the host, in C: a function that the caller of the program has put behind the addresses of its buffers is told
 * which of the program's calls it is, and where the table of addresses lies. It copies operands out and results in. Its answer says
 * whether to go on; everything else stops the program, which returns as soon as it has freed what it took.
 */

/** The answer of a call after which a program goes on. Nothing is this number by accident. */
export const goesOn = 0x5ca1ab1e;

export const hostCallsSource: string = `
typedef int (*HostCall)(double call, double table);
static inline int call_host(void **b, long slot, long call) {
  return ((HostCall)b[slot])((double)call, (double)(uintptr_t)b) == ${goesOn};
}
`;
