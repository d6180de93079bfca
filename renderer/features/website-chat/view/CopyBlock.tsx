import { Copy } from 'lucide-react';
import { Button, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';

/** A text that is to be pasted somewhere else, with a button that copies it. */
export const CopyBlock = ({ label, text }: { readonly label: string; readonly text: string }) => {
  const words = useWords();
  const { show } = useToasts();
  return (
    <div className="website-chat-copy">
      <pre className="website-chat-text" tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
      <Button
        small
        icon={Copy}
        onClick={() => {
          void navigator.clipboard.writeText(text).then(() => {
            show({ text: words('website-chat.copied', { what: label }) });
          });
        }}
      >
        {words('website-chat.copy', { what: label })}
      </Button>
    </div>
  );
};
