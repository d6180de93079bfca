import { Fragment } from 'react';
import { classes } from '#renderer/ui/index.ts';
import { isUnbroken } from '../model/unbroken.ts';
import { linkPieces } from '../model/plain-text.ts';
import type { ShownText } from '../model/plain-text.ts';
import type { LinkWish } from './MessageFrame.tsx';
import './plain-text.css';

type OnLink = (wish: LinkWish) => void;

/** A link without an address of its own: nothing looks it up or follows it but the page, after asking. */
const TextLink = ({
  text,
  href,
  onLink,
}: {
  readonly text: string;
  readonly href: string;
  readonly onLink: OnLink;
}) => {
  const follow = (element: HTMLElement): void =>
    onLink({ href, shown: text, at: element.getBoundingClientRect() });
  return (
    <span
      role="link"
      tabIndex={0}
      className="text-link"
      title={href}
      onClick={(event) => follow(event.currentTarget)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        event.stopPropagation();
        follow(event.currentTarget);
      }}
    >
      {text}
    </span>
  );
};

const Lines = ({ text, onLink }: { readonly text: string; readonly onLink: OnLink }) =>
  text.split('\n').map((line, at) => (
    <Fragment key={at}>
      {at === 0 ? null : '\n'}
      {linkPieces(line).map((piece, index) =>
        piece.kind === 'words' ? (
          piece.text
        ) : (
          <TextLink key={index} text={piece.text} href={piece.href} onLink={onLink} />
        ),
      )}
    </Fragment>
  ));

/** Shows a plain-text message: as text, with its addresses to follow, its quotes foldable and its signature dimmed. */
export const PlainText = ({
  text,
  showQuotes,
  onLink,
}: {
  readonly text: ShownText;
  readonly showQuotes: boolean;
  readonly onLink: OnLink;
}) => (
  <div className="plain-text" dir="auto">
    {text.blocks.map((block, at) => (
      <div
        key={at}
        className={classes(`plain-text-${block.kind}`, isUnbroken(block.text) && 'plain-text-unbroken')}
      >
        <Lines text={block.text} onLink={onLink} />
      </div>
    ))}
    {showQuotes && text.folded !== '' ? (
      <div className={classes('plain-text-quote', isUnbroken(text.folded) && 'plain-text-unbroken')}>
        <Lines text={text.folded} onLink={onLink} />
      </div>
    ) : null}
  </div>
);
