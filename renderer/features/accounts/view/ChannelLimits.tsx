import { CircleSlash } from 'lucide-react';
import { useWords } from '#renderer/ui/index.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';

/** What a channel cannot do, before somebody connects it and counts on it. */
export const ChannelLimits = ({ profile }: { readonly profile: ChannelProfile }) => {
  const words = useWords();
  if (profile.limits.length === 0) return null;
  return (
    <section className="channel-limits" aria-label={words('channel.limits')}>
      <h2 className="channel-limits-title">{words('channel.limits')}</h2>
      <ul>
        {profile.limits.map((limit) => (
          <li key={limit}>
            <CircleSlash aria-hidden size={13} />
            <span>{words(`channel.limit.${limit}`)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
};
