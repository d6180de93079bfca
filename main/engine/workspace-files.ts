/** The files and folders of a workspace, relative to its directory; the key's file belongs to the keyring. */
export const workspaceFiles = {
  database: 'workspace.db',
  vault: 'vault',
  erasures: 'erasures.list',
  log: 'logs/engine.log',
  lock: 'owner.lock',
} as const;
