import { matrixHarness } from '#test/support/conformance/matrix.ts';
import { describeChannel } from '#test/support/conformance/suite.ts';

describeChannel(matrixHarness);
