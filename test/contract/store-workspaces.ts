import assert from 'node:assert/strict';
import type { Installation } from '../../src/domain/installation.ts';
import { newDelivery } from '../support/deliveries.ts';
import { incoming } from '../support/messages.ts';
import { eventually } from '../support/program.ts';
import { tokenOf } from '../support/tokens.ts';
import { claim, type On, only, send } from './store-setup.ts';

const acme: Installation = {
  ...{ team: 'T1', name: 'Acme', enterprise: null, isOrg: false, botUser: 'U1', botId: 'B1' },
  ...{ url: 'https://acme.slack.com/', scopes: ['chat:write', 'users:read'], installedBy: 'U2', installedAt: 1_000 },
  ...{ botToken: 'k1.sealed', refreshToken: null, tokenExpiresAt: null, trouble: null },
  ...{ origin: 'install', namespace: '' },
};

/** Part of the store's contract: workspaces that installed the bot, and the erasing of a team. */
export function workspacesContract(on: On): void {
  on('an installation is stored with every field, listed by its team, and replaced by a newer one', async (under) => {
    const { store } = under;
    const org = {
      ...acme,
      team: 'E1',
      isOrg: true,
      enterprise: 'E1',
      botId: null,
      scopes: [],
      tokenExpiresAt: 5,
      origin: 'hash',
      namespace: 'staging',
    } as const;
    const told: string[] = [];
    store.onWorkspace((team) => told.push(team));
    await store.saveWorkspace(acme);
    await store.saveWorkspace(org);
    const other = await under.open();
    assert.deepEqual(await other.workspace('T1'), acme);
    assert.deepEqual(await other.workspace('E1'), org);
    assert.equal(await other.workspace('T2'), null);
    const first = await store.workspaces(null, 1);
    assert.deepEqual([first.items, first.next], [[org], 'E1']);
    assert.deepEqual(await store.workspaces(first.next, 1), { items: [acme], next: null });
    await store.saveWorkspace({ ...acme, installedAt: 2_000 });
    assert.deepEqual([(await store.workspace('T1'))?.installedAt, await store.countWorkspaces()], [2_000, 2]);
    assert.deepEqual(told, ['T1', 'E1', 'T1']);
    await assert.rejects(store.workspaces('?', 1), /cursor "\?" is not one of ours/);
  });

  on('the installations whose tokens expire are those with a refresh token, the earliest first', async ({ store }) => {
    const expiring = { ...acme, refreshToken: 'k1.r' };
    await store.saveWorkspace({ ...expiring, team: 'T1', tokenExpiresAt: 30 });
    await store.saveWorkspace({ ...expiring, team: 'T2', tokenExpiresAt: 10, trouble: 'token_expired' });
    await store.saveWorkspace({ ...expiring, team: 'T3', tokenExpiresAt: 40 });
    await store.saveWorkspace({ ...acme, team: 'T4', tokenExpiresAt: 20 });
    await store.saveWorkspace({ ...acme, team: 'T5' });
    const before = async (at: number, limit: number) =>
      (await store.expiringWorkspaces(at, limit)).map(({ team }) => team);
    assert.deepEqual(await before(40, 10), ['T2', 'T1']);
    assert.deepEqual(await before(100, 1), ['T2']);
    assert.deepEqual(await before(10, 10), []);
    assert.equal(await store.countTroubledWorkspaces(), 1);
  });

  on('a change or a removal that is about an earlier installation does nothing', async ({ store }) => {
    await store.saveWorkspace({ ...acme, installedAt: 2_000 });
    assert.equal(await store.changeWorkspace('T1', 1_000, { trouble: 'account_inactive' }), false);
    assert.equal(await store.removeWorkspace('T1', 2_000), false);
    assert.equal((await store.workspace('T1'))?.trouble, null);
    const renewed = { botToken: 'k2.new', refreshToken: 'k2.next', tokenExpiresAt: 9, trouble: 'x' };
    assert.equal(await store.changeWorkspace('T1', 2_000, renewed), true);
    assert.deepEqual(await store.workspace('T1'), { ...acme, installedAt: 2_000, ...renewed });
    assert.equal(await store.removeWorkspace('T1', 2_001), true);
    assert.equal(await store.removeWorkspace('T1', 2_001), false);
    assert.equal(await store.workspace('T1'), null);
  });

  on('nothing of an erased team is left, and everything of the others is', async (under) => {
    const { store, clock } = under;
    const now = clock.now();
    async function fill(team: string) {
      const file = { blob: `blob ${team}`, name: 'a' };
      const audit = { id: `audit ${team}`, at: now, actor: { kind: 'slack' as const, name: 'U1' }, source: 'C1', team };
      await store.saveWorkspace({ ...acme, team });
      await store.install(team);
      await store.lease(`token:${team}`, now, 30_000);
      await store.accept({
        key: `${team}:C1:1.1`,
        deliveries: [newDelivery(now, { team, attachments: [file] }), newDelivery(now, { team })],
        blobs: [{ id: file.blob, bytes: Buffer.from('x') }],
        scan: incoming({ team }),
        events: [{ id: `event ${team}`, team, body: '{}' }],
        counts: { team, by: { total_msg_count: 3 } },
        effects: [
          {
            id: `effect ${team}`,
            name: 'x',
            argument: '',
            asker: { team, user: 'U1', channel: 'C1', isPrivate: true, trace: 't' },
          },
        ],
        audit: [{ ...audit, action: 'track', target: 'p', outcome: 'done', detail: '', requestId: '' }],
      });
      await store.accept({ key: `idempotency:${team}:k`, fingerprint: 'f' });
      const subscription = { id: `s ${team}`, team, user: 'U1', pattern: 'p', channel: null, createdAt: 1 };
      await store.accept({
        changes: [
          { type: 'subscribe', subscription },
          { type: 'mute', mute: { team, user: 'U1', until: null } },
        ],
      });
      await store.createToken(tokenOf({ id: `token ${team}`, name: team, hash: `hash ${team}`, team }), now);
    }
    await fill('T1');
    await fill('T2');
    assert.ok((await store.eraseTeam('T2')) >= 16);

    const other = await under.open();
    assert.equal(await other.lease('token:T2', now, 30_000), true, 'the lease of its token is gone');
    assert.equal(await other.lease('token:T1', now, 30_000), false);
    await store.orderEvents(10);
    const { items } = await store.deliveries({}, null, 10);
    assert.deepEqual(
      items.map(({ team }) => team),
      ['T1', 'T1'],
    );
    assert.deepEqual([await store.blob('blob T2'), (await store.blob('blob T1'))?.length], [null, 1]);
    assert.equal(await store.workspace('T2'), null);
    assert.deepEqual(await store.tracking('T2'), { subscriptions: [], mutes: [] });
    assert.equal((await store.tracking('T1')).subscriptions.length, 1);
    assert.equal((await store.counters('T2')).totals.total_msg_count, 0);
    assert.equal((await store.counters('T1')).totals.total_msg_count, 3);
    assert.deepEqual(
      (await store.tokens()).map(({ team }) => team),
      ['T1'],
    );
    const audit = await store.auditEntries({}, null, 10);
    assert.deepEqual(
      audit.items.map(({ team }) => team),
      ['T1'],
    );
    assert.deepEqual(await store.installations(), ['T1']);
    assert.deepEqual(
      (await store.eventsAfter(0, 10)).map(({ id }) => id),
      ['event T1'],
    );
    assert.deepEqual(
      (await store.claimEffects(now, 1_000, 10)).map(({ effect }) => effect.id),
      ['effect T1'],
    );
    assert.deepEqual(
      (await store.claimScans(now, 1_000, 10)).map(({ message }) => message.team),
      ['T1'],
    );
    const again = { key: 'T2:C1:1.1', deliveries: [newDelivery(now, { team: 'T2' })] };
    assert.equal((await store.accept(again)).duplicate, false);
    assert.equal((await store.accept({ ...again, key: 'T1:C1:1.1' })).duplicate, true);
    assert.equal((await store.accept({ key: 'idempotency:T2:k' })).duplicate, false);
    assert.equal((await store.accept({ key: 'idempotency:T1:k' })).duplicate, true);
  });

  on('programs on a store notice that the patterns of a team were erased', async (under) => {
    const { store, clock } = under;
    const other = await under.open();
    const told: string[] = [];
    for (const each of [store, other]) each.onErased((team) => told.push(team));
    const subscribe = (team: string, id: string) => {
      const subscription = { id, team, user: 'U1', pattern: 'p', channel: null, createdAt: 1 };
      return store.accept({ changes: [{ type: 'subscribe', subscription }] });
    };
    await subscribe('T1', 's1');
    await subscribe('T2', 's2');
    const before = await other.trackingVersion();
    await store.eraseTeam('T2');
    assert.ok((await other.trackingVersion()) > before);
    assert.deepEqual(await other.teamsChangedSince(before, ['T1', 'T2']), ['T2']);
    assert.deepEqual(await other.teamsChangedSince(before), [], 'a program without its patterns');
    assert.deepEqual(await other.teamsChangedSince(await other.trackingVersion(), ['T1', 'T2']), []);
    await subscribe('T2', 's3');
    assert.deepEqual(await other.teamsChangedSince(before, ['T1', 'T2']), ['T2']);
    const expected = store.isShared ? ['T2', 'T2'] : ['T2'];
    await eventually('all are told', async () => {
      await clock.advance(50);
      return told.length === expected.length;
    });
    assert.deepEqual(told, expected);
  });

  on('messages of others are sent on after the team with the newest one was erased', async (under) => {
    const { store, clock } = under;
    const now = clock.now();
    await store.accept({ deliveries: [newDelivery(now, { team: 'T1' }), newDelivery(now, { team: 'T2' })] });
    const claimed = await claim(under);
    for (const each of claimed) await send(under, each);
    await store.accept({ deliveries: [newDelivery(now, { team: 'T2' })] });
    await store.eraseTeam('T2');
    const next = newDelivery(now, { team: 'T1' });
    await store.accept({ deliveries: [next] });
    assert.equal(only(await claim(under)).delivery.id, next.id);
  });
}
