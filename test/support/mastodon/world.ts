import { htmlOf, namedIn } from './content.ts';
import { counting, snowflakes, ulids } from './ids.ts';
import type { Numbering } from './ids.ts';
import type { Person } from './person.ts';

/** Which program the server is: Mastodon, or one that speaks its API with ids of another form and without idempotency keys. */
export type Flavour = 'mastodon' | 'gotosocial';

export type StatusVisibility = 'public' | 'unlisted' | 'private' | 'direct';

export type Media = {
  readonly id: string;
  readonly owner: string;
  readonly type: 'image' | 'video' | 'audio' | 'gifv' | 'unknown';
  readonly mimeType: string;
  readonly bytes: Buffer;
  readonly description: string | null;
  /** How often it is still asked for in vain. */
  checks: number;
  attached: boolean;
  /** Whether it lies on another server and is led to by the media proxy. */
  readonly proxied: boolean;
};

export type StoredStatus = {
  readonly id: string;
  readonly author: Person;
  readonly uri: string;
  readonly url: string;
  readonly createdAt: number;
  editedAt: number | null;
  content: string;
  text: string;
  spoiler: string;
  readonly sensitive: boolean;
  readonly visibility: StatusVisibility;
  readonly language: string | null;
  inReplyTo: StoredStatus | null;
  mentions: readonly Person[];
  readonly media: readonly Media[];
  readonly poll: {
    readonly options: readonly string[];
    readonly votes: readonly number[];
    readonly multiple: boolean;
  } | null;
  readonly reblog: StoredStatus | null;
  /** The Idempotency-Key it was made with; kept for tests by servers that ignore it, too. */
  readonly key: string | null;
};

export type StoredNotification = {
  readonly id: string;
  readonly to: string;
  readonly type: 'mention' | 'favourite' | 'update' | 'reblog' | 'follow';
  readonly from: Person;
  readonly at: number;
  readonly status: StoredStatus | null;
  /** Kept back by the policy of whom it is for: told only to who asks for it. */
  readonly filtered: boolean;
};

/** What a status is made of; what is left out is as usual. */
export type Draft = {
  readonly text: string;
  /** In place of what the text becomes, for hostile authors. */
  readonly html?: string;
  readonly visibility?: StatusVisibility;
  readonly inReplyTo?: StoredStatus | null;
  readonly spoiler?: string;
  readonly sensitive?: boolean;
  readonly language?: string | null;
  readonly media?: readonly Media[];
  readonly poll?: StoredStatus['poll'];
  readonly at?: number;
  readonly key?: string | null;
  readonly reblog?: StoredStatus;
};

/** Everything one server knows: its people and others', what they wrote, and who has been told. */
export class World {
  readonly domain: string;
  readonly flavour: Flavour;
  readonly now: () => number;
  readonly people: Person[] = [];
  readonly statuses = new Map<string, StoredStatus>();
  readonly notifications: StoredNotification[] = [];
  readonly media = new Map<string, Media>();
  readonly statusNumbers: Numbering;
  readonly notificationNumbers: Numbering;
  #foreign = 0;
  #things = 110_000;

  constructor(options: { readonly domain: string; readonly flavour: Flavour; readonly now: () => number }) {
    this.domain = options.domain;
    this.flavour = options.flavour;
    this.now = options.now;
    this.statusNumbers = options.flavour === 'mastodon' ? snowflakes() : ulids();
    this.notificationNumbers = options.flavour === 'mastodon' ? counting() : ulids();
  }

  person(
    username: string,
    {
      domain = null,
      displayName = username,
      emojis = [],
    }: {
      readonly domain?: string | null;
      readonly displayName?: string;
      readonly emojis?: readonly string[];
    } = {},
  ): Person {
    const person: Person = {
      id: this.#number(),
      username,
      domain,
      acct: domain === null ? username : `${username}@${domain}`,
      url: `https://${domain ?? this.domain}/@${username}`,
      displayName,
      emojis,
      followers: new Set(),
    };
    this.people.push(person);
    return person;
  }

  readonly find = (username: string, domain: string | null): Person | undefined => {
    const host = domain === null || domain.toLowerCase() === this.domain ? null : domain.toLowerCase();
    return this.people.find(
      (one) => one.domain === host && one.username.toLowerCase() === username.toLowerCase(),
    );
  };

  file(owner: Person, file: Pick<Media, 'type' | 'mimeType' | 'bytes'> & Partial<Media>): Media {
    const media: Media = {
      id: this.#number(),
      owner: owner.id,
      description: null,
      checks: 0,
      attached: false,
      proxied: false,
      ...file,
    };
    this.media.set(media.id, media);
    return media;
  }

  /** Somebody writes; those of this server who are named hear of it. */
  write(author: Person, draft: Draft): StoredStatus {
    const at = draft.at ?? this.now();
    const id = this.statusNumbers.next(at);
    const host = author.domain ?? this.domain;
    // Each server numbers by itself: what is 17 there is something else here.
    const foreign = author.domain === null ? id : String((this.#foreign += 1));
    const status: StoredStatus = {
      id,
      author,
      uri: `https://${host}/users/${author.username}/statuses/${foreign}`,
      url: `https://${host}/@${author.username}/${foreign}`,
      createdAt: at,
      editedAt: null,
      content: draft.html ?? htmlOf(draft.text, this.find, this.domain),
      text: draft.text,
      spoiler: draft.spoiler ?? '',
      sensitive: draft.sensitive ?? (draft.spoiler ?? '') !== '',
      visibility: draft.visibility ?? 'public',
      language: draft.language ?? null,
      inReplyTo: draft.inReplyTo ?? null,
      mentions: namedIn(draft.text, this.find),
      media: draft.media ?? [],
      poll: draft.poll ?? null,
      reblog: draft.reblog ?? null,
      key: draft.key ?? null,
    };
    for (const media of status.media) media.attached = true;
    this.statuses.set(id, status);
    for (const named of status.mentions)
      if (named !== author) this.#tell(named, 'mention', author, status, at);
    return status;
  }

  edit(status: StoredStatus, text: string, at = this.now()): void {
    status.text = text;
    status.content = htmlOf(text, this.find, this.domain);
    status.mentions = namedIn(text, this.find);
    status.editedAt = at;
    for (const other of this.statuses.values())
      if (other.reblog === status) this.#tell(other.author, 'update', status.author, status, at);
  }

  /** Takes a status back; who was told of it is told no more, and what answered it answers nothing (dependent: nullify). */
  remove(status: StoredStatus): void {
    this.statuses.delete(status.id);
    for (const other of this.statuses.values()) if (other.inReplyTo === status) other.inReplyTo = null;
    const kept = this.notifications.filter((one) => one.status !== status);
    this.notifications.splice(0, this.notifications.length, ...kept);
  }

  favourite(person: Person, status: StoredStatus): void {
    this.#tell(status.author, 'favourite', person, status, this.now());
  }

  boost(person: Person, status: StoredStatus): void {
    this.write(person, { text: '', reblog: status });
  }

  follow(person: Person, target: Person): void {
    target.followers.add(person.id);
    this.#tell(target, 'follow', person, null, this.now());
  }

  /** Who may see a status (StatusPolicy#show?). */
  canSee(viewer: Person, status: StoredStatus): boolean {
    if (viewer === status.author) return true;
    const isNamed = status.mentions.includes(viewer);
    switch (status.visibility) {
      case 'public':
      case 'unlisted':
        return true;
      case 'private':
        return isNamed || status.author.followers.has(viewer.id);
      case 'direct':
        return isNamed;
    }
  }

  /**
   * Direct words of somebody whom one does not follow and has not written to: since 4.3 these are filtered unless one chose otherwise
   * (NotificationPolicy, for_private_mentions).
   */
  #isUnsolicited(to: Person, from: Person, status: StoredStatus): boolean {
    return (
      this.flavour === 'mastodon' &&
      status.visibility === 'direct' &&
      !from.followers.has(to.id) &&
      status.inReplyTo?.author !== to
    );
  }

  #number(): string {
    this.#things += 1;
    return this.flavour === 'mastodon' ? String(this.#things) : this.statusNumbers.next(this.now());
  }

  #tell(
    to: Person,
    type: StoredNotification['type'],
    from: Person,
    status: StoredStatus | null,
    at: number,
  ): void {
    if (to.domain !== null) return;
    this.notifications.push({
      id: this.notificationNumbers.next(at),
      to: to.id,
      type,
      from,
      at,
      status,
      filtered: type === 'mention' && status !== null && this.#isUnsolicited(to, from, status),
    });
  }
}
