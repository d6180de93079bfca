import { sampleHarness } from '#test/support/conformance/sample.ts';
import { describeChannel } from '#test/support/conformance/suite.ts';

describeChannel(sampleHarness);
