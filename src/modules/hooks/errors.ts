import { InvalidRequest, UltronexError } from '../../domain/errors.ts';

/** The signature or secret of a request is missing or wrong. */
export class SignatureWrong extends UltronexError {
  override readonly code = 'ERR_SIGNATURE_WRONG';
  override readonly status = 401;
}

/** A template cannot be rendered with this body. `field` is the template, such as `message.text`. */
export class TemplateFailed extends InvalidRequest {
  override readonly code = 'ERR_TEMPLATE_FAILED';
}

/** A hook without `verify`, or one that does not exist, was called without a login. */
export class LoginMissing extends UltronexError {
  override readonly code = 'ERR_LOGIN_MISSING';
  override readonly status = 401;
}
