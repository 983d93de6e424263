import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import { render } from '../../src/outbox/render.ts';
import { newDelivery } from '../support/deliveries.ts';

test('a reply shows its title only where its thread is gone', () => {
  const titleOf = (more: object) =>
    render({ ...newDelivery(0, { title: 'Disk full', ...more }), mergedCount: 0 } as Delivery, null, null).title;
  assert.equal(titleOf({ replyTo: 'card', threadTs: '1.2' }), undefined);
  assert.equal(titleOf({ replyTo: 'card' }), 'Disk full');
  assert.equal(titleOf({ threadTs: '1.2' }), 'Disk full');
});
