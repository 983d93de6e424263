/** A form whose values become the arguments of a command: `run greet NAME="Ada"`. Its texts are plain. */
export interface Form {
  title: string;
  /** '' if there is none. */
  about: string;
  /** The command that is given the values. Without any value it is given `--`. */
  command: string;
  fields: readonly FormField[];
}

export interface FormField {
  /** The name of the argument. */
  name: string;
  label: string;
  hint: string;
  /** `yes-no`: the value is `true` or `false`. `number`: a whole number. */
  type: 'text' | 'number' | 'choice' | 'yes-no';
  /** Filled in at first; null: nothing is. */
  default: string | null;
  /** A field that is not required and left empty is no argument. */
  required: boolean;
  /** For `choice`. */
  choices: readonly string[];
  /** Most characters. */
  longest: number;
}

/** Error messages in plain text, by the name of the field. The key '' has the one about the whole form. */
export type FormErrors = Readonly<Record<string, string>>;
