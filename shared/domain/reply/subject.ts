import { bareSubject } from '../threading/subject.ts';
import type { AnswerMode } from './recipients.ts';

/** The subject of an answer: one `Re: ` or `Fwd: ` in front, none where the subject already is an answer's. */
export const answerSubject = (mode: AnswerMode, subject: string): string => {
  const line = subject.replace(/\s+/gu, ' ').trim();
  switch (mode) {
    case 'new':
      return '';
    case 'forward':
      return /^(fwd?|wg):/i.test(line) ? line : `Fwd: ${line}`;
    case 'reply':
    case 'reply-all':
      return bareSubject(line).answers ? line : `Re: ${line}`;
  }
};
