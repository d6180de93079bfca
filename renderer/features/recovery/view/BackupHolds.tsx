import { Badge, useSizes, useWords, type Tone } from '#renderer/ui/index.ts';
import type { Backup } from '#shared/contract/recovery.ts';

const tones: Readonly<Record<Backup['stand'], Tone>> = {
  good: 'good',
  damaged: 'bad',
  'other-key': 'warn',
  'from-the-future': 'warn',
};

/** Whether a backup can be relied on, in a word. */
export const StandBadge = ({ stand }: { readonly stand: Backup['stand'] }) => {
  const words = useWords();
  return <Badge tone={tones[stand]}>{words(`recovery.backup.${stand}`)}</Badge>;
};

/** What is in a backup, and how large it is. */
export const BackupHolds = ({ backup }: { readonly backup: Backup }) => {
  const words = useWords();
  const sizes = useSizes();
  const { messages, conversations, bytes } = backup;
  return <>{words('recovery.list.holds', { messages, conversations, size: sizes(bytes) })}</>;
};
