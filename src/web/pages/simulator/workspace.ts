import { computed, type InjectionKey, inject, onScopeDispose, reactive, ref, watch } from 'vue';
import { reason } from '../../api.ts';
import { useEvents } from '../../lib/sse.ts';
import { type SimChannel, type SimMessage, type SimUser, simulator } from '../../simulator-api.ts';
import { inOrder } from './grouping.ts';
import { createUnread } from './unread.ts';

/** Returns the state of the workspace, kept up to date by events, and of this page's view of it. */
export function createWorkspace() {
  const bot = ref<SimUser>({ id: '', name: 'ultronex' });
  const users = ref<SimUser[]>([]);
  const channels = ref<SimChannel[]>([]);
  /** By channel, then by ts. */
  const messages = reactive(new Map<string, Map<string, SimMessage>>());
  const me = ref('');
  const channelId = ref('');
  const thread = ref<string | null>(null);
  /** ts of the message that the page's address links to. */
  const linked = ref<string | null>(null);
  const problem = ref<string | null>(null);
  const loaded = ref(false);
  const unread = createUnread();

  const names = computed(
    () =>
      new Map(
        [bot.value, ...users.value, ...channels.value.filter((c) => c.kind === 'channel')].map((c) => [c.id, c.name]),
      ),
  );
  const imOf = (user: string) => channels.value.find((one) => one.kind === 'im' && one.user === user);
  const rooms = computed(() => channels.value.filter((one) => one.kind === 'channel'));
  const im = computed(() => imOf(me.value));
  const channel = computed(() => channels.value.find((one) => one.id === channelId.value));
  const visible = computed(() =>
    [...(messages.get(channelId.value)?.values() ?? [])]
      .filter((message) => message.ephemeralTo === null || message.ephemeralTo === me.value)
      .sort(inOrder),
  );

  function put(message: SimMessage) {
    const inChannel = messages.get(message.channel) ?? new Map<string, SimMessage>();
    const isNew = !inChannel.has(message.ts);
    messages.set(message.channel, inChannel.set(message.ts, message));
    const seen = message.channel === channelId.value || message.user === me.value || message.ephemeralTo !== null;
    if (isNew && loaded.value && !seen) unread.add(message.channel);
  }
  function putChannel(added: SimChannel) {
    channels.value = [...channels.value.filter((one) => one.id !== added.id), added];
    // A new direct-message channel implies a new user, for whom there is no event.
    if (added.kind === 'im' && !users.value.some((user) => user.id === added.user)) void load();
  }
  /** Opens the permalink `#<channel>/<ts>` of the address; for a direct message, switches to its user. */
  function openLinked() {
    const [id = '', ts] = location.hash.slice(1).split('/');
    const place = channels.value.find((one) => one.id === id);
    if (!place) return;
    if (place.user) me.value = place.user;
    open(place.id);
    linked.value = ts ?? null;
    // Clears the fragment, so that the same link can be followed again.
    history.replaceState(null, '', location.pathname + location.search);
  }
  addEventListener('hashchange', openLinked);
  onScopeDispose(() => removeEventListener('hashchange', openLinked));
  function open(id: string) {
    channelId.value = id;
    thread.value = null;
    linked.value = null;
    unread.clear(id);
  }
  /** Switches to another user. An open direct message is replaced by that user's. */
  function become(user: string) {
    const wasInIm = channel.value?.kind === 'im';
    me.value = user;
    thread.value = null;
    if (wasInIm) open(imOf(user)?.id ?? '');
  }

  async function load() {
    try {
      const state = await simulator.state();
      bot.value = state.bot;
      users.value = state.users;
      channels.value = state.channels;
      messages.clear();
      for (const message of state.messages) put(message);
      if (!users.value.some((user) => user.id === me.value)) me.value = users.value[0]?.id ?? '';
      if (!channel.value) openLinked();
      if (!channel.value) open(im.value?.id ?? rooms.value[0]?.id ?? '');
      // A restart of the server resets the workspace.
      if (thread.value && !messages.get(channelId.value)?.has(thread.value)) thread.value = null;
      problem.value = null;
      loaded.value = true;
    } catch (error) {
      problem.value = reason(error);
    }
  }

  // The stream does not replay events, so each connection loads the whole state.
  const connection = useEvents(
    'simulator/events',
    {
      message: ({ data }) => put(data as SimMessage),
      deleted: ({ data }) => {
        const gone = data as Pick<SimMessage, 'channel' | 'ts'>;
        messages.get(gone.channel)?.delete(gone.ts);
      },
      channel: ({ data }) => putChannel(data as SimChannel),
    },
    load,
  );
  // EventSource does not report why a stream was refused; the response of `state` does.
  watch(connection, (now) => now === 'lost' && !loaded.value && load());

  const people = { bot, users, me, names, become };
  const places = { channel, channels, rooms, im, imOf, open, thread, linked, unread, putChannel };
  return { ...people, ...places, visible, put, load, connection, problem, loaded };
}

export type Workspace = ReturnType<typeof createWorkspace>;
export const workspaceKey: InjectionKey<Workspace> = Symbol('workspace');

export function useWorkspace(): Workspace {
  const workspace = inject(workspaceKey);
  if (!workspace) throw new Error('useWorkspace() outside the simulator page');
  return workspace;
}
