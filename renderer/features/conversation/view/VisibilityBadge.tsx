import { EyeOff, Globe, Users } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { Badge, useWords } from '#renderer/ui/index.ts';
import type { Tone } from '#renderer/ui/index.ts';
import type { Visibility } from '#shared/domain/message.ts';

const looks: Readonly<
  Record<Exclude<Visibility, 'direct'>, { readonly icon: LucideIcon; readonly tone: Tone }>
> = {
  public: { icon: Globe, tone: 'warn' },
  unlisted: { icon: EyeOff, tone: 'warn' },
  followers: { icon: Users, tone: 'note' },
};

/** Who else can read a message; nothing where it is only the two sides. */
export const VisibilityBadge = ({ visibility }: { readonly visibility: Visibility | null }) => {
  const words = useWords();
  if (visibility === null || visibility === 'direct') return null;
  const { icon, tone } = looks[visibility];
  return (
    <Badge tone={tone} icon={icon} title={words(`visibility.${visibility}.who`)}>
      {words(`visibility.${visibility}`)}
    </Badge>
  );
};
