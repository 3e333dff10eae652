/** What the course takes, refuses, and says of itself. */
import { describe, expect, it } from 'vitest';
import { progressLine, startProgress } from './progress.ts';
import { runForTest } from './testing/run-for-test.ts';

describe('the command line', () => {
  it('lists the programs and their options', async () => {
    expect((await runForTest([])).printed).toContain('hello');
    const { printed, code } = await runForTest(['hello', '--help']);
    expect(code).toBe(0);
    expect(printed).toContain('--steps <n>');
    expect(printed).toContain('--seed <n>');
  });

  it.each([
    [['nothing'], "no program 'nothing'"],
    [['hello', '--colour'], "unknown option '--colour'"],
    [['hello', 'there'], "unexpected argument 'there'"],
    [['hello', '--steps', '1.5'], "--steps takes a whole number from 1 to 1000000, got '1.5'"],
    [['hello', '--rate', 'fast'], "got 'fast'"],
    [['hello', '--seed'], '--seed needs a value'],
  ])('refuses %j', async (words, complaint) => {
    const { code, complaints } = await runForTest(words);
    expect(code).toBe(2);
    expect(complaints).toContain(complaint);
  });
});

describe('claims', () => {
  it('are made in full settings, and only there', async () => {
    const full = await runForTest(['xor', '--seed', '2']);
    expect(full.code).toBe(0);
    expect(full.printed).toContain('Holds: all four are right');
    expect((await runForTest(['xor', '--steps', '1'])).printed).not.toContain('all four are right');
  });
});

describe('progress', () => {
  it('says how far, with which figures, and how long', () => {
    const line = progressLine('xor', 50, 200, { loss: 0.25 }, 1000);
    expect(line).toBe(`xor  ${'━'.repeat(6)}${'┄'.repeat(18)}  50/200  loss 0.2500  3 s left`);
  });

  it('redraws on a terminal and prints quarters elsewhere', () => {
    const written = (isTTY: boolean): string => {
      const texts: string[] = [];
      const stream = { isTTY, write: (more: string) => texts.push(more) };
      const progress = startProgress('xor', 8, { stream, now: () => 0 });
      for (let step = 1; step <= 8; step += 1) progress.update(step, {});
      progress.end();
      progress.end();
      return texts.join('');
    };
    expect(written(false).split('\n')).toHaveLength(5);
    expect(written(true).split('\n')).toHaveLength(2);
    expect(written(true).split('\r')).toHaveLength(3);
  });
});
