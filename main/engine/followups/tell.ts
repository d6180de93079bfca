import type { Words } from '#shared/messages/format.ts';
import type { Fallen, ToldOf } from '../actions/follow-ups/fall-due.ts';
import type { Notice } from '../shell-port.ts';
import { underPolicy } from '../policy/rules.ts';
import { readPreferences } from '../store/read/preferences.ts';
import type { Workspace } from '../workspace.ts';

/** More than this at once are one notice with their number. */
const mostAtOnce = 3;

/** Tells the page and, where the person wants that, the desktop of follow-ups that have come up. */
export const tellFallen = (workspace: Workspace, fallen: readonly Fallen[]): void => {
  if (fallen.length === 0) return;
  const late = fallen.filter((one) => one.late).length;
  workspace.tell({ event: 'fell-due', conversations: fallen.map(({ conversation }) => conversation), late });
  const { notifications, notificationPreview } = underPolicy(workspace.policy, readPreferences(workspace.db));
  if (!notifications) return;
  const { shell, words } = workspace;
  // One that was missed is named like any other; several are a list to look at.
  const digest = fallen.length > mostAtOnce || (late > 0 && fallen.length > 1);
  const notices = digest
    ? [digestOf(words, fallen, late)]
    : fallen.map((one) => noticeOf(words, one, notificationPreview));
  for (const notice of notices) shell.notify(notice);
};

const sentences = (...said: readonly (string | null)[]): string =>
  said.filter((one) => one !== null && one !== '').join(' ');

const uncheckedWords = (words: Words, fallen: readonly Fallen[]): string | null =>
  fallen.some(({ unchecked }) => unchecked) ? words('notice.follow-up.unchecked') : null;

const digestOf = (words: Words, fallen: readonly Fallen[], late: number): Notice => ({
  kind: 'follow-ups',
  conversation: null,
  title: words('notice.follow-ups', { count: fallen.length }),
  body: sentences(
    late > 0 ? words('notice.follow-ups.late', { count: late }) : null,
    uncheckedWords(words, fallen),
  ),
});

const noticeOf = (words: Words, fallen: Fallen, preview: boolean): Notice => {
  const { id, conversation, customer, subject, purpose, why, late } = fallen;
  return {
    kind: 'follow-up',
    conversation,
    followUp: id,
    title: preview
      ? words(`notice.follow-up.${purpose}`, { name: customer })
      : words(`notice.follow-up.${purpose}.hidden`),
    body: sentences(
      preview ? (why.trim() === '' ? subject : why) : null,
      late ? words('notice.follow-up.late') : null,
      uncheckedWords(words, [fallen]),
    ),
    actions: [
      { act: 'open', label: words('notice.act.open') },
      // A return timer has done its work; there is nothing to be done or put off.
      ...(purpose === 'return'
        ? []
        : ([
            {
              act: 'done',
              label: words(purpose === 'check' ? 'notice.act.confirmed' : 'notice.act.done'),
            },
            { act: 'snooze', label: words('notice.act.snooze') },
          ] as const)),
    ],
  };
};

/** Tells the desktop of targets that have passed. */
export const tellBreached = (workspace: Workspace, breached: readonly ToldOf[]): void => {
  const [first] = breached;
  const { notifications, notificationPreview } = underPolicy(workspace.policy, readPreferences(workspace.db));
  if (first === undefined || !notifications) return;
  const { shell, words } = workspace;
  if (breached.length > mostAtOnce) {
    const title = words('notice.targets', { count: breached.length });
    shell.notify({ kind: 'target', conversation: first.conversation, title, body: '' });
    return;
  }
  for (const { conversation, customer, subject } of breached) {
    shell.notify(
      notificationPreview
        ? {
            kind: 'target',
            conversation,
            title: words('notice.target', { name: customer }),
            body: subject,
          }
        : { kind: 'target', conversation, title: words('notice.target.hidden'), body: '' },
    );
  }
};
