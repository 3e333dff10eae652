/**
 * What other applications of this repository take from this one: the digits, also those of a folder, the
 * generator behind seeds, the drawings, and how a run writes files and reports what it cannot use.
 */
export { type Digits, loadDigits } from './digits-source.ts';
export type { Axis } from './drawing/axis.ts';
export { makeAxis } from './drawing/axis.ts';
export { type Chart, movingAverage, type Series } from './drawing/chart.ts';
export { type ConfusionMatrix, confusionMatrix, drawConfusionMatrix } from './drawing/confusion-matrix.ts';
export { element, STYLE, svgDocument, textElement } from './drawing/svg.ts';
export { drawSvgChart } from './drawing/svg-chart.ts';
export { InputError } from './input-error.ts';
export { CLASS_COUNT, IMAGE_PIXELS, IMAGE_SIDE, type LabelledImages, takeImages } from './labelled-images.ts';
export { OutputFolder } from './output-folder.ts';
export type { ProgressStream } from './progress-bar.ts';
export { RandomNumbers } from './random-numbers.ts';
export { shiftImages } from './shifting.ts';
