import { useLive } from '#renderer/engine-client/index.ts';
import type { MemberId } from '#shared/kit/brand.ts';

/** The name of a member as the page knows it by now; empty for nobody and until it is known. */
export const useMemberName = (member: MemberId | null): string => {
  const { data } = useLive('member.list', member === null ? null : {});
  return data?.members.find(({ id }) => id === member)?.name ?? '';
};
