/** The program "text": a small GPT, or two LSTMs, learn a book character by character, and write on. */
import { basename } from 'node:path';
import { movingAverage } from '@deft/digits';
import { type CourseApp, courseApp, positive, whole } from '../course-app.ts';
import { drawCurves } from '../drawing/loss-curve.ts';
import { drawShadedText } from '../drawing/shaded-text.ts';
import { readCorpus } from './corpus.ts';
import { compileNetwork, makeNetwork, NETWORKS, type NetworkName } from './networks.ts';
import { heldBackLoss, trainOnText } from './training.ts';
import { type Written, writeOn } from './writing.ts';

/** Nats per character that must be reached on the held-back part of the book that comes with the course. */
const MOST: Readonly<Record<NetworkName, number>> = { gpt: 1.7, lstm: 1.85 };
/** How often the held-back part is looked at while training. */
const LOOKS = 10;

/** See the page `docs/course/text.md`. */
export const text: CourseApp = courseApp({
  name: 'text',
  summary: 'A small GPT or LSTMs learn a book, or a text of yours, character by character, and write on.',
  options: {
    network: { kind: 'choice', text: 'which network', choices: NETWORKS },
    file: { kind: 'file', text: 'a text in UTF-8 in place of Moby-Dick' },
    steps: whole('training steps', 2000),
    'batch-size': whole('passages per step', 12),
    block: whole('characters of a passage, which are all that the GPT remembers', 64, 2, 4096),
    width: whole('features of a character; LSTMs have twice as many', 128, 2, 4096),
    blocks: whole('blocks of the GPT', 4, 1, 64),
    heads: whole('heads of its attention', 4, 1, 64),
    rate: positive('learning rate', 0.002),
    prompt: { kind: 'text', text: 'what is written on', otherwise: '\n' },
    length: whole('characters to write', 600),
    temperature: positive('how freely characters are drawn', 0.8),
  },
  async run(values, seed, { print, progress, claim, files }) {
    const name = values.network as NetworkName;
    const { steps, block, width, blocks, heads, rate, prompt, length, temperature } = values;
    const corpus = readCorpus(values.file, block);
    const { characters, training, heldBack } = corpus;
    const counts = [training.length, heldBack.length, characters.count].map((count) => count.toLocaleString('en-US'));
    print(`${counts[0]} characters to learn from, ${counts[1]} held back, ${counts[2]} different ones`);
    characters.encode(prompt);
    const network = makeNetwork(name, { characters: characters.count, block, width, blocks, heads, seed });
    print(`${name}: ${network.countParameters().toLocaleString('en-US')} weights\n`);
    compileNetwork(network, { steps, rate });
    const plan = { steps, batchSize: values['batch-size'], block, seed, looks: LOOKS };
    const history = await trainOnText(network, corpus, { ...plan, progress: (count) => progress(name, count) });
    const loss = await heldBackLoss(network, corpus, block);
    print(`\nHeld back: ${loss.toFixed(3)} nats per character, perplexity ${Math.exp(loss).toFixed(1)}`);
    claim(`at most ${MOST[name]} nats per character`, loss <= MOST[name]);

    const written: Written[] = [];
    // An LSTM remembers for as long as it is read to.
    const context = name === 'lstm' ? { context: prompt.length + length } : {};
    for await (const one of writeOn(network, characters, { prompt, length, temperature, seed, ...context }))
      written.push(one);
    print(`\n${prompt}${written.map(({ character }) => character).join('')}`);

    const curves = [
      { name: 'training, smoothed', values: Array.from(movingAverage(history.training, 0.95)) },
      { name: 'held back', values: history.heldBack, steps: history.looks, marks: true },
    ];
    files.write(`text-${name}-loss.svg`, drawCurves('Loss', 'nats per character', curves));
    const source = values.file === undefined ? 'Moby-Dick' : basename(values.file);
    const subtitle = `${loss.toFixed(2)} nats per character; written at temperature ${temperature}; dark: surprising`;
    const picture = { title: `${name} after ${steps} steps on ${source}`, subtitle, prompt, written };
    files.write(`text-${name}-written.svg`, drawShadedText(picture));
    const names = [`text-${name}-loss.svg`, `text-${name}-written.svg`];
    print(`\nPictures: ${names.map((file) => files.shown(file)).join(', ')}`);
  },
});
