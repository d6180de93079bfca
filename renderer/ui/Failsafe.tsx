import { Component } from 'react';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { Notice } from './Notice.tsx';
import { useWords } from './words.tsx';
import './failsafe.css';

const Failed = ({ onAgain }: { readonly onAgain: () => void }) => {
  const words = useWords();
  return (
    <div className="failsafe">
      <Notice
        tone="bad"
        live
        title={words('failsafe.title')}
        actions={<Button onClick={onAgain}>{words('failsafe.again')}</Button>}
      >
        <p>{words('failsafe.words')}</p>
      </Notice>
    </div>
  );
};

type Props = {
  /** What is shown; another value shows it anew after a failure. */
  readonly of: string;
  readonly children: ReactNode;
};

/** Keeps a fault in one part of the window from taking the rest along, and says so with a way back. */
export class Failsafe extends Component<Props, { readonly failed: boolean; readonly of: string }> {
  override state = { failed: false, of: this.props.of };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  static getDerivedStateFromProps(
    props: Props,
    state: { readonly failed: boolean; readonly of: string },
  ): { readonly failed: boolean; readonly of: string } | null {
    return props.of === state.of ? null : { failed: false, of: props.of };
  }

  override render(): ReactNode {
    return this.state.failed ? (
      <Failed onAgain={() => this.setState({ failed: false })} />
    ) : (
      this.props.children
    );
  }
}
