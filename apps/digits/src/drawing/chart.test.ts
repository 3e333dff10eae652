/** Both drawings of a chart, and the smoothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Chart, movingAverage } from './chart.ts';
import { drawSvgChart } from './svg-chart.ts';
import { drawTerminalChart } from './terminal-chart.ts';

const x = [1, 2, 3, 4, 5];
const chart: Chart = {
  title: 'Loss <of & "all">',
  xLabel: 'step',
  yLabel: 'loss',
  scale: 'linear',
  series: [
    { name: 'training', x, y: [10, 8, 6, 4, 2], unsmoothed: [12, 7, 6, 5, 1] },
    { name: 'validation', x: [3, 5], y: [7, 3], marks: true },
  ],
};

const anySeries = fc.record({
  name: fc.string(),
  x: fc.array(fc.double(), { maxLength: 12 }),
  y: fc.array(fc.double(), { maxLength: 12 }),
  marks: fc.boolean(),
});
const anyChart = fc.record({
  title: fc.string({ unit: 'binary' }),
  xLabel: fc.string(),
  yLabel: fc.string(),
  scale: fc.constantFrom('linear' as const, 'logarithmic' as const),
  series: fc.array(anySeries, { maxLength: 3 }),
});

describe('drawTerminalChart', () => {
  test('draws curve, marks and axes', () => {
    expect(drawTerminalChart(chart, { columns: 44, rows: 6, colour: false })).toBe(
      [
        '    Loss <of & "all"> (loss)',
        '    ⠒⠒ training   ○ validation',
        ' 10┤⠉⠑⠒⠒⠤⠤⣀⣀⡀',
        '   │        ⠈⠉⠑⠒⠢⠤⢄⣀⡀  ○',
        '  5┤                ⠈⠉⠑⠒⠢⠤⢄⣀⡀',
        '   │                        ⠈⠉⠑⠒⠢⠤⣀⣀',
        '   │                                ⠉⠉⠒⠒⠤⠤○',
        '  0┤',
        '   └─────────┬───────────────────┬─────────',
        '             2                   4     step',
      ].join('\n'),
    );
  });

  test('colours are balanced and change nothing else', () => {
    const coloured = drawTerminalChart(chart, { columns: 60, rows: 8, colour: true });
    expect(coloured.match(/\p{Cc}\[3\dm/gu)?.length).toBe(coloured.match(/\p{Cc}\[0m/gu)?.length);
    expect(coloured.replaceAll(/\p{Cc}\[\d+m/gu, '')).toBe(
      drawTerminalChart(chart, { columns: 60, rows: 8, colour: false }),
    );
  });

  test('the plot stays within its columns and rows, whatever the values', () => {
    const sizes = fc.record({ columns: fc.integer({ min: 50, max: 160 }), rows: fc.integer({ min: 2, max: 40 }) });
    fc.assert(
      fc.property(anyChart, sizes, (any, { columns, rows }) => {
        const blank = {
          ...any,
          title: '',
          xLabel: '',
          yLabel: '',
          series: any.series.map((one) => ({ ...one, name: '' })),
        };
        const lines = drawTerminalChart(blank, { columns, rows, colour: false }).split('\n');
        expect(lines.length).toBeGreaterThanOrEqual(rows + 3);
        expect(lines.length).toBeLessThanOrEqual(rows + 5);
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('drawSvgChart', () => {
  test('holds the curves, ticks and names, escaped', () => {
    const svg = drawSvgChart(chart);
    expect(svg).toContain('Loss &lt;of &amp; &quot;all&quot;&gt;</text>');
    expect(svg).toContain('>training</text>');
    expect(svg).toContain('>validation</text>');
    expect(svg.match(/<path /g)?.length).toBe(2);
    expect(svg.match(/<circle /g)?.length).toBe(3);
    expect(svg).toContain('M72 123.67L237 173.33L402 223L567 272.67L732 322.33');
    const ticks = [...svg.matchAll(/text-anchor="middle" fill="#667085">([^<]*)/g)];
    expect(ticks.map(([, label]) => label)).toEqual(['1', '2', '3', '4', '5']);
  });

  test('breaks a curve where values are missing', () => {
    const gaps = { ...chart, series: [{ name: 'training', x, y: [5, 4, Number.NaN, 2, 1] }] };
    const path = /<path d="([^"]*)"/.exec(drawSvgChart(gaps))?.[1];
    expect(path?.match(/M/g)?.length).toBe(2);
    expect(path?.match(/L/g)?.length).toBe(2);
  });

  test('is well-formed and free of NaN, whatever the values', () => {
    fc.assert(
      fc.property(anyChart, (any) => {
        const svg = drawSvgChart(any);
        const attributes = [...svg.matchAll(/<[^>]*>/g)].join('');
        expect(attributes).not.toMatch(/NaN|Infinity|undefined/);
        expect(svg.match(/<(?!\/)(?![^>]*\/>)/g)?.length).toBe(svg.match(/<\//g)?.length);
      }),
    );
  });
});

describe('movingAverage', () => {
  test('a constant stays itself from the first value on', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (value, decay) => {
          for (const average of movingAverage([value, value, value, value], decay)) {
            expect(Math.abs(average - value)).toBeLessThanOrEqual(1e-9 * Math.abs(value));
          }
        },
      ),
    );
  });

  test('weighs the past by the decay, and passes on what is not finite', () => {
    expect([...movingAverage([1, Number.NaN, 4], 0.5)]).toEqual([1, Number.NaN, 3]);
    expect([...movingAverage([3, 9, 1], 0)]).toEqual([3, 9, 1]);
  });
});
