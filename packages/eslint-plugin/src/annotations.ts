/** What the types that are written in a file say of values, read without a type checker. */
import type { DeftNames } from './deft-names.ts';
import type { Identifier, Node } from './syntax.ts';
import { aTensor, join, listOf, nothing, optional, plain, unknown, type Value } from './values.ts';

/** The value of a name or a parameter by the type beside it; undefined where none is written. */
export function annotatedValue(name: Identifier, names: DeftNames): Value | undefined {
  if (!name.typeAnnotation) return undefined;
  const value = valueOfType(name.typeAnnotation.typeAnnotation, names);
  return name.optional ? optional(value) : value;
}

/** What a value of a written type is. */
export function valueOfType(type: Node, names: DeftNames): Value {
  switch (type.type) {
    case 'TSNumberKeyword':
    case 'TSStringKeyword':
    case 'TSBooleanKeyword':
    case 'TSBigIntKeyword':
    case 'TSLiteralType':
      return plain;
    case 'TSNullKeyword':
    case 'TSUndefinedKeyword':
    case 'TSVoidKeyword':
      return nothing;
    case 'TSUnionType':
      return join(type.types.map((part) => valueOfType(part, names)));
    case 'TSArrayType':
      return type.elementType ? listOf(valueOfType(type.elementType, names)) : unknown;
    case 'TSTypeOperator':
      return type.typeAnnotation ? valueOfType(type.typeAnnotation, names) : unknown;
    case 'TSTypeReference': {
      if (names.isTensorType(type.typeName)) return aTensor;
      const argument = type.typeArguments?.params[0];
      const name = type.typeName.type === 'Identifier' ? type.typeName.name : '';
      if (argument === undefined) return unknown;
      if (name === 'Array' || name === 'ReadonlyArray') return listOf(valueOfType(argument, names));
      return name === 'Promise' ? { kind: 'promise', value: valueOfType(argument, names) } : unknown;
    }
    default:
      return unknown;
  }
}
