import { mastodonHarnessFor } from '#test/support/conformance/mastodon.ts';
import { describeChannel } from '#test/support/conformance/suite.ts';

// The same interface with ids of another form, and no regard for idempotency keys.
describeChannel(mastodonHarnessFor('gotosocial'));
