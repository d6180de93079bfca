import { memo } from 'react';
import {
  AtSign,
  Camera,
  Cloud,
  Gamepad2,
  Globe,
  Hash,
  Mail,
  MessageCircle,
  MessageSquareText,
  MessagesSquare,
  Phone,
  Send,
  SquareStack,
  SquareTerminal,
  Zap,
  type LucideIcon,
} from 'lucide-react';

/** The picture of each channel; one that has none is a speech bubble. */
const icons: Readonly<Record<string, LucideIcon>> = {
  bluesky: Cloud,
  discord: Gamepad2,
  email: Mail,
  instagram: Camera,
  irc: SquareTerminal,
  livechat: Globe,
  mastodon: AtSign,
  matrix: SquareStack,
  messenger: Zap,
  sample: Mail,
  slack: Hash,
  sms: MessageSquareText,
  telegram: Send,
  whatsapp: Phone,
  xmpp: MessagesSquare,
};

/** The picture of a channel, beside words that name it. */
export const ChannelIcon = memo(
  ({
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
  },
);
ChannelIcon.displayName = 'ChannelIcon';
