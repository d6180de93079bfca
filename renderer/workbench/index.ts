export { ChannelIcon } from './ChannelIcon.tsx';
export {
  ActionButton,
  ActionsProvider,
  useAction,
  useActionDesk,
  useChords,
  useKeysOf,
} from './action-context.tsx';
export { actions, type ActionGroup, type ActionId } from './actions.ts';
export { NavigationProvider, useNavigation } from './navigation-context.tsx';
export { hasPanes, settingsSections, type Place, type SettingsSection, type TeamWish } from './navigation.ts';
export { ToastRoom, ToastsProvider, useToasts } from './toasts.tsx';
export { useCustomerPanel } from './use-customer-panel.ts';
export { ProfilesProvider, useProfiles } from './use-profiles.tsx';
export { useSubject } from './use-subject.ts';
export { useWho } from './use-who.ts';
