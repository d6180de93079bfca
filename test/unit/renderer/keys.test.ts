import { describe, expect, it } from 'vitest';
import { actions, createActionDesk } from '#renderer/workbench/actions.ts';
import { matches, showChord, type KeyPress } from '#renderer/workbench/keys.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe('keys', () => {
  it('tell a letter from the same letter with Shift', () => {
    expect(matches('e', press('e'), 'other')).toBe(true);
    expect(matches('e', press('E', { shiftKey: true }), 'other')).toBe(false);
    expect(matches('Shift+e', press('E', { shiftKey: true }), 'other')).toBe(true);
  });

  it('take a sign however the layout makes it', () => {
    expect(matches('?', press('?', { shiftKey: true }), 'other')).toBe(true);
    expect(matches('/', press('/', { shiftKey: true }), 'other')).toBe(true);
  });

  it('mean Cmd on a Mac and Ctrl elsewhere, and not the other one', () => {
    expect(matches('Mod+k', press('k', { metaKey: true }), 'mac')).toBe(true);
    expect(matches('Mod+k', press('k', { ctrlKey: true }), 'mac')).toBe(false);
    expect(matches('Mod+k', press('k', { ctrlKey: true }), 'other')).toBe(true);
  });

  it('never act together with Ctrl, Cmd or Alt that were not asked for', () => {
    expect(matches('r', press('r', { ctrlKey: true }), 'other')).toBe(false);
    expect(matches('r', press('r', { metaKey: true }), 'other')).toBe(false);
    expect(matches('r', press('r', { altKey: true }), 'other')).toBe(false);
  });

  it('are found by their place on a keyboard of another script', () => {
    expect(matches('j', press('о', { code: 'KeyJ' }), 'other')).toBe(true);
    expect(matches('k', press('о', { code: 'KeyJ' }), 'other')).toBe(false);
  });

  it('are written as the system writes them', () => {
    expect(showChord('Shift+Mod+Enter', 'mac')).toBe('⇧⌘↩');
    expect(showChord('Mod+k', 'other')).toBe('Ctrl+K');
  });
});

describe('actions', () => {
  it('have no key that two of them use', () => {
    // A list that has the focus may give a key its own meaning, as the follow-ups do.
    const chords = actions.flatMap(({ keys, keysElsewhere }) => (keysElsewhere === true ? [] : keys));
    expect(new Set(chords).size).toBe(chords.length);
  });

  it('are reached by the keys that the cheat sheet promises for ownership', () => {
    const byKey = (chord: string) =>
      actions
        .filter(({ keys, group }) => group === 'conversation' && keys.some((key) => key === chord))
        .map(({ id }) => id);
    expect(['c', 't', 'f', 'n', 'z', 'e', 'r'].map(byKey)).toEqual([
      ['conversation.claim'],
      ['conversation.transfer'],
      ['conversation.follow-up'],
      ['conversation.note'],
      ['conversation.snooze'],
      ['conversation.resolve'],
      ['conversation.reply'],
    ]);
  });

  it('run what is on screen, the higher rank first, and nothing once it has left', () => {
    const ran: string[] = [];
    const desk = createActionDesk();
    const says = (name: string, rank: number) =>
      desk.register('app.back', { run: () => ran.push(name), rank });
    const leaveList = says('list', 1);
    const leavePane = says('pane', 0);
    desk.run('app.back');
    leaveList();
    desk.run('app.back');
    leavePane();
    expect(desk.run('app.back')).toBe(false);
    expect(ran).toEqual(['list', 'pane']);
  });
});
