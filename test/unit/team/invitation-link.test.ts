import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { invitationLink, longestInvitation } from '#shared/domain/team/invitation-form.ts';
import { factsOf, readInvitation, writeInvitation } from '#main/engine/team/invitation-link.ts';
import { InvitationAtTheDoor } from '#main/engine/team/opened-invitation.ts';
import type { TeamInvitation } from '#main/engine/team/wire.ts';

const invitation: TeamInvitation = {
  host: 'db.shop.test',
  port: 5432,
  database: 'shop',
  schema: 'steward_shop',
  pin: null,
  authority: null,
  role: 'steward_shop_invited_1',
  password: 'kJ8-x_2fQpZr0aVd7uW1yB4c',
  expiresAt: 1_790_000_000_000,
  team: 'Käse & Söhne',
  as: 'agent',
};

const link = writeInvitation(invitation);

/** A link that says something else, with a checksum that is right: what an attacker would write. */
const forged = (change: Readonly<Record<string, unknown>>): string => {
  const good = link.slice(link.indexOf('/') + 1, link.lastIndexOf('.'));
  const said: unknown = JSON.parse(Buffer.from(good, 'base64url').toString('utf8'));
  const other = Buffer.from(JSON.stringify(Object.assign({}, said, change)), 'utf8').toString('base64url');
  // The checksum of any text is what the writer puts behind it.
  return `steward:team/${other}.${sumOf(other)}`;
};

const sumOf = (said: string): string => {
  return createHash('sha256').update(said).digest().subarray(0, 6).toString('base64url');
};

describe('an invitation as a link', () => {
  it('says what it was made of, and nothing of it stands in clear in the link', () => {
    expect(link).toMatch(/^steward:team\/[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{8}$/u);
    expect(readInvitation(link)).toEqual(invitation);
    expect(link).not.toContain(invitation.password);
    const others = [
      { host: 'db2.shop.test', port: 5433 },
      { host: '::1', port: 5432 },
    ];
    expect(readInvitation(writeInvitation({ ...invitation, others }))).toEqual({ ...invitation, others });
    expect(factsOf({ ...invitation, others }).where).toContain('db.shop.test:5432, db2.shop.test:5433');
  });

  it('survives what mail programs and systems do to links', () => {
    const folded = `\n  ${link.slice(0, 70)}\r\n${link.slice(70)}  `;
    for (const said of [
      folded,
      link.replace('steward:', 'STEWARD://'),
      link.replace('steward:', 'steward:/'),
    ]) {
      expect(readInvitation(said)).toEqual(invitation);
    }
  });

  it('is refused when anything of it is missing or other', () => {
    for (let cut = 1; cut < 40; cut += 1) expect(readInvitation(link.slice(0, -cut))).toBeNull();
    for (let at = 13; at < link.length; at += 1) {
      const other = link[at] === 'A' ? 'B' : 'A';
      expect(readInvitation(link.slice(0, at) + other + link.slice(at + 1))).toBeNull();
    }
  });

  it('carries the certificate of a private authority', () => {
    const pinned = { ...invitation, pin: Array.from({ length: 32 }, () => 'AB').join(':') };
    expect(readInvitation(writeInvitation(pinned))).toEqual(pinned);
    // A key is no certificate, whatever its heads say.
    const { publicKey } = generateKeyPairSync('x25519');
    const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    expect(readInvitation(forged({ c: [key] }))).toBeNull();
  });

  it('never says more than an invitation may, whoever wrote it', () => {
    expect(readInvitation(forged({}))).toEqual(invitation);
    const wrong: readonly Readonly<Record<string, unknown>>[] = [
      { v: 2 },
      { h: 'db.shop.test/../x' },
      { h: 'user@db.shop.test' },
      { h: '' },
      { p: 0 },
      { p: '5432' },
      { s: 'public' },
      { s: 'steward_x"; drop schema y' },
      { k: "';--aaaaaaaaaaaaaaaa" },
      { r: 'superuser' },
      { t: '' },
      { t: 'x'.repeat(201) },
      { x: -1 },
      { f: 'zz' },
      { more: 1 },
    ];
    for (const change of wrong) expect([change, readInvitation(forged(change))]).toEqual([change, null]);
  });

  it('is looked for in nothing that is too long or something else', () => {
    expect(invitationLink('x'.repeat(3 * longestInvitation))).toBeNull();
    for (const said of ['', 'steward:', 'steward:team/', 'https://steward.test/team/x', 'steward:note/abc'])
      expect(readInvitation(said)).toBeNull();
  });

  it('shows the facts, and not what lets in', () => {
    const facts = factsOf(invitation);
    expect(facts).toEqual({
      team: 'Käse & Söhne',
      where: 'db.shop.test:5432',
      database: 'shop',
      role: 'agent',
      expiresAt: invitation.expiresAt,
    });
  });

  it('waits at the door until somebody takes it or puts it away', () => {
    const door = new InvitationAtTheDoor();
    expect(door.shown()).toBeNull();
    door.put(link);
    expect(door.shown()).toEqual({ kind: 'good', facts: factsOf(invitation) });
    door.put('');
    expect(door.shown()).toEqual({ kind: 'invitation-unreadable' });
    door.putAway();
    expect(door.shown()).toBeNull();
  });
});
