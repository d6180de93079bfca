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
  await workspace.writer.run('preferences.set', { change: { name: workspace.words('sample.me') } });
};
