/**
 * Everything the product says, in English: ICU MessageFormat by dotted key. Keys made at run time end in a kind of
 * the contract: `refusal.<kind>`, `account.failure.<kind>`, `oddity.<kind>`, `event.<kind>`, `channel.<kind>.<field>`.
 */
export const en = {
  // The frame around everything.
  'app.name': 'Steward',
  'app.title': 'Steward',
  'app.title.unread': '({count}) Steward',
  'app.title.sample': 'Steward: sample conversations',
  'app.skip': 'Skip to the conversations',
  'app.starting': 'Opening your workspace …',
  'app.engine-restarting': 'The engine behind this window is restarting. What you typed is kept.',
  'app.sample.banner': 'These are sample conversations. Nothing you do here is sent to anybody.',
  'app.sample.leave': 'Leave the sample',
  'app.sample.connect': 'Connect your mailbox',
  'app.arrived':
    '{count, plural, one {A new customer message arrived.} other {# new customer messages arrived.}}',
  'app.failure.from-the-future':
    'This workspace was last opened by a newer version of Steward. Update Steward, then open it again; nothing was changed.',
  'app.failure.damaged':
    'The database of this workspace is damaged and cannot be read. Restore it from a backup with “steward restore”, or move the workspace folder away to start anew; your mail is still on its server.',
  'app.failure.wrong-key':
    'The key kept by this system does not open this workspace. This happens when the folder was copied from another computer or another user. Open it where it was made, or restore a backup.',
  'app.failure.in-use':
    'Another Steward has this workspace open. Close that one, including any “steward” command that is still running, then try again.',
  'app.failure.read-only':
    'The workspace folder cannot be written to. Check that the disk is not write-protected and that the folder belongs to you, then try again.',
  'app.failure.disk-full':
    'The disk is full, so the workspace cannot be opened safely. Free some space, then try again; nothing was lost.',
  'app.failure.unknown': 'The workspace cannot be opened.',
  'app.failure.title': 'Your workspace cannot be opened',
  'app.failure.detail': 'For whoever helps you',
  'app.failure.again': 'Try again',

  // The application menu, where the system does not bring its own words.
  'menu.file': 'File',
  'menu.quit': 'Quit',
  'menu.edit': 'Edit',
  'menu.view': 'View',
  'menu.zoom.reset': 'Actual size',
  'menu.zoom.in': 'Larger',
  'menu.zoom.out': 'Smaller',
  'menu.fullscreen': 'Full screen',
  'menu.devtools': 'Developer tools',
  'menu.window': 'Window',

  // Words used all over.
  'word.cancel': 'Cancel',
  'word.close': 'Close',
  'word.back': 'Back',
  'word.next': 'Continue',
  'word.save': 'Save',
  'word.saved': 'Saved',
  'word.retry': 'Try again',
  'word.undo': 'Undo',
  'word.remove': 'Remove',
  'word.more': 'More',
  'word.loading': 'Loading …',
  'word.none': 'None',
  'word.yes': 'Yes',
  'word.no': 'No',
  'word.copy': 'Copy',
  'word.dismiss': 'Dismiss',
  'word.no-subject': '(no subject)',
  'word.no-name': '(no name)',

  // Refusals and failures of calls; `{...}` are the refusal's own fields.
  'refusal.unknown': 'That did not work ({kind}).',
  'refusal.not-understood': 'This window and its engine do not understand each other. Restart Steward.',
  'refusal.no-workspace': 'No workspace is open.',
  'refusal.engine-fault':
    'Something broke inside Steward and was written to its log as {reference}. Nothing was sent. Try again.',
  'refusal.engine-gone': 'The engine behind this window is restarting. Try again in a moment.',
  'refusal.conversation-gone': 'This conversation is no longer here. It may have become part of another one.',
  'refusal.stale': 'Something happened in this conversation since you looked, so nothing was changed.',
  'refusal.wrong-passphrase':
    'That passphrase does not open this workspace. Check Caps Lock and the keyboard language.',
  'refusal.account-gone': 'This account is no longer here.',
  'refusal.account-exists': 'This account is already connected.',
  'refusal.cannot-connect': 'The account cannot be reached.',
  'refusal.sign-in-cancelled': 'The sign-in was not finished. Start it again when you are ready.',
  'refusal.client-id-missing':
    'Signing in with {provider} needs a client id that your administrator sets up. Ask for it, or use an app password with manual settings.',
  'refusal.outbox-gone': 'This message is no longer waiting to be sent.',
  'refusal.customer-gone': 'This customer is no longer here. They may have become part of another one.',
  'refusal.message-gone': 'This message is no longer here.',
  'refusal.too-late': 'It is too late to take this back: it is already on its way.',

  // Actions: the palette, the cheat sheet and tooltips all read these.
  'action.app.palette': 'Find an action or conversation',
  'action.app.search': 'Search',
  'action.app.keys': 'Show all keys',
  'action.app.undo': 'Undo the last change',
  'action.app.back': 'Back',
  'action.app.settings': 'Settings',
  'action.app.add-account': 'Connect an account',
  'action.app.theme.system': 'Colours: as the system',
  'action.app.theme.light': 'Colours: light',
  'action.app.theme.dark': 'Colours: dark',
  'action.view.my-turn': 'Go to My turn',
  'action.view.waiting': 'Go to Waiting on them',
  'action.view.inbox': 'Go to Inbox',
  'action.view.unread': 'Go to Unread',
  'action.view.drafts': 'Go to Drafts',
  'action.view.problems': 'Go to Sending problems',
  'action.view.done': 'Go to Done',
  'action.view.all': 'Go to All',
  'action.list.next': 'Next conversation',
  'action.list.previous': 'Previous conversation',
  'action.list.open': 'Open the conversation',
  'action.list.select': 'Select the conversation',
  'action.list.extend-down': 'Extend the selection down',
  'action.list.extend-up': 'Extend the selection up',
  'action.list.select-all': 'Select everything loaded',
  'action.list.first': 'First conversation',
  'action.list.last': 'Last conversation',
  'action.message.new': 'New message',
  'action.message.next': 'Next message in the conversation',
  'action.message.previous': 'Previous message in the conversation',
  'action.message.toggle': 'Open or fold the message',
  'action.conversation.reply': 'Reply',
  'action.conversation.reply-all': 'Reply to all',
  'action.conversation.forward': 'Forward',
  'action.conversation.resolve': 'Resolve',
  'action.conversation.reopen': 'Reopen',
  'action.conversation.toggle-unread': 'Mark as unread or read',
  'action.conversation.customer': 'Show or hide the customer',
  'action.composer.send': 'Send',
  'action.composer.send-resolve': 'Send and resolve',

  // Groups of the cheat sheet and the palette.
  'keys.title': 'Keys',
  'keys.group.app': 'Everywhere',
  'keys.group.list': 'In the list',
  'keys.group.conversation': 'In a conversation',
  'keys.group.composer': 'While writing',
  'keys.group.views': 'Go to',
  'keys.hint': 'Keys without {modifier} work while you are not typing.',
  'keys.or': 'or',

  // Conversation, composer and customer panel: keep their blocks below this line, each in its own prefix.
} as const satisfies Readonly<Record<string, string>>;

/** Every key of the catalogue; a screen that says something else does not compile. */
export type MessageKey = keyof typeof en;
