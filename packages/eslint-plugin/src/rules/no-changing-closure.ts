/** `no-changing-closure`: what a captured function reads from outside is read once. */
import type { Capture } from '../captures.ts';
import type { Reference, RuleContext, RuleModule, Variable } from '../host.ts';
import { isTarget, isWithin, pathFrom } from '../member-paths.ts';
import { bare, classAround, functionAround, holds, isFunction, isLoop, propertyName, walk } from '../navigation.ts';
import { constantOf, definitionOf } from '../scopes.ts';
import type { ClassMember, FunctionNode, Node } from '../syntax.ts';
import { type FileFacts, factsOf } from '../tensors.ts';

export const noChangingClosure: RuleModule = {
  meta: {
    type: 'problem',
    docs: {
      description: 'What a captured function reads from outside is fixed when it is captured.',
      recommended: true,
    },
    schema: [],
    messages: {
      read: '`{{code}}` is read once, when this function is captured, and is assigned at line {{line}}: the captured function does not see it. Pass it as an argument, or keep it in a variable(…).',
      written:
        '`{{code}}` is changed once, when this function is captured, and not when it is called. Give the new value back, or keep it in a variable(…) and assign that.',
    },
  },
  create(context) {
    return { 'Program:exit': () => new Closures(context).check() };
  },
};

/** Methods that change lists, maps and sets. */
const changingMethods: ReadonlySet<string> = new Set([
  'add',
  'clear',
  'delete',
  'fill',
  'pop',
  'push',
  'set',
  'shift',
  'splice',
  'unshift',
]);

/** A use of something from outside of a captured function. */
interface Use {
  readonly node: Node;
  readonly names: readonly string[];
}

class Closures {
  readonly #context: RuleContext;
  readonly #facts: FileFacts;
  /** What was reported already, by capture: one report says it. */
  readonly #reported = new Set<string>();
  readonly #checked = new Set<Node>();

  constructor(context: RuleContext) {
    this.#context = context;
    this.#facts = factsOf(context.sourceCode);
  }

  check(): void {
    for (const node of this.#facts.captures.functions) {
      const capture = this.#facts.captures.of(node) as Capture;
      for (const reference of this.#facts.scopes.referencesIn(node)) this.#checkReference(reference, capture);
      this.#checkFields(node);
    }
  }

  #checkReference(reference: Reference, capture: Capture): void {
    const { identifier, resolved } = reference;
    if (resolved === null || this.#checked.has(identifier) || isInType(identifier) || !this.#isOutside(resolved))
      return;
    if (this.#facts.captures.around(identifier) === undefined) return;
    this.#checked.add(identifier);
    const { node, names } = pathFrom(identifier);
    if (reference.isWrite() || isTarget(node)) {
      if (!this.#makesVariable(node)) this.#report('written', node, resolved, names);
    } else if (this.#isChangingCall(node, resolved)) {
      this.#report('written', node.parent ?? node, resolved, names);
    } else {
      const write = this.#writesOf(resolved).find(
        (one) => isWithin(names, one.names) && this.#isLater(one, resolved, capture),
      );
      if (write !== undefined) this.#report('read', node, resolved, write.names, write.node);
    }
  }

  /** Whether a variable is declared outside of every captured function. */
  #isOutside(variable: Variable): boolean {
    const definition = definitionOf(variable);
    if (definition === undefined || !/^(?:Variable|Parameter)$/.test(definition.type)) return false;
    return !this.#facts.captures.hold(definition.name);
  }

  /** Where a variable, or a part of it, is assigned outside of captured functions. */
  #writesOf(variable: Variable): Use[] {
    return variable.references.flatMap((reference) => {
      if (reference.init || this.#facts.captures.hold(reference.identifier)) return [];
      const { node, names } = pathFrom(reference.identifier);
      if (reference.isWrite()) return [{ node: reference.identifier, names: [] }];
      return isTarget(node) && names.length > 0 ? [{ node, names }] : [];
    });
  }

  /** Whether an assignment may come after a function was captured. */
  #isLater({ node, names }: Use, variable: Variable, { made }: Capture): boolean {
    const declaration = definitionOf(variable)?.parent;
    // A loop has a variable of its own in every iteration, and goes on with a copy.
    const isHead = declaration?.type === 'VariableDeclaration' && declaration.kind !== 'var' && declaration.parent;
    if (isHead && isLoop(isHead) && names.length === 0) return false;
    // What is declared without a value and assigned once is as good as a constant.
    if (this.#isOnlyAssignment(variable) && names.length === 0) return false;
    return made.some((call) => !this.#isBefore(node, call, variable));
  }

  #isOnlyAssignment(variable: Variable): boolean {
    const { node } = definitionOf(variable) ?? {};
    const isBare = node?.type === 'VariableDeclarator' && node.init === null;
    return isBare && variable.references.filter((one) => one.isWrite()).length === 1;
  }

  /** Whether an assignment happens before a call of `jit`, and not again after it. */
  #isBefore(node: Node, call: Node, variable: Variable): boolean {
    if (functionAround(node) !== functionAround(call) || node.range[1] > call.range[0]) return false;
    const definition = definitionOf(variable);
    const isHoisted = definition?.parent?.type === 'VariableDeclaration' && definition.parent.kind === 'var';
    for (let at = call.parent; at && !isFunction(at); at = at.parent) {
      const isOwn = definition && !isHoisted && holds(at, definition.name);
      if (isLoop(at) && holds(at, node) && !isOwn) return false;
    }
    return true;
  }

  /** `state ??= variable(…)`: the first call of a captured function may make variables, and has to keep them. */
  #makesVariable({ parent }: Node): boolean {
    const made = parent?.type === 'AssignmentExpression' ? bare(parent.right) : undefined;
    return made?.type === 'CallExpression' && this.#facts.names.isVariable(made.callee);
  }

  /** `list.push(…)` of a list from outside. */
  #isChangingCall(node: Node, variable: Variable): boolean {
    const initial = constantOf(variable);
    const isCollection =
      initial?.type === 'ArrayExpression' ||
      (initial?.type === 'NewExpression' &&
        initial.callee.type === 'Identifier' &&
        /^(?:Array|Map|Set|WeakMap|WeakSet)$/.test(initial.callee.name));
    const isCalled = node.parent?.type === 'CallExpression' && node.parent.callee === node;
    return isCollection && isCalled && changingMethods.has(propertyName(bare(node)) ?? '');
  }

  /** `this.name` in captured methods. */
  #checkFields(node: FunctionNode): void {
    const owner = classAround(node);
    if (owner === undefined || (node.parent?.type !== 'MethodDefinition' && node.type !== 'ArrowFunctionExpression'))
      return;
    const keys = this.#context.sourceCode.visitorKeys;
    const hasOwnThis = (inner: Node): boolean =>
      inner.type === 'FunctionDeclaration' || inner.type === 'FunctionExpression';
    for (const inner of walk(node.body, keys, (below) => !hasOwnThis(below))) {
      if (inner.type !== 'ThisExpression' || this.#checked.has(inner)) continue;
      this.#checked.add(inner);
      const { node: use, names } = pathFrom(inner);
      if (names.length === 0) continue;
      if (isTarget(use)) {
        if (!this.#makesVariable(use)) this.#report('written', use, owner, names);
      } else {
        const write = this.#fieldWrites(owner.body.body as readonly ClassMember[]).find((one) =>
          isWithin(names, one.names),
        );
        if (write !== undefined) this.#report('read', use, owner, write.names, write.node);
      }
    }
  }

  /** Where fields are assigned outside of constructors and captured methods. */
  #fieldWrites(members: readonly ClassMember[]): Use[] {
    return members.flatMap((member) => {
      if (member.kind === 'constructor' || !isFunction(member.value) || this.#facts.captures.of(member.value))
        return [];
      const found: Use[] = [];
      for (const inner of walk(member.value.body, this.#context.sourceCode.visitorKeys)) {
        if (inner.type !== 'ThisExpression') continue;
        const { node, names } = pathFrom(inner);
        if (names.length > 0 && isTarget(node)) found.push({ node, names });
      }
      return found;
    });
  }

  #report(
    messageId: 'read' | 'written',
    node: Node,
    owner: Variable | Node,
    names: readonly string[],
    write?: Node,
  ): void {
    const place = 'name' in owner && typeof owner.name === 'string' ? owner.name : String((owner as Node).range[0]);
    const capture = this.#facts.captures.around(node)?.root.range[0];
    const key = [messageId, capture, place, ...names].join(' ');
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    const line = write ? String(write.loc.start.line) : '';
    this.#context.report({ node, messageId, data: { code: this.#facts.quote(node), line } });
  }
}

/** Whether a name stands in a type: `typeof name`. */
function isInType({ parent }: Node): boolean {
  return parent != null && /^TS(?:TypeQuery|QualifiedName|TypeReference)$/.test(parent.type);
}
