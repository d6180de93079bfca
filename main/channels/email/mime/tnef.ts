import { decodeCharset } from './charset.ts';

/** One file inside an Outlook container. */
export type TnefFile = {
  readonly name: string;
  readonly mimeType: string;
  readonly contentId: string | null;
  readonly bytes: Buffer;
};

/** What an application/ms-tnef part holds (MS-OXTNEF): files, and the body where Outlook put it only here. */
export type TnefContent = {
  readonly files: readonly TnefFile[];
  readonly text: string | null;
  readonly html: string | null;
};

const signature = 0x223e9f78;
/** Attributes and properties that are walked; both advance at least a header each, so neither can loop. */
const mostAttributes = 5000;
const mostProperties = 2000;
const mostFiles = 200;

const attBody = 0x800c;
const attAttachData = 0x800f;
const attAttachTitle = 0x8010;
const attAttachRenddata = 0x9002;
const attMapiProps = 0x9003;
const attAttachment = 0x9005;
const attOemCodepage = 0x9007;

const prBody = 0x1000;
const prBodyHtml = 0x1013;
const prAttachData = 0x3701;
const prAttachLongName = 0x3707;
const prAttachMimeTag = 0x370e;
const prAttachContentId = 0x3712;

type Property = { readonly type: number; readonly value: Buffer };

/** Bytes of one fixed-size MAPI property by its type (MS-OXTNEF section 2.1.3.4), 0 for the variable ones, -1 for unknown ones. */
function fixedSize(type: number): number {
  switch (type) {
    case 0x0002:
    case 0x0003:
    case 0x0004:
    case 0x000a:
    case 0x000b:
      return 4;
    case 0x0005:
    case 0x0006:
    case 0x0007:
    case 0x0014:
    case 0x0040:
      return 8;
    case 0x0048:
      return 16;
    case 0x000d:
    case 0x001e:
    case 0x001f:
    case 0x0102:
      return 0;
    default:
      return -1;
  }
}

function padded(size: number): number {
  return (size + 3) & ~3;
}

/** Reads the MAPI properties of an attribute; stops at the first that makes no sense and keeps those before it. */
function readProperties(data: Buffer): ReadonlyMap<number, Property> {
  const found = new Map<number, Property>();
  if (data.length < 4) return found;
  const count = Math.min(data.readUInt32LE(0), mostProperties);
  let at = 4;
  for (let index = 0; index < count && at + 4 <= data.length; index += 1) {
    const type = data.readUInt16LE(at);
    const id = data.readUInt16LE(at + 2);
    at += 4;
    if (id >= 0x8000) at = skipPropertyName(data, at);
    const base = type & 0x0fff;
    const size = fixedSize(base);
    if (size === -1 || at > data.length) break;
    let values = 1;
    if ((type & 0x1000) !== 0 || size === 0) {
      if (at + 4 > data.length) break;
      values = data.readUInt32LE(at);
      at += 4;
    }
    if (values > mostProperties) break;
    for (let nth = 0; nth < values; nth += 1) {
      let length = size;
      if (size === 0) {
        if (at + 4 > data.length) return found;
        length = data.readUInt32LE(at);
        at += 4;
      }
      if (length > data.length - at) return found;
      if (nth === 0) found.set(id, { type: base, value: data.subarray(at, at + length) });
      at += padded(length);
    }
  }
  return found;
}

function skipPropertyName(data: Buffer, from: number): number {
  if (from + 24 > data.length) return data.length + 1;
  const kind = data.readUInt32LE(from + 16);
  const numberOrLength = data.readUInt32LE(from + 20);
  return kind === 0 ? from + 24 : from + 24 + padded(Math.min(numberOrLength, data.length));
}

function textOf(property: Property | undefined, codepage: string): string | null {
  if (property === undefined) return null;
  const text =
    property.type === 0x001f
      ? property.value.toString('utf16le')
      : decodeCharset(property.value, codepage).text;
  return text.replace(/\0+$/, '');
}

type FileDraft = { title: string; data: Buffer | null; properties: ReadonlyMap<number, Property> };

function fileOf(draft: FileDraft, codepage: string): TnefFile | null {
  const property = draft.properties.get(prAttachData);
  // An embedded message starts with the identifier of its interface (16 bytes) before its own container.
  const embedded = property?.type === 0x000d;
  const fromProperty =
    property === undefined ? null : embedded ? property.value.subarray(16) : property.value;
  const bytes = draft.data ?? fromProperty;
  if (bytes === null) return null;
  return {
    name: textOf(draft.properties.get(prAttachLongName), codepage) ?? draft.title,
    mimeType: (textOf(draft.properties.get(prAttachMimeTag), codepage) ?? 'application/octet-stream')
      .toLowerCase()
      .slice(0, 200),
    contentId: textOf(draft.properties.get(prAttachContentId), codepage)?.replace(/^<|>$/g, '') ?? null,
    bytes,
  };
}

/** Opens a TNEF container; null when it is none. Every step moves forward, so that no length in it can make it loop. */
export function readTnef(bytes: Buffer): TnefContent | null {
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== signature) return null;
  let codepage = 'windows-1252';
  let text: string | null = null;
  let html: string | null = null;
  const drafts: FileDraft[] = [];
  let at = 6;
  for (let count = 0; count < mostAttributes && at + 9 <= bytes.length; count += 1) {
    const id = bytes.readUInt16LE(at + 1);
    const length = bytes.readUInt32LE(at + 5);
    at += 9;
    const data = bytes.subarray(at, Math.min(bytes.length, at + length));
    at += length + 2;
    const draft = drafts.at(-1);
    if (id === attOemCodepage && data.length >= 4) codepage = `cp${String(data.readUInt32LE(0))}`;
    else if (id === attBody) text ??= decodeCharset(data, codepage).text.replace(/\0+$/, '');
    else if (id === attMapiProps) {
      const properties = readProperties(data);
      text ??= textOf(properties.get(prBody), codepage);
      html ??= textOf(properties.get(prBodyHtml), codepage);
    } else if (id === attAttachRenddata) {
      if (drafts.length >= mostFiles) break;
      drafts.push({ title: '', data: null, properties: new Map() });
    } else if (draft !== undefined) {
      if (id === attAttachTitle) draft.title = decodeCharset(data, codepage).text.replace(/\0+$/, '');
      else if (id === attAttachData) draft.data = data;
      else if (id === attAttachment) draft.properties = readProperties(data);
    }
  }
  const files = drafts.map((draft) => fileOf(draft, codepage)).filter((file) => file !== null);
  return { files, text, html };
}
