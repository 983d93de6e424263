/**
 * Returns the key of the bucket for log lines as a shared credentials file of the AWS SDK, undefined without one.
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export function bucketCredentials(env: Readonly<Record<string, string>>): string | undefined {
  const { LOG_BUCKET_KEY_ID: id, LOG_BUCKET_SECRET: secret } = env;
  if (id === undefined || secret === undefined) return undefined;
  return `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}`;
}
