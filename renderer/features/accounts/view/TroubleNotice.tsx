import { ShieldQuestion } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button, Notice, refusalWords, useTimes, useWords } from '#renderer/ui/index.ts';
import type { AccountFailure } from '#shared/contract/accounts.ts';
import type { Trouble } from '../model/wizard.ts';
import { failureKeys } from './failure-words.ts';
import type { Spoken } from './failure-words.ts';

/** A fingerprint in pairs, as other programs show it, so that it can be compared by eye. */
const inPairs = (fingerprint: string): string =>
  (fingerprint.replaceAll(':', '').match(/.{1,2}/g) ?? []).join(':').toUpperCase();

const CertificateQuestion = ({
  failure,
  onTrust,
}: {
  readonly failure: AccountFailure & { readonly certificate: NonNullable<AccountFailure['certificate']> };
  readonly onTrust: (() => void) | null;
}) => {
  const words = useWords();
  const times = useTimes();
  const { certificate } = failure;
  return (
    <section className="certificate" aria-label={words('account.certificate.title')}>
      <h2 className="certificate-title">
        <ShieldQuestion aria-hidden size={18} />
        {words('account.certificate.title')}
      </h2>
      <p>{words('account.failure.certificate', { where: failure.where, said: failure.said ?? '' })}</p>
      <dl className="certificate-facts">
        <dt>{words('account.certificate.problem')}</dt>
        <dd>
          {words.of(
            `account.certificate.problem.${certificate.problem}`,
            {},
            'account.certificate.problem.other',
          )}
        </dd>
        <dt>{words('account.certificate.subject')}</dt>
        <dd>{certificate.subject}</dd>
        <dt>{words('account.certificate.issuer')}</dt>
        <dd>{certificate.issuer}</dd>
        <dt>{words('account.certificate.valid-to')}</dt>
        <dd>{times.full(certificate.validTo)}</dd>
        <dt>{words('account.certificate.fingerprint')}</dt>
        <dd className="certificate-fingerprint">{inPairs(certificate.fingerprint)}</dd>
      </dl>
      <p>{words('account.certificate.advice')}</p>
      {onTrust === null ? null : (
        <div>
          <Button kind="danger" onClick={onTrust}>
            {words('account.certificate.trust')}
          </Button>
        </div>
      )}
    </section>
  );
};

/** What went wrong with an account and what to do; the server's own words come last, since few are helped by them. */
export const FailureNotice = ({
  failure,
  spoken,
  onTrust,
}: {
  readonly failure: AccountFailure;
  /** The channel it is about; null where that is not known. */
  readonly spoken: Spoken | null;
  /** Null where nothing can be trusted from here. */
  readonly onTrust: (() => void) | null;
}) => {
  const words = useWords();
  const times = useTimes();
  const { certificate } = failure;
  if (certificate !== null) {
    return <CertificateQuestion failure={{ ...failure, certificate }} onTrust={onTrust} />;
  }
  const { title, text } = failureKeys(words, failure, spoken);
  return (
    <Notice tone="bad" title={words(title)} live>
      <p>
        {words(text, {
          where: failure.where,
          said: failure.said ?? '',
          time: failure.retryAt === null ? '' : times.words(failure.retryAt, failure.retryAt),
        })}
      </p>
      {failure.said === null || failure.said === '' ? null : (
        <p className="trouble-said">
          {words('account.failure.said', { where: failure.where, said: failure.said })}
        </p>
      )}
    </Notice>
  );
};

/** Why the wizard did not get on. */
export const TroubleNotice = ({
  trouble,
  spoken,
  onTrust,
}: {
  readonly trouble: Trouble | null;
  readonly spoken: Spoken;
  readonly onTrust: () => void;
}) => {
  const words = useWords();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Below a long form it would be out of sight, and nothing would seem to have happened.
    if (trouble !== null) place.current?.scrollIntoView({ block: 'nearest' });
  }, [trouble]);
  if (trouble === null) return null;
  return (
    <div ref={place}>
      {trouble.kind === 'failure' ? (
        <FailureNotice failure={trouble.failure} spoken={spoken} onTrust={onTrust} />
      ) : (
        <Notice tone="bad" live>
          <p>{refusalWords(words, trouble.refusal)}</p>
        </Notice>
      )}
    </div>
  );
};
