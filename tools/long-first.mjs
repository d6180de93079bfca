import { existsSync } from 'node:fs';
import { BaseSequencer } from 'vitest/node';
import { inProject } from './paths.mjs';

/**
 * Test files that take long though they are short: what they run is elsewhere. Vitest begins with the largest file, and one of
 * these alone at the end keeps every other worker idle. The longest first; one that is not named costs time and nothing else.
 */
const longFiles = [
  'test/channels/conformance/twilio.test.ts',
  'test/channels/mastodon/conformance.test.ts',
  'test/channels/mastodon/gotosocial.test.ts',
  'test/property/ownership.property.test.ts',
  'test/property/threading-order.test.ts',
  'test/property/histories.test.ts',
  'test/unit/email/hostile-mail.test.ts',
  'test/channels/conformance/sample.test.ts',
  'test/channels/matrix/conformance.test.ts',
  'test/unit/engine/sample-workspace.test.ts',
  'test/integration/channels/bluesky.test.ts',
  'test/integration/team/sync.test.ts',
  'test/integration/faults/five-hundred-kills.test.ts',
  'test/integration/faults/ingest-kill.test.ts',
  'test/integration/faults/disk-full.test.ts',
  'test/integration/faults/sending-kill.test.ts',
  'test/integration/faults/in-step.test.ts',
  'test/integration/faults/failing-writes.test.ts',
  'test/integration/channels/bluesky-chat.test.ts',
  'test/integration/channels/xmpp.test.ts',
  'test/integration/channels/email.test.ts',
  'test/integration/channels/livechat.test.ts',
];

/** Packs the application, which is work for both cores: nothing else is to be started beside what that leaves behind. */
const lastFile = 'test/e2e/packaged.test.ts';

/** Where a file stands in the line; those that are not named come behind those that are. @param {import('vitest/node').TestSpecification} file */
const rank = ({ moduleId }) => {
  if (moduleId.endsWith(`/${lastFile}`)) return longFiles.length + 1;
  const at = longFiles.findIndex((name) => moduleId.endsWith(`/${name}`));
  return at === -1 ? longFiles.length : at;
};

/** The order of test files: vitest's own, with the long ones of each project before its others. */
export class LongFirst extends BaseSequencer {
  /**
   * @override
   * @param {import('vitest/node').TestSpecification[]} files
   */
  async sort(files) {
    const gone = [...longFiles, lastFile].filter((file) => !existsSync(inProject(file)));
    if (gone.length > 0) throw new Error(`Named in tools/long-first.mjs, and not there: ${gone.join(', ')}`);
    const usual = await super.sort(files);
    const projects = [...new Set(usual.map(({ project }) => project))];
    return projects.flatMap((project) =>
      usual.filter((file) => file.project === project).sort((one, other) => rank(one) - rank(other)),
    );
  }
}
