import { describe, expect, it } from 'vitest';
import { readDatabaseAddress } from '#main/engine/team/database-address.ts';

const none = { pin: null, authority: null };
const read = (text: string): unknown => {
  const address = readDatabaseAddress(text, none);
  return address.ok ? address.value : address.failure;
};

describe('the address of a team’s database', () => {
  it('is read as PostgreSQL’s own tools read it', () => {
    const usual = { port: 5432, schema: '', ...none };
    expect(read('postgres://owner:p%40ss%2Fw%23rd@DB.shop.test/crm')).toEqual({
      ...usual,
      ...{ host: 'db.shop.test', role: 'owner', password: 'p@ss/w#rd', database: 'crm' },
    });
    expect(read(' postgresql://owner@127.0.0.1:6543/ ')).toEqual({
      ...usual,
      ...{ host: '127.0.0.1', port: 6543, role: 'owner', password: '', database: 'owner' },
    });
    expect(read('postgres://o:x@[::1]:5433/d?sslmode=disable')).toEqual({
      ...usual,
      ...{ host: '::1', port: 5433, role: 'o', password: 'x', database: 'd' },
    });
  });

  it('may name several servers, each with its port, as PostgreSQL’s own tools take them', () => {
    expect(read('postgres://o:a%2Cb@db1.shop.test:5433,DB2.shop.test,[::1]:5434/crm')).toEqual({
      ...{ schema: '', ...none, role: 'o', password: 'a,b', database: 'crm' },
      ...{ host: 'db1.shop.test', port: 5433 },
      others: [
        { host: 'db2.shop.test', port: 5432 },
        { host: '::1', port: 5434 },
      ],
    });
    for (const text of ['postgres://o@h1,/d', 'postgres://o@h1,h2:x/d', `postgres://o@${'h,'.repeat(9)}h/d`])
      expect([text, readDatabaseAddress(text, none).ok]).toEqual([text, false]);
  });

  it('is refused with what is wrong about it', () => {
    const wrong = (said: string | null): unknown => ({ kind: 'address', where: '', said });
    for (const text of ['', 'db.shop.test', 'mysql://u:p@h/d', 'postgres://u:p@h:99999/d', 'postgres:/x'])
      expect([text, read(text)]).toEqual([text, wrong(null)]);
    expect(read('postgres://h/d')).toEqual(wrong('user'));
    expect(read('postgres://u:p@h/a/b')).toEqual(wrong('database'));
    expect(read('postgres://u:p@h/%00')).toEqual(wrong('database'));
    expect(read('postgres://u:p@h_x!/d')).toEqual(wrong('host'));
    expect(read('postgres://u:%zz@h/d')).toEqual(wrong('database'));
  });
});
