/**
 * The namespace of what the website chat's widget and Steward say to each other beside plain XMPP. A stanza of a visitor carries
 * `<visitor key="…">`: the key is a secret of that browser, and the visitor's id is its hash (see `docs/website-chat.md`). Ours carry
 * `<answer room="…">`, so that any copy of them says whom they are for.
 */
export const chatNamespace = 'urn:steward:website-chat:1';

/** A visitor's secret: 128 random bits or more, as lower-case hex. */
export const visitorKeyPattern = /^[0-9a-f]{32,64}$/;

/** The longest texts taken over from a visitor's page, in UTF-16 units. */
export const visitLimits = { page: 2_000, title: 300, language: 35, name: 200, address: 320 } as const;
