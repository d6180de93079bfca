import { Mail, MessageCircle, type LucideIcon } from 'lucide-react';

/** The picture of each channel; one that has none is a speech bubble. */
const icons: Readonly<Record<string, LucideIcon>> = { email: Mail, sample: Mail };

/** The picture of a channel, beside words that name it. */
export const ChannelIcon = ({
  channel,
  size = 14,
  className,
}: {
  readonly channel: string;
  readonly size?: number;
  readonly className?: string;
}) => {
  const Icon = icons[channel] ?? MessageCircle;
  return <Icon className={className} aria-hidden size={size} />;
};
