import { spokenTypes } from '../api/events.ts';

// What we understand; everything else in a timeline is left on the server.
const timelineTypes = [...spokenTypes, 'm.reaction', 'm.room.redaction'];

/** Which accounts of others a sync and a page of history bring along: those who said something, every time. */
const lazyMembers = { lazy_load_members: true, include_redundant_members: true };

const nothing = { not_types: ['*'] };

/** What a sync is asked for (client-server API, "Filtering"): `limit` events a room, names of those who wrote them, receipts. */
export const syncFilter = (limit: number): string =>
  JSON.stringify({
    presence: nothing,
    account_data: nothing,
    room: {
      include_leave: false,
      account_data: nothing,
      ephemeral: { types: ['m.receipt'] },
      state: { types: ['m.room.member'], ...lazyMembers },
      // Our own coming into a room is told by a member event.
      timeline: { types: [...timelineTypes, 'm.room.member'], limit },
    },
  });

/** What listening is asked for: as little as shows that there is something. */
export const listenFilter = JSON.stringify({
  presence: nothing,
  account_data: nothing,
  room: {
    account_data: nothing,
    ephemeral: { types: ['m.receipt'] },
    state: { types: ['m.room.member'], ...lazyMembers },
    timeline: { types: [...timelineTypes, 'm.room.member'], limit: 1 },
  },
});

/** What a page of history is asked for (`RoomEventFilter`). */
export const historyFilter = JSON.stringify({ types: timelineTypes, ...lazyMembers });
