import { blueskyChatHarness } from '#test/support/conformance/bluesky.ts';
import { describeChannel } from '#test/support/conformance/suite.ts';

describeChannel(blueskyChatHarness);
