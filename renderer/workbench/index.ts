export { ChannelIcon } from './ChannelIcon.tsx';
export {
  ActionButton,
  ActionsProvider,
  useAction,
  useActionDesk,
  useChords,
  useKeysOf,
} from './action-context.tsx';
export { action, actions, type Action, type ActionGroup, type ActionId } from './actions.ts';
export { NavigationProvider, useNavigation } from './navigation-context.tsx';
export {
  settingsSections,
  type Opened,
  type Place,
  type Screen,
  type SettingsSection,
  type Step,
} from './navigation.ts';
export { ToastsProvider, useToasts, type Toast } from './toasts.tsx';
export { useCustomerPanel } from './use-customer-panel.ts';
