import { describe, expect, it } from 'vitest';
import { EngineLanguage } from '#main/engine/language.ts';
import { testShell } from '#test/support/engine.ts';

describe('the engine’s language', () => {
  it('is the shell’s, and changes for whoever already holds its words', async () => {
    const language = new EngineLanguage(testShell().shell);
    const { words } = language;
    expect(await language.speak(null)).toEqual({ choice: 'system', locale: 'en' });
    expect(words('notice.message', { name: 'Dana' })).toBe('New message from Dana');
    expect(await language.speak('de')).toEqual({ choice: 'de', locale: 'de-DE' });
    expect(words('notice.message', { name: 'Dana' })).toBe('Neue Nachricht von Dana');
    expect(words.locale).toBe('de-DE');
  });
});
