import { File, FileImage, X } from 'lucide-react';
import { IconButton, useSizes, useWords } from '#renderer/ui/index.ts';
import type { DraftAttachment } from '#shared/contract/compose.ts';
import './draft-files.css';

type Props = {
  readonly files: readonly DraftAttachment[];
  /** Names of files that are being attached. */
  readonly arriving: readonly string[];
  readonly limit: number | null;
  readonly onDetach: (id: string) => void;
};

/** The files of a draft, with what they weigh together against what the account can send. */
export const DraftFiles = ({ files, arriving, limit, onDetach }: Props) => {
  const words = useWords();
  const sizes = useSizes();
  const listed = files.filter((file) => file.contentId === null);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (listed.length === 0 && arriving.length === 0) return null;
  return (
    <div className="draft-files">
      <ul className="draft-files-list" aria-label={words('composer.files')}>
        {listed.map((file) => {
          const Icon = file.mimeType.startsWith('image/') ? FileImage : File;
          return (
            <li key={file.id} className="draft-file">
              <Icon aria-hidden size={14} />
              <bdi className="draft-file-name" title={file.name}>
                {file.name}
              </bdi>
              <span className="draft-file-size">{sizes(file.size)}</span>
              <IconButton
                icon={X}
                size={12}
                label={words('composer.detach', { name: file.name })}
                onClick={() => onDetach(file.id)}
              />
            </li>
          );
        })}
        {arriving.map((name) => (
          <li key={name} className="draft-file draft-file-arriving" role="status">
            {words('composer.attaching', { name })}
          </li>
        ))}
      </ul>
      {limit !== null && total > limit / 2 ? (
        <p className={total > limit ? 'draft-files-over' : 'draft-files-total'}>
          {words('composer.total', { size: sizes(total), limit: sizes(limit) })}
        </p>
      ) : null}
    </div>
  );
};
