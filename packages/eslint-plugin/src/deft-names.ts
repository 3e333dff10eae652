/**
 * Which expressions name exports of Deft: `add` and `matrixProduct` after
 * `import { add, matmul as matrixProduct } from '@deft/tensor'`, `deft.add` after `import * as deft from '@deft/tensor'`.
 */
import type { Definition, Variable } from './host.ts';
import { bare, memberName } from './navigation.ts';
import { functionNames, type ResultKind } from './op-names.ts';
import { definitionOf, type Scopes } from './scopes.ts';
import type { ImportDeclaration, Node } from './syntax.ts';

/** An export of one of Deft's packages. */
export interface DeftExport {
  /** The package's name without its scope: `tensor`, `ops`. */
  readonly packageName: string;
  readonly name: string;
}

const deftModule: RegExp = /^@deft\/([^/]+)(?:\/.*)?$/;

/** The package of Deft that an import names. */
export function deftPackageOf(declaration: ImportDeclaration): string | undefined {
  return deftModule.exec(String(declaration.source.value))?.[1];
}

/** The packages that export the names of `packageName`. */
const exporters: Readonly<Record<'ops' | 'transforms' | 'function', ReadonlySet<string>>> = {
  ops: new Set(['tensor', 'ops']),
  transforms: new Set(['tensor', 'transforms']),
  function: new Set(['tensor', 'function']),
};

/** Functions of one tensor function that give another with the same parameters. */
const transforms: ReadonlySet<string> = new Set([
  'batchJacobian',
  'checkpoint',
  'customJvp',
  'customVjp',
  'grad',
  'hessian',
  'jacfwd',
  'jacobian',
  'jacrev',
  'valueAndGrad',
  'vmap',
]);

/** Reads the names of Deft in one file. */
export class DeftNames {
  readonly #scopes: Scopes;

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  /** The export that an expression, or a name in a type, stands for. */
  exportOf(node: Node): DeftExport | undefined {
    const expression = bare(node);
    if (expression.type === 'Identifier') {
      const variable = this.#scopes.variableOf(expression);
      return variable && this.#importOf(variable);
    }
    const [object, name] =
      expression.type === 'MemberExpression'
        ? [bare(expression.object), memberName(expression, expression.property)]
        : expression.type === 'TSQualifiedName'
          ? [expression.left, expression.right.name]
          : [];
    if (object?.type !== 'Identifier' || name === undefined) return undefined;
    const variable = this.#scopes.variableOf(object);
    const space = variable && this.#importOf(variable);
    return space?.name === '*' ? { packageName: space.packageName, name } : undefined;
  }

  /** The name of the op that an expression stands for, with what calls of it give. */
  opOf(node: Node): { readonly name: string; readonly result: ResultKind } | undefined {
    const found = this.exportOf(node);
    if (found === undefined || !exporters.ops.has(found.packageName)) return undefined;
    const result = resultOf(functionNames, found.name);
    return result && { name: found.name, result };
  }

  /** The name of a function of `ops` that an expression stands for, op or not. */
  opsExportOf(node: Node): string | undefined {
    const found = this.exportOf(node);
    return found && exporters.ops.has(found.packageName) ? found.name : undefined;
  }

  /** Whether an expression is `jit`. */
  isJit(node: Node): boolean {
    const found = this.exportOf(node);
    return found?.name === 'jit' && exporters.function.has(found.packageName);
  }

  /** Whether an expression is `variable`. */
  isVariable(node: Node): boolean {
    return this.opsExportOf(node) === 'variable';
  }

  /** The name of the transform that an expression stands for: `grad`, `vmap`, … */
  transformOf(node: Node): string | undefined {
    const found = this.exportOf(node);
    const isTransform = found && exporters.transforms.has(found.packageName) && transforms.has(found.name);
    return isTransform ? found.name : undefined;
  }

  /** Whether a name in a type is Deft's `Tensor`. */
  isTensorType(node: Node): boolean {
    const name = this.exportOf(node)?.name;
    return name === 'Tensor' || name === 'Key';
  }

  #importOf(variable: Variable): DeftExport | undefined {
    const definition = definitionOf(variable);
    if (definition?.type === 'Variable') return loadedBy(definition);
    if (definition?.type !== 'ImportBinding' || definition.parent?.type !== 'ImportDeclaration') return undefined;
    const packageName = deftPackageOf(definition.parent);
    if (packageName === undefined) return undefined;
    const specifier = definition.node;
    if (specifier.type === 'ImportNamespaceSpecifier') return { packageName, name: '*' };
    const imported = specifier.type === 'ImportSpecifier' ? specifier.imported : undefined;
    const name = imported && memberName({ computed: false }, imported);
    return name === undefined ? undefined : { packageName, name };
  }
}

/** What `const { add } = await import('@deft/tensor')` names, and the same with `require`. */
function loadedBy({ node, name }: Definition): DeftExport | undefined {
  const init = node.type === 'VariableDeclarator' && node.init ? bare(node.init) : undefined;
  const loaded = init?.type === 'AwaitExpression' && init.argument ? init.argument : init;
  const isRequired =
    loaded?.type === 'CallExpression' && loaded.callee.type === 'Identifier' && loaded.callee.name === 'require';
  const source = loaded?.type === 'ImportExpression' ? loaded.source : isRequired ? loaded.arguments[0] : undefined;
  const packageName = source?.type === 'Literal' ? deftModule.exec(String(source.value))?.[1] : undefined;
  if (packageName === undefined || node.type !== 'VariableDeclarator') return undefined;
  if (node.id === name) return { packageName, name: '*' };
  const properties = node.id.type === 'ObjectPattern' ? node.id.properties : [];
  const property = properties.find((one) => one.type === 'Property' && one.value === name);
  const key = property?.type === 'Property' ? memberName(property, property.key) : undefined;
  return key === undefined ? undefined : { packageName, name: key };
}

/** The kind of result under which a name is listed. */
export function resultOf(
  names: Readonly<Record<ResultKind, ReadonlySet<string>>>,
  name: string,
): ResultKind | undefined {
  return (Object.keys(names) as ResultKind[]).find((kind) => names[kind].has(name));
}
