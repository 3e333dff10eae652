/**
 * Writes the files that list ops, from the op files themselves: the barrel of `@deft/ops`, and the methods of
 * `@deft/tensor/fluent`. Run it after adding an op (`node scripts/generate-ops.mjs`); with `--check` it writes nothing
 * and fails where a file is out of date.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { methodSignature } from './method-signatures.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const opsFolder = `${root}packages/ops/src/`;

/** What ops share, for the types that several of them have. */
const definitions = readdirSync(`${opsFolder}definition`)
  .map((file) => readFileSync(`${opsFolder}definition/${file}`, 'utf8'))
  .join('\n');

/** Every op file with what it exports. */
function readOpFiles() {
  return readdirSync(opsFolder)
    .filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'index.ts' && file !== 'algebra.ts',
    )
    .sort()
    .map((file) => {
      const source = readFileSync(opsFolder + file, 'utf8');
      const names = new Map(
        [...source.matchAll(/^export (?:async )?(const|function|interface|type|class) (\w+)/gm)].map(
          ([, kind, name]) => [name, kind],
        ),
      );
      const exports = [...names].map(([name, kind]) => ({ name, isType: kind === 'interface' || kind === 'type' }));
      return { file, exports, method: methodOf(source) };
    });
}

/**
 * What a method needs to know of its op: name, summary and the type of the free function. There is none for an op whose
 * first argument is a list, a key, or no tensor at all.
 */
function methodOf(source) {
  const [, name, inputs] = /name: '(\w+)',\n\s+inputs: \[([^\]]*)\]/.exec(source) ?? [];
  const [first] = (inputs ?? '').match(/\w+/g) ?? [];
  const takesKeyFirst = /group: 'random'/.test(source) && first !== 'x';
  if (first === undefined || takesKeyFirst || /^ {2}variadic: true/m.test(source)) return undefined;
  const type = new RegExp(`^export const ${name}: OperationFunction<\\s*(.*?)\\s*>\\s*=`, 'ms').exec(source)?.[1];
  if (type === undefined) throw new Error(`${name}: no exported function of that name`);
  return {
    name,
    type,
    signature: methodSignature(source + definitions, type),
    summary: /summary:\s*'([^']*)'/.exec(source)[1],
  };
}

const header = 'Written by scripts/generate-ops.mjs; run it after adding an op.';

/** Types that signatures of ops are written with, by the files of `definition` that export them. */
const signatureTypes = new Map(
  readdirSync(`${opsFolder}definition`)
    .filter((file) => /(?:-types|signatures|along-axis|reduction|scan|sorting|weighted-loss)\.ts$/.test(file))
    .map((file) => {
      const source = readFileSync(`${opsFolder}definition/${file}`, 'utf8');
      return [
        `./definition/${file}`,
        [...source.matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name),
      ];
    }),
);

/** Types that `core` exports. */
const coreTypes = new Set(
  [...readFileSync(`${root}packages/core/src/index.ts`, 'utf8').matchAll(/\b[A-Z]\w+/g)].map(([name]) => name),
);

const types = (...names) => names.map((name) => ({ name, isType: true }));

function barrel(files) {
  const exportsOf = new Map([
    ['./definition/convert.ts', types('TensorLike')],
    [
      './definition/define.ts',
      [
        { name: 'defineComposite', isType: false },
        { name: 'definePrimitive', isType: false },
      ],
    ],
    ['./definition/random.ts', types('Key', 'KeyOptions')],
    ...[...signatureTypes].map(([path, names]) => [path, types(...names)]),
    ...files.map(({ file, exports }) => [`./${file}`, exports]),
  ]);
  const byPath = (a, b) => (a.slice(0, -3) < b.slice(0, -3) ? -1 : 1);
  const byName = (a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);
  const lines = [...exportsOf.keys()].sort(byPath).flatMap((path) => {
    const exports = [...exportsOf.get(path)].sort(byName);
    if (exports.length === 0) return [];
    if (exports.every((e) => e.isType))
      return [
        list(
          'export type',
          exports.map((e) => e.name),
          path,
        ),
      ];
    return [
      list(
        'export',
        exports.map((e) => (e.isType ? `type ${e.name}` : e.name)),
        path,
      ),
    ];
  });
  return `/**
 * \`@deft/ops\`: the registry's entries, one file each, and the constructors they are made with.
 *
 * ${header}
 */
import './algebra.ts';

${lines.join('\n')}
`;
}

/** One export statement, broken as the formatter breaks it. */
function list(keyword, names, path) {
  const line = `${keyword} { ${names.join(', ')} } from '${path}';`;
  return line.length <= 120 ? line : `${keyword} {\n${names.map((name) => `  ${name},\n`).join('')}} from '${path}';`;
}

/**
 * Method types of the signatures that ops share; a type argument of the signature stands in for `$`. The shape and dtype
 * are inferred from `this` anew, so that methods leave the variance of `Tensor` as it is.
 */
const sharedSignatures = {
  Unary: method('', '', 'Tensor<S, D>'),
  UnaryFloat: method('', '', 'Tensor<S, FloatOf<D>>'),
  UnaryTest: method('', '', "Tensor<S, 'bool'>"),
  UnaryFloatWith: method('', 'options?: $', 'Tensor<S, FloatOf<D>>'),
  Binary: binary('DTypeOf<Tensor<S, D>, B>'),
  BinaryFloat: binary('FloatOf<DTypeOf<Tensor<S, D>, B>>'),
  BinaryTest: binary("'bool'"),
  Reduction: reduction('ReductionOptions<Axis, Keep>', 'D'),
  ReductionTo: reduction('ReductionOptions<Axis, Keep>', '$'),
  FloatReduction: reduction('Omit<$, keyof ReductionOptions> & ReductionOptions<Axis, Keep>', 'FloatOf<D>'),
};

function method(typeParameters, parameters, result) {
  return `<S extends Shape, D extends DType${typeParameters}>(this: Tensor<S, D>, ${parameters}): ${result}`;
}

function binary(dtype) {
  const parameters = 'b: B & CheckBroadcast<S, ShapeOf<B>>';
  return method(', const B extends TensorLike', parameters, `Tensor<Broadcast<S, ShapeOf<B>>, ${dtype}>`);
}

function reduction(options, dtype) {
  const axis = 'const Axis extends Axes | undefined = undefined';
  const keep = 'const Keep extends boolean = false';
  return method(
    `, ${axis}, ${keep}`,
    `options?: ${options} & CheckAxes<S, Axis>`,
    `Tensor<Reduced<S, Axis, Keep>, ${dtype}>`,
  );
}

/** The method's type: of a shared signature, or the free function's without its first parameter. */
function methodType({ name, type, signature: own }, known) {
  if (own !== undefined && [...own.matchAll(/\b[A-Z]\w+/g)].every(([word]) => known(word, own))) return own;
  const [, signature, argument] = /^(\w+)(?:<(.*)>)?$/s.exec(type) ?? [];
  const shared = sharedSignatures[signature];
  if (shared === undefined) return `(...rest: Rest<typeof ${name}>): ReturnType<typeof ${name}>`;
  if (signature === 'FloatReduction' && argument === undefined)
    return reduction('ReductionOptions<Axis, Keep>', 'FloatOf<D>');
  return shared.replace('$', argument);
}

function fluent(files) {
  const methods = files.flatMap(({ method }) => method ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
  const exported = new Map(
    [...files.flatMap(({ exports }) => exports), ...types(...[...signatureTypes.values()].flat(), 'TensorLike')]
      .filter(({ isType }) => isType)
      .map((entry) => [entry.name, entry]),
  );
  const known = (word, signature) =>
    exported.has(word) ||
    coreTypes.has(word) ||
    word === 'Omit' ||
    word === 'Pick' ||
    new RegExp(`[<,]\\s*(?:const )?${word} (?:extends|=)`).test(signature) ||
    new RegExp(`'${word}'`).test(signature);
  const members = methods.map(
    (method) => `    /** ${method.summary} */\n    ${method.name}${methodType(method, known)};`,
  );
  const used = members.join('\n').replaceAll(/\/\*\*.*?\*\//g, '');
  const isUsed = (name) => new RegExp(`\\b${name}\\b`).test(used);
  const imported = [...methods, ...[...exported.values()].filter(({ name }) => isUsed(name))];
  const fromCore = [...coreTypes].filter((name) => name !== 'Tensor' && !exported.has(name) && isUsed(name)).sort();
  const names = imported.map(({ name, isType }) => (isType ? `type ${name}` : name));
  return `/**
 * \`@deft/tensor/fluent\`: ops as methods of \`Tensor\`: \`import '@deft/tensor/fluent'\` once, then \`x.add(1).relu()\`. A method
 * is the free function with the tensor as its first argument.
 *
 * ${header}
 */
${list('import', [...fromCore.map((name) => `type ${name}`), 'Tensor'], '@deft/core')}
${list('import', names, '@deft/ops')}

// biome-ignore lint/suspicious/noExplicitAny: the first parameter is the tensor itself, whatever it is declared as
type Rest<F> = F extends (x: any, ...rest: infer R) => unknown ? R : never;

declare module '@deft/core' {
  interface Tensor<out S extends Shape = Shape, out D extends DType = DType> {
${members.join('\n')}
  }
}

const methods = { ${methods.map(({ name }) => name).join(', ')} };

for (const [name, op] of Object.entries(methods)) {
  if (name in Tensor.prototype) continue;
  const call = op as unknown as (...args: readonly unknown[]) => unknown;
  const value = function (this: Tensor, ...rest: readonly unknown[]): unknown {
    return call(this, ...rest);
  };
  Object.defineProperty(Tensor.prototype, name, { value, configurable: true, writable: true });
}
`;
}

/** The text as the repository's formatter writes it. */
function formatted(path, text) {
  const biome = `${root}node_modules/@biomejs/biome/bin/biome`;
  const run = spawnSync(process.execPath, [biome, 'check', '--write', `--stdin-file-path=${path}`], {
    input: text,
    encoding: 'utf8',
    cwd: root,
  });
  if (run.status !== 0) throw new Error(`biome: ${run.stderr}`);
  return run.stdout;
}

const files = readOpFiles();
const outputs = [
  [`${opsFolder}index.ts`, barrel(files)],
  [`${root}packages/tensor/src/fluent.ts`, fluent(files)],
].map(([path, text]) => [path, formatted(path, text)]);
const check = process.argv.includes('--check');
const stale = outputs.filter(([path, text]) => readFileSync(path, 'utf8') !== text);
if (!check) {
  for (const [path, text] of stale) writeFileSync(path, text);
}
for (const [path] of stale) console.log(`${check ? 'out of date' : 'written'}: ${path.slice(root.length)}`);
if (check && stale.length > 0) {
  console.log('run: node scripts/generate-ops.mjs');
  process.exitCode = 1;
}
