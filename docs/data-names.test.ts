/** The guide to input pipelines names everything there is, and nothing else, beside the names of tf.data. */
import * as data from '@deft/data';
import { expect, it } from 'vitest';
import { readRepositoryFile } from './testing/pages.ts';

const guide = readRepositoryFile('docs/guide/data.md');
const rows = guide
  .slice(guide.indexOf('## Names, beside those of tf.data'))
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) => line.split('|').slice(1, -1));
const namesIn = (column: number): string[] =>
  rows.flatMap((cells) => [...(cells[column] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] as string));

const steps = Object.getOwnPropertyNames(data.Dataset.prototype).filter((name) => name !== 'constructor');
const functions = Object.entries(data).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));

/** The methods and properties of tf.data.Dataset that users of TensorFlow 2 know, but for those with underscores in front. */
const ofTensorFlow = [
  ...['apply', 'as_numpy_iterator', 'batch', 'bucket_by_sequence_length', 'cache', 'cardinality'],
  ...['choose_from_datasets', 'concatenate', 'counter', 'element_spec', 'enumerate', 'filter', 'fingerprint'],
  ...['flat_map', 'from_generator', 'from_tensor_slices', 'from_tensors', 'get_single_element', 'group_by_window'],
  ...[
    'ignore_errors',
    'interleave',
    'list_files',
    'load',
    'map',
    'options',
    'padded_batch',
    'prefetch',
    'ragged_batch',
  ],
  ...['random', 'range', 'rebatch', 'reduce', 'rejection_resample', 'repeat', 'sample_from_datasets', 'save', 'scan'],
  ...['shard', 'shuffle', 'skip', 'snapshot', 'sparse_batch', 'take', 'take_while', 'unbatch', 'unique', 'window'],
  ...['with_options', 'zip'],
];

it('names every method of datasets and every function of the package, and none that is not there', () => {
  const named = namesIn(1).filter((name) => name !== 'for await');
  expect([...new Set(named)].sort()).toEqual([...new Set([...steps, ...functions])].sort());
});

it('answers to every name of tf.data.Dataset', () => {
  const named = namesIn(0);
  expect(ofTensorFlow.filter((name) => !named.includes(name))).toEqual([]);
  expect(named.filter((name, i) => named.indexOf(name) !== i)).toEqual([]);
});
