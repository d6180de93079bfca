import { useId } from 'react';
import { usePolicy } from '#renderer/features/policy/index.ts';
import { Button, useWords } from '#renderer/ui/index.ts';
import { ChannelIcon } from '#renderer/workbench/index.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import type { WizardHands } from '../model/use-wizard.ts';
import './offered-accounts.css';

/** Accounts that a policy offers: one click fills the form in, and the person proves who they are as always. */
export const OfferedAccounts = ({
  profiles,
  hands,
}: {
  readonly profiles: readonly ChannelProfile[];
  readonly hands: WizardHands;
}) => {
  const words = useWords();
  const heading = useId();
  const { state, valueOf } = usePolicy();
  const offered = (valueOf('accounts.offered') ?? []).flatMap((account) => {
    const profile = profiles.find(({ kind }) => kind === account.channel);
    return profile === undefined ? [] : [{ ...account, profile }];
  });
  if (offered.length === 0) return null;
  const by = state?.by ?? null;
  return (
    <section className="offered-accounts" aria-labelledby={heading}>
      <h2 className="offered-accounts-title" id={heading}>
        {by === null ? words('policy.offered') : words('policy.offered.by', { by })}
      </h2>
      <ul className="offered-accounts-list">
        {offered.map(({ profile, address, senderName }) => (
          <li key={`${profile.kind} ${address}`}>
            <Button
              onClick={() => {
                hands.tell({ kind: 'channel', profile });
                hands.tell({ kind: 'typed', address, ...(senderName === undefined ? {} : { senderName }) });
              }}
            >
              <ChannelIcon channel={profile.kind} size={16} />
              {address}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
};
