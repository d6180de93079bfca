import { Info } from 'lucide-react';
import { useWords } from '#renderer/ui/index.ts';
import { mappedFormats } from '../model/lost-formats.ts';
import type { Capabilities } from '#shared/domain/channel-profile.ts';

/** What of the formatting arrives as plain words, in one quiet line; nothing where all of it is shown. */
export const MappedLine = ({
  html,
  capabilities,
  channel,
}: {
  readonly html: string;
  readonly capabilities: Capabilities;
  /** The channel in words. */
  readonly channel: string;
}) => {
  const words = useWords();
  const mapped = mappedFormats(html, capabilities);
  if (mapped.length === 0) return null;
  return (
    <p className="composer-hint composer-mapped">
      <Info aria-hidden size={13} />
      <span>
        {words('composer.mapped', {
          channel,
          what: new Intl.ListFormat(words.locale).format(
            mapped.map((kind) => words(`composer.mapped.${kind}`)),
          ),
        })}
      </span>
    </p>
  );
};
