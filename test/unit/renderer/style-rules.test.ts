import { describe, expect, it } from 'vitest';
import { givesOwnColours, keepsDeclaration } from '#renderer/features/conversation/model/style-rules.ts';

describe('the look that a mail gives itself', () => {
  it.each([
    ['color', 'rgb(1, 2, 3)'],
    ['background-color', '#eee'],
    ['font-family', '"Segoe UI", Arial, sans-serif'],
    ['width', '600px'],
    ['width', 'calc(100% - 20px)'],
    ['margin-left', '-8px'],
    ['padding-top', '0.5em'],
    ['border-top-style', 'solid'],
    ['text-decoration-line', 'underline'],
    ['display', 'inline-block'],
    ['background-image', 'linear-gradient(90deg, rgb(1, 2, 3) 0%, white 100%)'],
    ['max-width', '100%'],
  ])('is kept where it only colours and spaces its own words: %s: %s', (property, value) => {
    expect(keepsDeclaration(property, value)).toBe(true);
  });

  it.each([
    ['background-image', 'url("https://evil.example/x.png")'],
    ['background-image', 'image-set("https://evil.example/x.png" 1x)'],
    ['background-image', 'linear-gradient(red, blue), url(https://evil.example/)'],
    ['background-image', 'cross-fade(url(a), url(b))'],
    ['background-image', 'element(#x)'],
    ['background', 'url(https://evil.example/)'],
    ['list-style-image', 'url(https://evil.example/)'],
    ['border-image-source', 'url(https://evil.example/)'],
    ['cursor', 'url(https://evil.example/), auto'],
    ['content', '"Verified sender"'],
    ['filter', 'url(#a)'],
    ['mask-image', 'url(https://evil.example/)'],
    ['clip-path', 'url(#a)'],
    ['src', 'url(https://evil.example/)'],
    ['behavior', 'url(x.htc)'],
    ['-moz-binding', 'url(x)'],
    ['width', 'expression(alert(1))'],
    ['color', 'var(--x)'],
    ['--x', 'url(https://evil.example/)'],
    ['width', 'attr(data-x px)'],
    ['width', 'env(safe-area-inset-top)'],
    ['color', '\\75rl(x)'],
  ])('is dropped where it could ask for something or say something: %s: %s', (property, value) => {
    expect(keepsDeclaration(property, value)).toBe(false);
  });

  it.each([
    ['position', 'fixed'],
    ['position', 'absolute'],
    ['position', 'sticky'],
    ['z-index', '2147483647'],
    ['top', '0px'],
    ['inset', '0px'],
    ['transform', 'scale(100)'],
    ['margin-top', '-5000px'],
    ['text-indent', '-9999px'],
    ['width', '100000px'],
    ['height', '1e9px'],
    ['font-size', '99999px'],
    ['height', '100vh'],
    ['min-height', '50dvh'],
    ['width', '10cqmax'],
    ['animation-name', 'spin'],
    ['transition-duration', '1s'],
    ['pointer-events', 'none'],
    ['contain', 'none'],
    ['view-transition-name', 'x'],
  ])('is dropped where it could cover or push away other words: %s: %s', (property, value) => {
    expect(keepsDeclaration(property, value)).toBe(false);
  });

  it('counts as coloured only where it sets a colour', () => {
    expect(givesOwnColours('color', 'rgb(0, 0, 0)')).toBe(true);
    expect(givesOwnColours('background-color', 'white')).toBe(true);
    expect(givesOwnColours('color', 'inherit')).toBe(false);
    expect(givesOwnColours('background-color', 'transparent')).toBe(false);
    expect(givesOwnColours('font-size', '12px')).toBe(false);
  });
});
