import { useCallback, useEffect, useRef, useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { DraftAttachment } from '#shared/contract/compose.ts';
import type { DraftId } from '#shared/kit/brand.ts';
import type { DraftHands } from './use-draft.ts';

/** What the channel takes of files; null where there is no limit, or none is known yet. */
export type FileLimits = {
  readonly bytes: number | null;
  readonly count: number | null;
  /** The channel in words. */
  readonly channel: string;
};

/** Brings files into one draft and out of it again; refusals are said in a toast. */
export const useFiles = (
  id: DraftId,
  attachments: readonly DraftAttachment[],
  hands: DraftHands,
  limits: FileLimits,
) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const [arriving, setArriving] = useState<readonly string[]>([]);
  const known = useRef(attachments);
  useEffect(() => {
    known.current = attachments;
  });
  const addresses = useRef(new Map<string, string>());
  useEffect(() => {
    const made = addresses.current;
    return () => {
      for (const address of made.values()) URL.revokeObjectURL(address);
      made.clear();
    };
  }, []);

  const refuse = (failure: { readonly kind: string }): void => {
    void toasts.show({ tone: 'bad', text: refusalWords(words, failure) });
  };

  /** Why a file is not even read, or null; the engine holds against the same limits what it is given. */
  const tooMuch = (file: File) => {
    const bytes = known.current.reduce((sum, one) => sum + one.size, file.size);
    const count = known.current.length + 1;
    if (limits.bytes !== null && bytes > limits.bytes)
      return { kind: 'too-large', bytes, limit: limits.bytes };
    if (limits.count !== null && count > limits.count)
      return { kind: 'too-many-files', count, limit: limits.count };
    return null;
  };

  const attach = async (file: File, inline: boolean): Promise<DraftAttachment | null> => {
    const refusal = tooMuch(file);
    if (limits.bytes === 0)
      toasts.show({ tone: 'bad', text: words('composer.attach.none', { channel: limits.channel }) });
    else if (refusal !== null) refuse(refusal);
    if (refusal !== null) return null;
    const name = file.name === '' ? 'picture' : file.name;
    setArriving((before) => [...before, name]);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const answer = await engine.call('draft.attach', {
      id,
      name,
      mimeType: file.type === '' ? 'application/octet-stream' : file.type,
      inline,
      bytes,
    });
    setArriving((before) => before.toSpliced(before.indexOf(name), 1));
    if (!answer.ok) {
      refuse(answer.failure);
      return null;
    }
    known.current = [...known.current, answer.value];
    hands.addAttachments([answer.value]);
    return answer.value;
  };

  const choose = async (): Promise<void> => {
    const answer = await engine.call('draft.attachFiles', { id });
    if (answer.ok) hands.addAttachments(answer.value.attachments);
    else refuse(answer.failure);
  };

  const detach = async (attachment: string): Promise<void> => {
    const answer = await engine.call('draft.detach', { id, attachment });
    if (answer.ok) hands.removeAttachment(attachment);
    else refuse(answer.failure);
  };

  const picture = useCallback(
    async (contentId: string): Promise<string | null> => {
      const made = addresses.current.get(contentId);
      if (made !== undefined) return made;
      const attachment = known.current.find((one) => one.contentId === contentId);
      if (attachment === undefined) return null;
      const answer = await engine.call('draft.picture', { id, attachment: attachment.id });
      if (!answer.ok || !/^image\/(png|jpeg|gif|webp|bmp|avif)$/.test(answer.value.mimeType)) return null;
      const { mimeType, bytes } = answer.value;
      const address = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: mimeType }));
      addresses.current.set(contentId, address);
      return address;
    },
    [engine, id],
  );

  return { arriving, attach, choose, detach, picture };
};
