/** One end of a two-way message pipe: a MessagePort, a pair in one process, or a socket. Messages arrive in order. */
export interface Transport {
  /** Sends plain data (structured clone); `transfer` moves buffers instead of copying them. */
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Sets the one listener. */
  onMessage(listener: (message: unknown) => void): void;
  /** Sets the listener for the far end going away. */
  onClose(listener: () => void): void;
  close(): void;
}
