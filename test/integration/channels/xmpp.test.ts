import { xmppHarness } from '#test/support/conformance/xmpp.ts';
import { describeChannel } from '#test/support/conformance/suite.ts';

describeChannel(xmppHarness);
