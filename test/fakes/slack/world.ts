import { EventEmitter } from 'node:events';
import type { TeamSeed } from './teams.ts';
import { makeChannel, makeTeam } from './teams.ts';
import type {
  FakeAttempt,
  FakeCall,
  FakeChannel,
  FakeFile,
  FakePost,
  FakeResponse,
  FakeTeam,
  FakeView,
} from './types.ts';

export interface WorldOptions {
  teams?: TeamSeed[];
  signingSecret?: string;
  now?: () => number;
  keep?: number;
}

/** Everything that exists in the fake Slack, with one way to wait for a change of it. */
export class World {
  readonly appId = 'A1';
  readonly appToken = 'xapp-test-1';
  appTokenState: FakeTeam['tokenState'] = 'ok';
  readonly signingSecret: string;
  readonly now: () => number;
  readonly teams: FakeTeam[];
  readonly posts: FakePost[] = [];
  readonly ephemerals: FakePost[] = [];
  readonly files: FakeFile[] = [];
  readonly calls: FakeCall[] = [];
  readonly responses: FakeResponse[] = [];
  readonly attempts: FakeAttempt[] = [];
  readonly views: FakeView[] = [];
  readonly triggers = new Map<string, { team: string; user: string; at: number; used: boolean }>();
  /** Emits `posted`, `edited` (with the former post), `deleted` and `joined` for what our bot did. */
  readonly botDid = new EventEmitter();
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private readonly keep: number;
  private readonly postsByChannel = new Map<string, FakePost[]>();
  private readonly postsByKey = new Map<string, FakePost>();
  private lastTsMicros = 0;
  private lastId = 0;

  constructor(options: WorldOptions) {
    this.signingSecret = options.signingSecret ?? 'test-signing-secret';
    this.now = options.now ?? Date.now;
    this.keep = options.keep ?? Number.POSITIVE_INFINITY;
    this.teams = (options.teams ?? [{ id: 'T1' }]).map(makeTeam);
  }

  team(id?: string): FakeTeam {
    const team = id === undefined ? this.teams[0] : this.teams.find((one) => one.id === id);
    if (!team) throw new Error(`no team ${id} in this fake Slack. Name it in startFakeSlack({ teams: [{ id }] })`);
    return team;
  }

  channel(team: FakeTeam, id: string): FakeChannel | undefined {
    return team.channels.find((channel) => channel.id === id);
  }

  /** The direct-message channel between the bot and these users, made if it is not there yet. */
  openDirect(team: FakeTeam, userIds: string[]): FakeChannel {
    const several = userIds.length > 1;
    const id = several ? `G${[...userIds].sort().join('')}` : `D${userIds[0]}`;
    const known = this.channel(team, id);
    if (known) return known;
    const members = [...userIds, team.botUserId];
    const channel = makeChannel({ id, name: id.toLowerCase(), is_private: several, members }, []);
    channel.is_im = !several;
    channel.is_mpim = several;
    team.channels.push(channel);
    return channel;
  }

  /** A Slack timestamp, `seconds.micros`, larger than every one before. */
  nextTs(): string {
    this.lastTsMicros = Math.max(this.lastTsMicros + 1, this.now() * 1000);
    const micros = String(Math.floor(this.lastTsMicros)).padStart(16, '0');
    return `${micros.slice(0, -6)}.${micros.slice(-6)}`;
  }

  nextId(prefix: string): string {
    this.lastId += 1;
    return `${prefix}${String(this.lastId).padStart(8, '0')}`;
  }

  /** The trigger of an interaction, which opens one modal. */
  trigger(team: string, user: string): string {
    const id = this.nextId('trigger.');
    this.triggers.set(id, { team, user, at: this.now(), used: false });
    return id;
  }

  addPost(post: Omit<FakePost, 'ts' | 'deleted' | 'reactions'>): FakePost {
    const added: FakePost = { ...post, ts: this.nextTs(), deleted: false, reactions: [] };
    if (added.ephemeralTo) {
      this.ephemerals.push(added);
    } else {
      this.note(this.posts, added);
      this.postsByKey.set(`${added.team} ${added.channel} ${added.ts}`, added);
      const inChannel = this.postsIn(added.team, added.channel);
      for (const { ts } of this.note(inChannel, added)) this.postsByKey.delete(`${added.team} ${added.channel} ${ts}`);
      if (added.byBot) this.botDid.emit('posted', added);
    }
    this.changed();
    return added;
  }

  /** Appends to a list, and forgets the oldest of it when twice as many as are kept are in it. Returns those. */
  note<T>(list: T[], item: T): T[] {
    list.push(item);
    return list.length > 2 * this.keep ? list.splice(0, list.length - this.keep) : [];
  }

  /** Every message of a channel that is kept, oldest first, deleted ones too. */
  postsIn(team: string, channel: string): FakePost[] {
    const key = `${team} ${channel}`;
    const known = this.postsByChannel.get(key);
    if (known !== undefined) return known;
    const posts: FakePost[] = [];
    this.postsByChannel.set(key, posts);
    return posts;
  }

  findPost(team: string, channel: string, ts: string): FakePost | undefined {
    const post = this.postsByKey.get(`${team} ${channel} ${ts}`);
    return post?.deleted ? undefined : post;
  }

  wasDeleted(team: string, channel: string, ts: string): boolean {
    return this.postsByKey.get(`${team} ${channel} ${ts}`)?.deleted ?? false;
  }

  changed(): void {
    this.changes.emit('change');
  }

  /** Looks now and at every change, until `predicate` answers something truthy, which it resolves with. */
  until<T>(predicate: () => T, timeoutMs: number, what: string): Promise<NonNullable<T>> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.changes.off('change', look);
        settle();
      };
      const look = () => {
        try {
          const found = predicate();
          if (found) finish(() => resolve(found));
        } catch (error) {
          finish(() => reject(error));
        }
      };
      const late = () => finish(() => reject(new Error(`waited ${timeoutMs} ms for ${what}. ${this.summary()}`)));
      const timer = setTimeout(late, timeoutMs);
      this.changes.on('change', look);
      look();
    });
  }

  private summary(): string {
    const last = this.calls.slice(-5).map((call) => `${call.method} ${call.error ?? call.status}`);
    const mine = this.posts.filter((post) => post.byBot).length;
    return `There are ${mine} posts of the bot; last calls: ${last.join(', ') || 'none'}`;
  }
}
