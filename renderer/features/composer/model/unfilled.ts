import { Extension } from '@tiptap/core';
import type { Node as DocumentNode } from '@tiptap/pm/model';
import { Plugin } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

/** The same form that the engine refuses to send. */
const placeholder = /\{\{\s*[\p{L}_][\p{L}\p{N}_.-]{0,79}\s*\}\}/gu;

const marksIn = (doc: DocumentNode, title: string): DecorationSet => {
  const found: Decoration[] = [];
  doc.descendants((node, at) => {
    if (node.type.spec.code === true) return false;
    const { text } = node;
    if (text === undefined || node.marks.some((mark) => mark.type.spec.code === true)) return true;
    for (const match of text.matchAll(placeholder)) {
      const from = at + match.index;
      found.push(Decoration.inline(from, from + match[0].length, { class: 'rich-text-unfilled', title }));
    }
    return true;
  });
  return DecorationSet.create(doc, found);
};

/** Marks the variables of an inserted text that nobody could fill in; code is left alone. */
export const unfilledMarks = (title: string): Extension =>
  Extension.create({
    name: 'unfilledMarks',
    addProseMirrorPlugins() {
      return [
        new Plugin({
          state: {
            init: (_config, { doc }) => marksIn(doc, title),
            apply: (change, marks) => (change.docChanged ? marksIn(change.doc, title) : marks),
          },
          props: {
            decorations(state) {
              return this.getState(state);
            },
          },
        }),
      ];
    },
  });

/** Takes every mark and every block's form from what is selected. */
export const clearFormattingKey = Extension.create({
  name: 'clearFormattingKey',
  addKeyboardShortcuts() {
    return { 'Mod-\\': ({ editor }) => editor.chain().focus().unsetAllMarks().clearNodes().run() };
  },
});
