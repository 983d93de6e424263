/** A setting, as far as its schema is used here: what `schema.ts` and the settings of modules may say. */
export interface SettingSchema {
  type: 'string' | 'integer' | 'boolean';
  description: string;
  default?: string | number | boolean;
  /** Also read from the file that NAME_FILE names, and never shown. */
  secret?: boolean;
  pattern?: string;
  /** The pattern in words, for people: `a token that begins with xapp-`. */
  form?: string;
  /** An address that can be parsed as a whole and holds no login; a `pattern` looks at its beginning only. */
  format?: 'url';
  /** A right value, for the message about a wrong one; goes with `format`. */
  example?: string;
  /** It names a channel, by #name or id, that messages are posted to. `PostChannel` of the domain says what the fields mean. */
  postsTo?: { purpose: string; whenMissing: string };
  minimum?: number;
  maximum?: number;
  minLength?: number;
}

/** Settings by their names. */
export type SettingSchemas = Readonly<Record<string, SettingSchema>>;
