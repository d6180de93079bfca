import { Database } from '@signalapp/sqlcipher';
import { StoreError, withStoreErrors } from './failure.ts';

/** What a column holds. Whole numbers beyond 2^53 do not occur in this schema. */
export type SqlValue = string | number | null | Uint8Array<ArrayBuffer>;
export type SqlRow = Record<string, SqlValue>;
/** Values for `?` in order, or for `$name` by name; the two are never mixed. */
export type SqlParams = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/** A connection that is only read from: a function that takes this one cannot write. */
export interface ReadableDb {
  readonly access: 'read' | 'write';
  all<Row extends SqlRow>(sql: string, params?: SqlParams): readonly Row[];
  get<Row extends SqlRow>(sql: string, params?: SqlParams): Row | undefined;
  /** Words of a text as the search index cuts and folds them. */
  tokens(text: string): readonly string[];
  /** Several statements that see the same state of the database, whatever others write meanwhile. Cannot be nested. */
  snapshot<Value>(work: () => Value): Value;
  close(): void;
}

/** The one connection that writes. Statements are compiled once and kept. */
export interface WritableDb extends ReadableDb {
  readonly access: 'write';
  /** Runs one statement; answers how many rows it changed. */
  run(sql: string, params?: SqlParams): number;
  /** Runs one INSERT; answers the row id. */
  insert(sql: string, params?: SqlParams): number;
  /** Runs several statements without values. */
  exec(sql: string): void;
  /** All or nothing; takes the write lock at once, so that it never fails half-way for want of it. Cannot be nested. */
  transaction<Value>(work: () => Value): Value;
  /**
   * The same together with what is left to be committed, if there is any. Where `mayWait` says so of what the work answered, the commit is
   * left to the next one, or to the next {@link WritableDb.transaction} or {@link WritableDb.settle}; until then no other connection sees
   * it, and a crash takes it back. Work that fails takes back all that was left with it.
   */
  joined<Value>(work: () => Value, mayWait: (value: Value) => boolean): Value;
  /** Commits what was left to be committed; when that fails, none of it has happened. */
  settle(): void;
  /** Whether something is left to be committed. */
  readonly isLeftOpen: boolean;
}

/** Where a database lies and the 32 bytes that open it. */
export type OpenOptions = { readonly path: string; readonly key: Uint8Array };

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** 32 MiB: the index pages of 100,000 conversations; SQLite counts a negative cache size in KiB. */
const cacheKiB = 32 * 1024;
/** How long to wait for another connection's commit before saying so. */
const busyMs = 5_000;

/** The binding opens a file without saying why it could not; there is only the place to blame. */
const openFile = (path: string): Database => {
  try {
    return new Database(path, { cacheStatements: true });
  } catch (error) {
    throw new StoreError('read-only', `cannot open ${path}`, error);
  }
};

type Statement = ReturnType<Database['prepare']>;

class Connection {
  readonly #db: Database;
  /** By their text as it is: the binding puts a key together for each look-up, which costs as much as a small statement. */
  readonly #statements = new Map<string, Statement>();

  constructor({ path, key }: OpenOptions) {
    if (key.byteLength !== 32) throw new RangeError('a database key has 32 bytes');
    this.#db = openFile(path);
    try {
      withStoreErrors(() => this.#unlock(key));
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  #unlock(key: Uint8Array): void {
    // SQLCipher would otherwise write lines of its own to stderr, which nobody bounds.
    this.#db.pragma('cipher_log_level = NONE');
    this.#db.pragma(`key = "x'${hex(key)}'"`);
    // The first read is what proves the key.
    this.#db.prepare('SELECT count(*) FROM sqlite_master').get();
    this.#db.initTokenizer();
    this.#db.pragma(`busy_timeout = ${String(busyMs)}`);
    this.#db.pragma('foreign_keys = ON');
    // Temporary tables and sorts stay in memory: a temporary file would be plain text.
    this.#db.pragma('temp_store = MEMORY');
    this.#db.pragma(`cache_size = -${String(cacheKiB)}`);
  }

  all<Row extends SqlRow>(sql: string, params?: SqlParams): readonly Row[] {
    return withStoreErrors(() => this.#prepared(sql).all<Row>(params));
  }

  get<Row extends SqlRow>(sql: string, params?: SqlParams): Row | undefined {
    return withStoreErrors(() => this.#prepared(sql).get<Row>(params));
  }

  tokens(text: string): readonly string[] {
    return this.#db.signalTokenize(text);
  }

  run(sql: string, params?: SqlParams): number {
    return withStoreErrors(() => this.#prepared(sql).run(params).changes);
  }

  insert(sql: string, params?: SqlParams): number {
    return withStoreErrors(() => this.#prepared(sql).run(params).lastInsertRowid);
  }

  #prepared(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  exec(sql: string): void {
    withStoreErrors(() => {
      this.#db.exec(sql);
    });
  }

  close(): void {
    this.#db.close();
  }
}

class Reader extends Connection implements ReadableDb {
  readonly access = 'read';

  constructor(options: OpenOptions) {
    super(options);
    // The binding cannot open read-only; this makes every write an error all the same.
    this.exec('PRAGMA query_only = ON');
  }

  snapshot<Value>(work: () => Value): Value {
    this.exec('BEGIN');
    try {
      return work();
    } finally {
      this.exec('COMMIT');
    }
  }
}

class Writer extends Connection implements WritableDb {
  readonly access = 'write';
  #busy = false;
  #left = false;

  constructor(options: OpenOptions) {
    super(options);
    this.all('PRAGMA journal_mode = WAL');
    // What was told to an agent or a server survives a power cut, not only a crash of ours.
    this.exec('PRAGMA synchronous = FULL');
    // What was deleted leaves nothing in pages that are written anyway; an erasure asks for all of it.
    this.all('PRAGMA secure_delete = FAST');
    // Pages that each commit writes anew reach the file once for many commits: after 16 MiB of log, four times SQLite's own.
    this.all('PRAGMA wal_autocheckpoint = 4000');
    // The write-ahead log is cut back to 64 MiB after a first import.
    this.all('PRAGMA journal_size_limit = 67108864');
  }

  get isLeftOpen(): boolean {
    return this.#left;
  }

  transaction<Value>(work: () => Value): Value {
    this.settle();
    return this.joined(work, () => false);
  }

  joined<Value>(work: () => Value, mayWait: (value: Value) => boolean): Value {
    if (this.#busy) throw new Error('a transaction inside a transaction');
    if (!this.#left) this.exec('BEGIN IMMEDIATE');
    this.#left = false;
    this.#busy = true;
    try {
      const value = work();
      if (mayWait(value)) this.#left = true;
      else this.exec('COMMIT');
      return value;
    } catch (error) {
      this.#rollback();
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  settle(): void {
    if (!this.#left) return;
    this.joined(
      () => undefined,
      () => false,
    );
  }

  /** Nobody else writes, and nothing is written by what only reads. */
  snapshot<Value>(work: () => Value): Value {
    return work();
  }

  #rollback(): void {
    try {
      this.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself (disk full, I/O error); the first error is the one to tell.
    }
  }
}

/** Opens the writing connection, creating the file when there is none. Throws {@link StoreError} `wrong-key`, `read-only` ... */
export const openWriter = (options: OpenOptions): WritableDb => new Writer(options);

/** Opens a connection that only reads; the file must have been opened by a writer before. */
export const openReader = (options: OpenOptions): ReadableDb => new Reader(options);

/**
 * Holds a file for this process alone, until it is released or the process ends in whatever way: the lock is the
 * operating system's, so nothing stale is left behind. Throws {@link StoreError} `in-use` when somebody else holds it.
 */
export const holdFile = (path: string): { readonly release: () => void } =>
  withStoreErrors(() => {
    const db = new Database(path);
    try {
      db.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;');
    } catch (error) {
      db.close();
      throw error;
    }
    return {
      release: () => {
        db.close();
      },
    };
  });

class Copier extends Connection {
  copyTo(target: string): void {
    // The copy is encrypted with the same key; writers go on beside it (sqlite.org/lang_vacuum.html, WAL snapshot).
    this.exec(`VACUUM INTO '${target.replaceAll("'", "''")}'`);
  }
}

/** Writes a consistent, encrypted copy of a database in use to a path where nothing is yet. Blocks its thread for the time of the copy. */
export const copyDatabase = (options: OpenOptions, target: string): void => {
  const copier = new Copier(options);
  try {
    copier.copyTo(target);
  } finally {
    copier.close();
  }
};
