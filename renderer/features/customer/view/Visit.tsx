import { ExternalLink } from 'lucide-react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Button, TimeWords, refusalWords, useTimes, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { CustomerIdentity } from '#shared/contract/customers.ts';
import { languageName } from '#shared/messages/languages.ts';
import { pageWords } from '../model/visit-words.ts';

/** The page somebody wrote from, to be opened; its address is told by their browser, so it is shown as it is. */
const Page = ({ url, title }: { readonly url: string; readonly title: string }) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const open = async (): Promise<void> => {
    const answer = await engine.call('link.open', { url });
    if (!answer.ok) toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
  };
  return (
    <div className="customer-visit-page">
      <bdi className="customer-visit-title">{title === '' ? pageWords(url) : title}</bdi>
      {title === '' ? null : <bdi className="customer-soft">{pageWords(url)}</bdi>}
      <Button
        small
        kind="quiet"
        icon={ExternalLink}
        tooltip={url}
        onClick={() => {
          void open();
        }}
      >
        {words('customer.visit.open')}
      </Button>
    </div>
  );
};

/** Where somebody was on the website when they last wrote, in their browser's own words. */
export const Visit = ({ visit }: { readonly visit: NonNullable<CustomerIdentity['visit']> }) => {
  const words = useWords();
  const times = useTimes();
  const { page = '', title = '', language = '', firstVisit = '' } = visit.facts;
  const first = Date.parse(firstVisit);
  return (
    <dl className="customer-facts customer-visit">
      {page === '' ? null : (
        <div className="customer-visit-wide">
          <dt>{words('customer.visit.page')}</dt>
          <dd>
            <Page url={page} title={title} />
          </dd>
        </div>
      )}
      {language === '' ? null : (
        <div>
          <dt>{words('customer.visit.language')}</dt>
          <dd>{languageName(language, words.locale)}</dd>
        </div>
      )}
      {Number.isNaN(first) ? null : (
        <div>
          <dt>{words('customer.visit.first')}</dt>
          <dd>
            <time dateTime={firstVisit} title={times.full(first)}>
              {times.day(first)}
            </time>
          </dd>
        </div>
      )}
      <div>
        <dt>{words('customer.visit.at')}</dt>
        <dd>
          <TimeWords at={visit.at} />
        </dd>
      </div>
    </dl>
  );
};
