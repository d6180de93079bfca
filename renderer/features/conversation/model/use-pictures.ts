import { useCallback, useEffect, useRef, useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import type { MessageBody } from '#shared/contract/messages.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import { pictureAddress } from './draw-mail.ts';
import type { DrawnMail, ShownPicture } from '../view/MessageFrame.tsx';

/** How the pictures on the web stand. */
export type RemoteState =
  | { readonly kind: 'none' }
  | { readonly kind: 'held'; readonly count: number }
  | { readonly kind: 'loading'; readonly count: number }
  | { readonly kind: 'shown'; readonly failed: number };

type Pictures = {
  readonly shown: readonly ShownPicture[];
  readonly remote: RemoteState;
  readonly drawn: DrawnMail | null;
  /** To be called by the frame once it has drawn the message. */
  readonly onDrawn: (drawn: DrawnMail) => void;
  /** Fetches the pictures on the web, this once. */
  readonly showRemote: () => void;
};

/** Fetches the pictures of one message: those that came with it at once, those on the web when they may be shown. */
export const usePictures = (id: MessageId, body: MessageBody | undefined): Pictures => {
  const engine = useEngine();
  const [drawn, setDrawn] = useState<DrawnMail | null>(null);
  const [shown, setShown] = useState<readonly ShownPicture[]>([]);
  const [remote, setRemote] = useState<RemoteState>({ kind: 'none' });
  const addresses = useRef<string[]>([]);
  const known = useRef<string | null>(null);

  const add = useCallback(
    (kind: ShownPicture['kind'], index: number, mimeType: string, bytes: Uint8Array): boolean => {
      const address = pictureAddress(mimeType, bytes);
      if (address === null) return false;
      addresses.current.push(address);
      setShown((before) => [...before, { kind, index, address }]);
      return true;
    },
    [],
  );

  useEffect(() => {
    const made = addresses.current;
    return () => {
      for (const address of made.splice(0)) URL.revokeObjectURL(address);
    };
  }, []);

  const fetchRemote = useCallback(
    async (urls: readonly string[]) => {
      setRemote({ kind: 'loading', count: urls.length });
      const answer = await engine.call('message.remoteImages', { id, urls: [...urls] });
      const images = answer.ok ? answer.value.images : [];
      let good = 0;
      for (const image of images) {
        const index = urls.indexOf(image.url);
        if (image.kind === 'image' && index >= 0 && add('remote', index, image.mimeType, image.bytes))
          good += 1;
      }
      setRemote({ kind: 'shown', failed: urls.length - good });
    },
    [add, engine, id],
  );

  const onDrawn = (now: DrawnMail): void => {
    setDrawn(now);
    // Drawn again after its frame was let go: its pictures are here or on their way.
    const html = body?.html ?? null;
    if (html !== null && known.current === html) return;
    known.current = html;
    if (now.remote.length > 0) {
      if (body?.remoteImagesTrusted === true) void fetchRemote(now.remote);
      else setRemote({ kind: 'held', count: now.remote.length });
    }
    now.inline.forEach((contentId, index) => {
      const part = body?.inline.find((candidate) => candidate.contentId.replace(/^<|>$/g, '') === contentId);
      if (part === undefined) return;
      void engine.call('message.inlinePart', { id, part: part.part }).then((answer) => {
        if (answer.ok) add('inline', index, answer.value.mimeType, answer.value.bytes);
      });
    });
  };

  return {
    shown,
    remote,
    drawn,
    onDrawn,
    showRemote: () => {
      if (drawn !== null && remote.kind === 'held') void fetchRemote(drawn.remote);
    },
  };
};
