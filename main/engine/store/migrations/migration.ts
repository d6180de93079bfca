/** One step of the schema; runs in one transaction of its own. Numbers go up in steps of ten and never change. */
export type Migration = { readonly number: number; readonly sql: string };
