/** The metrics under one name: `metrics.accuracy()`. */
export { accuracy } from './metrics.ts';
