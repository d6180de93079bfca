import { mastodonHarness } from '#test/support/conformance/mastodon.ts';
import { describeChannel } from '#test/support/conformance/suite.ts';

describeChannel(mastodonHarness);
