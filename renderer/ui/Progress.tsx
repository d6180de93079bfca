import { LoaderCircle } from 'lucide-react';
import './progress.css';

/** Something is going on and takes a moment; `subject` says what, always. */
export const Busy = ({ subject }: { readonly subject: string }) => (
  <p className="busy" role="status">
    <LoaderCircle className="busy-wheel" aria-hidden size={16} />
    <span>{subject}</span>
  </p>
);

/** How far something is. `value` and `total` in the same unit; the words stand beside it. */
export const ProgressBar = ({
  label,
  value,
  total,
}: {
  readonly label: string;
  readonly value: number;
  readonly total: number;
}) => (
  <progress
    className="progress-bar"
    aria-label={label}
    value={Math.min(value, total)}
    max={Math.max(1, total)}
  />
);
