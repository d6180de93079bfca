import type { Capabilities } from '#shared/domain/channel-profile.ts';
import type { Visibility } from '#shared/domain/message.ts';

/** Who may be made to see an answer: what the channel has, from the widest that is allowed on, widest first. */
export const visibilityChoices = (
  { visibilities }: Capabilities,
  widest: Visibility | null,
): readonly Visibility[] => {
  const from = widest === null ? 0 : visibilities.indexOf(widest);
  return from < 0 ? [] : visibilities.slice(from);
};
