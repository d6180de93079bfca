import { describe, expect, it } from 'vitest';
import { slotHeaders } from '#main/channels/xmpp/files/upload.ts';
import { element } from '#main/channels/xmpp/stream/element.ts';

const upload = 'urn:xmpp:http:upload:0';
const header = (name: string, value: string): ReturnType<typeof element> =>
  element('header', upload, { name }, value);

describe('what an upload service may have us say', () => {
  it('is the three headers of XEP-0363 and no other', () => {
    const put = element(
      'put',
      upload,
      { url: 'https://upload.example.org/a' },
      header('Authorization', 'Basic Zm9v'),
      header('cookie', 'a=b'),
      header('Expires', 'Sun, 22 Nov 2026 12:00:00 GMT'),
      header('Host', 'internal.example.org'),
      header('X-Forwarded-For', '127.0.0.1'),
    );
    expect(slotHeaders(put)).toEqual({
      authorization: 'Basic Zm9v',
      cookie: 'a=b',
      expires: 'Sun, 22 Nov 2026 12:00:00 GMT',
    });
  });

  it.each(['a\r\nHost: internal', 'a\nb', 'a\0b', 'ä'])('never ends a line: %j', (value) => {
    expect(slotHeaders(element('put', upload, {}, header('Cookie', value)))).toEqual({});
  });
});
