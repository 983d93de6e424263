/** Every route that is about one workspace, with a request that it takes; ID is of a thing of another workspace. */
export const perTeam: Record<string, [path: string, body?: unknown]> = {
  'GET /messages': ['/messages'],
  'GET /messages/{id}': ['/messages/ID'],
  'DELETE /messages/{id}': ['/messages/ID'],
  'PATCH /messages/{id}': ['/messages/ID', { text: 'x' }],
  'POST /messages/{id}/retry': ['/messages/ID/retry'],
  'GET /track': ['/track'],
  'POST /track': ['/track', { pattern: 'x', user: 'U1' }],
  'POST /track/test': ['/track/test', { pattern: 'x', sample: 'x' }],
  'DELETE /track/{id}': ['/track/ID'],
  'GET /names': ['/names?ids=U1'],
  'GET /stats': ['/stats'],
  'GET /external': ['/external'],
  'GET /events': ['/events'],
  'POST /slack': ['/slack', { msg: { channel: '#ops', text: 'x' } }],
  'POST /slack/{channel}': ['/slack/ops', { text: 'x' }],
  'POST /webhook/{channel}': ['/webhook/ops', { text: 'x' }],
};
