import { describe, expect, it } from 'vitest';
import { commandAmong, switchesToDrop } from '#main/shell/start-words.ts';

describe('a start of the installed program', () => {
  it('means the window, unless it says that a command follows', () => {
    expect(commandAmong([])).toBe(null);
    expect(commandAmong(['--demo'])).toBe(null);
    expect(commandAmong(['steward:join#x'])).toBe(null);
    expect(commandAmong(['--', '--cli', 'help'])).toBe(null);
  });

  it('hands everything behind the mark to the command as it was written', () => {
    expect(commandAmong(['--no-sandbox', '--cli', '--', 'help', '--json'])).toEqual(['help', '--json']);
    expect(commandAmong(['--cli', '--', 'reply', '1', '--', '--cli'])).toEqual(['reply', '1', '--', '--cli']);
    expect(commandAmong(['--cli'])).toEqual([]);
  });
});

describe('the switches of Chromium that an installed Steward takes away', () => {
  it('are all but those that help it to draw and say where its files lie', () => {
    const given = [
      '--remote-debugging-port=9222',
      '--remote-debugging-pipe',
      '--proxy-server=evil.example:1',
      '--Host-Rules=MAP * evil.example',
      '--renderer-cmd-prefix=/tmp/evil',
      '-remote-allow-origins=*',
      '--user-data-dir=/home/ana/steward',
      '--no-sandbox',
      'steward:join#x',
    ];
    expect(switchesToDrop(given, 'linux')).toEqual([
      'remote-debugging-port',
      'remote-debugging-pipe',
      'proxy-server',
      'host-rules',
      'renderer-cmd-prefix',
      'remote-allow-origins',
    ]);
  });

  it('are known by a slash too where Chromium reads one', () => {
    expect(switchesToDrop(['/remote-debugging-port=1'], 'win32')).toEqual(['remote-debugging-port']);
    expect(switchesToDrop(['/home/ana/some.steward-invitation'], 'linux')).toEqual([]);
  });

  it('are not looked for in what a command was given', () => {
    expect(switchesToDrop(['--cli', '--', '--remote-debugging-port=1'], 'linux')).toEqual([]);
  });
});
