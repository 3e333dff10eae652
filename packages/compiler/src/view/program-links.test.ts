/** Which ops lie in which kernels, what lives when in the arena, and which values a line of graph text defines and uses. */
import { type AbstractValue, abstractValue, type Tensor } from '@deft/core';
import { printGraph, traceGraph } from '@deft/graph';
import { buffersOf } from '@deft/kernel';
import { add, matmul, mul, relu, reshape, scan, sum, tanh, transpose } from '@deft/ops';
import { buildGraph, graphSources } from '@deft/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompiledProgram, compileGraph } from '../index.ts';
import { arenaUse } from './arena-use.ts';
import { passLines } from './pass-lines.ts';
import { linksOf } from './program-links.ts';

const f32 = (...shape: number[]): AbstractValue => abstractValue(shape, 'float32');

function compile(types: readonly AbstractValue[], f: (...inputs: Tensor[]) => readonly Tensor[]): CompiledProgram {
  return compileGraph(traceGraph((inputs) => f(...inputs), types).graph);
}

function opsByKernel(compiled: CompiledProgram): string[][] {
  const links = linksOf(compiled);
  return links.allKernels.map((kernel) => links.nodesOf(kernel).map((node) => node.operation.name));
}

describe('ops in kernels', () => {
  it('are all that are fused, views and what is nowhere stored included', () => {
    const compiled = compile([f32(4, 6), f32(6)], (x, b) => [relu(add(mul(transpose(transpose(x)), 2), b))]);
    expect(opsByKernel(compiled)).toEqual([['transpose', 'transpose', 'mul', 'add', 'relu']]);
  });

  it('end at what is read from memory', () => {
    const compiled = compile([f32(4, 6), f32(6, 3)], (x, w) => [
      relu(matmul(tanh(x) as Tensor<[4, 6]>, w as Tensor<[6, 3]>)),
    ]);
    expect(opsByKernel(compiled)).toEqual([['tanh'], ['dotGeneral'], ['relu']]);
  });

  it('are found within loops, too', () => {
    const compiled = compile([f32(5, 3)], (xs) => [
      scan((s: Tensor, x: Tensor): [Tensor, Tensor] => [tanh(add(s, x)), s], sum(xs, { axis: 0 }) as Tensor, xs)[0],
    ]);
    const links = linksOf(compiled);
    expect(links.allKernels.map(({ label, kernel }) => `${label} ${kernel.form}`)).toContain('1.0.0 loop');
    expect(opsByKernel(compiled)).toContainEqual(['add', 'tanh']);
  });

  it('are computed by the kernel that writes their result, in every program', () => {
    fc.assert(
      fc.property(graphSources, (source) => {
        const compiled = compileGraph(buildGraph(source));
        const links = linksOf(compiled);
        for (const kernel of links.allKernels) {
          for (const buffer of buffersOf(kernel.kernel).writes) {
            const node = compiled.bufferValues[buffer]?.producer;
            if (node !== undefined) expect(links.nodesOf(kernel)).toContain(node);
          }
          for (const node of links.nodesOf(kernel)) expect(links.kernelsOf(node)).toContain(kernel);
        }
        // Buffers say of which type their value is.
        compiled.bufferValues.forEach((value, id) => {
          if (value !== undefined) expect(value.abstract.dtype).toBe(compiled.program.buffers[id]?.dtype);
        });
      }),
    );
  });
});

describe('the arena', () => {
  it('holds no two temporaries in one place at one time, and is as full as it is large where it is fullest', () => {
    fc.assert(
      fc.property(graphSources, (source) => {
        const { program } = compileGraph(buildGraph(source));
        const { lives, loads, peak, moments } = arenaUse(program);
        expect(loads).toHaveLength(moments.length);
        for (const load of loads) expect(load).toBeLessThanOrEqual(loads[peak] ?? 0);
        expect(loads[peak] ?? 0).toBeLessThanOrEqual(program.arenaBytes);
        const drawn = lives.map(({ offset, bytes, first, last, isOver, isUnder }) => ({
          from: isOver ? first + 0.5 : first,
          to: isUnder ? last + 0.5 : last + 1,
          offset,
          end: offset + bytes,
        }));
        drawn.forEach((a, i) => {
          for (const b of drawn.slice(i + 1)) {
            const overlap = a.from < b.to && b.from < a.to && a.offset < b.end && b.offset < a.end;
            expect(overlap).toBe(false);
          }
        });
      }),
    );
  });
});

describe('lines of graph text', () => {
  const lines = (types: readonly AbstractValue[], f: (...inputs: Tensor[]) => readonly Tensor[]) =>
    passLines(printGraph(traceGraph((inputs) => f(...inputs), types).graph));

  it('define and use values', () => {
    const [head, first, last] = lines([f32(2), f32(2)], (x, y) => [add(x, y)]);
    expect(head).toMatchObject({ defines: ['0.0', '0.1'], uses: [] });
    expect(first).toMatchObject({ defines: ['0.2'], uses: ['0.0', '0.1'] });
    expect(last).toMatchObject({ defines: [], uses: ['0.2'] });
  });

  it('of regions have values of their own', () => {
    const all = lines([f32(5, 3)], (xs) => [
      ...scan(
        (s: Tensor, x: Tensor): [Tensor, Tensor] => [add(s, x), s],
        reshape(sum(xs, { axis: 0 }), [3]) as Tensor,
        xs,
      ),
    ]);
    const head = all.find(({ text }) => text.includes(' graph('));
    expect(head?.uses.every((value) => value.startsWith('0.'))).toBe(true);
    expect(head?.defines).toEqual(expect.arrayContaining(['1.0', '1.1']));
    const defined = all.flatMap(({ defines }) => defines);
    expect(new Set(defined).size).toBe(defined.length);
    for (const { uses } of all) for (const value of uses) expect(defined).toContain(value);
  });

  it('define every value once and use none that is not defined, in every graph', () => {
    fc.assert(
      fc.property(graphSources, (source) => {
        const all = passLines(printGraph(buildGraph(source)));
        const known = new Set<string>();
        for (const { defines, uses } of all) {
          for (const value of uses) expect(known).toContain(value);
          for (const value of defines) {
            expect(known).not.toContain(value);
            known.add(value);
          }
        }
      }),
    );
  });

  it('are not misled by texts in attributes', () => {
    const [line] = passLines('  %1: float32[2] = op(%0) {a: "%7 = graph(%8: float32[]) {"}');
    expect(line).toMatchObject({ defines: ['0.1'], uses: ['0.0'] });
  });
});
