import {
  CalendarDays,
  Download,
  ExternalLink,
  File,
  FileArchive,
  FileImage,
  FileSpreadsheet,
  FileText,
  FileVideo,
  FileAudio,
  FileWarning,
  KeyRound,
  Mail,
  Package,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { createElement } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { IconButton, refusalWords, useSizes, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Attachment, PartKind } from '#shared/domain/message.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import './attachments.css';

const byKind: Readonly<Record<Exclude<PartKind, 'file'>, LucideIcon>> = {
  message: Mail,
  calendar: CalendarDays,
  pgp: KeyRound,
  smime: KeyRound,
  tnef: Package,
};

const byType: readonly (readonly [RegExp, LucideIcon])[] = [
  [/^image\//, FileImage],
  [/^video\//, FileVideo],
  [/^audio\//, FileAudio],
  [/zip|tar|compressed|rar|7z/, FileArchive],
  [/spreadsheet|excel|csv/, FileSpreadsheet],
  [/^text\/|pdf|word|document|rtf/, FileText],
];

const iconOf = ({ dangerous, kind, mimeType }: Attachment): LucideIcon => {
  if (dangerous) return FileWarning;
  if (kind !== 'file') return byKind[kind];
  return byType.find(([pattern]) => pattern.test(mimeType))?.[1] ?? File;
};

const icon = (file: Attachment) =>
  createElement(iconOf(file), {
    className: 'attachment-icon',
    'aria-hidden': true,
    size: 20,
    strokeWidth: 1.5,
  });

const AttachmentLine = ({ message, file }: { readonly message: MessageId; readonly file: Attachment }) => {
  const words = useWords();
  const sizes = useSizes();
  const engine = useEngine();
  const toasts = useToasts();
  const name = file.name === '' ? words('conversation.attachment.no-name') : file.name;
  const refuse = (failure: { readonly kind: string }): void => {
    void toasts.show({ tone: 'bad', text: refusalWords(words, failure) });
  };
  const save = async (): Promise<void> => {
    const answer = await engine.call('attachment.save', { id: message, part: file.part });
    if (!answer.ok) refuse(answer.failure);
    else if (answer.value.kind === 'saved')
      toasts.show({ text: words('conversation.attachment.saved', { name: answer.value.name }) });
  };
  const open = async (): Promise<void> => {
    const answer = await engine.call('attachment.open', { id: message, part: file.part });
    if (!answer.ok) refuse(answer.failure);
  };
  return (
    <li className="attachment" data-dangerous={file.dangerous || undefined}>
      {icon(file)}
      <div className="attachment-words">
        <span className="attachment-name" title={name}>
          <bdi>{name}</bdi>
        </span>
        <span className="attachment-size">
          {sizes(file.size)}
          {file.kind === 'file' ? '' : ` · ${words(`conversation.attachment.kind.${file.kind}`)}`}
        </span>
        {file.dangerous ? (
          <span className="attachment-why">{words('conversation.attachment.dangerous')}</span>
        ) : null}
      </div>
      <div className="attachment-actions">
        {file.dangerous ? null : (
          <IconButton
            icon={ExternalLink}
            label={words('conversation.attachment.open', { name })}
            onClick={() => {
              void open();
            }}
          />
        )}
        <IconButton
          icon={Download}
          label={words('conversation.attachment.save', { name })}
          onClick={() => {
            void save();
          }}
        />
      </div>
    </li>
  );
};

/** The files of a message: each with its kind and size, to be saved, and opened where that cannot run anything. */
export const Attachments = ({
  message,
  files,
}: {
  readonly message: MessageId;
  readonly files: readonly Attachment[];
}) => {
  const words = useWords();
  if (files.length === 0) return null;
  return (
    <ul className="attachments" aria-label={words('conversation.attachments')}>
      {files.map((file) => (
        <AttachmentLine key={file.part} message={message} file={file} />
      ))}
    </ul>
  );
};
