import { useNow, useWords } from '#renderer/ui/index.ts';
import { useWho } from '#renderer/workbench/index.ts';
import type { Visibility } from '#shared/domain/message.ts';
import { visibilityChoices } from './visibility-choices.ts';
import { replyWindow } from './reply-window.ts';
import type { ReplyWindow } from './reply-window.ts';
import type { Senders } from './use-accounts.ts';
import type { OpenDraft } from './use-draft.ts';
import { useFit } from './use-fit.ts';
import type { Fit } from './use-fit.ts';

/** What the channel of a draft means for what is written: its limits, who sees it, until when it may go. */
export type ChannelStanding = {
  /** The channel in words. */
  readonly name: string;
  readonly fit: Fit | null;
  readonly window: ReplyWindow;
  readonly now: number;
  /** The customer has not written by this channel yet, so there was no window to close. */
  readonly neverHeard: boolean;
  /** Who will see it, and what it may be made; null and empty where only the other side ever does. */
  readonly visibility: Visibility | null;
  readonly choices: readonly Visibility[];
  /** Who is answered, as others would address them. */
  readonly customer: string;
  /** A prepared text goes in place of what is typed. */
  readonly prepared: boolean;
  /** Why nothing typed can go now: the window is closed and there are no prepared texts. */
  readonly shut: boolean;
  readonly sendWords: string;
  /** Why no file can go along; null where files can. */
  readonly noFiles: string | null;
};

/** Reads how a draft stands with the channel of the account it goes out by. */
export const useChannel = (open: OpenDraft, senders: Senders): ChannelStanding => {
  const words = useWords();
  const now = useNow();
  const whoOf = useWho();
  const { edit, draft } = open;
  const { capabilities, profile, chosen, maxBytes } = senders;
  const fit = useFit(edit, senders);
  const name = words.of(`channel.${chosen?.kind ?? 'other'}`, {}, 'channel.other');
  const window = replyWindow(draft.windowUntil, now);
  const closed = window.kind === 'closed';
  const templates = capabilities?.templates === true;
  const choices = capabilities === null ? [] : visibilityChoices(capabilities, draft.widest);
  const visibility = choices.length === 0 ? null : (edit.visibility ?? choices.at(-1) ?? null);
  const [first] = edit.to;
  const customer =
    first === undefined
      ? ''
      : profile === null || profile.readableAddresses
        ? first.address || first.name
        : whoOf(first, profile.kind);
  return {
    name,
    fit,
    window,
    now,
    // The engine counts the window of somebody never heard from 1970.
    neverHeard: (draft.windowUntil ?? 0) <= (capabilities?.replyWindow ?? 0),
    visibility,
    choices,
    customer,
    prepared: templates && (closed || (edit.template ?? null) !== null),
    shut: closed && !templates,
    sendWords:
      visibility === null
        ? words('action.composer.send')
        : words(`composer.send.${visibility}`, {
            name: first === undefined ? '' : whoOf(first, chosen?.kind ?? ''),
          }),
    noFiles: maxBytes === 0 ? words('composer.attach.none', { channel: name }) : null,
  };
};
