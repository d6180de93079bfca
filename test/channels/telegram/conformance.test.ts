import { describeChannel } from '#test/support/conformance/suite.ts';
import { telegramHarness } from '#test/support/conformance/telegram.ts';

describeChannel(telegramHarness);
