/** The schema of a setting: the fields that `schema.ts` and the settings of modules may use. */
export interface SettingSchema {
  type: 'string' | 'integer' | 'boolean';
  description: string;
  default?: string | number | boolean;
  /** May be read from the file that NAME_FILE names; never shown. */
  secret?: boolean;
  pattern?: string;
  /** Names that other programs have for the same, read in this order when it is not set under its own. */
  alsoNamed?: readonly string[];
  /** The pattern in words, for people: `a token that begins with xapp-`. */
  form?: string;
  /** `url`: a valid address without a login; a `pattern` may check its beginning, too. `time-zone`: a name that Node knows. */
  format?: 'url' | 'time-zone';
  /** A valid value, shown in the message about an invalid one; used with `format`. */
  example?: string;
  /** For a setting that names a channel, by #name or id, to post to. `PostChannel` of the domain documents the fields. */
  postsTo?: { purpose: string; whenMissing: string };
  /** Another setting, without which this one means nothing: it has to be set, too. */
  needs?: string;
  /** Settings that must not have the same value as this one. */
  differsFrom?: readonly string[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
}

/** Settings by their names. */
export type SettingSchemas = Readonly<Record<string, SettingSchema>>;
