import type { CDPSession, Page } from 'playwright-core';
import { eventually } from '../../support/eventually.ts';

/** One thing a screen reader can name, as the engine of the window tells assistive technology (CDP, Accessibility.AXNode). */
type AxNode = {
  readonly id: string;
  readonly parent: string | null;
  readonly role: string;
  readonly name: string;
  readonly value: string;
  /** The element behind it. */
  readonly element: number | null;
  readonly isLive: boolean;
  readonly isDisabled: boolean;
  /** Not told to anybody; it only holds what is. */
  readonly isIgnored: boolean;
};

/** What is looked for: a role of the accessibility tree and a name; `within` a thing that holds it. */
export type Wanted = {
  readonly role: string;
  readonly name: string | RegExp;
  readonly within?: { readonly role: string; readonly name: string | RegExp };
};

/** Roles that somebody acts on; without a name they are a button called “button”. */
const actable: ReadonlySet<string> = new Set(
  'button link textbox searchbox combobox checkbox radio option menuitem tab switch spinbutton slider listbox dialog'.split(
    ' ',
  ),
);

const matches = (wanted: string | RegExp, said: string): boolean =>
  typeof wanted === 'string' ? wanted === said : wanted.test(said);

const saidAs = ({ role, name, within }: Wanted): string =>
  `${role} “${String(name)}”${within === undefined ? '' : ` in ${within.role} “${String(within.name)}”`}`;

/** A CDP value whose type is not declared: a text, or nothing. */
const textOf = (value: { readonly value?: unknown } | undefined): string =>
  typeof value?.value === 'string' ? value.value : '';

/**
 * Somebody who sees nothing: knows the window from its accessibility tree alone, acts by an element's own default
 * action as assistive technology does, and hears what live regions say.
 */
export class ScreenReader {
  readonly #page: Page;
  readonly #session: CDPSession;
  /** What was in a live region at each look, newest last. */
  readonly #heard: string[] = [];

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  /** Turns the window's accessibility on. */
  static async listen(page: Page): Promise<ScreenReader> {
    const session = await page.context().newCDPSession(page);
    await session.send('DOM.enable');
    await session.send('Accessibility.enable');
    return new ScreenReader(page, session);
  }

  async #tree(): Promise<readonly AxNode[]> {
    const { nodes } = await this.#session.send('Accessibility.getFullAXTree');
    const tree = nodes.map((node): AxNode => {
      const property = (name: string): unknown =>
        node.properties?.find((one) => one.name === name)?.value.value;
      const live = property('live');
      return {
        id: node.nodeId,
        parent: node.parentId ?? null,
        role: textOf(node.role),
        name: textOf(node.name),
        value: textOf(node.value),
        element: node.backendDOMNodeId ?? null,
        isLive: live === 'polite' || live === 'assertive',
        isDisabled: property('disabled') === true,
        isIgnored: node.ignored,
      };
    });
    this.#listenTo(tree);
    return tree;
  }

  /** Text in a live region is said when it comes; what stays there is said once. */
  #listenTo(tree: readonly AxNode[]): void {
    const byId = new Map(tree.map((node) => [node.id, node]));
    const isSaid = (node: AxNode): boolean => holders(byId, node).some(({ isLive }) => isLive);
    const lines = new Map<string, string>();
    for (const node of tree) {
      if (node.isIgnored || node.role !== 'StaticText' || !isSaid(node)) continue;
      const region = holders(byId, node).find(({ isLive }) => isLive)?.id ?? node.id;
      lines.set(region, `${lines.get(region) ?? ''}${node.name}`);
    }
    for (const line of lines.values()) if (!this.#heard.includes(line)) this.#heard.push(line);
  }

  /** Waits until there is exactly such a thing, or the first of several. */
  async find(wanted: Wanted): Promise<AxNode> {
    let last: readonly AxNode[] = [];
    try {
      return await eventually(
        async () => {
          last = await this.#tree();
          const byId = new Map(last.map((node) => [node.id, node]));
          const { within } = wanted;
          return (
            last.find(
              (node) =>
                !node.isIgnored &&
                node.role === wanted.role &&
                matches(wanted.name, node.name) &&
                (within === undefined ||
                  holders(byId, node).some(
                    (holder) => holder.role === within.role && matches(within.name, holder.name),
                  )),
            ) ?? null
          );
        },
        { message: `there is a ${saidAs(wanted)}`, withinMs: 60_000 },
      );
    } catch (error) {
      const there = last.filter(
        ({ role, isIgnored }) => !isIgnored && (actable.has(role) || role === 'heading'),
      );
      throw new Error(
        `${saidAs(wanted)} is not there; there are:\n${there.map(({ role, name }) => `${role} “${name}”`).join('\n')}`,
        { cause: error },
      );
    }
  }

  /** Waits until what is read out of a thing, from its beginning to its end, has these words. */
  async reads(pattern: RegExp, within: NonNullable<Wanted['within']>): Promise<void> {
    await eventually(
      async () => {
        const tree = await this.#tree();
        const byId = new Map(tree.map((node) => [node.id, node]));
        const isWithin = (node: AxNode): boolean =>
          holders(byId, node).some(({ role, name }) => role === within.role && matches(within.name, name));
        const text = tree
          .filter((node) => !node.isIgnored && node.role === 'StaticText' && isWithin(node))
          .map(({ name }) => name)
          .join('');
        if (!pattern.test(text)) throw new Error(`it reads: ${text}`);
        return true;
      },
      { message: `${within.role} “${String(within.name)}” reads ${String(pattern)}`, withinMs: 60_000 },
    );
  }

  /** Waits until there is no such thing any more. */
  async gone(wanted: Wanted): Promise<void> {
    await eventually(
      async () =>
        !(await this.#tree()).some(
          ({ role, name, isIgnored }) => !isIgnored && role === wanted.role && matches(wanted.name, name),
        ),
      { message: `${saidAs(wanted)} is gone`, withinMs: 60_000 },
    );
  }

  /** Does what the thing is for, as a screen reader's own key does. */
  async activate(wanted: Wanted): Promise<void> {
    const node = await this.find(wanted);
    if (!actable.has(node.role)) throw new Error(`a ${node.role} cannot be activated`);
    if (node.isDisabled) throw new Error(`${saidAs(wanted)} is disabled`);
    await this.#on(node, 'function () { this.focus(); this.click(); }');
  }

  /** Goes into a field and types. */
  async write(wanted: Wanted, text: string): Promise<void> {
    const node = await this.find(wanted);
    await this.#on(node, 'function () { this.focus(); }');
    await this.#page.keyboard.type(text);
  }

  /** Waits until a live region has said it. */
  async heard(pattern: RegExp): Promise<string> {
    return eventually(
      async () => {
        await this.#tree();
        const line = this.#heard.find((said) => pattern.test(said));
        if (line === undefined) throw new Error(`heard only: ${this.#heard.join(' | ')}`);
        return line;
      },
      { message: `it is said: ${String(pattern)}`, withinMs: 60_000 },
    );
  }

  /** Things to act on that have no name, of the screen as it is. */
  async unnamed(): Promise<readonly string[]> {
    const tree = await this.#tree();
    return tree
      .filter(({ role, name, isIgnored }) => !isIgnored && actable.has(role) && name.trim() === '')
      .map(({ role, value }) => `${role} ${value}`);
  }

  /** Stops listening; the window no longer keeps an accessibility tree. */
  async leave(): Promise<void> {
    await this.#session.send('Accessibility.disable');
    await this.#session.detach();
  }

  /** How many things there are of a role, of the screen as it is. */
  async count(role: string): Promise<number> {
    return (await this.#tree()).filter((node) => !node.isIgnored && node.role === role).length;
  }

  async #on({ element, role, name }: AxNode, does: string): Promise<void> {
    if (element === null) throw new Error(`${role} “${name}” has no element`);
    const { object } = await this.#session.send('DOM.resolveNode', { backendNodeId: element });
    if (object.objectId === undefined) throw new Error(`${role} “${name}” is not there any more`);
    await this.#session.send('Runtime.callFunctionOn', {
      objectId: object.objectId,
      functionDeclaration: does,
      userGesture: true,
    });
  }
}

/** The thing itself and all that hold it, innermost first. */
const holders = (byId: ReadonlyMap<string, AxNode>, node: AxNode): readonly AxNode[] => {
  const found: AxNode[] = [];
  for (
    let at: AxNode | undefined = node;
    at !== undefined;
    at = at.parent === null ? undefined : byId.get(at.parent)
  )
    found.push(at);
  return found;
};

/** Things to act on that a screen reader has no name for, of the screen as it is. */
export const namelessThings = async (page: Page): Promise<readonly string[]> => {
  const reader = await ScreenReader.listen(page);
  try {
    return (await reader.unnamed()).map((thing) => `without a name: ${thing}`);
  } finally {
    await reader.leave();
  }
};
