import { Lock } from 'lucide-react';
import type { PolicyKey } from '#shared/domain/policy/keys.ts';
import { usePolicy } from './use-policy.ts';
import './policy.css';

/** Says beside something that is locked who has locked it; nothing where the person may set it. */
export const ManagedNote = ({ of }: { readonly of: PolicyKey }) => {
  const { isManaged, byWords } = usePolicy();
  return isManaged(of) ? (
    <span className="policy-note">
      <Lock aria-hidden size={12} />
      {byWords}
    </span>
  ) : null;
};
