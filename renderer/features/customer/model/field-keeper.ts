/** What came of saving a field. */
export type FieldSaved =
  | { readonly kind: 'saved'; readonly rev: number; readonly undo: string | null }
  /** Somebody else wrote into it since `seenRev`. */
  | { readonly kind: 'changed'; readonly theirs: string; readonly rev: number }
  | { readonly kind: 'failed'; readonly failure: { readonly kind: string } };

/** What came of an edit: the key under which all of it can be taken back, nothing, or why it was not saved. */
export type FieldLeft =
  | { readonly kind: 'edited'; readonly undo: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failed'; readonly failure: { readonly kind: string } };

/** How a field is saved: what was typed, on top of which revision, and as part of which edit. */
export type SaveField = (
  key: string,
  edit: { readonly value: string; readonly seenRev: number; readonly undo: string | null },
) => Promise<FieldSaved>;

/** A field as it is shown. `typed` is null while nothing is being changed. */
export type FieldShown = {
  readonly typed: string | null;
  /** What somebody else wrote there meanwhile; what was typed is kept until the person has decided. */
  readonly theirs: string | null;
};

type Entry = {
  readonly typed: string;
  readonly base: number;
  readonly undo: string | null;
  readonly theirs: { readonly text: string; readonly rev: number } | null;
  /** Typed since it was last given to the engine. */
  readonly dirty: boolean;
  readonly savedRev: number | null;
  /** Why the last save did not come about. */
  readonly failure: { readonly kind: string } | null;
  readonly left: boolean;
};

/** Keeps what is typed into fields until the engine has it, also after they have left the screen. */
export type FieldKeeper = {
  readonly shown: (key: string) => FieldShown;
  readonly subscribe: (listener: () => void) => () => void;
  /** Something was typed; `rev` is the revision that was on screen when the typing began. */
  readonly type: (key: string, text: string, rev: number) => void;
  /** The field was left: saves at once. */
  readonly leave: (key: string) => Promise<FieldLeft>;
  /** The engine's own value has arrived; what was saved with it is no longer typed. */
  readonly arrived: (key: string, rev: number) => void;
  /** Forgets what was typed. */
  readonly drop: (key: string) => void;
  /** Writes what was typed over what somebody else wrote, which stays in the history. */
  readonly keepMine: (key: string) => Promise<FieldLeft>;
};

/** How long a pause in typing is before it is saved, in ms; each save is an entry in the customer's history. */
const pauseMs = 1_500;
const nothing: FieldShown = { typed: null, theirs: null };
const nothingDone: FieldLeft = { kind: 'nothing' };

type Ports = {
  /** Runs something later; the answer calls it off. */
  readonly after: (ms: number, run: () => void) => () => void;
  readonly save: SaveField;
};

class Keeper implements FieldKeeper {
  readonly #ports: Ports;
  readonly #entries = new Map<string, Entry>();
  readonly #shown = new Map<string, FieldShown>();
  readonly #timers = new Map<string, () => void>();
  readonly #saving = new Map<string, Promise<void>>();
  /** Those with the engine just now. */
  readonly #given = new Set<string>();
  readonly #listeners = new Set<() => void>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  readonly shown = (key: string): FieldShown => this.#shown.get(key) ?? nothing;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly type = (key: string, text: string, rev: number): void => {
    const before = this.#entries.get(key);
    this.#put(key, {
      base: before?.base ?? rev,
      undo: before?.undo ?? null,
      theirs: before?.theirs ?? null,
      savedRev: before?.savedRev ?? null,
      failure: null,
      typed: text,
      dirty: true,
      left: false,
    });
    this.#timers.get(key)?.();
    // Nothing is saved over somebody else's words before the person has decided.
    if (before?.theirs !== undefined && before.theirs !== null) return;
    this.#timers.set(
      key,
      this.#ports.after(pauseMs, () => {
        void this.#flush(key);
      }),
    );
  };

  readonly leave = async (key: string): Promise<FieldLeft> => {
    const entry = this.#entries.get(key);
    if (entry === undefined) return nothingDone;
    this.#put(key, { ...entry, left: true });
    await this.#flush(key);
    return this.#finished(key);
  };

  readonly arrived = (key: string, rev: number): void => {
    const entry = this.#entries.get(key);
    // What arrives while it is being saved is not what comes of that, or comes before the answer that says so.
    if (this.#given.has(key)) return;
    if (entry === undefined || !entry.left || entry.dirty || entry.theirs !== null) return;
    if (entry.savedRev === null || rev >= entry.savedRev) this.#forget(key);
  };

  readonly drop = (key: string): void => {
    this.#forget(key);
  };

  readonly keepMine = async (key: string): Promise<FieldLeft> => {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.theirs === null) return nothingDone;
    this.#put(key, { ...entry, base: entry.theirs.rev, theirs: null, undo: null, dirty: true, left: true });
    await this.#flush(key);
    return this.#finished(key);
  };

  #finished(key: string): FieldLeft {
    const entry = this.#entries.get(key);
    if (entry === undefined) return nothingDone;
    if (entry.failure !== null) return { kind: 'failed', failure: entry.failure };
    return entry.dirty || entry.theirs !== null || entry.undo === null
      ? nothingDone
      : { kind: 'edited', undo: entry.undo };
  }

  /** One save after the other, so that each knows the revision that the one before it made. */
  #flush(key: string): Promise<void> {
    this.#timers.get(key)?.();
    this.#timers.delete(key);
    const saving = (this.#saving.get(key) ?? Promise.resolve()).then(() => this.#save(key));
    this.#saving.set(key, saving);
    return saving;
  }

  async #save(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined || !entry.dirty || entry.theirs !== null) return;
    this.#put(key, { ...entry, dirty: false, failure: null });
    const { typed, base, undo } = entry;
    this.#given.add(key);
    let saved: FieldSaved;
    try {
      saved = await this.#ports.save(key, { value: typed, seenRev: base, undo });
    } finally {
      this.#given.delete(key);
    }
    const now = this.#entries.get(key);
    if (now === undefined) return;
    switch (saved.kind) {
      case 'saved':
        this.#put(key, { ...now, base: saved.rev, savedRev: saved.rev, undo: saved.undo, failure: null });
        break;
      case 'changed':
        this.#put(key, { ...now, dirty: true, theirs: { text: saved.theirs, rev: saved.rev } });
        break;
      case 'failed':
        this.#put(key, { ...now, dirty: true, failure: saved.failure });
        break;
    }
  }

  #put(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    const before = this.shown(key);
    const theirs = entry.theirs?.text ?? null;
    if (before.typed === entry.typed && before.theirs === theirs) return;
    this.#shown.set(key, { typed: entry.typed, theirs });
    this.#tell();
  }

  #forget(key: string): void {
    this.#timers.get(key)?.();
    this.#timers.delete(key);
    this.#entries.delete(key);
    if (this.#shown.delete(key)) this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Makes a keeper with nothing typed. */
export const createFieldKeeper = (ports: Ports): FieldKeeper => new Keeper(ports);
