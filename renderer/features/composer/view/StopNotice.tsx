import { Button, Notice, useWords } from '#renderer/ui/index.ts';
import type { SendStop } from '#shared/contract/compose.ts';
import type { Words } from '#shared/messages/format.ts';

type Props = {
  readonly stops: readonly SendStop[];
  readonly onSend: () => void;
  readonly onBack: () => void;
  readonly onAttach: () => void;
  /** Puts a known address in the place of a new one that looks like it. */
  readonly onReplace: (address: string, by: string) => void;
};

const stopWords = (words: Words, stop: SendStop): string => {
  switch (stop.kind) {
    case 'attachment-forgotten':
      return words('composer.stop.attachment-forgotten', { word: stop.word });
    case 'stranger':
      return stop.alike === null
        ? words('composer.stop.stranger', { address: stop.address })
        : words('composer.stop.alike', { address: stop.address, alike: stop.alike });
    case 'no-subject':
      return words('composer.stop.no-subject');
    case 'unfilled':
      return words('composer.stop.unfilled', {
        count: stop.variables.length,
        variables: new Intl.ListFormat(words.locale).format(stop.variables),
      });
  }
};

/** What to look at before something goes out, each with its own way to put it right. */
export const StopNotice = ({ stops, onSend, onBack, onAttach, onReplace }: Props) => {
  const words = useWords();
  const cannot = stops.some(({ kind }) => kind === 'unfilled');
  return (
    <Notice
      tone={cannot ? 'bad' : 'warn'}
      live
      title={words(cannot ? 'composer.stops.cannot' : 'composer.stops.title')}
      actions={
        <>
          <Button small kind={cannot ? 'primary' : 'plain'} autoFocus onClick={onBack}>
            {words('composer.stops.back')}
          </Button>
          {cannot ? null : (
            <Button small onClick={onSend}>
              {words('composer.stops.send')}
            </Button>
          )}
        </>
      }
    >
      <ul className="composer-stops">
        {stops.map((stop) => (
          <li key={stop.kind === 'stranger' ? stop.address : stop.kind}>
            {stopWords(words, stop)}{' '}
            {stop.kind === 'attachment-forgotten' ? (
              <Button small kind="quiet" onClick={onAttach}>
                {words('composer.stop.attach')}
              </Button>
            ) : null}
            {stop.kind === 'stranger' && stop.alike !== null ? (
              <AlikeButton address={stop.address} alike={stop.alike} onReplace={onReplace} />
            ) : null}
          </li>
        ))}
      </ul>
    </Notice>
  );
};

const AlikeButton = ({
  address,
  alike,
  onReplace,
}: {
  readonly address: string;
  readonly alike: string;
  readonly onReplace: Props['onReplace'];
}) => {
  const words = useWords();
  return (
    <Button small kind="quiet" onClick={() => onReplace(address, alike)}>
      {words('composer.stop.use-alike', { alike })}
    </Button>
  );
};
