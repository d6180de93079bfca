const LF = 10;
const CR = 13;

/** Whether something stands before the header that a strict reader takes for its end or its first field. */
export function isShifted(raw: Uint8Array): boolean {
  const [first] = raw;
  return first === LF || first === CR || (first === 0xef && raw[1] === 0xbb && raw[2] === 0xbf);
}

/** A mail as bytes that all readers share: no byte order mark, no blank lines at its head, line feeds where it had only returns. */
export function mailBytes(raw: Uint8Array): Buffer {
  let bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
  let start = 0;
  while (start < bytes.length && (bytes[start] === LF || bytes[start] === CR)) start += 1;
  bytes = bytes.subarray(start);
  if (bytes.includes(LF) || !bytes.includes(CR)) return bytes;
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(CR); at !== -1; at = copy.indexOf(CR, at + 1)) copy[at] = LF;
  return copy;
}
