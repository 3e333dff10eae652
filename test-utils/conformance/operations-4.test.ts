import { testOperations } from './suite.ts';

testOperations(3);
