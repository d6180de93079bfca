import { useEffect, useState } from 'react';
import { carries } from '#renderer/features/list/index.ts';
import { useTeam } from '#renderer/features/ownership/index.ts';
import { Avatar, classes, useWords } from '#renderer/ui/index.ts';
import { useReassign } from './model/use-reassign.tsx';
import './team.css';

/** Whether conversations are being dragged somewhere over the window. */
const useDragged = (): boolean => {
  const [dragged, setDragged] = useState(false);
  useEffect(() => {
    const begin = (event: DragEvent): void => {
      // What changes under the pointer while a drag begins would end it in Chromium.
      if (carries(event.dataTransfer)) setTimeout(() => setDragged(true));
    };
    const end = (): void => setDragged(false);
    window.addEventListener('dragstart', begin);
    window.addEventListener('dragend', end);
    window.addEventListener('drop', end);
    return () => {
      window.removeEventListener('dragstart', begin);
      window.removeEventListener('dragend', end);
      window.removeEventListener('drop', end);
    };
  }, []);
  return dragged;
};

/** The members to drop conversations onto, on screen while some are dragged; for leads. */
export const MembersStrip = () => {
  const words = useWords();
  const { members, lead, alone } = useTeam();
  const dragged = useDragged();
  const { over, placeFor, saysFor, dialog } = useReassign();
  // What was dropped is asked about after the strip has gone.
  if (!dragged || !lead || alone) return dialog;
  return (
    <div className="members-strip" role="group" aria-label={words('team.strip')}>
      {members.map((member) => (
        <div
          key={member.id}
          className={classes('members-strip-member', over === member.id && 'members-strip-over')}
          {...placeFor(member)}
        >
          <Avatar name={member.name} seed={member.id} />
          <span className="members-strip-name">{over === member.id ? saysFor(member) : member.name}</span>
          {member.away === null || over === member.id ? null : (
            <span className="members-strip-away">{words('team.away')}</span>
          )}
        </div>
      ))}
    </div>
  );
};
