/**
 * The syntax trees that rules look at: of the ESTree nodes, and of those that TypeScript parsers add, the kinds and fields
 * that this package reads. They are what ESLint's parser, typescript-eslint's and oxlint's have in common.
 */

/** Where a node stands: offsets of its first character and of the one after its last. */
export type Range = readonly [start: number, end: number];

interface Base {
  readonly range: Range;
  readonly loc: { readonly start: { readonly line: number } };
  readonly parent?: Node | null;
}

/** A name. */
export interface Identifier extends Base {
  readonly type: 'Identifier';
  readonly name: string;
  readonly optional?: boolean;
  readonly typeAnnotation?: TypeAnnotation | null;
}

/** `'text'`, `1`, `true`, `null`, … */
export interface Literal extends Base {
  readonly type: 'Literal';
  readonly value: unknown;
}

/** `callee(arguments)`. */
export interface CallExpression extends Base {
  readonly type: 'CallExpression' | 'NewExpression';
  readonly callee: Node;
  readonly arguments: readonly Node[];
  readonly optional?: boolean;
}

/** `object.property` or `object[property]`. */
export interface MemberExpression extends Base {
  readonly type: 'MemberExpression';
  readonly object: Node;
  readonly property: Node;
  readonly computed: boolean;
  readonly optional?: boolean;
}

/** `left operator right`, lazily for `&&`, `||` and `??`. */
export interface BinaryExpression extends Base {
  readonly type: 'BinaryExpression' | 'LogicalExpression';
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
}

/** `left = right`, `left += right`, … */
export interface AssignmentExpression extends Base {
  readonly type: 'AssignmentExpression';
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
}

/** `pattern = default` in parameters and patterns. */
export interface AssignmentPattern extends Base {
  readonly type: 'AssignmentPattern';
  readonly left: Node;
  readonly right: Node;
}

/** `!x`, `-x`, `typeof x`, `x++`. */
export interface UnaryExpression extends Base {
  readonly type: 'UnaryExpression' | 'UpdateExpression';
  readonly operator: string;
  readonly argument: Node;
}

/** `await x`, `...x`, `yield x`, `return x`. */
export interface WithArgument extends Base {
  readonly type: 'AwaitExpression' | 'SpreadElement' | 'RestElement' | 'YieldExpression' | 'ReturnStatement';
  readonly argument: Node | null;
  readonly delegate?: boolean;
}

/** What wraps one expression: an optional chain, a statement, a type assertion, a decorator. */
export interface WithExpression extends Base {
  readonly type:
    | 'ChainExpression'
    | 'ExpressionStatement'
    | 'TSAsExpression'
    | 'TSNonNullExpression'
    | 'TSSatisfiesExpression'
    | 'TSTypeAssertion'
    | 'Decorator';
  readonly expression: Node;
  readonly typeAnnotation?: Node | null;
}

/** `test ? consequent : alternate`. */
export interface ConditionalExpression extends Base {
  readonly type: 'ConditionalExpression';
  readonly test: Node;
  readonly consequent: Node;
  readonly alternate: Node;
}

/** A statement with a condition. */
export interface ConditionStatement extends Base {
  readonly type: 'IfStatement' | 'WhileStatement' | 'DoWhileStatement';
  readonly test: Node;
}

/** `for (init; test; update) body`. */
export interface ForStatement extends Base {
  readonly type: 'ForStatement';
  readonly init: Node | null;
  readonly test: Node | null;
  readonly update: Node | null;
  readonly body: Node;
}

/** `for (left of right) body`. */
export interface ForEachStatement extends Base {
  readonly type: 'ForOfStatement' | 'ForInStatement';
  readonly left: Node;
  readonly right: Node;
  readonly body: Node;
  readonly await?: boolean;
}

/** `switch (discriminant) { … }`. */
export interface SwitchStatement extends Base {
  readonly type: 'SwitchStatement';
  readonly discriminant: Node;
}

/** A function of any kind. */
export interface FunctionNode extends Base {
  readonly type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression';
  readonly id?: Identifier | null;
  readonly params: readonly Node[];
  readonly body: Node;
  readonly async: boolean;
  readonly generator: boolean;
  readonly returnType?: TypeAnnotation | null;
}

/** `let a = 1, b`. */
export interface VariableDeclaration extends Base {
  readonly type: 'VariableDeclaration';
  readonly kind: string;
  readonly declarations: readonly VariableDeclarator[];
}

/** `a = 1` of a declaration. */
export interface VariableDeclarator extends Base {
  readonly type: 'VariableDeclarator';
  readonly id: Node;
  readonly init: Node | null;
}

/** `[a, b]` as a value or as a pattern. */
export interface ArrayNode extends Base {
  readonly type: 'ArrayExpression' | 'ArrayPattern';
  readonly elements: readonly (Node | null)[];
}

/** `{ a, b }` as a value or as a pattern. */
export interface ObjectNode extends Base {
  readonly type: 'ObjectExpression' | 'ObjectPattern';
  readonly properties: readonly Node[];
}

/** `key: value`. */
export interface Property extends Base {
  readonly type: 'Property';
  readonly key: Node;
  readonly value: Node;
  readonly computed: boolean;
  readonly shorthand: boolean;
}

/** `${a} text`. */
export interface TemplateLiteral extends Base {
  readonly type: 'TemplateLiteral';
  readonly expressions: readonly Node[];
}

/** `a, b`. */
export interface SequenceExpression extends Base {
  readonly type: 'SequenceExpression';
  readonly expressions: readonly Node[];
}

/** A block of statements, of a function, a module or a class. */
export interface Block extends Base {
  readonly type: 'BlockStatement' | 'Program' | 'ClassBody';
  readonly body: readonly Node[];
}

/** A class. */
export interface ClassNode extends Base {
  readonly type: 'ClassDeclaration' | 'ClassExpression';
  readonly id: Identifier | null;
  readonly body: Block;
}

/** A method or a field of a class. */
export interface ClassMember extends Base {
  readonly type: 'MethodDefinition' | 'PropertyDefinition';
  readonly key: Node;
  readonly value: Node | null;
  readonly computed: boolean;
  readonly static: boolean;
  readonly kind?: string;
  readonly decorators?: readonly Node[];
}

/** `#name`. */
export interface PrivateIdentifier extends Base {
  readonly type: 'PrivateIdentifier';
  readonly name: string;
}

/** `import { … } from 'source'`. */
export interface ImportDeclaration extends Base {
  readonly type: 'ImportDeclaration';
  readonly source: Literal;
  readonly specifiers: readonly ImportSpecifier[];
  readonly importKind?: string;
}

/** `import(source)`. */
export interface ImportExpression extends Base {
  readonly type: 'ImportExpression';
  readonly source: Node;
}

/** One name of an import. */
export interface ImportSpecifier extends Base {
  readonly type: 'ImportSpecifier' | 'ImportNamespaceSpecifier' | 'ImportDefaultSpecifier';
  readonly local: Identifier;
  readonly imported?: Node;
  readonly importKind?: string;
}

/** `: type` behind a name or a list of parameters. */
export interface TypeAnnotation extends Base {
  readonly type: 'TSTypeAnnotation';
  readonly typeAnnotation: Node;
}

/** `Name<…>`. */
export interface TypeReference extends Base {
  readonly type: 'TSTypeReference';
  readonly typeName: Node;
  readonly typeArguments?: { readonly params: readonly Node[] } | null;
}

/** `a.b` in a type. */
export interface QualifiedName extends Base {
  readonly type: 'TSQualifiedName';
  readonly left: Node;
  readonly right: Identifier;
}

/** `A | B`. */
export interface UnionType extends Base {
  readonly type: 'TSUnionType';
  readonly types: readonly Node[];
}

/** `T[]`, and `readonly T`. */
export interface WrappedType extends Base {
  readonly type: 'TSArrayType' | 'TSTypeOperator';
  readonly elementType?: Node | null;
  readonly typeAnnotation?: Node | null;
}

/** Kinds without fields that are read. */
export interface Plain extends Base {
  readonly type:
    | 'ThisExpression'
    | 'JSXElement'
    | 'JSXFragment'
    | 'ExportNamedDeclaration'
    | 'ExportDefaultDeclaration'
    | 'TSNumberKeyword'
    | 'TSStringKeyword'
    | 'TSBooleanKeyword'
    | 'TSBigIntKeyword'
    | 'TSLiteralType'
    | 'TSNullKeyword'
    | 'TSUndefinedKeyword'
    | 'TSVoidKeyword';
}

/** A node. Trees have more kinds than these; nothing is asked of others but where they stand. */
export type Node =
  | ArrayNode
  | AssignmentExpression
  | AssignmentPattern
  | BinaryExpression
  | Block
  | CallExpression
  | ClassMember
  | ClassNode
  | ConditionalExpression
  | ConditionStatement
  | ForEachStatement
  | ForStatement
  | FunctionNode
  | Identifier
  | ImportDeclaration
  | ImportExpression
  | ImportSpecifier
  | Literal
  | MemberExpression
  | ObjectNode
  | Plain
  | PrivateIdentifier
  | Property
  | QualifiedName
  | SequenceExpression
  | SwitchStatement
  | TemplateLiteral
  | TypeAnnotation
  | TypeReference
  | UnaryExpression
  | UnionType
  | VariableDeclaration
  | VariableDeclarator
  | WithArgument
  | WithExpression
  | WrappedType;
