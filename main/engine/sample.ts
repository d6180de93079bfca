import { sampleHours, sampleTargets } from './actions/sample/sample-care.ts';
import type { Workspace } from './workspace.ts';

/** Connects the channel that no person can connect: the one that tells sample conversations. Does nothing where it is connected. */
export const fillSample = async (workspace: Workspace): Promise<void> => {
  const channel = [...workspace.channels.values()].find(({ profile }) => !profile.connectable);
  if (channel === undefined) return;
  const { address, streams } = await channel.probe(
    {
      address: '',
      settings: {},
      clock: workspace.clock,
      secrets: () => ({ kind: 'none' }),
      saveSecrets: async () => undefined,
      log: () => undefined,
    },
    AbortSignal.timeout(5_000),
  );
  const label = streams[0]?.label ?? address;
  await workspace.writer.run('account.add', {
    account: {
      kind: channel.profile.kind,
      label,
      address,
      senderName: label,
      settings: {},
      secrets: { kind: 'none' },
    },
    streams,
  });
  await workspace.writer.run('sample.team', {});
  await workspace.writer.run('target.setSchedule', { schedule: sampleHours });
  await workspace.writer.run('target.setRules', { rules: sampleTargets });
  await workspace.writer.run('preferences.set', { change: { name: workspace.words('sample.me') } });
};

/** Does what the sample's team has done with its conversations, once they are all there; `then` runs after each round. */
export const sampleCare = (workspace: Workspace, then: () => void): (() => void) => {
  let begun: Promise<unknown> | null = null;
  return () => {
    begun ??= workspace.writer.run('sample.care', {});
    void begun.then(then, (error: unknown) => workspace.log.fault('sample', error));
  };
};
