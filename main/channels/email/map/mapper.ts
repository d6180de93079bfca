import type { Mapper, SourceBody } from '../../kit/inbound.ts';
import { readMail } from '../mime/read-mail.ts';
import { readPart } from '../mime/read-part.ts';
import { mapMail } from './map-mail.ts';
import { sampleMail } from './sample-mail.ts';

function bodyOf(source: Uint8Array): SourceBody | null {
  const mail = readMail(source);
  if (mail.kind === 'unreadable') return null;
  return {
    text: mail.text,
    html: mail.html,
    inline: mail.parts.flatMap((part) =>
      part.contentId === null
        ? []
        : [{ contentId: part.contentId, part: part.partId, mimeType: part.mimeType }],
    ),
  };
}

/** The pure half of the email channel. */
export const mailMapper: Mapper = {
  map: mapMail,
  body: bodyOf,
  part: readPart,
  sample: sampleMail,
};
