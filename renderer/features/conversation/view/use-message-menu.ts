import { AtSign, CodeXml, FileText, Forward, Globe, Reply, ReplyAll, Split } from 'lucide-react';
import { useWords } from '#renderer/ui/index.ts';
import type { MenuItem } from '#renderer/ui/index.ts';
import { useProfiles, useToasts } from '#renderer/workbench/index.ts';
import type { DraftMode } from '#shared/contract/compose.ts';
import type { MessageProps } from './message-hands.ts';

/** What the menu asks of the message it belongs to. */
export type MenuProps = Pick<MessageProps, 'item' | 'onAnswer' | 'onLink' | 'onSplit'> & {
  readonly asText: boolean;
  readonly onAsText: () => void;
  readonly onOriginal: () => void;
};

/** What can be done with an open message. */
export const useMessageMenu = ({
  item,
  asText,
  onAsText,
  onOriginal,
  onAnswer,
  onLink,
  onSplit,
}: MenuProps): readonly MenuItem[] => {
  const words = useWords();
  const toasts = useToasts();
  const profile = useProfiles()(item.channel);
  const { permalink } = item;
  const answer = (mode: DraftMode) => () => onAnswer(mode, item.id);
  return [
    { id: 'reply', label: words('action.conversation.reply'), icon: Reply, run: answer('reply') },
    ...(profile?.capabilities.copies === false
      ? []
      : [
          {
            id: 'reply-all',
            label: words('action.conversation.reply-all'),
            icon: ReplyAll,
            run: answer('reply-all'),
          },
        ]),
    ...(profile?.capabilities.forward === false
      ? []
      : [
          {
            id: 'forward',
            label: words('action.conversation.forward'),
            icon: Forward,
            run: answer('forward'),
          },
        ]),
    ...(profile?.readableAddresses === false
      ? []
      : [
          {
            id: 'address',
            label: words('conversation.message.copy-address'),
            icon: AtSign,
            run: () => {
              void navigator.clipboard
                .writeText(item.from.address)
                .then(() => toasts.show({ text: words('conversation.message.copied') }));
            },
          },
        ]),
    ...(permalink === null
      ? []
      : [
          {
            id: 'web',
            label: words('conversation.message.on-web'),
            icon: Globe,
            run: () => onLink({ href: permalink, shown: '', at: new DOMRect() }),
          },
        ]),
    ...(item.hasHtml
      ? [
          {
            id: 'text',
            label: words(asText ? 'conversation.message.as-html' : 'conversation.message.as-text'),
            icon: FileText,
            run: onAsText,
          },
        ]
      : []),
    { id: 'original', label: words('conversation.message.original'), icon: CodeXml, run: onOriginal },
    ...(onSplit === null
      ? []
      : [
          {
            id: 'split',
            label: words('ownership.split.here'),
            icon: Split,
            run: () => onSplit(item.id),
          },
        ]),
  ];
};
