/**
 * What a type checker says of expressions, where the parser brings one along: typescript-eslint does, when it is told of a
 * project. Only the shape of its interface is stated here; nothing of it is imported.
 */
import type { SourceCode } from './host.ts';
import type { Node } from './syntax.ts';

/** A type, as the checker gives it. */
interface Type {
  readonly types?: readonly Type[];
  /** The name of a type that the language has: `any`, `undefined`, … */
  readonly intrinsicName?: string;
  isUnion(): boolean;
  isIntersection(): boolean;
  getProperty(name: string): unknown;
  getSymbol(): { readonly name: string } | undefined;
}

interface TypeChecker {
  getTypeAtLocation(node: unknown): Type;
  getBaseConstraintOfType(type: Type): Type | undefined;
  getStringType?(): Type;
  getUndefinedType?(): Type;
  isTypeAssignableTo?(source: Type, target: Type): boolean;
}

interface CompilerOptions {
  readonly strict?: boolean;
  readonly strictNullChecks?: boolean;
  readonly noUncheckedIndexedAccess?: boolean;
}

interface ParserServices {
  readonly program?: {
    getTypeChecker(): TypeChecker;
    getCompilerOptions(): CompilerOptions;
  } | null;
  readonly esTreeNodeToTSNodeMap?: { get(node: Node): unknown };
}

/** What a type says: certainly a tensor, one or nothing, no tensor, or nothing at all. */
export type TypeVerdict = 'tensor' | 'nullable' | 'other' | 'unknown';

/** Asks the type checker of one file. */
export class TensorTypes {
  readonly #checker: TypeChecker;
  readonly #nodes: { get(node: Node): unknown };
  /** Whether types tell `undefined` apart; without, a tensor may always be missing. */
  readonly knowsUndefined: boolean;
  /** Whether an element at a position may be missing by its type. */
  readonly checksPositions: boolean;

  private constructor(checker: TypeChecker, nodes: { get(node: Node): unknown }, options: CompilerOptions) {
    this.#checker = checker;
    this.#nodes = nodes;
    this.knowsUndefined = knowsUndefined(checker, options);
    this.checksPositions = options.noUncheckedIndexedAccess === true;
  }

  /** The types of a file; undefined where its parser brought none. */
  static of(sourceCode: SourceCode): TensorTypes | undefined {
    const { program, esTreeNodeToTSNodeMap } = (sourceCode.parserServices ?? {}) as ParserServices;
    if (!program || !esTreeNodeToTSNodeMap) return undefined;
    return new TensorTypes(program.getTypeChecker(), esTreeNodeToTSNodeMap, program.getCompilerOptions());
  }

  /** What the type of an expression says. */
  verdictOf(node: Node): TypeVerdict {
    const known = this.#nodes.get(node);
    return known === undefined ? 'unknown' : this.#verdict(this.#checker.getTypeAtLocation(known));
  }

  #verdict(type: Type): TypeVerdict {
    if (type.isUnion()) {
      const parts = (type.types ?? []).map((part) => this.#verdict(part));
      if (parts.includes('unknown')) return 'unknown';
      const something = (type.types ?? []).filter((part) => !isNothing(part));
      const areTensors = something.every((part) => /^(?:tensor|nullable)$/.test(this.#verdict(part)));
      if (something.length === 0 || !areTensors) return 'other';
      return something.length < parts.length || parts.includes('nullable') ? 'nullable' : 'tensor';
    }
    if (type.isIntersection()) {
      return (type.types ?? []).some((part) => this.#verdict(part) === 'tensor') ? 'tensor' : 'other';
    }
    // A class of this name may be anyone's; that it carries a dtype in its type tells Deft's.
    if (type.getSymbol()?.name === 'Tensor' && type.getProperty('~dtype') !== undefined) return 'tensor';
    if (/^(?:any|unknown|never)$/.test(type.intrinsicName ?? '')) return 'unknown';
    const constraint = this.#checker.getBaseConstraintOfType(type);
    return constraint === undefined || constraint === type ? 'other' : this.#verdict(constraint);
  }
}

const isNothing = ({ intrinsicName = '' }: Type): boolean => /^(?:undefined|null|void)$/.test(intrinsicName);

function knowsUndefined(checker: TypeChecker, { strict, strictNullChecks }: CompilerOptions): boolean {
  if (checker.isTypeAssignableTo && checker.getUndefinedType && checker.getStringType) {
    return !checker.isTypeAssignableTo(checker.getUndefinedType(), checker.getStringType());
  }
  return strictNullChecks ?? strict ?? false;
}
