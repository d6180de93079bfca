import type { Reason } from '../domain/balance/suggest.ts';
import type { Words } from './format.ts';

const countOf = (reason: Reason): number => {
  switch (reason.kind) {
    case 'knows':
      return reason.conversations;
    case 'knows-some':
      return reason.customers;
    case 'least-waiting':
      return reason.waiting;
    case 'room':
      return reason.open;
    case 'only-one':
      return 1;
  }
};

/** Why somebody is suggested, in one sentence for each reason. */
export const reasonWords = (words: Words, name: string, reasons: readonly Reason[]): string =>
  reasons
    .map((reason) => words(`balance.reason.${reason.kind}`, { name, count: countOf(reason) }))
    .join(' · ');
