import { FailureNotice } from '#renderer/features/accounts/index.ts';
import { Notice, refusalWords, useWords } from '#renderer/ui/index.ts';
import type { TeamFailure } from '#shared/contract/team.ts';

const isTeamFailure = (value: unknown): value is TeamFailure =>
  typeof value === 'object' && value !== null && 'kind' in value && 'where' in value && 'said' in value;

/** Why something about a team was refused: what is wrong with its database in full words, or the refusal's own. */
export const TeamRefused = ({
  failure,
  onTrust = null,
}: {
  readonly failure: { readonly kind: string };
  /** Takes a certificate that nobody vouches for by its fingerprint; null where that cannot be asked. */
  readonly onTrust?: ((fingerprint: string) => void) | null;
}) => {
  const words = useWords();
  const trouble = 'failure' in failure && isTeamFailure(failure.failure) ? failure.failure : null;
  if (trouble === null)
    return (
      <Notice tone="bad" live>
        <p>{refusalWords(words, failure)}</p>
      </Notice>
    );
  const { kind, where, said, certificate = null } = trouble;
  if (certificate !== null)
    return (
      <FailureNotice
        failure={{ kind: 'certificate', where, said, certificate, retryAt: null }}
        spoken={null}
        onTrust={onTrust === null ? null : () => onTrust(certificate.fingerprint)}
      />
    );
  return (
    <Notice tone="bad" live title={words('team.failure.title')}>
      <p>{words.of(`team.failure.${kind}`, { where }, 'team.failure.other')}</p>
      {said === null ? null : <p className="settings-said">{words('team.failure.said', { said })}</p>}
    </Notice>
  );
};
