import { testRandomCalls } from './suite.ts';

testRandomCalls(0);
