/** Programs with calls of the host that random ones meet too rarely, and what every backend has to make of them. */
import { DeftError, type TypedArray } from '@deft/core';
import {
  type Backend,
  binaryExpression,
  type Executable,
  type HostFunction,
  type KernelProgram,
  loadExpression,
  ProgramBuilder,
  parseProgram,
  type Storage,
} from '@deft/kernel';

/** Compiles a program of a case. */
export type CompileCase = (program: KernelProgram) => Executable;

const length = 2048;
const sum = binaryExpression('add', loadExpression('float32', 0), loadExpression('float32', 1));
const counting = (from: number): Float32Array => Float32Array.from({ length }, (_, i) => (from + i) % 97);

function expectElements(what: string, found: TypedArray, expected: TypedArray): void {
  const place = expected.findIndex((value, i) => found[i] !== value);
  if (found.length !== expected.length || place >= 0)
    throw new Error(`${what}: element ${place} is ${found[place]}, not ${expected[place]}`);
}

function codeOf(f: () => unknown): string {
  try {
    f();
    return 'nothing';
  } catch (error) {
    return error instanceof DeftError ? error.code : String(error);
  }
}

/** `f(x) + c` for a large constant `c`; the result of `f` is a temporary. */
function withConstant(host: HostFunction): KernelProgram {
  const builder = new ProgramBuilder();
  const x = builder.input('float32', length);
  const constant = builder.constant('float32', counting(5));
  const [called] = builder.call(host, [x], [{ dtype: 'float32', length }]) as [number];
  return builder.program(builder.loop({ space: [length], operands: [called, constant], values: [sum] }));
}

/** `x + x`, over the memory of `x` where that is given up; then a call, whose result comes second. */
function overwriting(host: HostFunction): KernelProgram {
  const builder = new ProgramBuilder();
  const x = builder.input('float32', length);
  const [doubled] = builder.loop({ space: [length], operands: [x, x], values: [sum] }) as [number];
  builder.call(host, [doubled], [{ dtype: 'int32', length: 1 }]);
  const program = builder.program();
  const buffers = program.buffers.map((spec, id) => {
    if (id === x) return { ...spec, donated: true };
    return id === doubled ? { ...spec, over: x } : spec;
  });
  return { ...program, buffers };
}

/** Three steps of `f(state · right)`; the right operand is the same in every step, so backends may prepare it. */
function steps(host: HostFunction): KernelProgram {
  const program = parseProgram(`program arena 256 inputs b0 b1 outputs b5
b0: input float32[64]
b1: input float32[32]
b2: place float32[32]
b3: place float32[32]
b4: temporary float32[32] at 0
b5: output float32[32]
b6: temporary float32[32] at 128
f0: "step"
repeat forward steps 3 count none taken none
carry b1 as b2 next b3 spare b4 result b5
body {
  contract batch [] m [4] n [8] k [8]
  left: b2 view [4, 8]
  right: b0 view [8, 8]
  b6 = product
  call f0 operands b6 results b3
}`);
  return { ...program, calls: [host] };
}

/** Checks that code and constants stay where a call lets go of its program. */
function checkDisposalInCalls(backend: Backend, compile: CompileCase): void {
  let during = (): void => {};
  const copy: HostFunction = {
    name: 'copy',
    run: ([x]) => {
      during();
      return [x as TypedArray];
    },
  };
  const executable = compile(withConstant(copy));
  const input = backend.upload('float32', counting(1));
  during = () => {
    during = () => {};
    executable.dispose();
    input.release();
    for (let i = 0; i < 4; i++) {
      const other = compile(withConstant({ name: 'other', run: ([x]) => [x as TypedArray] }));
      const given = backend.upload('float32', counting(50 + i));
      const [result] = other.run([given]) as [Storage];
      expectElements(
        'a run within',
        backend.readSync(result),
        counting(50 + i).map((x, k) => x + ((5 + k) % 97)),
      );
      given.release();
      if (i % 2 === 0) other.dispose();
    }
  };
  const [result] = executable.run([input]) as [Storage];
  expectElements(
    'the run',
    backend.readSync(result),
    counting(1).map((x, k) => x + ((5 + k) % 97)),
  );
  if (!input.released) throw new Error('the input that was disposed of is still there');
}

/** Checks that a run that fails gives back everything, and that what is given up is gone from the first kernel on. */
function checkFailingCalls(backend: Backend, compile: CompileCase): void {
  let during = (): void => {};
  const one: HostFunction = {
    name: 'one',
    run: () => {
      during();
      return [new Int32Array([1])];
    },
  };
  const executable = compile(overwriting(one));
  const runOnce = (donated: boolean): string => {
    const input = backend.upload('float32', counting(3));
    let seen = 'nobody';
    const usual = during;
    during = () => {
      seen = codeOf(() => expectElements('the input in a call', backend.readSync(input), counting(3)));
      usual();
    };
    const code = codeOf(() => {
      const results = executable.run([input], donated);
      expectElements(
        'the result',
        backend.readSync(results[0] as Storage),
        counting(3).map((x) => x + x),
      );
      for (const result of results) result.release();
    });
    during = usual;
    const expected = input.released ? 'E_DISPOSED' : 'nothing';
    if (seen !== expected) throw new Error(`reading the input in a call gave ${seen}, not ${expected}`);
    if (!donated && input.released) throw new Error('an input is gone that was not given up');
    if (!input.released) input.release();
    return code;
  };
  const succeed = (donated: boolean): void => {
    const code = runOnce(donated);
    if (code !== 'nothing') throw new Error(`the run gave ${code}`);
  };
  for (const donated of [false, true]) {
    succeed(donated);
    const before = backend.memory();
    const error = new Error('the call fails');
    during = () => {
      throw error;
    };
    for (let i = 0; i < 20; i++) {
      const code = runOnce(donated);
      if (code !== String(error)) throw new Error(`the run gave ${code}`);
    }
    during = () => {};
    const { storages, residentBytes } = backend.memory();
    if (storages !== before.storages || residentBytes > before.residentBytes) {
      throw new Error(`${storages} storages of ${residentBytes} bytes, before ${JSON.stringify(before)}`);
    }
    succeed(donated);
  }
  executable.dispose();
}

/** Checks that what a loop has prepared stays where its calls run the same loop on something else. */
function checkLoopsInCalls(backend: Backend, compile: CompileCase): void {
  const right = (k: number): Float32Array => Float32Array.from({ length: 64 }, (_, i) => ((i * 7 + k) % 5) - 2);
  const start = Float32Array.from({ length: 32 }, (_, i) => i % 3);
  let depth = 0;
  const executable: Executable = compile(
    steps({
      name: 'step',
      run: ([x]) => {
        if (depth < 2) check(10 * depth + 1);
        return [x as TypedArray];
      },
    }),
  );
  const check = (k: number): void => {
    let expected = start;
    for (let step = 0; step < 3; step++) {
      const before = expected;
      const w = right(k);
      expected = Float32Array.from({ length: 32 }, (_, i) =>
        [0, 1, 2, 3, 4, 5, 6, 7].reduce(
          (total, inner) => total + (before[(i >> 3) * 8 + inner] as number) * (w[inner * 8 + (i & 7)] as number),
          0,
        ),
      );
    }
    depth++;
    const [result] = executable.run([backend.upload('float32', right(k)), backend.upload('float32', start.slice())]);
    depth--;
    expectElements(`the loop of ${k}`, backend.readSync(result as Storage), expected);
  };
  check(0);
  executable.dispose();
}

/** All of them. */
export function checkHostCallCases(backend: Backend, compile: CompileCase): void {
  checkDisposalInCalls(backend, compile);
  checkFailingCalls(backend, compile);
  checkLoopsInCalls(backend, compile);
}
