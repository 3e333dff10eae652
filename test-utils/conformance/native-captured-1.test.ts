import { testCapturedOnNative } from './native-captured.ts';

testCapturedOnNative(0, 2);
