/**
 * Random programs with effects: they read and replace variables, draw random numbers, print, assert and call the host, in branches,
 * loops, derivatives, batches and captured functions nested in each other. A program is plain data, so that a failing one
 * shrinks and can be read; `runEffects` runs it on tensors of the library. All numbers are small and whole, so that equal means equal.
 */
import type { Tensor } from '@deft/core';
import { tensorSpec } from '@deft/core';
import { jit } from '@deft/function';
import {
  add,
  all,
  assert,
  cast,
  clip,
  cond,
  floor,
  foriLoop,
  greater,
  hostCall,
  less,
  maximum,
  mul,
  onesLike,
  print,
  randomUniform,
  scan,
  stack,
  sub,
  sum,
  switchCase,
  tensor,
  type Variable,
  whileLoop,
} from '@deft/ops';
import { checkpoint, grad, jvp, stopGradient, vmap } from '@deft/transforms';
import fc from 'fast-check';

/** What a value is computed from; all are vectors of two numbers. */
export type EffectExpression =
  | { readonly kind: 'local' | 'variable' | 'constant'; readonly index: number }
  | { readonly kind: 'random' }
  | {
      readonly kind: 'add' | 'sub' | 'mul' | 'maximum';
      readonly left: EffectExpression;
      readonly right: EffectExpression;
    };

type Block = readonly EffectStatement[];

/** One step of a program. Those that give a value add it to the locals. */
export type EffectStatement =
  | { readonly kind: 'local' | 'print' | 'assert' | 'hostPure' | 'hostOrdered'; readonly value: EffectExpression }
  | { readonly kind: 'assign' | 'assignAdd'; readonly variable: number; readonly value: EffectExpression }
  | { readonly kind: 'cond'; readonly value: EffectExpression; readonly blocks: readonly [Block, Block] }
  | { readonly kind: 'switch'; readonly value: EffectExpression; readonly blocks: readonly Block[] }
  | { readonly kind: 'fori' | 'scan'; readonly steps: number; readonly block: Block }
  | {
      readonly kind: 'while';
      readonly most: number | undefined;
      readonly speaks: boolean;
      readonly draws: boolean;
      readonly block: Block;
    }
  | { readonly kind: 'grad' | 'jvp' | 'checkpoint' | 'jit'; readonly block: Block }
  | { readonly kind: 'vmap'; readonly block: Block };

/** A program, and whether one of its asserts may fail. */
export interface EffectProgram {
  readonly block: Block;
}

/** Variables of a program. */
export const variableCount = 2;

const expression: fc.Arbitrary<EffectExpression> = fc.letrec<{ any: EffectExpression }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.record({ kind: fc.constant('local' as const), index: fc.nat(5) }),
    fc.record({ kind: fc.constant('variable' as const), index: fc.nat(variableCount - 1) }),
    fc.record({ kind: fc.constant('constant' as const), index: fc.integer({ min: -3, max: 3 }) }),
    fc.record({ kind: fc.constant('random' as const) }),
    fc.record({
      kind: fc.constantFrom('add' as const, 'sub' as const, 'mul' as const, 'maximum' as const),
      left: tie('any'),
      right: tie('any'),
    }),
  ),
})).any;

const value = expression;

/** Under `vmap` nothing can be kept, and the order of effects must not depend on the example. */
const sameForAll: fc.Arbitrary<EffectStatement> = fc.oneof(
  fc.record({ kind: fc.constantFrom('local' as const, 'print' as const, 'hostPure' as const), value }),
);

const statement: fc.Arbitrary<EffectStatement> = fc.letrec<{ any: EffectStatement; block: Block }>((tie) => ({
  block: fc.array(tie('any'), { minLength: 0, maxLength: 3 }),
  any: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.record({
      kind: fc.constantFrom(
        'local' as const,
        'print' as const,
        'assert' as const,
        'hostPure' as const,
        'hostOrdered' as const,
      ),
      value,
    }),
    fc.record({
      kind: fc.constantFrom('assign' as const, 'assignAdd' as const),
      variable: fc.nat(variableCount - 1),
      value,
    }),
    fc.record({ kind: fc.constant('cond' as const), value, blocks: fc.tuple(tie('block'), tie('block')) }),
    fc.record({
      kind: fc.constant('switch' as const),
      value,
      blocks: fc.array(tie('block'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constantFrom('fori' as const, 'scan' as const),
      steps: fc.nat(3),
      block: tie('block'),
    }),
    fc.record({
      kind: fc.constant('while' as const),
      most: fc.option(fc.nat(3), { nil: undefined }),
      speaks: fc.boolean(),
      draws: fc.boolean(),
      block: tie('block'),
    }),
    fc.record({
      kind: fc.constantFrom('grad' as const, 'jvp' as const, 'checkpoint' as const, 'jit' as const),
      block: tie('block'),
    }),
    fc.record({ kind: fc.constant('vmap' as const), block: fc.array(sameForAll, { minLength: 1, maxLength: 3 }) }),
  ),
})).any;

/** Programs of up to six steps. */
export const effectPrograms: fc.Arbitrary<EffectProgram> = fc.record({
  block: fc.array(statement, { minLength: 1, maxLength: 6 }),
});

/** What a running program uses. */
export interface EffectWorld {
  readonly variables: readonly Variable[];
  /** Told of every ordered call of the host. */
  readonly heard: (text: string) => void;
}

const small = (x: Tensor): Tensor => clip(x, -40, 40) as Tensor;
const draw = (): Tensor => floor(mul(randomUniform([2]), 6)) as Tensor;

class Run {
  readonly #world: EffectWorld;
  readonly #locals: readonly Tensor[];

  constructor(world: EffectWorld, locals: readonly Tensor[]) {
    this.#world = world;
    this.#locals = locals;
  }

  value(of: EffectExpression, locals: readonly Tensor[]): Tensor {
    switch (of.kind) {
      case 'local':
        return locals[of.index % locals.length] as Tensor;
      case 'variable':
        return (this.#world.variables[of.index] as Variable).value;
      case 'constant':
        return tensor([of.index, 1]) as Tensor;
      case 'random':
        return draw();
      default: {
        const [left, right] = [this.value(of.left, locals), this.value(of.right, locals)];
        const apply = { add, sub, mul, maximum }[of.kind];
        return small(apply(left, right) as Tensor);
      }
    }
  }

  /** Runs the steps one after the other; the last local is the result. */
  block(block: Block): Tensor {
    const locals = [...this.#locals];
    for (const step of block) {
      const made = this.#step(step, locals);
      if (made !== undefined) locals.push(made);
    }
    return locals.at(-1) as Tensor;
  }

  #step(step: EffectStatement, locals: readonly Tensor[]): Tensor | undefined {
    const { variables, heard } = this.#world;
    const last = locals.at(-1) as Tensor;
    const inside = (block: Block, ...more: readonly Tensor[]): Tensor =>
      new Run(this.#world, [...locals, ...more]).block(block);
    const from =
      (block: Block) =>
      (x: Tensor): Tensor =>
        inside(block, x);
    switch (step.kind) {
      case 'local':
        return this.value(step.value, locals);
      case 'print':
        print('value', this.value(step.value, locals));
        return undefined;
      case 'assert':
        assert(all(less(this.value(step.value, locals), 30)), 'too large:', this.value(step.value, locals));
        return undefined;
      case 'hostPure':
        return hostCall(
          (x: Tensor) => add(x, 1),
          { results: tensorSpec([2], 'float32'), pure: true },
          stopGradient(this.value(step.value, locals)),
        ) as Tensor;
      case 'hostOrdered':
        hostCall((x: Tensor) => heard(`heard ${x.toArray()}`), {}, this.value(step.value, locals));
        return undefined;
      case 'assign':
        (variables[step.variable] as Variable).assign(this.value(step.value, locals));
        return undefined;
      case 'assignAdd': {
        const variable = variables[step.variable] as Variable;
        variable.assign(small(add(variable.value, this.value(step.value, locals)) as Tensor));
        return undefined;
      }
      case 'cond':
        return cond(
          greater(sum(this.value(step.value, locals)), 2),
          () => inside(step.blocks[0]),
          () => inside(step.blocks[1]),
        );
      case 'switch': {
        return switchCase(
          cast(sum(this.value(step.value, locals)), 'int32'),
          step.blocks.map((block) => () => inside(block)),
        );
      }
      case 'fori':
        return foriLoop(0, step.steps, (i, x) => inside(step.block, cast(stack([i, i]), 'float32') as Tensor, x), last);
      case 'scan':
        return scan(
          (x: Tensor) => {
            const next = inside(step.block, x);
            return [next, next] as [Tensor, Tensor];
          },
          last,
          null,
          { length: step.steps },
        )[0];
      case 'while':
        return whileLoop(
          ([count, x]: [Tensor, Tensor]) => {
            if (step.speaks) print('asked', x);
            const limit = step.draws ? sum(draw()) : 4;
            return less(count, limit);
          },
          ([count, x]: [Tensor, Tensor]) => [add(count, 1) as Tensor, inside(step.block, x)] as [Tensor, Tensor],
          [tensor(0) as Tensor, last] as [Tensor, Tensor],
          step.most === undefined ? {} : { maximumIterations: step.most },
        )[1];
      case 'grad':
        return small(grad((x: Tensor) => sum(inside(step.block, x)) as Tensor)(last));
      case 'jvp':
        return small(jvp(from(step.block), [last], [onesLike(last) as Tensor])[1]);
      case 'checkpoint':
        return small(grad((x: Tensor) => sum(checkpoint(from(step.block))(x)) as Tensor)(last));
      case 'jit':
        return jit(from(step.block))(last);
      case 'vmap':
        return sum(vmap((x: Tensor) => inside(step.block, x))(stack([last, small(add(last, 1) as Tensor)]) as Tensor), {
          axis: 0,
        }) as Tensor;
    }
  }
}

/** Runs a program on a vector; the result is the last value. */
export function runEffects({ block }: EffectProgram, world: EffectWorld, x: Tensor): Tensor {
  return new Run(world, [x]).block(block);
}
