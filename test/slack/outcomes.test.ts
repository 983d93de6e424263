import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { classify, type Failure, NoRetryAfter } from '../../src/slack/outcomes.ts';

const platform = (error: unknown) => ({ code: 'slack_webapi_platform_error', data: { ok: false, error } });
const network = (original: unknown) => ({ code: 'slack_webapi_request_error', original });
const failed = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
const post = (error: unknown) => classify(error, 'chat.postMessage');

const retry = (error: string, more: Partial<Extract<Failure, { kind: 'retry' }>> = {}): Failure => ({
  kind: 'retry',
  afterMs: null,
  scope: 'channel',
  outcomeUnknown: false,
  error,
  ...more,
});

describe('what an answer of Slack comes to', () => {
  const auth = [
    'account_inactive',
    'invalid_auth',
    'not_authed',
    'token_expired',
    'token_revoked',
    'user_removed_from_team',
    'org_login_required',
    'team_added_to_org',
    'team_disabled',
  ];
  for (const code of auth) {
    it(`${code}: the whole workspace waits 30 s, nothing was posted`, () => {
      assert.deepEqual(post(platform(code)), retry(code, { afterMs: 30_000, scope: 'workspace' }));
    });
  }

  for (const code of ['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable']) {
    it(`${code}: may have been posted all the same`, () => {
      assert.deepEqual(post(platform(code)), retry(code, { outcomeUnknown: true }));
    });
  }

  for (const code of ['ratelimited', 'rate_limited']) {
    it(`${code} as a platform error: slower, nothing was posted`, () => {
      assert.deepEqual(post(platform(code)), retry('ratelimited'));
    });
  }

  const refused = [
    'channel_not_found',
    'not_in_channel',
    'is_archived',
    'msg_too_long',
    'no_text',
    'invalid_blocks',
    'msg_blocks_too_long',
    'restricted_action',
    'restricted_action_read_only_channel',
    'missing_scope',
    'user_not_found',
    'cant_update_message',
    'edit_window_closed',
    'message_not_found',
    'cant_delete_message',
    'messages_tab_disabled',
    'ekm_access_denied',
    'a_code_of_next_year',
  ];
  for (const code of refused) {
    it(`${code}: refused, by Slack's own word`, () => {
      assert.deepEqual(post(platform(code)), { kind: 'refused', error: code });
    });
  }

  it('what is not JSON may have been posted; its text goes nowhere', () => {
    for (const page of ['<html>xoxb-secret</html>', '', 'Bad Gateway', 'A'.repeat(9_000), undefined, 7]) {
      assert.deepEqual(post(platform(page)), retry('not JSON', { outcomeUnknown: true }));
    }
  });

  it('429: as long as Slack says, for the channel when posting, for the workspace otherwise', () => {
    const limited = { code: 'slack_webapi_rate_limited_error', retryAfter: 7 };
    assert.deepEqual(post(limited), retry('ratelimited', { afterMs: 7_000 }));
    assert.deepEqual(classify(limited, 'chat.update'), retry('ratelimited', { afterMs: 7_000, scope: 'workspace' }));
    assert.deepEqual(post({ ...limited, retryAfter: 0 }), retry('ratelimited'));
    assert.deepEqual(post(network(new NoRetryAfter('429'))), retry('ratelimited'));
  });

  for (const status of [400, 403, 404, 413, 500, 502, 503, 504]) {
    it(`HTTP ${status}: not Slack's API that answered; it may have been posted`, () => {
      const error = { code: 'slack_webapi_http_error', statusCode: status };
      assert.deepEqual(post(error), retry(`HTTP ${status}`, { outcomeUnknown: true }));
    });
  }

  for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED']) {
    it(`${code}: never left this machine`, () => {
      assert.deepEqual(post(network(failed(code))), retry(code));
    });
  }

  it('a connection that broke or took too long may have posted', () => {
    assert.deepEqual(post(network(failed('ECONNRESET'))), retry('network', { outcomeUnknown: true }));
    assert.deepEqual(post(network(new DOMException('', 'TimeoutError'))), retry('timeout', { outcomeUnknown: true }));
    // Thrown by the SDK as it is when the body breaks off.
    assert.deepEqual(post(new TypeError('terminated')), retry('network', { outcomeUnknown: true }));
    assert.deepEqual(post(undefined), retry('network', { outcomeUnknown: true }));
  });
});
