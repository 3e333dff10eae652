import { testCapturedOnNative } from './native-captured.ts';

testCapturedOnNative(1, 2);
