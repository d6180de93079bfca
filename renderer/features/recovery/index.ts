export { ForgotPassphrase } from './ForgotPassphrase.tsx';
export { RecoveryBanners } from './RecoveryBanners.tsx';
export { RecoverySection } from './RecoverySection.tsx';
export { RestoreOther } from './RestoreOther.tsx';
export { UnusableWays } from './UnusableWays.tsx';
