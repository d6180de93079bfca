import { livechatHarness } from '#test/support/conformance/livechat.ts';
import { describeChannel } from '#test/support/conformance/suite.ts';

describeChannel(livechatHarness);
